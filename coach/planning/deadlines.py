"""How a plan stands to a deadline, and what would have to give for it to be met."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

from coach.domain import Guide, Preferences, Priority
from coach.planning.checking import most_hours
from coach.planning.effort import phase_tasks
from coach.planning.timing import Figures, end_of, planned_from, ticked, timed
from coach.planning.values import (
    Deadline,
    DeadlineFit,
    Milestone,
    Task,
    TaskKind,
)

_STEP_HOURS = 0.5
_DAYS_A_WEEK = 7
# Below this a span is told in days.
_DAYS_TOLD = 14

Phases = Sequence[Sequence[Task]]


def judge(
    guide: Guide, phases: Phases, milestones: Sequence[Milestone], preferences: Preferences
) -> Deadline | None:
    """Set the deadline beside the ends of the plan's phases; None where there is no deadline."""
    on = preferences.deadline
    if on is None:
        return None
    over = (max(one.planned for one in milestones) - on).days
    needed = None
    if max(one.late for one in milestones) <= on:
        fit, advice = DeadlineFit.MET, "It fits."
    else:
        early = max(one.early for one in milestones)
        fit = DeadlineFit.TIGHT if early <= on else DeadlineFit.MISSED
        advice = "The plan ends in time; with the upper end of the guide's figures it would not."
    if over > 0:
        needed = _hours_needed(guide, phases, on, preferences)
        advice = _advice(guide, phases, over, needed, preferences)
    return Deadline(on=on, fit=fit, days_over=over, hours_needed=needed, advice=advice)


def _end(guide: Guide, phases: Phases, preferences: Preferences) -> date:
    placed = timed(guide, phases, preferences, Figures.MIDDLE)
    return max(end_of(tasks, placed) for tasks in phases)


def _with_hours(preferences: Preferences, hours: float) -> Preferences:
    return preferences.model_copy(update={"hours_a_week": hours})


def _hours_needed(guide: Guide, phases: Phases, on: date, preferences: Preferences) -> float | None:
    """The fewest hours a week, in halves, with which the planned end is no later than ``on``."""

    def fits(hours: float) -> bool:
        more = _with_hours(preferences, hours)
        # Where a guide names no hours a week, its phases take those that are given.
        taken = phases if guide.study_hours else phase_tasks(guide, more)
        return _end(guide, taken, more) <= on

    low = math.floor(preferences.hours_a_week / _STEP_HOURS)
    high = math.floor(most_hours(preferences) / _STEP_HOURS)
    if not fits(high * _STEP_HOURS):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle * _STEP_HOURS) else (middle, high)
    return high * _STEP_HOURS


def _advice(
    guide: Guide, phases: Phases, over: int, needed: float | None, preferences: Preferences
) -> str:
    """Why a deadline is not met, and what would meet it, or come nearer to it."""
    on = preferences.deadline
    assert on is not None
    late = f"The plan ends {_span(over, math.ceil)} after it."
    if needed is not None:
        late += f" About {needed:g} hours a week would meet it."
        less = _without_extras(guide, phases, over, preferences)
        return f"{late} {less}" if less.endswith("in time.") else late
    done = ticked(preferences)
    left = [
        task for tasks in phases for task in tasks if task.id not in done and not task.taken_off
    ]
    if not left:
        return late
    begins = planned_from(preferences)
    if on <= begins:
        day = f"{begins.day} {begins:%B} {begins.year}"
        return f"{late} What is open is planned from {day}, so only a later deadline can be met."
    parts = [
        late,
        _why_hours_do_not_help(guide, phases, left, preferences),
        _without_extras(guide, phases, over, preferences),
        "Move the deadline, or leave something out."
        if done or preferences.replanned
        else "Start earlier if you can, move the deadline, or leave something out.",
    ]
    return " ".join(part for part in parts if part)


def _why_hours_do_not_help(
    guide: Guide, phases: Phases, left: Sequence[Task], preferences: Preferences
) -> str:
    if guide.study_hours is None:
        return "The guide counts in weeks alone, so more hours a week would not help."
    most = most_hours(preferences)
    placed = timed(guide, phases, _with_hours(preferences, most), Figures.MIDDLE)
    on = preferences.deadline
    assert on is not None
    slow = [task for task in left if task.kind is TaskKind.EXPERIENCE and placed.last[task.id] > on]
    if slow:
        return (
            "More hours a week would not help enough, for some work takes its time, such as "
            f"“{slow[0].text}”"
        )
    return f"Even {most:g} hours a week would not be enough."


def _without_extras(guide: Guide, phases: Phases, over: int, preferences: Preferences) -> str:
    """What it would save to leave out the skills that are nice to have, if it saves anything."""
    done = ticked(preferences)
    extras = {
        task.id: task.hours
        for tasks in phases
        for task in tasks
        if task.priority is Priority.NICE_TO_HAVE and not task.taken_off and task.id not in done
    }
    if not extras:
        return ""
    fewer = [
        [
            task.model_copy(update={"taken_off": "Left out"}) if task.id in extras else task
            for task in tasks
        ]
        for tasks in phases
    ]
    assert preferences.deadline is not None
    saved = over - (_end(guide, fewer, preferences) - preferences.deadline).days
    if saved <= 0:
        return ""
    return (
        f"Without the tasks for nice-to-have skills, {sum(extras.values()):.0f} hours, it would "
        f"end {_span(saved, math.floor)} sooner{', in time' if saved >= over else ''}."
    )


def _span(days: int, whole: Callable[[float], int]) -> str:
    if days < _DAYS_TOLD:
        return f"{days} day{'s' if days > 1 else ''}"
    return f"{whole(days / _DAYS_A_WEEK)} weeks"
