"""What the outside sees of Gradio's server: the few routes our page uses, under our own head.

Gradio names a tab by a session hash that its browser makes up, and lets whoever knows one listen
in. Here Gradio is told a name made of the visitor and the hash: another's hash leads nowhere, and
nobody has to remember whose it is.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach.web.theme import HEAD

OPEN = re.compile(
    r"/|/(assets|static|svelte)/.*"
    r"|/(config|theme\.css|favicon\.ico|robots\.txt)/?"
    r"|/gradio_api/(app_id|startup-events|heartbeat/[^/]+|queue/(join|data)|run/predict)/?"
)
HEARTBEAT = "/gradio_api/heartbeat/"
SESSION_IN_BODY = re.compile(r"/gradio_api/(queue/join|run/predict)/?")
SESSION = "session_hash"
BODY_BYTES = 1_000_000
NONCE_BYTES = 16

SHARING_TAGS = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*', re.DOTALL)
SCRIPT = re.compile(r"<script\b")
# Gradio's own start-up needs inline scripts, which get the nonce, and evaluation; nothing may come
# from elsewhere. Whatever the page shows stands in its inline scripts with its "<" escaped.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
JOIN = re.compile(r"/gradio_api/queue/join/?")
FULL = "Very many people are asking just now. Please try again in a minute."
FULL_SECONDS = 30


class FrontMiddleware:
    """Lets through what our page needs, each session to its own visitor; stands before Gradio.

    Args:
        app: Gradio's app.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        path = scope["path"]
        if scope["type"] != "http" or not OPEN.fullmatch(path):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return
        visitor = str(scope["state"]["visitor"])
        scope = _named_in_address(scope, visitor)
        if SESSION_IN_BODY.fullmatch(path) and scope["method"] == "POST":
            body = await _read(receive)
            if body is None:
                await PlainTextResponse("Too large", 413)(scope, receive, send)
                return
            named = _named_in_body(body, visitor)
            if named is None:
                await PlainTextResponse("Not JSON", 400)(scope, receive, send)
                return
            scope, receive = _of_length(scope, len(named)), _replay(named, receive)
        if path == "/":
            await self._page(scope, receive, send)
        elif JOIN.fullmatch(path):
            await self._join(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page with our title, icon, style and policy in place of Gradio's."""
        headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        start: Message | None = None
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body") or start is None:
                return
            body = b"".join(parts)
            changed = MutableHeaders(scope=start)
            if changed.get("content-type", "").startswith("text/html"):
                nonce = secrets.token_urlsafe(NONCE_BYTES)
                text = SHARING_TAGS.sub("", body.decode()).replace("<head>", f"<head>\n{HEAD}", 1)
                body = SCRIPT.sub(f'<script nonce="{nonce}"', text).encode() if body else body
                changed["content-length"] = str(len(body))
                changed["content-security-policy"] = POLICY.format(nonce=nonce)
            changed["cache-control"] = "no-store"
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app({**scope, "headers": headers}, receive, collect)

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take up an event; where too many wait, say so in words that the page can show."""
        full = False

        async def tell(message: Message) -> None:
            nonlocal full
            if message["type"] == "http.response.start" and message["status"] == 503:
                full = True
                told = JSONResponse({"detail": FULL}, 503, {"retry-after": str(FULL_SECONDS)})
                await told(scope, receive, send)
            if not full:
                await send(message)

        await self._app(scope, receive, tell)


async def _read(receive: Receive) -> bytes | None:
    """Return a request's body, or None where it is longer than anything our page sends."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that gives ``body`` once and then what the connection gives."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _name(visitor: str, given: str) -> str:
    """The name that Gradio knows a visitor's session by; empty for none."""
    # A hash is any text of JSON, half a character too.
    text = f"{visitor} {given}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest() if given else ""


def _named_in_address(scope: Scope, visitor: str) -> Scope:
    """Put the name of the session in place of the hash that stands in path or query."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = [(key, _name(visitor, value) if key == SESSION else value) for key, value in query]
    scope = {**scope, "query_string": urlencode(query).encode()}
    path = scope["path"]
    if path.startswith(HEARTBEAT):
        path = HEARTBEAT + _name(visitor, path.removeprefix(HEARTBEAT).rstrip("/"))
        scope.update(path=path, raw_path=path.encode())
    return scope


def _named_in_body(body: bytes, visitor: str) -> bytes | None:
    """The same for a body; None where it is none that Gradio could read."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    given = content.get(SESSION)
    if isinstance(given, str):
        content[SESSION] = _name(visitor, given)
    return json.dumps(content).encode()


def _of_length(scope: Scope, length: int) -> Scope:
    headers = [pair for pair in scope["headers"] if pair[0] != b"content-length"]
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}
