"""Answers from a dated plan: its figures are computed, its tasks stand in the guide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import quote, urlencode

from coach.answering.draft import Draft
from coach.answering.headlines import move_of
from coach.answering.material import Composition, Material
from coach.answering.plan_comparing import compose_comparison, effort_of
from coach.answering.plan_confirming import confirm
from coach.answering.plan_doubts import ask_about
from coach.answering.plan_told import Told, told
from coach.answering.plan_wishes import Time, Wish, guides_of, time_asked
from coach.answering.plan_wording import between, day_of, weeks_of
from coach.domain import EVERY_DAY, Coverage, CoverageStatus, Guide
from coach.errors import PlanError
from coach.planning import DeadlineFit, Plan, Preferences, Task, TaskKind, build

_FIRST_TASKS = 3
_MOST_TASKS = 8
_HOURS = ("5 hours a week", "10 hours a week", "15 hours a week")
_MORE_HOURS = 4


def compose_plan(material: Material, wanted: Wish) -> Composition | None:
    """The answer from a plan, or the question that making one takes.

    None where it is open which move is meant, for that is asked back elsewhere.

    Args:
        material: what the answer may be made of; plans that are kept are the base of it.
        wanted: what is wanted of a plan.
    """
    guides = [material.catalogue.guides[slug] for slug in guides_of(material)]
    if not guides:
        return None
    try:
        if wanted is Wish.COMPARE:
            return compose_comparison(material, guides[0], guides[1])
        if len(guides) > 1:
            return None
        kept = material.plans.get(guides[0].slug)
        own = told(material, guides[0], kept)
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
    before = told(material, guides[0], kept, earlier=True)
    if wanted is not Wish.NEXT or kept is not None or own != before:
        confirm(draft, own, plan.beside)
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


def _add_overview(draft: Draft, plan: Plan, guide: Guide, before: Preferences | None) -> None:
    """The plan as a whole, and how it stands to the one with what was told before."""
    last = plan.milestones[-1]
    hours = sum(task.hours for task in plan.tasks)
    off = sum(task.hours for task in plan.tasks if task.taken_off)
    left = f", {off:.0f} of them taken off," if off else ""
    draft.add_derived(
        f"**{move_of(guide)}** is about {hours:.0f} hours of work{left} and ends about "
        f"{day_of(last.planned)}{between(last.early, last.late)}. "
        f"{draft.cite(guide.slug, effort_of(guide))}"
    )
    if before is not None and before != plan.preferences:
        _add_change(draft, plan, guide, before)
    for milestone in plan.milestones:
        draft.add_derived(
            f"- Phase {milestone.phase}, {milestone.name}: until {day_of(milestone.planned)}. "
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
        draft.add_derived(f"That is {weeks_of(abs(days))} {moved} than before.")
    else:
        draft.add("That ends on the same day as before.")


def _add_deadline(draft: Draft, plan: Plan) -> None:
    deadline = plan.deadline
    if deadline is None:
        return
    if deadline.fit is DeadlineFit.MET:
        draft.add_derived(f"That fits your deadline, {day_of(deadline.on)}, even at the late end.")
    else:
        draft.add_derived(f"Your deadline is {day_of(deadline.on)}. {deadline.advice}")


def _add_next(draft: Draft, plan: Plan, material: Material) -> None:
    """What to do in the time asked about, else what comes next."""
    time = time_asked(material.said[-1], plan.preferences.start, material.today)
    if time is None:
        draft.add("**What comes next**")
        for task in _open(plan)[:_FIRST_TASKS]:
            _add_task(draft, plan, task)
        return
    tasks = [task for task in _open(plan) if _is_in(task, time)]
    draft.add_derived(f"**{_capital(time.name)}, {day_of(time.first)} to {day_of(time.last)}**")
    for task in tasks[:_MOST_TASKS]:
        _add_task(draft, plan, task)
    if not tasks:
        draft.add("Nothing of the plan falls into this time.")
    late = [task for task in _open(plan) if _is_late(task, time, material.today)]
    if late:
        draft.add("**Still open from before**")
        for task in late[:_FIRST_TASKS]:
            _add_task(draft, plan, task)


def _add_task(draft: Draft, plan: Plan, task: Task) -> None:
    assert task.start is not None
    assert task.end is not None
    until = f" to {day_of(task.end)}" if task.start != task.end else ""
    hours = f", about {task.hours:.0f} hours" if task.hours >= 1 else ""
    text = " ".join(task.text.split()).rstrip(".")
    draft.add_derived(
        f"- {day_of(task.start)}{until}{hours}: {text}. {draft.cite(plan.guide, [task.source])}"
    )


def _open(plan: Plan) -> list[Task]:
    """The tasks that are still to do, by their first day; a phase's before the guide's lists."""
    finished = [title.casefold() for title in plan.preferences.finished]
    tasks = [
        task
        for task in plan.tasks
        if not task.taken_off
        and not task.done
        and not any(title in task.text.casefold() for title in finished)
    ]
    return sorted(tasks, key=lambda task: (task.start or date.max, task.kind is TaskKind.ACTION))


def _is_in(task: Task, time: Time) -> bool:
    return bool(task.start and task.end and task.start <= time.last and task.end >= time.first)


def _is_late(task: Task, time: Time, today: date) -> bool:
    """Whether a task should have been done by today, and is not shown in the time asked about."""
    return bool(task.end and task.end < min(time.first, today))


def _finished(draft: Draft, plan: Plan, own: Told, guide: Guide) -> Composition:
    for doubt in own.doubts[:1]:
        draft.add(ask_about(doubt))
    page = page_of(plan.guide, None if plan.preferences == own.kept else plan.preferences)
    draft.add(f"All tasks, a chart and a calendar to keep: {page}")
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


def page_of(guide: str, preferences: Preferences | None) -> str:
    """The address of the page that shows a plan, with what it is made with; None as it is kept."""
    if preferences is None:
        return f"/plan?{urlencode({'guide': guide})}"
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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
