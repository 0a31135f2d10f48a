"""No address may keep the app so busy that nobody else is served."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, QueryParams
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from coach.web.identity import FILES
from coach.web.limits import RequestLimits, too_many_requests
from coach.web.pages import plain_page

# What reads a file, draws one, asks the encoder, or reads all that somebody has asked.
COSTLY = re.compile(r"/plan/(cv|export|match)|/data/export")


class RequestLimitMiddleware:
    """Passes on what an address may ask for in a minute; files are not counted.

    Args:
        app: what requests are passed on to.
        limits: counts them.
    """

    def __init__(self, app: ASGIApp, *, limits: RequestLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or say when to come back."""
        if scope["type"] != "http" or FILES.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        client = HTTPConnection(scope).client
        wait = await self._limits.take(client.host if client else "", costly=_costly(scope))
        if wait:
            await _later(scope, wait)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _costly(scope: Scope) -> bool:
    if scope["path"] == "/conversations":  # drawn often, and read through for a search alone
        return bool(QueryParams(scope["query_string"]).get("search"))
    return COSTLY.fullmatch(scope["path"]) is not None


def _later(scope: Scope, wait: int) -> Response:
    text = too_many_requests(wait)
    by_hand = "text/html" in Headers(scope=scope).get("accept", "")
    response = (
        plain_page("Please wait a moment", text, 429)
        if by_hand
        else JSONResponse({"detail": text}, 429, {"cache-control": "no-store"})
    )
    response.headers["retry-after"] = str(wait)
    return response
