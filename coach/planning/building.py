"""From a guide and a person's preferences to a plan: pure, and the same for the same input."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from coach.domain import Guide, Preferences
from coach.errors import PlanError
from coach.planning.checking import check
from coach.planning.deadlines import judge
from coach.planning.effort import phase_tasks, unnamed_skills
from coach.planning.first_steps import first_steps
from coach.planning.notes import notes
from coach.planning.scheduling import Placed, TooLongError
from coach.planning.timing import Figures, end_of, ticked, timed
from coach.planning.values import Milestone, Plan, Task, TaskKind, Week


def build(guide: Guide, preferences: Preferences) -> Plan:
    """Plan a move.

    The effort is the weeks of the guide's phases times the hours a week it names, in the middle of
    its range; the early and late dates of a milestone come from the range's ends. A task that is
    ticked ends on its day, and what comes after it begins then, so that other hours a week move
    only what is open. Where the plan was made anew, all that is open counts in full from that day.

    Raises:
        PlanError: the guide has no weeks to plan with, or the preferences cannot be planned with.
    """
    check(guide, preferences)
    phases = phase_tasks(guide, preferences)
    try:
        least, middle, most = (timed(guide, phases, preferences, which) for which in Figures)
        steps = first_steps(guide, preferences)
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
            early=end_of(tasks, least),
            planned=end_of(tasks, middle),
            late=end_of(tasks, most),
            source=phase.weeks.span,
        )
        for phase, tasks in zip(guide.phases, phases, strict=True)
    )
    tasks = (*steps, *_dated(phases, middle, preferences))
    known = {task.id for task in tasks}
    return Plan(
        guide=guide.slug,
        title=guide.title.value,
        preferences=preferences,
        tasks=tasks,
        milestones=milestones,
        weeks=_weeks(middle),
        notes=notes(guide),
        beside=unnamed_skills(guide, phases),
        deadline=judge(guide, phases, milestones, preferences),
        lost_ticks=tuple(tick for tick in preferences.ticks if tick.task not in known),
    )


def _dated(
    phases: Sequence[Sequence[Task]], placed: Placed, preferences: Preferences
) -> list[Task]:
    done = ticked(preferences)
    dated: list[Task] = []
    before: tuple[str, ...] = ()
    for tasks in phases:
        last_study = before
        for task in tasks:
            times = {
                "start": placed.first[task.id],
                "end": placed.last[task.id],
                "done": done.get(task.id),
                "after": before if task.kind is TaskKind.EXPERIENCE else last_study,
            }
            dated.append(task.model_copy(update=times))
            if task.kind is TaskKind.STUDY:
                last_study = (task.id,)
        before = tuple(task.id for task in tasks)
    return dated


def _weeks(placed: Placed) -> tuple[Week, ...]:
    hours: dict[date, float] = defaultdict(float)
    for day, planned in placed.hours.items():
        hours[day - timedelta(days=day.weekday())] += planned
    return tuple(Week(monday=monday, hours=round(hours[monday], 2)) for monday in sorted(hours))
