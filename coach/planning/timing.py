"""When the tasks of a guide's phases fall, by the middle of its figures or by one of their ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum

from coach.domain import Guide, Preferences, Range
from coach.planning.scheduling import Placed, Work, place
from coach.planning.values import Task, TaskKind


class Figures(Enum):
    """Which of a guide's figures count, where it gives a range."""

    LEAST = "least"
    MIDDLE = "middle"
    MOST = "most"


def planned_from(preferences: Preferences) -> date:
    """The day from which what is open is planned: the start, or that of planning anew."""
    return max(preferences.start, preferences.replanned or preferences.start)


def ticked(preferences: Preferences) -> dict[str, date]:
    """The days on which tasks were done, by their ids."""
    return {tick.task: tick.on for tick in preferences.ticks}


def timed(
    guide: Guide, phases: Sequence[Sequence[Task]], preferences: Preferences, figures: Figures
) -> Placed:
    """Give the tasks of each phase their days.

    Raises:
        TooLongError: they take longer than a plan may.
    """
    done = ticked(preferences)
    works = [
        [
            Work(
                id=task.id,
                hours=0.0 if task.taken_off else _hours(task, figures),
                weeks=_of(phase.weeks.value, figures) if task.kind is TaskKind.EXPERIENCE else 0.0,
                done=done.get(task.id),
            )
            for task in tasks
        ]
        for phase, tasks in zip(guide.phases, phases, strict=True)
    ]
    return place(works, planned_from(preferences), preferences)


def end_of(tasks: Sequence[Task], placed: Placed) -> date:
    """The end of a phase: of what is not taken off, if there is such a task."""
    kept = [task for task in tasks if not task.taken_off] or tasks
    return max(placed.last[task.id] for task in kept)


def _hours(task: Task, figures: Figures) -> float:
    return task.hours if figures is Figures.MIDDLE else _of(task.range_hours, figures)


def _of(figure: Range, figures: Figures) -> float:
    match figures:
        case Figures.LEAST:
            return figure.low
        case Figures.MIDDLE:
            return (figure.low + figure.high) / 2
        case Figures.MOST:
            return figure.high
