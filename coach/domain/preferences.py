"""What shapes the dates of a person's plan."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from coach.domain.guides import Value

EVERY_DAY = tuple(range(7))


class Level(StrEnum):
    """How well a person has a skill; only a solid one is taken off the plan."""

    SOME = "some"
    SOLID = "solid"


class HeldSkill(Value):
    """A skill of the guide, by the guide's name for it, that the person has already."""

    name: str
    level: Level = Level.SOLID


class DaysOff(Value):
    """Days without study, both included."""

    first: date
    last: date


class Tick(Value):
    """A task that the person has done, and when."""

    task: str
    on: date


class Adjustment(Value):
    """A task that is left out, or takes other hours than the guide's figures give it."""

    task: str
    hours: float | None = None
    left_out: bool = False


class Preferences(Value):
    """What shapes the dates of a plan.

    ``weekdays`` are the days of study, Monday is 0. ``time_zone`` is an IANA name. ``finished``
    holds titles of courses and books. ``replanned`` is the day from which what is still open was
    last planned anew.
    """

    hours_a_week: float
    start: date
    deadline: date | None = None
    weekdays: tuple[int, ...] = EVERY_DAY
    days_off: tuple[DaysOff, ...] = ()
    time_zone: str = "UTC"
    held: tuple[HeldSkill, ...] = ()
    finished: tuple[str, ...] = ()
    ticks: tuple[Tick, ...] = ()
    replanned: date | None = None
    adjusted: tuple[Adjustment, ...] = ()
