"""``coach plan``: a dated plan for a move, on standard output."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coach.cli_settings import read_settings, stop
from coach.domain import Guide
from coach.errors import CoachError, IndexMissing, PlanError
from coach.planning import HeldSkill, Plan, Preferences, build
from coach.planning.files import FileFormat, as_file
from coach.planning.notes import NO_PROMISE
from coach.planning.skills import Certainty, match
from coach.settings import Settings


class Format(StrEnum):
    """How a plan is written: to be read here, or as a file."""

    TABLE = "table"
    ICS = FileFormat.ICS
    MD = FileFormat.MD
    PDF = FileFormat.PDF
    CSV = FileFormat.CSV
    JSON = FileFormat.JSON


def plan(
    guide: Annotated[str, typer.Option(help="The guide's name, such as its file's without .md.")],
    hours: Annotated[float, typer.Option(help="Hours you have each week.")],
    start: Annotated[str, typer.Option(help="First day, as 2027-01-04.")],
    have: Annotated[
        list[str] | None, typer.Option(help="A skill you have already; may be given again.")
    ] = None,
    deadline: Annotated[str | None, typer.Option(help="Last day, as 2028-12-31.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the index.")] = None,
    written: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TABLE,
) -> None:
    """Plan a move: dated tasks, each with its place in the guide."""
    settings = read_settings(data)
    try:
        found = _guide(guide, settings)
        preferences = Preferences(
            hours_a_week=hours,
            start=_date(start, "--start"),
            deadline=_date(deadline, "--deadline") if deadline else None,
            held=_held(have or [], found, settings),
        )
        if preferences.start < date.today():
            raise PlanError(
                "The start is in the past.",
                where=f"--start {start}",
                remedy=f"Give today, {date.today()}, or a later day.",
            )
        made = build(found, preferences)
    except CoachError as error:
        stop(error)
    if written is Format.TABLE:
        _print(made)
    else:
        sys.stdout.buffer.write(as_file(made, FileFormat(written)))


def _print(made: Plan) -> None:
    console = Console()
    console.print(made.title, style="bold", markup=False)
    for heading, tasks in groupby(made.tasks, key=lambda task: task.heading):
        table = Table(title=Text(heading), title_justify="left", show_header=False, box=None)
        for task in tasks:
            hours = f"{task.hours:.0f} h" if task.hours else ""
            line = f"line {task.source.first_line}"
            text = Text(f"{task.text} {task.taken_off}".strip())
            table.add_row(str(task.start), str(task.end), hours, text, line)
        console.print(table)
    for milestone in made.milestones:
        dates = f"{milestone.planned}, between {milestone.early} and {milestone.late}"
        console.print(f"Phase {milestone.phase} ends {dates}", markup=False)
    console.print(NO_PROMISE)
    if made.deadline:
        console.print(f"Deadline {made.deadline.on}: {made.deadline.advice}", markup=False)
    for note in made.notes:
        console.print(f"- {note.text}", markup=False)


def _date(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PlanError(
            "This is no day of the calendar.",
            where=f"{option} {text}",
            remedy="Write it as year-month-day, such as 2027-01-04.",
        ) from None


def _held(said: list[str], guide: Guide, settings: Settings) -> tuple[HeldSkill, ...]:
    """The skills that were named for sure; of the others, standard error has a line."""
    if not said:
        return ()
    from coach.wiring import load_encoder

    held = []
    for one in match(said, guide, load_encoder(settings)):
        if one.certainty is Certainty.SURE and one.skill:
            held.append(HeldSkill(name=one.skill))
        elif one.certainty is Certainty.DOUBTFUL:
            _tell(f'"{one.said}" may be part of "{one.skill}". If you have all of it, say so.')
        else:
            names = ", ".join(gap.name.value for gap in guide.skill_gaps)
            _tell(f'"{one.said}" is no skill of this guide. It has: {names}.')
    return tuple(held)


def _tell(line: str) -> None:
    print(f"coach: {line}", file=sys.stderr)  # noqa: T201


def _guide(slug: str, settings: Settings) -> Guide:
    """The guide of that name, from the index, or from the folder of guides where there is none."""
    guides = _indexed(settings) or _read(settings)
    if slug in guides:
        return guides[slug]
    raise PlanError(
        "There is no such guide.", where=slug, remedy=f"Choose one of: {', '.join(sorted(guides))}."
    )


def _indexed(settings: Settings) -> dict[str, Guide]:
    from coach.wiring import build_coach

    try:
        return {guide.slug: guide for guide in build_coach(settings).guides()}
    except IndexMissing:
        return {}


def _read(settings: Settings) -> dict[str, Guide]:
    from coach.discovery import discover
    from coach.reading import read

    found, _, problems = discover([settings.knowledge], data=settings.data)
    if problems:
        raise problems[0]
    contents = [read(file.path, name=file.name, key=file.key).content for file in found]
    return {content.slug: content for content in contents if isinstance(content, Guide)}
