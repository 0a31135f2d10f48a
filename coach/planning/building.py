"""From a guide and a person's preferences to a plan: pure, and the same for the same input."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coach.domain import Guide, Preferences
from coach.errors import PlanError
from coach.planning.effort import actions, phase_tasks, unnamed_skills
from coach.planning.notes import notes
from coach.planning.scheduling import Placed, TooLongError, Work, place
from coach.planning.values import Deadline, DeadlineFit, Milestone, Plan, Task, TaskKind, Week

MOST_HOURS = 80
# When the guide's first steps are due, in days from the start, and the day each list begins on.
_ACTION_DAYS = ((0, 6), (7, 29), (30, 89))
_MIDDLE, _LEAST, _MOST = "middle", "least", "most"
_STEP_HOURS = 0.5
_YEARS = range(2000, 2200)
_MOST_TASK_HOURS = 2000
_MOST_PAUSES = 100


def build(guide: Guide, preferences: Preferences) -> Plan:
    """Plan a move.

    The effort is the weeks of the guide's phases times the hours a week it names, in the middle of
    its range; the early and late dates of a milestone come from the range's ends. What is ticked
    or taken off takes no more time from the day the plan was last made anew.

    Raises:
        PlanError: the guide has no weeks to plan with, or the preferences cannot be planned with.
    """
    check(guide, preferences)
    phases = phase_tasks(guide, preferences)
    try:
        middle = _place(guide, phases, preferences, _MIDDLE)
        least = _place(guide, phases, preferences, _LEAST)
        most = _place(guide, phases, preferences, _MOST)
    except TooLongError:
        raise PlanError(
            f"At {preferences.hours_a_week:g} hours a week this would take more than 15 years.",
            field="hours_a_week",
            remedy="Give it more hours a week, or more days.",
        ) from None
    milestones = tuple(
        Milestone(
            phase=phase.number,
            name=phase.name.value,
            early=_end(least, tasks, preferences),
            planned=_end(middle, tasks, preferences),
            late=_end(most, tasks, preferences),
            source=phase.weeks.span,
        )
        for phase, tasks in zip(guide.phases, phases, strict=True)
    )
    return Plan(
        guide=guide.slug,
        title=guide.title.value,
        preferences=preferences,
        tasks=(*_first_steps(guide, preferences), *_dated(phases, middle, preferences)),
        milestones=milestones,
        weeks=_weeks(middle),
        notes=notes(guide),
        beside=unnamed_skills(guide, phases),
        deadline=_deadline(guide, phases, milestones[-1], preferences),
    )


def check(guide: Guide, preferences: Preferences) -> None:
    """See that a plan can be made.

    Raises:
        PlanError: it cannot, with what to change.
    """
    hours = preferences.hours_a_week
    if not guide.phases:
        raise PlanError(
            "This guide gives no phases with weeks, so there is nothing to put dates on.",
            field="guide",
            where=guide.title.value,
            remedy="Ask about its action plan in the chat, or choose another guide.",
        )
    if not math.isfinite(hours) or hours <= 0:
        raise PlanError(
            "A plan needs some time each week.",
            field="hours_a_week",
            where=f"{hours:g} hours a week",
            remedy="Give the hours you can spare, such as 6.",
        )
    if hours > MOST_HOURS:
        raise PlanError(
            f"Nobody can study {hours:g} hours a week for months.",
            field="hours_a_week",
            remedy=f"Give {MOST_HOURS} hours or fewer.",
        )
    if not preferences.weekdays or not set(preferences.weekdays) <= set(range(7)):
        raise PlanError(
            "A plan needs at least one day of the week.",
            field="weekdays",
            remedy="Choose a day or more.",
        )
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
    days = [preferences.start, preferences.deadline, preferences.replanned]
    days += [day for pause in preferences.days_off for day in (pause.first, pause.last)]
    if any(day and day.year not in _YEARS for day in days):
        raise PlanError(
            "This day is too far away to plan with.",
            field="start" if preferences.start.year not in _YEARS else "deadline",
            remedy=f"Choose days between {_YEARS[0]} and {_YEARS[-1]}.",
        )
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
    except (ZoneInfoNotFoundError, ValueError):
        raise PlanError(
            "There is no such time zone.",
            field="time_zone",
            where=preferences.time_zone,
            remedy="Give one such as Europe/Berlin.",
        ) from None


def replanned(preferences: Preferences, today: date) -> Preferences:
    """The preferences with all that is open planned anew from today; what is done stays."""
    return preferences.model_copy(update={"replanned": max(today, preferences.start)})


def _first_steps(guide: Guide, preferences: Preferences) -> list[Task]:
    ticks = {tick.task: tick.on for tick in preferences.ticks}
    lists = (guide.this_week, guide.this_month, guide.next_90_days)
    dates = [days for days, steps in zip(_ACTION_DAYS, lists, strict=True) for _ in steps]
    return [
        task.model_copy(
            update={
                "start": preferences.start + timedelta(days=first),
                "end": preferences.start + timedelta(days=last),
                "done": ticks.get(task.id),
            }
        )
        for task, (first, last) in zip(actions(guide), dates, strict=True)
    ]


def _place(
    guide: Guide, phases: Sequence[Sequence[Task]], preferences: Preferences, effort: str
) -> Placed:
    """Place what is still to do, by the middle of the guide's figures or one of their ends."""
    anew = preferences.replanned
    done = {tick.task for tick in preferences.ticks} if anew else set()
    works = []
    for phase, tasks in zip(guide.phases, phases, strict=True):
        weeks = phase.weeks.value
        span = {_LEAST: weeks.low, _MOST: weeks.high, _MIDDLE: (weeks.low + weeks.high) / 2}[effort]
        works.append(
            [
                Work(
                    id=task.id,
                    hours=0.0 if task.taken_off or task.id in done else _hours(task, effort),
                    weeks=span if task.kind is TaskKind.EXPERIENCE else 0.0,
                )
                for task in tasks
            ]
        )
    return place(works, anew or preferences.start, preferences)


