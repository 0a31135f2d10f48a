"""People with any time, skills and work done, for what holds of every plan."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from coach.domain import Guide, Range, Sourced
from coach.planning import (
    Adjustment,
    DaysOff,
    HeldSkill,
    Level,
    Plan,
    Preferences,
    Task,
    Tick,
    build,
)
from coach.planning.checking import most_hours
from tests.coach.asking import GUIDES

MANY = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
slugs = st.sampled_from(GUIDES)


@st.composite
def preferences(draw: st.DrawFn, guide: Guide) -> Preferences:
    """Preferences of somebody who has not begun."""
    start = draw(st.dates(date(2024, 1, 1), date(2032, 12, 31)))
    first = start + timedelta(days=draw(st.integers(0, 200)))
    pause = DaysOff(first=first, last=first + timedelta(days=draw(st.integers(0, 60))))
    wanted = Preferences(
        hours_a_week=2,
        start=start,
        weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))),
        days_off=draw(st.sampled_from([(), (pause,)])),
        deadline=draw(st.none() | st.just(start + timedelta(days=draw(st.integers(0, 1500))))),
        held=tuple(
            HeldSkill(name=name, level=draw(st.sampled_from(Level)))
            for name in draw(st.sets(st.sampled_from(skills(guide)), max_size=4))
        ),
        finished=tuple(draw(st.sets(st.sampled_from(titles(guide)), max_size=3))),
        adjusted=tuple(
            Adjustment(task=name, hours=draw(st.floats(0.5, 60)))
            if draw(st.booleans())
            else Adjustment(task=name, left_out=True)
            for name in draw(st.sets(st.sampled_from(tasks_of_phases(guide)), max_size=4))
        ),
    )
    hours = draw(st.floats(2, min(40, most_hours(wanted))))
    return wanted.model_copy(update={"hours_a_week": hours})


@st.composite
def begun(draw: st.DrawFn, guide: Guide) -> Preferences:
    """Preferences of somebody who has done some of it, in any order, and may have planned anew."""
    wanted = draw(preferences(guide))
    plan = build(guide, wanted)
    done = draw(st.sets(st.sampled_from([task.id for task in plan.tasks]), max_size=20))
    day = st.integers(-30, 600).map(lambda days: wanted.start + timedelta(days=days))
    ticks = tuple(Tick(task=name, on=draw(day)) for name in sorted(done))
    return wanted.model_copy(update={"ticks": ticks, "replanned": draw(st.none() | day)})


def skills(guide: Guide) -> list[str]:
    return [gap.name.value for gap in guide.skill_gaps]


def titles(guide: Guide) -> list[str]:
    return sorted({resource.title for phase in guide.phases for resource in phase.resources})


def tasks_of_phases(guide: Guide) -> list[str]:
    plan = build(guide, Preferences(hours_a_week=6, start=date(2027, 1, 4)))
    return [task.id for task in of_phases(plan)]


def of_phases(plan: Plan) -> list[Task]:
    return [task for task in plan.tasks if task.phase is not None]


def still_open(plan: Plan) -> list[Task]:
    """What is left to do: neither done nor taken off."""
    return [task for task in plan.tasks if not task.done and not task.taken_off]


def with_ranges(guide: Guide, more: float) -> Guide:
    """The guide with each phase taking up to ``more`` weeks longer than it says."""

    def wider(weeks: Sourced[Range]) -> Sourced[Range]:
        value = Range(low=weeks.value.low, high=weeks.value.high + more)
        return weeks.model_copy(update={"value": value})

    phases = tuple(phase.model_copy(update={"weeks": wider(phase.weeks)}) for phase in guide.phases)
    return guide.model_copy(update={"phases": phases})
