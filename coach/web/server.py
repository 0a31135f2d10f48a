"""The web app: pages, assets and health, put together and served."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from coach.errors import CoachError
from coach.web.conversations import Conversations
from coach.web.front import FrontMiddleware
from coach.web.theme import ASSETS, build_theme
from coach.web.visitors import VisitorMiddleware

if TYPE_CHECKING:
    from coach.web.chat import GuidingAnswerer

ASSETS_FOLDER = Path(__file__).parent / "assets"


def build_app(coach: GuidingAnswerer, *, question_limit: int) -> FastAPI:
    """Build the web app over one coach.

    Args:
        coach: answers the questions and knows the guides.
        question_limit: the longest question taken, in characters.
    """
    # Gradio reads these when it is imported: no usage figures, no look for a newer version.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    import gradio as gr

    from coach.web.chat import ChatPage

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_health(app, coach)
    app.mount(ASSETS, StaticFiles(directory=ASSETS_FOLDER))
    page = ChatPage(coach, Conversations(), question_limit).build()
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
    app.add_middleware(FrontMiddleware)
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
            return JSONResponse({"status": "not ready", "reason": str(error)}, status_code=503)
        return JSONResponse({"status": "ready", "guides": len(guides)})
