"""``coach backup`` and ``coach restore``: the database of conversations as one file, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli_settings import read_settings, stop
from coach.errors import CoachError
from coach.wiring import conversations

if TYPE_CHECKING:
    from coach.backup import Progress

Data = Annotated[Path | None, typer.Option(help="Folder of the index; .coach by default.")]


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as coach.zip.")],
    data: Data = None,
) -> None:
    """Write all conversations, reviews and accounts to one file."""
    settings = read_settings(data)
    try:
        with conversations(settings) as database:
            from coach.backup import write_backup

            with _bar("Backing up") as progress:
                made = write_backup(database, file, progress)
    except CoachError as error:
        stop(error)
    rows = {name: part.rows for name, part in made.tables.items()}
    _say(
        f"{file} holds {_count(rows['conversations'], 'conversation')} with "
        f"{_count(rows['turns'], 'question')}, and {_count(rows['accounts'], 'account')}."
    )
    _say("Keep it as safe as the database itself: it has what people asked.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `coach backup` has written.")],
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Put it in place of what the database holds but for its accounts."
        ),
    ] = False,
    data: Data = None,
) -> None:
    """Fill the database from a backup. Stop the app first."""
    settings = read_settings(data)
    try:
        with conversations(settings) as database:
            from coach.backup import restore_backup

            with _bar("Restoring") as progress:
                done = restore_backup(
                    database, file, progress, keep_days=settings.keep_days, replace=replace
                )
    except CoachError as error:
        stop(error)
    _say(
        f"The database now holds {_count(done.conversations, 'conversation')} with "
        f"{_count(done.turns, 'question')}, and {_count(done.accounts, 'account')}, as of "
        f"{done.made_at:%d %B %Y, %H:%M} UTC."
    )
    if done.deleted_again:
        _say(f"Deleted again, for it had been deleted since: {done.deleted_again}.")
    if done.purged:
        _say(f"Not kept, for it is older than {settings.keep_days} days: {done.purged}.")
    _say("Everyone who was signed in has to sign in again.")


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    with Bars(console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
