"""How answers from a plan say days and stretches of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from coach.answering.draft import joined

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_WEEKDAYS, _WEEKEND = (0, 1, 2, 3, 4), (5, 6)
_DAYS_A_WEEK = 7


def day_of(day: date) -> str:
    """A day: "4 January 2027"."""
    return f"{day.day} {day:%B} {day.year}"


def between(early: date, late: date) -> str:
    """What follows a planned end: the early and the late one; nothing where they are the same."""
    return f", between {day_of(early)} and {day_of(late)}" if early != late else ""


def days_of(weekdays: Sequence[int]) -> str:
    """Days of the week, Monday is 0: "weekends", "Mondays and Fridays"."""
    if tuple(weekdays) == _WEEKDAYS:
        return "weekdays"
    if tuple(weekdays) == _WEEKEND:
        return "weekends"
    return joined([_DAYS[day] for day in weekdays])


def weeks_of(days: int) -> str:
    """A number of days as people say it: in weeks from two weeks on."""
    weeks = round(days / _DAYS_A_WEEK)
    if weeks < 2:
        return f"{days} day{'s' if days != 1 else ''}"
    return f"about {weeks} weeks"
