"""Giving work its days: never more hours in a week than there are, nothing before its turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from coach.domain import Preferences

DAY = timedelta(days=1)
# Far beyond what a person would plan: a plan that reaches it is refused.
LONGEST = timedelta(days=366 * 15)
_LEAST_HOURS = 1e-9


@dataclass(frozen=True)
class Work:
    """Hours to be placed; ``weeks`` is how long they take at least, 0 where hours alone count."""

    id: str
    hours: float
    weeks: float = 0.0


@dataclass
class Placed:
    """Where work has gone: the first and last day of each, and the hours of each day."""

    first: dict[str, date] = field(default_factory=dict)
    last: dict[str, date] = field(default_factory=dict)
    hours: dict[date, float] = field(default_factory=dict)


class TooLongError(Exception):
    """The work does not end within ``LONGEST``."""


def place(phases: Sequence[Sequence[Work]], start: date, preferences: Preferences) -> Placed:
    """Place the work of phases that follow one another, from ``start`` on.

    Within a phase, what takes its time runs evenly beside the rest, which goes in order.

    Raises:
        TooLongError: it does not end within ``LONGEST``.
    """
    placed = Placed()
    days = _study_days(start, preferences)
    a_week = len(preferences.weekdays)
    a_day = preferences.hours_a_week / a_week
    day, free = next(days), a_day
    for works in phases:
        for work in works:
            placed.first[work.id] = placed.last[work.id] = day
        left = {work.id: work.hours for work in works if work.hours > _LEAST_HOURS}
        slow = {work.id: work.hours / (work.weeks * a_week) for work in works if work.weeks}
        # What takes its time comes first each day, or the rest would leave it nothing.
        order = sorted(left, key=lambda name: name not in slow)
        begun: set[str] = set()
        while order:
            ended = False
            for name in order:
                hours = min(left[name], slow.get(name, a_day), free)
                if hours <= _LEAST_HOURS:
                    continue
                if name not in begun:
                    begun.add(name)
                    placed.first[name] = day
                placed.last[name] = day
                placed.hours[day] = placed.hours.get(day, 0.0) + hours
                free -= hours
                left[name] -= hours
                ended = ended or left[name] <= _LEAST_HOURS
            if ended:
                order = [name for name in order if left[name] > _LEAST_HOURS]
            if order:
                day, free = next(days), a_day
    return placed


def _study_days(start: date, preferences: Preferences) -> Iterator[date]:
    weekdays, pauses = set(preferences.weekdays), preferences.days_off
    day, last = start, min(start, date.max - LONGEST) + LONGEST
    while day < last:
        if day.weekday() in weekdays and not any(one.first <= day <= one.last for one in pauses):
            yield day
        day += DAY
    raise TooLongError
