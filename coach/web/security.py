"""What holds for every response and every request, whichever page they are of.

Other sites may neither frame our pages nor read what we answer nor have a browser change anything
here in the name of the person who sits at it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A question with its whole conversation is far shorter.
BODY_BYTES = 2_000_000
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Programs bring a key and no cookie: nobody is acted for.
WITH_KEY = "/v1/"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
NOT_FROM_HERE = (
    "This did not come from a page of ours, so nothing was done. Open the page again and retry."
)
BROKEN = "Something went wrong on our side. Please try again."


class SecurityMiddleware:
    """The outermost layer; a response that has a policy of its own keeps it.

    Args:
        app: what requests are passed on to.
        public_url: the address people reach the app by, where that is not the one it listens on.
    """

    def __init__(self, app: ASGIApp, *, public_url: str | None = None) -> None:
        self._app = app
        self._public = None if public_url is None else origin_of(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":  # there are no web sockets here
                await self._app(scope, receive, send)
            return
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _protect(MutableHeaders(scope=message))
            await send(message)

        changing = scope["method"] not in READING and not scope["path"].startswith(WITH_KEY)
        if changing and not self._from_here(Headers(scope=scope)):
            await PlainTextResponse(NOT_FROM_HERE, 403)(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            if not begun:
                await PlainTextResponse(BROKEN, 500)(scope, receive, send_with_headers)
            raise

    def _from_here(self, headers: Headers) -> bool:
        """Whether the browser says that a page of ours, or the person, sent this.

        No page can set either header. Over plain http browsers say only where they come from.
        """
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin", "")
        host = urlsplit(origin).netloc
        return host != "" and (origin == self._public or host == headers.get("host"))


def origin_of(url: str) -> str:
    """Scheme and host of an address, as a browser sends them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _protect(headers: MutableHeaders) -> None:
    # Gradio lets any site read its answers, with cookies, unless it runs on localhost.
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
