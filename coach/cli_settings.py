"""What every command starts with, and how it ends where it cannot go on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import typer

from coach.errors import CoachError
from coach.settings import Settings


def read_settings(data: Path | None = None) -> Settings:
    """The settings of the environment, with another folder of the index where one is given."""
    try:
        settings = Settings.from_environment()
    except CoachError as error:
        stop(error)
    return settings.model_copy(update={"data": data}) if data is not None else settings


def stop(error: CoachError) -> NoReturn:
    """Say what is wrong and end with 1."""
    print(f"coach: {error}", file=sys.stderr)  # noqa: T201
    raise typer.Exit(1)
