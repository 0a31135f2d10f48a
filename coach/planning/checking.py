"""Whether a plan can be made with what a person gives."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coach.domain import Guide, Preferences
from coach.errors import PlanError
from coach.planning.scheduling import LONGEST
from coach.planning.timing import planned_from

_MOST_HOURS = 80
_MOST_HOURS_A_DAY = 16
_YEARS = range(2000, 2200)
_MOST_TASK_HOURS = 2000
_MOST_PAUSES = 100


def check(guide: Guide, preferences: Preferences) -> None:
    """See that a plan can be made.

    Raises:
        PlanError: it cannot, with what to change.
    """
    if not guide.phases:
        raise PlanError(
            "This guide gives no phases with weeks, so there is nothing to put dates on.",
            field="guide",
            where=guide.title.value,
            remedy="Ask about its action plan in the chat, or choose another guide.",
        )
    _check_week(preferences)
    _check_days(preferences)
    for one in preferences.adjusted:
        if one.hours is not None and not 0 < one.hours <= _MOST_TASK_HOURS:
            raise PlanError(
                "A task takes some hours, and not thousands.",
                field="adjusted",
                where=f"{one.hours:g} hours",
                remedy="Give its hours, or leave it out.",
            )
    try:
        ZoneInfo(preferences.time_zone)
    # A folder of zones, such as Europe, and an overlong name are errors of the file system.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PlanError(
            "There is no such time zone.",
            field="time_zone",
            where=preferences.time_zone,
            remedy="Give one such as Europe/Berlin.",
        ) from None


def most_hours(preferences: Preferences) -> float:
    """The hours a week that a plan takes at most, with the days of study there are."""
    return min(_MOST_HOURS, _MOST_HOURS_A_DAY * len(set(preferences.weekdays)))


def _check_week(preferences: Preferences) -> None:
    hours = preferences.hours_a_week
    if not math.isfinite(hours) or hours <= 0:
        raise PlanError(
            "A plan needs some time each week.",
            field="hours_a_week",
            where=f"{hours:g} hours a week",
            remedy="Give the hours you can spare, such as 6.",
        )
    if hours > _MOST_HOURS:
        raise PlanError(
            f"Nobody can study {hours:g} hours a week for months.",
            field="hours_a_week",
            remedy=f"Give {_MOST_HOURS} hours or fewer.",
        )
    if not preferences.weekdays or not set(preferences.weekdays) <= set(range(7)):
        raise PlanError(
            "A plan needs at least one day of the week.",
            field="weekdays",
            remedy="Choose a day or more.",
        )
    most = most_hours(preferences)
    if hours > most:
        days = len(set(preferences.weekdays))
        raise PlanError(
            f"{hours:g} hours do not fit into {days} day{'s' if days > 1 else ''} a week.",
            field="hours_a_week",
            remedy=f"Give {most:g} hours or fewer, or choose more days.",
        )


def _check_days(preferences: Preferences) -> None:
    if preferences.deadline and preferences.deadline < preferences.start:
        raise PlanError(
            "The deadline is before the start.",
            field="deadline",
            where=f"{preferences.start} to {preferences.deadline}",
            remedy="Choose a later deadline or an earlier start.",
        )
    if any(pause.last < pause.first for pause in preferences.days_off):
        raise PlanError(
            "A pause ends before it begins.", field="days_off", remedy="Exchange its two dates."
        )
    if len(preferences.days_off) > _MOST_PAUSES:
        raise PlanError(
            f"A plan takes {_MOST_PAUSES} pauses at most.",
            field="days_off",
            remedy="Join those that follow one another.",
        )
    for name, day in _days(preferences):
        if day.year not in _YEARS:
            raise PlanError(
                "This day is too far away to plan with.",
                field=name,
                where=str(day),
                remedy=f"Choose days between {_YEARS[0]} and {_YEARS[-1]}.",
            )
    last = planned_from(preferences) + LONGEST
    for tick in preferences.ticks:
        if tick.on >= last:
            raise PlanError(
                "A task is ticked on a day that is years after the start.",
                field="ticks",
                where=str(tick.on),
                remedy=f"Tick it on a day before {last}, or choose a later start.",
            )


def _days(preferences: Preferences) -> Iterator[tuple[str, date]]:
    """Every day that was given, with the name of its field."""
    yield "start", preferences.start
    if preferences.deadline:
        yield "deadline", preferences.deadline
    if preferences.replanned:
        yield "replanned", preferences.replanned
    for pause in preferences.days_off:
        yield "days_off", pause.first
        yield "days_off", pause.last
    for tick in preferences.ticks:
        yield "ticks", tick.on
