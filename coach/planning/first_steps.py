"""The days of a guide's first steps: the lists of this week, this month and the next 90 days."""

from __future__ import annotations

from datetime import date
from itertools import islice

from coach.domain import EVERY_DAY, Guide, Preferences
from coach.planning.effort import actions
from coach.planning.scheduling import study_days
from coach.planning.timing import planned_from, ticked
from coach.planning.values import Task

# The first and last day of each list, counted from the day the plan begins, pauses left out.
_DAYS = ((0, 6), (7, 29), (30, 89))


def first_steps(guide: Guide, preferences: Preferences) -> list[Task]:
    """The first steps with their days; those still open count from the day of planning anew.

    Raises:
        TooLongError: the pauses leave no days for them.
    """
    begins = planned_from(preferences)
    every = preferences.model_copy(update={"weekdays": EVERY_DAY})
    ahead = list(islice(study_days(begins, every), _DAYS[-1][-1] + 1))
    done = ticked(preferences)
    lists = (guide.this_week, guide.this_month, guide.next_90_days)
    windows = [
        _window(ahead[first], ahead[last], preferences)
        for (first, last), steps in zip(_DAYS, lists, strict=True)
        for _ in steps
    ]
    return [
        _dated(task, window, done.get(task.id))
        for task, window in zip(actions(guide), windows, strict=True)
    ]


def _window(first: date, last: date, preferences: Preferences) -> tuple[date, date]:
    """The days of study at both ends; the first after them where there is none between."""
    begin = end = next(study_days(first, preferences))
    for day in study_days(first, preferences):
        if day > last:
            break
        end = day
    return begin, end


def _dated(task: Task, window: tuple[date, date], done: date | None) -> Task:
    start, end = window
    times = {"start": min(start, done) if done else start, "end": done or end, "done": done}
    return task.model_copy(update=times)
