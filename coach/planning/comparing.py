"""Two moves side by side, each as its own plan has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from coach.domain import Guide, Level, Preferences, Range, Value
from coach.planning.building import build


class Side(Value):
    """One move: its effort, its dates and what the guide says of it.

    ``hours`` is the effort that is left, between the ends of the guide's figures; ``missing`` are
    the skills that only this move asks for and the person does not hold.
    """

    guide: str
    title: str
    difficulty: str | None
    salary_change: Range | None
    hours: Range
    early: date
    planned: date
    late: date
    missing: tuple[str, ...]


class Comparison(Value):
    """Two moves and the skills that both ask for, by the first guide's names."""

    first: Side
    second: Side
    shared: tuple[str, ...]


def compare(
    first: Guide, second: Guide, preferences: Preferences, shared: Mapping[str, str]
) -> Comparison:
    """Compare two moves for one person, as if none of their work were begun.

    Args:
        first: the guide of one move.
        second: the guide of the other.
        preferences: the person's; both plans are made with them. A skill that is held may have the
            name that either guide gives it.
        shared: skills of the first guide that the second asks for too, by its names for them.

    Raises:
        PlanError: one of them cannot be planned.
    """
    unbegun = preferences.model_copy(update={"ticks": (), "adjusted": (), "replanned": None})
    back = {other: name for name, other in shared.items()}
    return Comparison(
        first=_side(first, _named_as(back, unbegun), set(shared)),
        second=_side(second, _named_as(shared, unbegun), set(shared.values())),
        shared=tuple(shared),
    )


def _named_as(names: Mapping[str, str], preferences: Preferences) -> Preferences:
    """The preferences with the other guide's names of skills in place of those it has."""
    held = {one.name: one for one in preferences.held}
    renamed = {
        names[one.name]: one.model_copy(update={"name": names[one.name]})
        for one in preferences.held
        if one.name in names
    }
    return preferences.model_copy(update={"held": tuple((renamed | held).values())})


def _side(guide: Guide, preferences: Preferences, shared: set[str]) -> Side:
    plan = build(guide, preferences)
    held = {skill.name for skill in preferences.held if skill.level is Level.SOLID}
    todo = [task for task in plan.tasks if not task.taken_off]
    last = plan.milestones[-1]
    return Side(
        guide=guide.slug,
        title=guide.title.value,
        difficulty=guide.difficulty.value if guide.difficulty else None,
        salary_change=guide.salary_change.value if guide.salary_change else None,
        hours=Range(
            low=round(sum(task.range_hours.low for task in todo), 1),
            high=round(sum(task.range_hours.high for task in todo), 1),
        ),
        early=last.early,
        planned=last.planned,
        late=last.late,
        missing=tuple(name for name in _skills(guide) if name not in shared | held),
    )


def _skills(guide: Guide) -> list[str]:
    return [gap.name.value for gap in guide.skill_gaps]
