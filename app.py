"""Serve the chat page: ``python app.py [--host HOST] [--port PORT] [--data DIR]``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from fastapi import FastAPI

from coach.coach import Coach
from coach.errors import CoachError, IndexMissing, SettingsError
from coach.settings import Settings
from coach.web.server import build_app, serve
from coach.wiring import build_coach
from ingest import console, ingest

QUOTING_SECONDS = 30.0


def main(arguments: list[str] | None = None) -> int:
    """Serve until a signal comes; 1 when there is nothing that could be served."""
    parser = argparse.ArgumentParser(description="Serve the chat page.")
    parser.add_argument("--host", help="the address to listen on")
    parser.add_argument("--port", type=int, help="the port to listen on")
    parser.add_argument("--data", metavar="DIR", type=Path, help="the folder of the index")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    given = {name: value for name, value in vars(options).items() if value is not None}
    try:
        settings = Settings.from_environment().model_copy(update=given)
        coach = open_coach(settings)
        # A model that is too slow is given up first, and the answer is quoted.
        turn_seconds = settings.model_seconds + QUOTING_SECONDS
        app = build_app(
            coach,
            question_limit=settings.question_limit,
            turns_a_minute=settings.turns_a_minute,
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            turn_seconds=turn_seconds,
        )
        if settings.evals_page:
            add_evals_pages(app, coach, turn_seconds)
        serve(app, settings.host, settings.port, ready=announce)
    except CoachError as error:
        console.print(f"Error: {error}")
        return 1
    return 0


def open_coach(settings: Settings) -> Coach:
    """Open the index, building it first where there is none, and load what answers need."""
    try:
        coach = build_coach(settings)
    except IndexMissing:
        if not settings.knowledge.exists():
            raise IndexMissing(
                "There is no index, and no guides to build it from.",
                where=f"{settings.data}, {settings.knowledge}",
                remedy="Start in the project's folder, or set COACH_DATA or COACH_KNOWLEDGE.",
            ) from None
        console.print(f"There is no index yet; building it from {settings.knowledge}.")
        ingest([settings.knowledge], settings.data, settings)
        coach = build_coach(settings)
    coach.search("warming up", None, 1)
    return coach


def add_evals_pages(app: FastAPI, coach: Coach, seconds: float) -> None:
    """Show the evals' pages before all others.

    Raises:
        SettingsError: a package that only the evals need is missing.
    """
    try:
        from evals.page import EvalsPages
    except ImportError as error:
        raise SettingsError(
            f"The evals page needs {error.name}, which is not installed.",
            where="COACH_EVALS_PAGE",
            remedy="Install it with `make install`, or unset the variable.",
        ) from error
    app.add_middleware(EvalsPages, coach=coach, seconds=seconds)


def announce(address: str) -> None:
    """Say where the page is."""
    console.print(f"Pathway Coach is ready: open {address}")


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """End without a trace: being asked to stop is no failure."""
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
