"""The line that says what a plan is made with, for the person to put right."""

from __future__ import annotations

from collections.abc import Sequence

from coach.answering.draft import Draft, figures, joined
from coach.answering.plan_told import Told
from coach.answering.plan_wording import day_of, days_of
from coach.conversation.dates import day_named
from coach.domain import EVERY_DAY, Level, Preferences


def confirm(draft: Draft, own: Told, beside: Sequence[str] = ()) -> None:
    """Say what the plan is made with, and what was told that could not be planned with.

    Args:
        draft: the answer.
        own: with what the plan is made; its hours are known.
        beside: skills that no task of the plan's phases is about.
    """
    preferences = own.preferences
    assert preferences is not None
    _add_days_that_are_none(draft, own, preferences)
    draft.add_derived(_made_with(own, preferences))
    told = {skill.name for skill in preferences.held} - _held(own.kept)
    for skill in preferences.held:
        if skill.name in told and skill.name in beside and skill.level is Level.SOLID:
            draft.add(f"No task of the phases is about “{skill.name}”, so the dates stay.")
    if own.untaught:
        named = joined([f"“{one}”" for one in own.untaught], "or")
        draft.add(f"The guide does not teach {named}, so that takes nothing off.")


def _held(kept: Preferences | None) -> set[str]:
    return {skill.name for skill in kept.held} if kept else set()


def _add_days_that_are_none(draft: Draft, own: Told, preferences: Preferences) -> None:
    kept, start = own.kept, day_of(preferences.start)
    monday = "the next Monday" if kept is None else start
    if own.past_start:
        draft.add_derived(f"{day_of(own.past_start)} is over, so I count from {monday}.")
    if own.no_start:
        draft.add_derived(
            f"I find no “{day_named(own.no_start)}” in the calendar, so I count from {monday}."
        )
    if own.no_deadline:
        so = "this plan has no deadline"
        if preferences.deadline:
            so = f"I take the deadline you keep, {day_of(preferences.deadline)}"
        named = day_named(own.no_deadline)
        draft.add_derived(f"I find no “{named}” in the calendar, so {so}.")


def _made_with(own: Told, preferences: Preferences) -> str:
    hours = own.hours
    parts = [f"{preferences.hours_a_week:g} hours a week from {day_of(preferences.start)}"]
    if hours is not None and hours.low != hours.high:
        parts[0] = (
            f"{preferences.hours_a_week:g} hours a week, the middle of your {figures(hours)}, "
            f"from {day_of(preferences.start)}"
        )
    if preferences.weekdays != EVERY_DAY:
        parts.append(f"on {days_of(preferences.weekdays)}")
    if preferences.deadline:
        parts.append(f"to be done by {day_of(preferences.deadline)}")
    off = [f"“{skill.name}”" for skill in preferences.held if skill.level is Level.SOLID]
    off += [f"“{title}”" for title in preferences.finished]
    if off:
        parts.append(f"without {joined(off)}")
    made = ", ".join(parts)
    kept = own.kept
    if kept is None:
        return f"I'll plan with {made}; tell me if that is wrong."
    if kept == preferences:
        done = len(kept.ticks)
        ticked = f", {done} task{'s' if done != 1 else ''} done" if done else ""
        return f"From the plan you keep: {made}{ticked}."
    return f"For this answer I plan with {made}. {_as_kept(kept, preferences)}"


def _as_kept(kept: Preferences, preferences: Preferences) -> str:
    """What the kept plan has where it was told otherwise, and that it is not changed."""
    others = []
    if kept.hours_a_week != preferences.hours_a_week:
        others.append(f"{kept.hours_a_week:g} hours a week")
    if kept.start != preferences.start:
        others.append(f"the start on {day_of(kept.start)}")
    if kept.weekdays != preferences.weekdays:
        every = kept.weekdays == EVERY_DAY
        others.append("every day of the week" if every else days_of(kept.weekdays))
    if kept.deadline != preferences.deadline:
        by = f"the deadline {day_of(kept.deadline)}" if kept.deadline else "no deadline"
        others.append(by)
    has = f"has {joined(others)} and " if others else ""
    return f"The plan you keep {has}stays as it is."
