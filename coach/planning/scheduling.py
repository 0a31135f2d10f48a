"""Giving work its days: never more hours in a week than there are, nothing before its turn."""

from __future__ import annotations

from collections import deque
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
        running = [work for work in works if work.weeks]
        queue = deque(work for work in works if not work.weeks)
        while running or queue:
            # What takes its time comes first each day, or the rest would leave it nothing.
            for work in running:
                self._work_on(work, work.hours / (work.weeks * self._a_week))
            for work in [work for work in running if self._is_over(work)]:
                running.remove(work)
                self._finish(work, begin)
            while queue:
                self._work_on(queue[0], self._a_day)
                if not self._is_over(queue[0]):
                    break
                ready = max(ready, self._finish(queue.popleft(), ready))
            if running or queue:
                self._day, self._free = next(self._days), self._a_day
        self._end = max(self._end, *(self.placed.last[work.id] for work in works))

    def _work_on(self, work: Work, most: float) -> None:
        if work.done and work.done < self._day:
            return
        hours = min(self._left[work.id], most, self._free)
        if hours <= _LEAST_HOURS:
            return
        self.placed.first.setdefault(work.id, self._day)
        self.placed.last[work.id] = self._day
        self.placed.hours[self._day] = self.placed.hours.get(self._day, 0.0) + hours
        self._free -= hours
        self._left[work.id] -= hours

    def _is_over(self, work: Work) -> bool:
        return work.done <= self._day if work.done else self._left[work.id] <= _LEAST_HOURS

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
    while day < last:
        if day.weekday() in weekdays and not any(one.first <= day <= one.last for one in pauses):
            yield day
        day += DAY
    raise TooLongError
