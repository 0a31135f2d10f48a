"""Giving work its days: never more hours in a week than there are, nothing before its turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from coach.domain import DaysOff, Preferences

DAY = timedelta(days=1)
# Far beyond what a person would plan: a plan that reaches it is refused.
LONGEST = timedelta(days=366 * 15)
_LEAST_HOURS = 1e-9


@dataclass(frozen=True)
class Work:
    """Hours to be placed.

    Attributes:
        id: its name.
        hours: how many; 0 where nothing is left to do.
        weeks: how long they take at least; 0 where hours alone count.
        done: the day on which it was done, if it was.
    """

    id: str
    hours: float
    weeks: float = 0.0
    done: date | None = None


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

    Within a phase, what takes its time runs evenly beside the rest, which goes in order. What is
    done ends on the day it was done, and what comes after it begins then: sooner or later than its
    hours say. What has no hours has the day on which that before it ends.

    Raises:
        TooLongError: it does not end within ``LONGEST``.
    """
    course = _Course(start, preferences)
    for works in phases:
        course.run(works)
    return course.placed


class _Course:
    """The days of study, one after the other, and what is placed on them."""

    def __init__(self, start: date, preferences: Preferences) -> None:
        self.placed = Placed()
        self._a_week = len(set(preferences.weekdays))
        self._a_day = preferences.hours_a_week / self._a_week
        self._days = study_days(start, preferences)
        self._day, self._free = next(self._days), self._a_day
        self._end = self._day
        self._left: dict[str, float] = {}

    def run(self, works: Sequence[Work]) -> None:
        """Place the work of a phase."""
        self._left = {work.id: work.hours for work in works}
        begin = ready = self._end
        running = {work: work.hours / (work.weeks * self._a_week) for work in works if work.weeks}
        queue = deque(work for work in works if not work.weeks)
        while running or queue:
            # What takes its time comes first each day, or the rest would leave it nothing.
            for work in [work for work, most in running.items() if self._work_on(work, most)]:
                del running[work]
                self._finish(work, begin)
            while queue and self._work_on(queue[0], self._a_day):
                ready = max(ready, self._finish(queue.popleft(), ready))
            if running or queue:
                self._day, self._free = next(self._days), self._a_day
        self._end = max(self._end, *(self.placed.last[work.id] for work in works))

    def _work_on(self, work: Work, most: float) -> bool:
        """Place what the day has room for; returns whether the work is over."""
        name, day, done = work.id, self._day, work.done
        left = self._left[name]
        if done is None or day <= done:
            hours = min(left, most, self._free)
            if hours > _LEAST_HOURS:
                placed = self.placed
                placed.first.setdefault(name, day)
                placed.last[name] = day
                placed.hours[day] = placed.hours.get(day, 0.0) + hours
                self._free -= hours
                self._left[name] = left = left - hours
        return left <= _LEAST_HOURS if done is None else done <= day

    def _finish(self, work: Work, before: date) -> date:
        """Give the work its days where hours did not; returns the last."""
        last = work.done or self.placed.last.get(work.id, before)
        self.placed.first.setdefault(work.id, last)
        self.placed.last[work.id] = last
        return last


def study_days(start: date, preferences: Preferences) -> Iterator[date]:
    """The days of study from ``start`` on.

    Raises:
        TooLongError: after ``LONGEST``.
    """
    weekdays, pauses = set(preferences.weekdays), preferences.days_off
    day, last = start, min(start, date.max - LONGEST) + LONGEST
    weekday = day.weekday()
    while day < last:
        if weekday in weekdays and not (pauses and _is_off(day, pauses)):
            yield day
        day += DAY
        weekday = (weekday + 1) % 7
    raise TooLongError


def _is_off(day: date, pauses: Sequence[DaysOff]) -> bool:
    return any(one.first <= day <= one.last for one in pauses)
