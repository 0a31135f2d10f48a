"""Plans: what holds for every guide and any person, whatever they have done already."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain import Guide
from coach.planning import DeadlineFit, Tick, build
from coach.planning.checking import most_hours
from tests.coach.planning.people import (
    MANY,
    begun,
    of_phases,
    preferences,
    slugs,
    still_open,
    with_ranges,
)

draws = st.data()


@MANY
@given(slug=slugs, data=draws)
def test_no_task_comes_before_what_it_depends_on(
    guides: dict[str, Guide], slug: str, data: st.DataObject
) -> None:
    wanted = data.draw(begun(guides[slug]))
    plan = build(guides[slug], wanted)
    ends = {task.id: task.end for task in plan.tasks}

    for task in plan.tasks:
        assert task.start
        assert task.end
        assert task.start <= task.end
        if not task.done:
            assert max(wanted.start, wanted.replanned or wanted.start) <= task.start
            assert all(ends[name] <= task.start for name in task.after)  # type: ignore[operator]


@MANY
@given(slug=slugs, data=draws)
def test_no_week_is_over_the_hours_and_no_day_off_is_used(
    guides: dict[str, Guide], slug: str, data: st.DataObject
) -> None:
    wanted = data.draw(begun(guides[slug]))
    plan = build(guides[slug], wanted)

    assert all(week.hours <= wanted.hours_a_week + 0.01 for week in plan.weeks)
    for task in still_open(plan):
        for day in (task.start, task.end):
            assert day is not None
            assert day.weekday() in wanted.weekdays
            assert not any(pause.first <= day <= pause.last for pause in wanted.days_off)


@MANY
@given(slug=slugs, data=draws)
def test_the_effort_is_that_of_the_guides_phases(
    guides: dict[str, Guide], slug: str, data: st.DataObject
) -> None:
    guide = guides[slug]
    wanted = data.draw(preferences(guide)).model_copy(update={"adjusted": ()})
    assert guide.study_hours is not None
    pace = guide.study_hours.value
    by_phase: dict[int, float] = defaultdict(float)
    plan = build(guide, wanted)
    for task in plan.tasks:
        if task.phase is not None:
            by_phase[task.phase] += task.hours

    for phase in guide.phases:
        weeks = phase.weeks.value
        middle = (weeks.low * pace.low + weeks.high * pace.high) / 2
        assert by_phase[phase.number] == pytest.approx(middle)


@MANY
@given(slug=slugs, data=draws)
def test_the_weeks_hold_what_is_open_and_nothing_that_is_taken_off(
    guides: dict[str, Guide], slug: str, data: st.DataObject
) -> None:
    wanted = data.draw(begun(guides[slug]))
    plan = build(guides[slug], wanted)
    unbegun = build(guides[slug], wanted.model_copy(update={"ticks": ()}))
    left = sum(task.hours for task in still_open(plan))
    kept = sum(task.hours for task in plan.tasks if not task.taken_off)

    # Weeks are given to a hundredth of an hour.
    rounding = 0.01 * (len(plan.weeks) + len(unbegun.weeks)) + 0.01
    assert left - rounding <= sum(week.hours for week in plan.weeks) <= kept + rounding
    assert sum(week.hours for week in unbegun.weeks) == pytest.approx(kept, abs=rounding)


@MANY
@given(slug=slugs, data=draws)
def test_the_same_input_gives_the_same_plan(
    guides: dict[str, Guide], slug: str, data: st.DataObject
) -> None:
    wanted = data.draw(begun(guides[slug]))

    assert build(guides[slug], wanted) == build(guides[slug], wanted)


@MANY
@given(slug=slugs, data=draws, later=st.integers(0, 400))
def test_a_later_deadline_never_makes_a_plan_worse(
    guides: dict[str, Guide], slug: str, data: st.DataObject, later: int
) -> None:
    wanted = data.draw(begun(guides[slug]))
    day = wanted.start + timedelta(days=300)
    one, other = (
        build(guides[slug], wanted.model_copy(update={"deadline": on}))
        for on in (day, day + timedelta(days=later))
    )
    order = [DeadlineFit.MISSED, DeadlineFit.TIGHT, DeadlineFit.MET]

    assert one.deadline
    assert other.deadline
    assert order.index(other.deadline.fit) >= order.index(one.deadline.fit)
    assert other.deadline.days_over == one.deadline.days_over - later
    assert other.tasks == one.tasks
    if one.deadline.hours_needed and other.deadline.hours_needed:
        assert other.deadline.hours_needed <= one.deadline.hours_needed


@MANY
@given(slug=slugs, data=draws)
def test_the_hours_that_would_meet_a_deadline_do_and_fewer_do_not(
    guides: dict[str, Guide], slug: str, data: st.DataObject
) -> None:
    wanted = data.draw(begun(guides[slug]))
    on = wanted.start + timedelta(days=data.draw(st.integers(0, 800)))
    wanted = wanted.model_copy(update={"deadline": on})
    judged = build(guides[slug], wanted).deadline
    assert judged

    def end(hours: float) -> date:
        return build(guides[slug], wanted.model_copy(update={"hours_a_week": hours})).end

    if judged.hours_needed is not None:
        assert end(judged.hours_needed) <= on
        assert judged.days_over > 0
        if judged.hours_needed - 0.5 >= wanted.hours_a_week:
            assert end(judged.hours_needed - 0.5) > on
    elif judged.days_over > 0:
        assert end(most_hours(wanted)) > on


@MANY
@given(slug=slugs, data=draws, more=st.floats(0, 10))
def test_more_hours_never_end_later(
    guides: dict[str, Guide], slug: str, data: st.DataObject, more: float
) -> None:
    wanted = data.draw(begun(guides[slug]))
    hours = min(wanted.hours_a_week + more, most_hours(wanted))
    faster = wanted.model_copy(update={"hours_a_week": hours})

    assert build(guides[slug], faster).end <= build(guides[slug], wanted).end


@MANY
@given(slug=slugs, data=draws, wider=st.floats(0, 12))
def test_early_is_never_after_planned_nor_planned_after_late(
    guides: dict[str, Guide], slug: str, data: st.DataObject, wider: float
) -> None:
    guide = with_ranges(guides[slug], wider)

    for milestone in build(guide, data.draw(begun(guide))).milestones:
        assert milestone.early <= milestone.planned <= milestone.late


@MANY
@given(slug=slugs, data=draws, hours=st.floats(2, 16))
def test_ticks_survive_any_change_and_what_is_done_stays_where_it_was(
    guides: dict[str, Guide], slug: str, data: st.DataObject, hours: float
) -> None:
    guide = guides[slug]
    wanted = data.draw(begun(guide)).model_copy(update={"deadline": None})
    ticks = {tick.task: tick.on for tick in wanted.ticks}
    other = data.draw(preferences(guide))
    changes = {
        name: getattr(other, name)
        for name in ("held", "finished", "adjusted", "weekdays", "days_off", "start")
        if data.draw(st.booleans())
    }
    plan, moved = (
        build(guide, wanted),
        build(guide, wanted.model_copy(update={"hours_a_week": hours, **changes})),
    )

    assert [task.id for task in moved.tasks] == [task.id for task in plan.tasks]
    assert {task.id for task in of_phases(moved) if task.done} == {
        task.id for task in of_phases(plan) if task.id in ticks
    }
    for task in moved.tasks:
        assert task.done == ticks.get(task.id)
        assert not task.done or task.end == task.done
    assert moved.lost_ticks == ()


@MANY
@given(slug=slugs, data=draws)
def test_a_phase_that_is_done_ends_with_its_last_tick_however_often_the_rest_is_planned_anew(
    guides: dict[str, Guide], slug: str, data: st.DataObject
) -> None:
    guide = guides[slug]
    wanted = data.draw(preferences(guide))
    first = [
        task for task in of_phases(build(guide, wanted)) if task.phase == 1 and not task.taken_off
    ]
    if not first:
        return
    days = [wanted.start + timedelta(days=data.draw(st.integers(0, 90))) for _ in first]
    ticks = tuple(Tick(task=task.id, on=day) for task, day in zip(first, days, strict=True))

    for later in (None, 91, data.draw(st.integers(91, 900))):
        anew = wanted.start + timedelta(days=later) if later else None
        changed = wanted.model_copy(update={"ticks": ticks, "replanned": anew})
        milestone = build(guide, changed).milestones[0]
        assert {milestone.early, milestone.planned, milestone.late} == {max(days)}


@MANY
@given(slug=slugs, data=draws, done=st.integers(1, 20))
def test_work_that_is_done_on_its_day_moves_nothing(
    guides: dict[str, Guide], slug: str, data: st.DataObject, done: int
) -> None:
    wanted = data.draw(preferences(guides[slug]))
    plan = build(guides[slug], wanted)
    ticks = tuple(Tick(task=task.id, on=task.end) for task in still_open(plan)[-done:] if task.end)

    ticked = build(guides[slug], wanted.model_copy(update={"ticks": ticks}))

    assert [(task.start, task.end) for task in ticked.tasks] == [
        (task.start, task.end) for task in plan.tasks
    ]
    assert ticked.weeks == plan.weeks
    assert ticked.end == plan.end
