"""Serve the chat page: ``python app.py [--host HOST] [--port PORT] [--data DIR]``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from fastapi import APIRouter

from coach.coach import Coach
from coach.database import migrate
from coach.errors import CoachError, IndexMissing, SettingsError
from coach.monitoring.logs import configure_logs
from coach.plans import Plans
from coach.settings import Settings
from coach.web.plans import plans_router
from coach.web.provider import Provider
from coach.web.review import review_router
from coach.web.server import build_app, serve
from coach.wiring import build_coach, open_conversations
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
        configure_logs(text=settings.log_text)
        coach = open_coach(settings)
        database = open_conversations(settings)
        migrate(database)
        # A model that is too slow is given up first, and the answer is quoted.
        turn_seconds = settings.model_seconds + QUOTING_SECONDS
        app = build_app(
            coach,
            database=database,
            question_limit=settings.question_limit,
            turns_a_minute=settings.turns_a_minute,
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            turn_seconds=turn_seconds,
            session_hours=settings.session_hours,
            keep_days=settings.keep_days,
            public_url=settings.public_url,
            provider=provider_in(settings),
            daily_tokens=(
                (settings.daily_tokens, settings.daily_tokens_of_all) if settings.model else None
            ),
            metrics=settings.metrics,
            routers=[
                review_router(coach, database, settings.knowledge),
                plans_router(coach, Plans(database)),
                *([evals_pages(coach, turn_seconds)] if settings.evals_page else []),
            ],
        )
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


def provider_in(settings: Settings) -> Provider | None:
    """Whom people sign in through; None where nobody is named.

    Raises:
        SettingsError: something is missing that signing in through a provider needs.
    """
    needed = {
        "COACH_OIDC_ISSUER": settings.oidc_issuer,
        "COACH_OIDC_CLIENT_ID": settings.oidc_client_id,
        "COACH_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }
    if not any(needed.values()):
        return None
    needed["COACH_PUBLIC_URL"] = settings.public_url
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise SettingsError(
            "Signing in through a provider needs all of its settings.",
            where=", ".join(missing),
            remedy="Set what is missing, or unset the COACH_OIDC_ variables.",
        )
    assert settings.oidc_issuer and settings.oidc_client_id  # noqa: PT018
    assert settings.oidc_client_secret and settings.public_url  # noqa: PT018
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        public_url=settings.public_url,
    )


def evals_pages(coach: Coach, seconds: float) -> APIRouter:
    """The evals' pages, for the people who run evals.

    Raises:
        SettingsError: a package that only the evals need is missing.
    """
    try:
        from evals.page import evals_router
    except ImportError as error:
        raise SettingsError(
            f"The evals page needs {error.name}, which is not installed.",
            where="COACH_EVALS_PAGE",
            remedy="Install it with `make install`, or unset the variable.",
        ) from error
    return evals_router(coach, seconds=seconds)


def announce(address: str) -> None:
    """Say where the page is."""
    console.print(f"Pathway Coach is ready: open {address}")


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """End without a trace: being asked to stop is no failure."""
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
