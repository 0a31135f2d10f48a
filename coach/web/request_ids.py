"""A name for each request, which every line logged on its behalf has as ``request_id``."""

from __future__ import annotations

import re
import secrets
from contextlib import AbstractContextManager

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

HEADER = "x-request-id"
# As nginx and others make them; anything else could forge what stands in the log.
GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
ID_BYTES = 16


class RequestIdMiddleware:
    """Takes the id that a proxy gave a request or gives it one, and answers with it.

    Args:
        app: what requests are passed on to.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its id in ``request.state.request_id``."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        name = given if GIVEN.fullmatch(given) else secrets.token_hex(ID_BYTES)
        scope.setdefault("state", {})["request_id"] = name

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        with bound_contextvars(request_id=name):
            await self._app(scope, receive, send_with_id)


def on_behalf_of(request: HTTPConnection) -> AbstractContextManager[None]:
    """Log under a request's id what is begun here, such as a task that outlives the request."""
    return bound_contextvars(request_id=request.scope["state"].get("request_id"))
