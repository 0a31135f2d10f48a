"""Who is asking, signed in or not, and what they may do.

Every route finds in ``request.state``: ``visitor`` (the id in the browser's cookie), ``account``
(the account signed in, or None) and ``owner`` (whose conversations these are).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from fastapi import Request
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from coach.accounts import Account, Accounts, Role
from coach.errors import DatabaseUnusable
from coach.web.database_threads import ask_database
from coach.web.pages import plain_page
from coach.web.theme import ASSETS

SESSION_COOKIE = "pathway_session"
SIGN_IN = "/sign-in"
# Open to all, and asked for by the dozen: whose they are need not be looked up.
FILES = re.compile(rf"({ASSETS}|/assets|/static|/svelte)/.*")
LOOKING_UP_FAILED = "Your account cannot be looked up just now. Please try again in a minute."


class IdentityMiddleware:
    """Tells every route whose request it is; stands behind the visitors'.

    Args:
        app: what the request is passed on to.
        accounts: who is signed in.
    """

    def __init__(self, app: ASGIApp, *, accounts: Accounts) -> None:
        self._app = app
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its account and owner known."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = HTTPConnection(scope).cookies.get(SESSION_COOKIE)
        account: Account | None = None
        if token and not FILES.fullmatch(scope["path"]):
            try:
                account = await ask_database(partial(self._accounts.account_of, token))
            except DatabaseUnusable:
                await PlainTextResponse(LOOKING_UP_FAILED, 503)(scope, receive, send)
                return
        state = scope["state"]
        state["account"] = account
        state["owner"] = account_owner(account) if account else visitor_owner(state["visitor"])
        await self._app(scope, receive, send)


def visitor_owner(visitor: str) -> str:
    """The owner of what somebody not signed in has asked."""
    return f"visitor:{hashlib.sha256(visitor.encode()).hexdigest()}"


def account_owner(account: Account) -> str:
    """The owner of what somebody signed in has asked."""
    return f"account:{account.id}"


class NotAllowed(Exception):  # noqa: N818
    """This is for others, or for people who are signed in."""


def require(*roles: Role) -> Callable[[Request], Account]:
    """A dependency for routes: lets in accounts of these roles, and gives the account."""

    def check(request: Request) -> Account:
        account: Account | None = request.state.account
        if account is None or account.role not in roles:
            raise NotAllowed
        return account

    return check


async def refuse(request: Request, error: Exception) -> Response:
    """Answer whoever is not allowed: to the sign-in page, or with a line on why not."""
    if request.state.account is not None:
        return plain_page(
            "Not for this account",
            "You are signed in, but this page is for others. If you need it, ask the people who "
            "run this site.",
            403,
        )
    if request.method in {"GET", "HEAD"}:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{SIGN_IN}?next={quote(request.url.path + query, safe='/')}", 303)
    return plain_page("Sign in first", "Sign in, then try again.", 401)
