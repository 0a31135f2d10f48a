"""Answers from a dated plan: its figures are computed, its tasks stand in the guide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar
from urllib.parse import quote, urlencode

from coach.answering.draft import Draft, figures
from coach.answering.headlines import move_of
from coach.answering.material import Composition, Material
from coach.answering.plan_wishes import Doubt, Time, Told, Wish, time_asked, told, wish
from coach.domain import EVERY_DAY, Coverage, CoverageStatus, Guide, Span
from coach.errors import PlanError
from coach.planning import DeadlineFit, Level, Plan, Preferences, Task, TaskKind, build
from coach.planning.comparing import Side, compare
from coach.planning.skills import shared

T = TypeVar("T")

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_WEEKDAYS, _WEEKEND = (0, 1, 2, 3, 4), (5, 6)
_FIRST_TASKS = 3
_MOST_TASKS = 8
_DAYS_A_WEEK = 7
_HOURS = ("5 hours a week", "10 hours a week", "15 hours a week")
_MORE_HOURS = 4


def compose_plan(material: Material) -> Composition | None:
    """The answer from a plan, or the question that making one takes; None if none is wanted.

    None as well where it is open which move is meant, for that is asked back elsewhere.
    """
    wanted = wish(material)
    slugs = material.understanding.move.guides or tuple(material.focus)
    guides = [material.catalogue.guides[slug] for slug in slugs]
    if wanted is None or not guides:
        return None
    try:
        if wanted is Wish.COMPARE:
            return _compared(material, guides[0], guides[1])
        if len(guides) > 1:
            return None
        own = told(material, guides[0])
        if own.preferences is None:
            return _ask_hours(guides[0])
        plan = build(guides[0], own.preferences)
    except PlanError as error:
        return _refused(
            f"{error.problem} {error.remedy}".strip(),
            ("a time that can be planned with",),
            guides[0] if len(guides) == 1 else None,
        )
    draft = Draft(material.passages_of)
    before = told(material, guides[0], earlier=True)
    if wanted is not Wish.NEXT or own != before:
        _confirm(draft, own, plan.beside)
    if wanted is Wish.NEXT:
        _add_next(draft, plan, material)
    else:
        _add_overview(draft, plan, guides[0], before.preferences)
    return _finished(draft, plan, own, guides[0])


def _ask_hours(guide: Guide) -> Composition:
    text = f"How many hours a week can you give the move from {move_of(guide)}?"
    asked = _refused(text, ("how many hours a week you have",), guide)
    return replace(asked, follow_ups=_HOURS)


def _refused(text: str, missing: tuple[str, ...], guide: Guide | None) -> Composition:
    coverage = Coverage(status=CoverageStatus.NONE, missing=missing)
    return Composition(text, True, coverage, (), (), guide.slug if guide else None)


def _confirm(draft: Draft, own: Told, beside: Sequence[str] = ()) -> None:
    """One line with what the plan is made with, for the person to put right."""
    preferences, hours = own.preferences, own.hours
    assert preferences is not None
    assert hours is not None
    if own.past_start:
        draft.add_derived(f"{_day(own.past_start)} is over, so I count from the next Monday.")
    parts = [f"{preferences.hours_a_week:g} hours a week from {_day(preferences.start)}"]
    if hours.low != hours.high:
        parts[0] = (
            f"{preferences.hours_a_week:g} hours a week, the middle of your {figures(hours)}, "
            f"from {_day(preferences.start)}"
        )
    if preferences.weekdays != EVERY_DAY:
        parts.append(f"on {_days(preferences.weekdays)}")
    if preferences.deadline:
        parts.append(f"to be done by {_day(preferences.deadline)}")
    off = [f"“{skill.name}”" for skill in preferences.held if skill.level is Level.SOLID]
    off += [f"“{title}”" for title in preferences.finished]
    if off:
        parts.append(f"without {_joined(off)}")
    draft.add_derived(f"I'll plan with {', '.join(parts)}; tell me if that is wrong.")
    for skill in preferences.held:
        if skill.name in beside and skill.level is Level.SOLID:
            draft.add(f"No task of the phases is about “{skill.name}”, so the dates stay.")
    if own.untaught:
        named = _joined([f"“{one}”" for one in own.untaught], "or")
        draft.add(f"The guide does not teach {named}, so that takes nothing off.")


def _add_overview(draft: Draft, plan: Plan, guide: Guide, before: Preferences | None) -> None:
    """The plan as a whole, and how it stands to the one with what was told before."""
    last = plan.milestones[-1]
    hours = sum(task.hours for task in plan.tasks)
    off = sum(task.hours for task in plan.tasks if task.taken_off)
    left = f", {off:.0f} of them taken off," if off else ""
    draft.add_derived(
        f"**{move_of(guide)}** is about {hours:.0f} hours of work{left} and ends about "
        f"{_day(last.planned)}{_between(last.early, last.late)}. "
        f"{draft.cite(guide.slug, _effort(guide))}"
    )
    if before is not None and before != plan.preferences:
        _add_change(draft, plan, guide, before)
    for milestone in plan.milestones:
        draft.add_derived(
            f"- Phase {milestone.phase}, {milestone.name}: until {_day(milestone.planned)}. "
            f"{draft.cite(guide.slug, [milestone.source])}"
        )
    _add_deadline(draft, plan)
    draft.add("**What comes first**")
    for task in _open(plan)[:_FIRST_TASKS]:
        _add_task(draft, plan, task)
    for note in plan.notes[-1:] if before is None else ():
        draft.add_derived(f"{note.text} {draft.cite(guide.slug, note.sources)}")


def _add_change(draft: Draft, plan: Plan, guide: Guide, before: Preferences) -> None:
    try:
        days = (plan.end - build(guide, before).end).days
    except PlanError:
        return  # what was told before could not be planned with
    if days:
        moved = "later" if days > 0 else "earlier"
        draft.add_derived(f"That is {_weeks(abs(days))} {moved} than before.")
    else:
        draft.add("That ends on the same day as before.")


def _add_deadline(draft: Draft, plan: Plan) -> None:
    deadline = plan.deadline
    if deadline is None:
        return
    if deadline.fit is DeadlineFit.MET:
        draft.add_derived(f"That fits your deadline, {_day(deadline.on)}, even at the late end.")
    else:
        draft.add_derived(f"Your deadline is {_day(deadline.on)}. {deadline.advice}")


def _add_next(draft: Draft, plan: Plan, material: Material) -> None:
    """What to do in the time asked about, else what comes next."""
    time = time_asked(material.said[-1], plan.preferences.start, material.today)
    if time is None:
        draft.add("**What comes next**")
        for task in _open(plan)[:_FIRST_TASKS]:
            _add_task(draft, plan, task)
        return
    tasks = [task for task in _open(plan) if _is_in(task, time)]
    draft.add_derived(f"**{_capital(time.name)}, {_day(time.first)} to {_day(time.last)}**")
    for task in tasks[:_MOST_TASKS]:
        _add_task(draft, plan, task)
    if not tasks:
        draft.add("Nothing of the plan falls into this time.")


def _add_task(draft: Draft, plan: Plan, task: Task) -> None:
    assert task.start is not None
    assert task.end is not None
    dates = (
        _day(task.start) if task.start == task.end else f"{_day(task.start)} to {_day(task.end)}"
    )
    hours = f", about {task.hours:.0f} hours" if task.hours >= 1 else ""
    text = " ".join(task.text.split()).rstrip(".")
    draft.add_derived(f"- {dates}{hours}: {text}. {draft.cite(plan.guide, [task.source])}")


def _open(plan: Plan) -> list[Task]:
    """The tasks that are still to do, by their first day; a phase's before the guide's lists."""
    finished = [title.casefold() for title in plan.preferences.finished]
    tasks = [
        task
        for task in plan.tasks
        if not task.taken_off and not any(title in task.text.casefold() for title in finished)
    ]
    return sorted(tasks, key=lambda task: (task.start or date.max, task.kind is TaskKind.ACTION))


def _is_in(task: Task, time: Time) -> bool:
    return bool(task.start and task.end and task.start <= time.last and task.end >= time.first)


def _compared(material: Material, first: Guide, second: Guide) -> Composition:
    own, others = told(material, first), told(material, second)
    assert own.preferences is not None  # a comparison is wanted only with hours
    assert others.preferences is not None
    preferences = own.preferences.model_copy(
        update={
            "held": _both(own.preferences.held, others.preferences.held),
            "finished": _both(own.preferences.finished, others.preferences.finished),
        }
    )
    common = shared(first, second, material.encoder)
    both = compare(first, second, preferences, common)
    draft = Draft(material.passages_of)
    untaught = tuple(one for one in own.untaught if one in others.untaught)
    _confirm(draft, own.model_copy(update={"preferences": preferences, "untaught": untaught}))
    guides = {first.slug: first, second.slug: second}
    sides = sorted((both.first, both.second), key=lambda side: side.planned)
    apart = (sides[1].planned - sides[0].planned).days
    leader = move_of(guides[sides[0].guide])
    markers = "".join(draft.cite(side.guide, _effort(guides[side.guide])) for side in sides)
    if apart:
        draft.add_derived(f"**{leader}** is done {_weeks(apart)} sooner. {markers}")
    else:
        draft.add(f"Both are done on the same day. {markers}")
    for side in sides:
        _add_side(draft, side, guides[side.guide])
    if common:
        draft.add("Both ask for this:")
    for gap in first.skill_gaps:
        if gap.name.value in common:
            draft.add(f"- {gap.name.value} {draft.cite(first.slug, [gap.name.span])}")
    coverage = Coverage(status=CoverageStatus.COVERED)
    return Composition(
        draft.text,
        False,
        coverage,
        draft.citations,
        tuple(f"Make me a plan for {move_of(guide)}." for guide in guides.values()),
        None,
        derived=tuple(draft.derived),
        as_it_is=True,
    )


def _both(ones: tuple[T, ...], others: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*ones, *others)))


def _add_side(draft: Draft, side: Side, guide: Guide) -> None:
    draft.add_derived(
        f"- {move_of(guide)}: {figures(side.hours)} hours of work, done about "
        f"{_day(side.planned)}{_between(side.early, side.late)}. "
        f"{draft.cite(guide.slug, _effort(guide))}"
    )


def _effort(guide: Guide) -> list[Span]:
    """The places that the effort of a move is worked out from."""
    pace = [guide.study_hours.span] if guide.study_hours else []
    return [*(phase.weeks.span for phase in guide.phases), *pace]


def _finished(draft: Draft, plan: Plan, own: Told, guide: Guide) -> Composition:
    for doubt in own.doubts[:1]:
        draft.add(_question(doubt))
    draft.add(f"All tasks, a chart and a calendar to keep: {page_of(plan.guide, plan.preferences)}")
    more = plan.preferences.hours_a_week + _MORE_HOURS
    return Composition(
        draft.text,
        False,
        Coverage(status=CoverageStatus.COVERED),
        draft.citations,
        ("What should I do next week?", f"What if I have {more:g} hours a week?"),
        guide.slug,
        derived=tuple(draft.derived),
        as_it_is=True,
    )


def _question(doubt: Doubt) -> str:
    said = _joined([f"“{one}”" for one in doubt.said])
    are = "Are" if len(doubt.said) > 1 else "Is"
    return f"{are} {said} all of “{doubt.skill}” for you? Until you say yes, it stays in the plan."


def page_of(guide: str, preferences: Preferences) -> str:
    """The address of the page that shows a plan, with what it is made with."""
    given = [
        ("guide", guide),
        ("hours", f"{preferences.hours_a_week:g}"),
        ("start", preferences.start.isoformat()),
    ]
    if preferences.deadline:
        given.append(("deadline", preferences.deadline.isoformat()))
    if preferences.weekdays != EVERY_DAY:
        given.append(("days", "".join(map(str, preferences.weekdays))))
    given += [(one.level, one.name) for one in preferences.held]
    given += [("finished", title) for title in preferences.finished]
    return f"/plan?{urlencode(given, quote_via=quote)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _between(early: date, late: date) -> str:
    return f", between {_day(early)} and {_day(late)}" if early != late else ""


def _days(weekdays: Sequence[int]) -> str:
    if tuple(weekdays) == _WEEKDAYS:
        return "weekdays"
    if tuple(weekdays) == _WEEKEND:
        return "weekends"
    return _joined([_DAYS[day] for day in weekdays])


def _weeks(days: int) -> str:
    """A number of days as people say it: in weeks from two weeks on."""
    weeks = round(days / _DAYS_A_WEEK)
    if weeks < 2:
        return f"{days} day{'s' if days != 1 else ''}"
    return f"about {weeks} weeks"


def _joined(names: Sequence[str], word: str = "and") -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
