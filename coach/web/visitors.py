"""Who is asking: a random id in a cookie, made here and nowhere else."""

from __future__ import annotations

import re
import secrets
from http.cookies import Morsel

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "pathway_visitor"
COOKIE_SECONDS = 365 * 24 * 3600
ID_BYTES = 16
ID = re.compile(r"[A-Za-z0-9_-]{22}")
# Opening the page begins or renews the year; a question may come from a browser that lost it.
PAGE = "/"
QUESTION = re.compile(r"/gradio_api/queue/join/?")


class VisitorMiddleware:
    """Gives each request a visitor id in ``request.state.visitor`` and the browser its cookie.

    The id is 128 random bits, so that holding one is proof enough, in any process and after a
    restart: it is neither signed nor kept, but for its hash.

    Args:
        app: what the request is passed on to.
        secure: whether browsers send the cookie over https alone, whatever we are reached by.
    """

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its visitor known."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = HTTPConnection(scope).cookies.get(COOKIE, "")
        known = ID.fullmatch(given) is not None
        visitor = given if known else secrets.token_urlsafe(ID_BYTES)
        scope.setdefault("state", {})["visitor"] = visitor
        path = scope["path"]
        issue = path == PAGE or (not known and QUESTION.fullmatch(path) is not None)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure = self._secure or scope["scheme"] == "https"
                cookie = set_cookie(COOKIE, visitor, COOKIE_SECONDS, secure=secure)
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie if issue else send)


def set_cookie(name: str, value: str, seconds: int, *, secure: bool) -> str:
    """The header that gives a browser a cookie no script can read and no other site can use."""
    morsel: Morsel[str] = Morsel()
    morsel.set(name, value, value)
    morsel["path"], morsel["samesite"], morsel["max-age"] = "/", "Lax", seconds
    morsel["httponly"], morsel["secure"] = True, secure
    return morsel.OutputString()