def _hours(task: Task, effort: str) -> float:
    ends = {_LEAST: task.range_hours.low, _MOST: task.range_hours.high, _MIDDLE: task.hours}
    return ends[effort]


def _dated(
    phases: Sequence[Sequence[Task]], placed: Placed, preferences: Preferences
) -> list[Task]:
    ticks = {tick.task: tick.on for tick in preferences.ticks}
    dated: list[Task] = []
    before: tuple[str, ...] = ()
    for tasks in phases:
        last_study = before
        for task in tasks:
            after = before if task.kind is TaskKind.EXPERIENCE else last_study
            start, end = placed.first[task.id], placed.last[task.id]
            done = ticks.get(task.id)
            if done and preferences.replanned:
                start = end = done
            times = {"start": start, "end": end, "done": done, "after": after}
            dated.append(task.model_copy(update=times))
            if task.kind is TaskKind.STUDY:
                last_study = (task.id,)
        before = tuple(task.id for task in tasks)
    return dated


def _end(placed: Placed, tasks: Sequence[Task], preferences: Preferences) -> date:
    ticks = {tick.task: tick.on for tick in preferences.ticks}
    all_done = bool(preferences.replanned) and all(task.id in ticks for task in tasks)
    return max(ticks[task.id] if all_done else placed.last[task.id] for task in tasks)


def _weeks(placed: Placed) -> tuple[Week, ...]:
    hours: dict[date, float] = defaultdict(float)
    for day, planned in placed.hours.items():
        hours[day - timedelta(days=day.weekday())] += planned
    return tuple(Week(monday=monday, hours=round(hours[monday], 2)) for monday in sorted(hours))


def _deadline(
    guide: Guide, phases: Sequence[Sequence[Task]], last: Milestone, preferences: Preferences
) -> Deadline | None:
    on = preferences.deadline
    if on is None:
        return None
    over = (last.planned - on).days
    if last.late <= on:
        return Deadline(
            on=on, fit=DeadlineFit.MET, days_over=over, hours_needed=None, advice="It fits."
        )
    fit = DeadlineFit.TIGHT if last.early <= on else DeadlineFit.MISSED
    needed = _hours_needed(guide, phases, on, preferences) if over > 0 else None
    return Deadline(
        on=on,
        fit=fit,
        days_over=over,
        hours_needed=needed,
        advice=_advice(over, needed, phases),
    )


def _hours_needed(
    guide: Guide, phases: Sequence[Sequence[Task]], on: date, preferences: Preferences
) -> float | None:
    """The fewest hours a week, in halves, with which the planned end is no later than ``on``."""

    def fits(hours: float) -> bool:
        more = preferences.model_copy(update={"hours_a_week": hours})
        placed = _place(guide, phases, more, _MIDDLE)
        return max(_end(placed, tasks, more) for tasks in phases) <= on

    low, high = math.floor(preferences.hours_a_week / _STEP_HOURS), int(MOST_HOURS / _STEP_HOURS)
    if not fits(high * _STEP_HOURS):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle * _STEP_HOURS) else (middle, high)
    return high * _STEP_HOURS


def _advice(over: int, needed: float | None, phases: Sequence[Sequence[Task]]) -> str:
    if over <= 0:
        return "The plan ends in time; with the upper end of the guide's figures it would not."
    weeks = math.ceil(over / 7)
    late = f"The plan ends {weeks} week{'s' if weeks != 1 else ''} after it."
    if needed is not None:
        return f"{late} About {needed:g} hours a week would meet it."
    experience = [task for tasks in phases for task in tasks if task.kind is TaskKind.EXPERIENCE]
    slow = f", such as “{experience[0].text}”" if experience else ""
    return (
        f"{late} More hours a week would not help enough, for some work takes its time{slow}. "
        "Start earlier, move the deadline, or leave something out."
    )
