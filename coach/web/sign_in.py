"""Signing in and out, with a name and a password."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import MutableHeaders

from coach.accounts import Account, Accounts
from coach.accounts.credentials import NAME_LENGTH, clean_name
from coach.errors import AccountError, DatabaseUnusable
from coach.transcripts import Transcripts
from coach.web.conversations import Conversations
from coach.web.database_threads import ask_database
from coach.web.identity import SESSION_COOKIE, SIGN_IN, account_owner, visitor_owner
from coach.web.limits import SignInLimits, too_many_attempts
from coach.web.pages import page
from coach.web.visitors import set_cookie

# Checking a password takes 64 MB and a core for a moment; whoever chats is not to wait for many.
CHECKS_AT_ONCE = 2
HOME = "/"

WRONG = "Name and password do not fit together. Check both and try again."
NOT_NOW = "Nobody can be signed in just now. Please try again in a minute."


class SigningIn:
    """What sign-in by password and by provider share: the page, the session, the way back.

    Args:
        accounts: who may sign in.
        transcripts: what was asked before signing in and comes along.
        conversations: those that are open.
        session_hours: how long the browser keeps the session's cookie.
        provider: whether a provider can be used.
        secure: whether browsers send the cookie over https alone, whatever we are reached by.
    """

    def __init__(
        self,
        accounts: Accounts,
        transcripts: Transcripts,
        conversations: Conversations,
        *,
        session_hours: int,
        provider: bool,
        secure: bool,
    ) -> None:
        self.accounts = accounts
        self._transcripts = transcripts
        self._conversations = conversations
        self._session_seconds = session_hours * 3600
        self._provider = provider
        self._secure = secure

    def form(
        self,
        request: Request,
        way_back: str,
        *,
        problem: str = "",
        typed: str = "",
        status: int = 200,
    ) -> Response:
        """The page to sign in on; whoever is signed in is told so."""
        return page(
            "sign_in.html",
            status,
            title="Sign in",
            problem=problem,
            typed=typed[:NAME_LENGTH],
            next=way_back,
            provider=self._provider,
            account=request.state.account,
        )

    async def enter(self, request: Request, token: str, way_back: str) -> Response:
        """Give the browser its new session, end the one it had, and bring its conversations."""
        account = await ask_database(partial(self.accounts.account_of, token))
        if account is None:  # disabled in this very moment
            return self.form(request, way_back, problem=WRONG, status=403)
        before = visitor_owner(request.state.visitor)
        # First an answer under way, which would otherwise be kept for the visitor after all.
        await self._conversations.end_all(before)
        old = request.cookies.get(SESSION_COOKIE)
        await ask_database(partial(self._take_over, account, before, old))
        return self._leave_with(request, token, self._session_seconds, way_back)

    async def leave(self, request: Request) -> Response:
        """End the browser's session."""
        if token := request.cookies.get(SESSION_COOKIE):
            await ask_database(partial(self.accounts.sign_out, token))
        return self._leave_with(request, "", 0, HOME)

    def _take_over(self, account: Account, before: str, old: str | None) -> None:
        if old:
            self.accounts.sign_out(old)
        self._transcripts.adopt(before, account_owner(account))

    def _leave_with(self, request: Request, token: str, seconds: int, to: str) -> Response:
        response = RedirectResponse(to, 303, {"cache-control": "no-store"})
        secure = self._secure or request.url.scheme == "https"
        cookie = set_cookie(SESSION_COOKIE, token, seconds, secure=secure)
        MutableHeaders(raw=response.raw_headers).append("set-cookie", cookie)
        return response


def sign_in_router(signing_in: SigningIn) -> APIRouter:
    """The addresses to sign in and out at."""
    router = APIRouter()
    limits = SignInLimits()
    checks = asyncio.Semaphore(CHECKS_AT_ONCE)

    @router.get(SIGN_IN)
    async def show(
        request: Request, way_back: Annotated[str, Query(alias="next")] = ""
    ) -> Response:
        return signing_in.form(request, own_path(way_back))

    @router.post(SIGN_IN)
    async def sign_in(
        request: Request,
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        way_back: Annotated[str, Form(alias="next")] = "",
    ) -> Response:
        to = own_path(way_back)
        try:
            account_name = clean_name(name)
        except AccountError:
            return signing_in.form(request, to, problem=WRONG, typed=name, status=403)
        address = request.client.host if request.client else ""
        if wait := await limits.take(account_name, address):
            response = signing_in.form(
                request, to, problem=too_many_attempts(wait), typed=name, status=429
            )
            response.headers["retry-after"] = str(wait)
            return response
        try:
            async with checks:
                token = await ask_database(partial(signing_in.accounts.sign_in, name, password))
            if token is None:
                return signing_in.form(request, to, problem=WRONG, typed=name, status=403)
            return await signing_in.enter(request, token, to)
        except DatabaseUnusable:
            return signing_in.form(request, to, problem=NOT_NOW, typed=name, status=503)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        return await signing_in.leave(request)

    return router


def own_path(way_back: str) -> str:
    """The way back, if it leads to a page of ours, else to the chat.

    Browsers read a backslash as a slash and leave out tabs and line ends; two slashes at the
    start lead to another site.
    """
    plain = way_back.isprintable() and not set(way_back) & {"\\", " "}
    ours = way_back.startswith("/") and not way_back.startswith("//")
    return way_back if plain and ours else HOME
