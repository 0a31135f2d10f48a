"""Who is asking: a signed random id in a cookie, made here and nowhere else."""

from __future__ import annotations

import re
import secrets
from http.cookies import Morsel

from itsdangerous import BadSignature, Signer
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "pathway_visitor"
# A cookie is handed out where a visit begins and where a question comes in, not with each asset.
ISSUED_AT = re.compile(r"/|/gradio_api/queue/join/?")


class VisitorMiddleware:
    """Gives each request a visitor id in ``request.state.visitor`` and the browser its cookie.

    The id is 128 random bits. The signature's key lives as long as this process, as the
    conversations do; a cookie of an earlier process is replaced.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._signer = Signer(secrets.token_bytes(32))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its visitor known."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visitor = self._read(scope)
        issue = visitor is None and ISSUED_AT.fullmatch(scope["path"]) is not None
        if visitor is None:
            visitor = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["visitor"] = visitor

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = self._cookie(visitor, secure=scope["scheme"] == "https")
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie if issue else send)

    def _read(self, scope: Scope) -> str | None:
        value = HTTPConnection(scope).cookies.get(COOKIE)
        if value is None:
            return None
        try:
            return self._signer.unsign(value).decode()
        except BadSignature:
            return None

    def _cookie(self, visitor: str, *, secure: bool) -> str:
        morsel: Morsel[str] = Morsel()
        morsel.set(COOKIE, value := self._signer.sign(visitor).decode(), value)
        morsel["path"], morsel["samesite"] = "/", "Lax"
        morsel["httponly"], morsel["secure"] = True, secure
        return morsel.OutputString()
