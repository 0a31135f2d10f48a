"""What a plan is made of."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from coach.domain import Preferences, Priority, Range, Span, Tick, Value


class TaskKind(StrEnum):
    """How a task takes time: study goes faster with more hours a week, experience does not."""

    ACTION = "action"
    STUDY = "study"
    EXPERIENCE = "experience"


class Task(Value):
    """One thing to do, in the guide's words; ``source`` is where they stand, under ``heading``.

    ``hours`` is the effort the plan counts with, ``range_hours`` what the guide's figures allow. An
    action has none of its own: its time is part of the first phase. ``after`` are the tasks that
    come before it. ``taken_off`` says why a task need not be done; ``left_out`` tells those that
    nobody has done from those that a skill or a course covers. What is ``done`` ends on that day.
    """

    id: str
    text: str
    kind: TaskKind
    heading: str
    source: Span
    phase: int | None = None
    skill: str | None = None
    priority: Priority | None = None
    hours: float = 0.0
    range_hours: Range = Range(low=0, high=0)
    after: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    done: date | None = None
    taken_off: str = ""
    left_out: bool = False


class Milestone(Value):
    """The end of a phase: the day the plan counts with, and an early and a late one."""

    phase: int
    name: str
    early: date
    planned: date
    late: date
    source: Span


class Week(Value):
    """The hours planned in the week that begins on a Monday."""

    monday: date
    hours: float


class DeadlineFit(StrEnum):
    """Whether a deadline is met: also by the late date, only by the early one, or by neither."""

    MET = "met"
    TIGHT = "tight"
    MISSED = "missed"


class Deadline(Value):
    """How the plan stands to the deadline; ``days_over`` counts from it to the planned end.

    ``hours_needed`` are the hours a week with which the planned end would meet it; None where it
    is met, or where no hours would. ``advice`` says why, and what would have to give.
    """

    on: date
    fit: DeadlineFit
    days_over: int
    hours_needed: float | None
    advice: str


class Note(Value):
    """A line on the guide's own figures, with the places it rests on."""

    text: str
    sources: tuple[Span, ...]


class Plan(Value):
    """Dated tasks for one move, first to last, as they follow from a guide and preferences.

    ``lost_ticks`` are those of no task: its words have changed, or it was another guide's.
    """

    guide: str
    title: str
    preferences: Preferences
    tasks: tuple[Task, ...]
    milestones: tuple[Milestone, ...]
    weeks: tuple[Week, ...]
    notes: tuple[Note, ...]
    beside: tuple[str, ...] = Field(description="Skills of the guide that no task of a phase names")
    deadline: Deadline | None
    lost_ticks: tuple[Tick, ...] = ()

    @property
    def hours(self) -> float:
        """The effort of all tasks, those taken off or done included."""
        return sum(task.hours for task in self.tasks)

    @property
    def end(self) -> date:
        """The day on which all phases are planned to have ended."""
        return max(one.planned for one in self.milestones)
