"""The web app: pages, assets and health, put together and served."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.routing import Mount

from coach.accounts import Accounts
from coach.accounts.store import SESSION_HOURS
from coach.database import Database
from coach.errors import CoachError, DatabaseUnusable, SettingsError
from coach.plans import Plans
from coach.privacy import KEEP_DAYS, Privacy
from coach.review.queue import ReviewQueue
from coach.transcripts import Transcripts
from coach.web.conversations import TURN_SECONDS, Conversations
from coach.web.daily_tokens import DailyTokens
from coach.web.database_threads import ask_database
from coach.web.feedback import feedback_router
from coach.web.front import FrontMiddleware
from coach.web.identity import IdentityMiddleware, NotAllowed, refuse
from coach.web.limits import RequestLimits, TurnLimits
from coach.web.metrics import metrics_router
from coach.web.page_errors import log_page_errors
from coach.web.privacy import keeping_to, privacy_router
from coach.web.provider import Provider, provider_routes
from coach.web.request_ids import RequestIdMiddleware
from coach.web.request_limits import RequestLimitMiddleware
from coach.web.security import BODY_BYTES, SecurityMiddleware
from coach.web.sharing import sharing_router
from coach.web.sidebar import sidebar_router
from coach.web.sign_in import SigningIn, sign_in_router
from coach.web.theme import ASSETS, build_theme
from coach.web.visitors import VisitorMiddleware

if TYPE_CHECKING:
    from gradio import Blocks

    from coach.web.chat import GuidingAnswerer

CLOSING_SECONDS = 3
BACKLOG = 2048
# Less than what a load balancer waits for.
READY_SECONDS = 3
NO_INDEX = "The index does not answer."
NO_DATABASE = "The database of conversations cannot be reached."
ASSETS_FOLDER = Path(__file__).parent / "assets"


def build_app(
    coach: GuidingAnswerer,
    *,
    database: Database,
    question_limit: int,
    turns_a_minute: int,
    api_key: str | None = None,
    turn_seconds: float = TURN_SECONDS,
    session_hours: int = SESSION_HOURS,
    keep_days: int = KEEP_DAYS,
    public_url: str | None = None,
    provider: Provider | None = None,
    daily_tokens: tuple[int, int] | None = None,
    metrics: bool = False,
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """Build the web app over one coach.

    Args:
        coach: answers the questions and knows the guides.
        database: keeps conversations and accounts; its tables are made.
        question_limit: the longest question taken, in characters.
        turns_a_minute: the most questions a minute from one visitor.
        api_key: the key of the endpoint for programs, which is off without one.
        turn_seconds: the longest an answer may take, whatever it waits for.
        session_hours: how long a browser stays signed in.
        keep_days: how long a conversation is kept after its last question.
        public_url: the address people reach the app by, where that is not the one it listens on.
        provider: whom people can sign in through.
        daily_tokens: the most that a language model reads and writes in a day, for one visitor and
            for all together.
        metrics: whether there are figures for Prometheus.
        routers: pages from elsewhere, each with the roles it is for.
    """
    from coach.web.chat import ChatPage
    from coach.web.completions import completions_router

    privacy = Privacy(database)
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lambda _: keeping_to(privacy, keep_days),
    )
    app.add_exception_handler(NotAllowed, refuse)
    add_health(app, coach, database)
    app.mount(ASSETS, StaticFiles(directory=ASSETS_FOLDER))
    accounts = Accounts(database, session_hours)
    transcripts = Transcripts(database)
    secure = (public_url or "").startswith("https:")
    conversations = Conversations(transcripts, seconds=turn_seconds)
    signing_in = SigningIn(
        accounts,
        transcripts,
        conversations,
        session_hours=session_hours,
        provider=provider is not None,
        secure=secure,
    )
    app.include_router(sign_in_router(signing_in))
    if provider is not None:
        app.router.routes.extend(provider_routes(provider, signing_in, secure=secure))
    limits = TurnLimits(turns_a_minute)
    tokens = None if daily_tokens is None else DailyTokens(coach, transcripts, *daily_tokens)
    if api_key:
        app.include_router(
            completions_router(
                coach,
                transcripts,
                api_key=api_key,
                limits=limits,
                turn_seconds=turn_seconds,
                tokens=tokens,
            )
        )
    if metrics:
        app.include_router(metrics_router(ReviewQueue(database)))
    for router in routers:
        app.include_router(router)

    def can_sign_in() -> bool:
        return provider is not None or bool(accounts.accounts())

    app.include_router(sidebar_router(transcripts, conversations, can_sign_in))
    app.include_router(feedback_router(transcripts, conversations))
    app.include_router(sharing_router(transcripts))
    app.include_router(privacy_router(privacy, conversations, secure=secure))
    chat = ChatPage(coach, conversations, Plans(database), question_limit, limits, tokens)
    add_chat_page(app, chat.build())
    # The last one added is the first that a request meets.
    app.add_middleware(IdentityMiddleware, accounts=accounts)
    app.add_middleware(VisitorMiddleware, secure=secure)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=BODY_BYTES)
    app.add_middleware(RequestLimitMiddleware, limits=RequestLimits(turns_a_minute))
    app.add_middleware(SecurityMiddleware, public_url=public_url)
    app.add_middleware(RequestIdMiddleware)
    return app


def add_chat_page(app: FastAPI, page: Blocks) -> None:
    """Serve Gradio's page for whatever no route before it answers, behind the front."""
    import gradio as gr

    log_page_errors()
    gr.mount_gradio_app(
        app,
        page,
        "/",
        theme=build_theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    mounted = app.router.routes.pop()
    assert isinstance(mounted, Mount)
    app.mount("/", FrontMiddleware(mounted.app))


def add_health(app: FastAPI, coach: GuidingAnswerer, database: Database) -> None:
    """Add ``/healthz`` (the process is up) and ``/readyz`` (questions are answered and kept)."""

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "up"})

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            async with asyncio.timeout(READY_SECONDS):
                guides = await asyncio.to_thread(coach.guides)
        except TimeoutError:
            return JSONResponse({"status": "not ready", "reason": NO_INDEX}, status_code=503)
        except CoachError as error:
            reason = f"{error.problem} {error.remedy}".strip()
            return JSONResponse({"status": "not ready", "reason": reason}, status_code=503)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await ask_database(database.ping)
        except (DatabaseUnusable, TimeoutError):
            return JSONResponse({"status": "not ready", "reason": NO_DATABASE}, status_code=503)
        return JSONResponse({"status": "ready", "guides": len(guides)})


def serve(app: FastAPI, host: str, port: int, *, ready: Callable[[str], None]) -> None:
    """Serve until a signal ends it.

    Args:
        app: the web app.
        host: the address to listen on.
        port: the port to listen on; 0 for any free one.
        ready: told the address to open, once the app answers there.

    Raises:
        SettingsError: the address is taken or is none of this machine's.
    """
    config = uvicorn.Config(
        app,
        log_config=None,  # the log is configured for the whole program, or not at all
        log_level="warning",
        lifespan="on",  # "auto" takes an error at the start for an app that has none
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )
    with _listening(host, port) as listener:
        found, taken = listener.getsockname()[:2]
        address = f"http://{f'[{found}]' if ':' in found else found}:{taken}"
        _Server(config, lambda: ready(address)).run([listener])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"The page cannot be served there: {getattr(error, 'strerror', None) or error}.",
            where=f"{host}:{port}",
            remedy="Choose another address with --host or --port.",
        ) from error


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
