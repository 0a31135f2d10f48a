"""The figures that an answer may work out of a guide: counts of its parts, sums, study hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from coach.domain import Guide, Priority, Range, Resource


def computed(guide: Guide) -> str:
    """A text with every figure that may be worked out of a guide.

    They are the numbers of its phases; how many skills, phases and resources it has, and how many
    of each priority or kind; the weeks of all skills, of the skills of a priority and of all
    phases, each added up; and those of the phases times the hours of study a week.
    """
    return "\n".join(_lines(guide))


def _lines(guide: Guide) -> Iterator[str]:
    skills, phases = guide.skill_gaps, guide.phases
    yield from (f"Phase {phase.number}" for phase in phases)
    yield f"In all {len(guide.transferable_skills)}"
    groups = [[one for one in skills if one.priority.value is priority] for priority in Priority]
    for gaps in (list(skills), *groups):
        yield _total([gap.weeks.value for gap in gaps])
    weeks = [phase.weeks.value for phase in phases]
    yield _total(weeks)
    if guide.study_hours is not None and weeks:
        low = sum(one.low for one in weeks) * guide.study_hours.value.low
        high = sum(one.high for one in weeks) * guide.study_hours.value.high
        yield f"Together {_written(low, high)} hours"
    resources = list(_resources(guide))
    yield f"In all {len(resources)}"
    for count in Counter(one.kind for one in resources).values():
        yield f"In all {count}"


def _resources(guide: Guide) -> Iterable[Resource]:
    found = (
        *(resource for gap in guide.skill_gaps for resource in gap.resources),
        *(resource for phase in guide.phases for resource in phase.resources),
    )
    return {(one.kind, one.title): one for one in found}.values()


def _total(weeks: Sequence[Range]) -> str:
    low, high = sum(one.low for one in weeks), sum(one.high for one in weeks)
    return f"In all {len(weeks)}, together {_written(low, high)} weeks"


def _written(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"
