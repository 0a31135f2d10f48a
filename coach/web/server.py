"""The web app: pages, assets and health, put together and served."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from coach.errors import CoachError, SettingsError
from coach.web.conversations import TURN_SECONDS, Conversations
from coach.web.front import FrontMiddleware
from coach.web.limits import TurnLimits
from coach.web.theme import ASSETS, build_theme
from coach.web.visitors import VisitorMiddleware

if TYPE_CHECKING:
    from coach.web.chat import GuidingAnswerer

CLOSING_SECONDS = 3
BACKLOG = 2048
ASSETS_FOLDER = Path(__file__).parent / "assets"


def build_app(
    coach: GuidingAnswerer,
    *,
    question_limit: int,
    turns_a_minute: int,
    api_key: str | None = None,
    turn_seconds: float = TURN_SECONDS,
) -> FastAPI:
    """Build the web app over one coach.

    Args:
        coach: answers the questions and knows the guides.
        question_limit: the longest question taken, in characters.
        turns_a_minute: the most questions a minute from one visitor.
        api_key: the key of the endpoint for programs, which is off without one.
        turn_seconds: the longest an answer may take, whatever it waits for.
    """
    import gradio as gr

    from coach.web.chat import ChatPage
    from coach.web.completions import completions_router

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_health(app, coach)
    app.mount(ASSETS, StaticFiles(directory=ASSETS_FOLDER))
    limits = TurnLimits(turns_a_minute)
    if api_key:
        app.include_router(
            completions_router(coach, api_key=api_key, limits=limits, turn_seconds=turn_seconds)
        )
    page = ChatPage(coach, Conversations(seconds=turn_seconds), question_limit, limits).build()
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
    app.add_middleware(FrontMiddleware, api=bool(api_key))
    app.add_middleware(VisitorMiddleware)
    return app


def add_health(app: FastAPI, coach: GuidingAnswerer) -> None:
    """Add ``/healthz`` (the process is up) and ``/readyz`` (questions can be answered)."""

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "up"})

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            guides = await asyncio.to_thread(coach.guides)
        except CoachError as error:
            reason = f"{error.problem} {error.remedy}".strip()
            return JSONResponse({"status": "not ready", "reason": reason}, status_code=503)
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
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=CLOSING_SECONDS)
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
