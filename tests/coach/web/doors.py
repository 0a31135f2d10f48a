"""The app without its chat page: sign-in and whose request it is, before routes that tell of it."""

from __future__ import annotations

import html
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

from coach.accounts import Account, Accounts, Role
from coach.database import Database
from coach.transcripts import Transcripts
from coach.web.conversations import Conversations
from coach.web.identity import IdentityMiddleware, NotAllowed, refuse, require
from coach.web.provider import Provider, provider_routes
from coach.web.sign_in import SigningIn, sign_in_router
from coach.web.visitors import VisitorMiddleware

HOST = "door.example"
OWN = f"http://{HOST}"


def build_door(
    database: Database,
    provider: Provider | None = None,
    conversations: Conversations | None = None,
) -> httpx.ASGITransport:
    """One of the app's processes; ``/who`` tells whose request it is, ``/coaches`` has a role."""
    app = FastAPI()
    app.add_exception_handler(NotAllowed, refuse)
    accounts = Accounts(database, session_hours=2)
    signing_in = SigningIn(
        accounts,
        Transcripts(database),
        conversations or Conversations(Transcripts(database)),
        session_hours=2,
        provider=provider is not None,
        secure=False,
    )
    app.include_router(sign_in_router(signing_in))
    if provider is not None:
        app.router.routes.extend(provider_routes(provider, signing_in, secure=False))

    @app.api_route("/who", methods=["GET", "POST"])
    async def who(request: Request) -> JSONResponse:
        state = request.state
        name = state.account.name if state.account else None
        return JSONResponse({"visitor": state.visitor, "owner": state.owner, "account": name})

    @app.api_route("/coaches", methods=["GET", "POST"])
    async def coaches(
        account: Annotated[Account, Depends(require(Role.COACH, Role.ADMIN))],
    ) -> JSONResponse:
        return JSONResponse({"account": account.name})

    app.add_middleware(IdentityMiddleware, accounts=accounts)
    app.add_middleware(VisitorMiddleware)
    return httpx.ASGITransport(app)


def browser(door: httpx.ASGITransport) -> httpx.AsyncClient:
    """A browser of its own, with its cookies; it follows no redirect by itself."""
    return httpx.AsyncClient(transport=door, base_url=OWN)


def text(page: httpx.Response) -> str:
    """What a page says, read as a browser reads it."""
    return html.unescape(page.text)
