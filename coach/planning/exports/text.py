"""A plan as Markdown, as a spreadsheet's CSV and as JSON, which alone can be read back."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import groupby

from pydantic import BaseModel, Field, ValidationError

from coach.domain import Preferences
from coach.errors import PlanError
from coach.planning.notes import NO_PROMISE
from coach.planning.values import Plan, Task
from coach.spreadsheets import harmless

FORMAT = "pathway-coach-plan"
VERSION = 1
_MARKUP = re.compile(r"([\\`*_\[\]<>|#])")
_COLUMNS = (
    "start", "end", "done", "task", "kind", "phase", "skill", "priority", "hours", "note", "source",
)  # fmt: skip


def to_markdown(plan: Plan) -> str:
    """A checklist by heading, with dates, hours and sources, under the milestones and notes."""
    lines = [f"# {_plain(plan.title)}", ""]
    hours = plan.preferences.hours_a_week
    lines += [f"{hours:g} hours a week from {plan.preferences.start}.", ""]
    if plan.deadline:
        lines += [f"Deadline {plan.deadline.on}: {_plain(plan.deadline.advice)}", ""]
    lines += ["## Milestones", "", "| phase | early | planned | late |", "|---|---|---|---|"]
    for milestone in plan.milestones:
        name = f"{milestone.phase}: {_plain(milestone.name)}"
        lines.append(f"| {name} | {milestone.early} | {milestone.planned} | {milestone.late} |")
    lines += ["", NO_PROMISE, ""]
    for heading, tasks in groupby(plan.tasks, key=lambda task: task.heading):
        lines += [f"## {_plain(heading)}", ""]
        lines += [_item(task, plan) for task in tasks]
        lines.append("")
    lines += ["## What the figures rest on", ""]
    lines += [f"- {_plain(note.text)}" for note in plan.notes]
    return "\n".join(lines) + "\n"


def to_csv(plan: Plan) -> str:
    """A line a task; a cell that a spreadsheet would compute begins with an apostrophe."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_COLUMNS)
    for task in plan.tasks:
        cells = (
            task.start, task.end, task.done or "", task.text, task.kind.value, task.phase or "",
            task.skill or "", task.priority.value if task.priority else "", round(task.hours, 1),
            task.taken_off, f"{plan.guide}, line {task.source.first_line}",
        )  # fmt: skip
        table.writerow([harmless(str(cell)) for cell in cells])
    return out.getvalue()


def to_json(plan: Plan) -> str:
    """The whole plan; of it, guide and preferences are what ``from_json`` reads back."""
    content = {"format": FORMAT, "version": VERSION, **plan.model_dump(mode="json")}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def from_json(text: str) -> tuple[str, Preferences]:
    """Return the guide and the preferences, ticks among them, of a plan that was exported.

    Raises:
        PlanError: the text is no plan of ours.
    """
    try:
        saved = _Saved.model_validate_json(text)
    # Letters that are no letters cannot be read as UTF-8.
    except (ValidationError, UnicodeEncodeError) as error:
        raise PlanError(
            "This file is no plan that was saved here.",
            remedy="Choose a file that was downloaded as JSON from the plan page.",
        ) from error
    return saved.guide, saved.preferences


class _Saved(BaseModel):
    """What is read back of a saved plan; the rest follows from it."""

    format: str = Field(pattern=f"^{FORMAT}$")
    version: int = Field(le=VERSION)
    guide: str
    preferences: Preferences


def _item(task: Task, plan: Plan) -> str:
    box = "x" if task.done or (task.taken_off and not task.left_out) else " "
    hours = f", about {task.hours:.0f} h" if task.hours else ""
    reason = f" {_plain(task.taken_off)}" if task.taken_off else ""
    source = f"{plan.guide}, line {task.source.first_line}"
    return f"- [{box}] {task.start} to {task.end}{hours}: {_plain(task.text)}{reason} ({source})"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
