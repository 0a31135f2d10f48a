"""Plans: what holds for every guide and any preferences, and the figures of the first guide."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.domain import Guide, Range
from coach.errors import PlanError
from coach.planning import (
    Adjustment,
    DaysOff,
    DeadlineFit,
    HeldSkill,
    Plan,
    Preferences,
    TaskKind,
    Tick,
    build,
    replanned,
)
from tests.coach.asking import GUIDES, KNOWLEDGE

FIRST = "backend-developer-to-chief-ai-officer"
START = date(2027, 1, 4)
SIX = Preferences(hours_a_week=6, start=START)
MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

slugs = st.sampled_from(GUIDES)
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@st.composite
def preferences(draw: st.DrawFn) -> Preferences:
    start = draw(days)
    first = start + timedelta(days=draw(st.integers(0, 200)))
    pause = DaysOff(first=first, last=first + timedelta(days=draw(st.integers(0, 40))))
    return Preferences(
        hours_a_week=draw(st.floats(2, 40)),
        start=start,
        weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))),
        days_off=draw(st.sampled_from([(), (pause,)])),
        deadline=draw(st.none() | st.just(start + timedelta(days=draw(st.integers(0, 1500))))),
    )


@MANY
@given(slug=slugs, wanted=preferences())
def test_no_task_comes_before_what_it_depends_on(
    guides: dict[str, Guide], slug: str, wanted: Preferences
) -> None:
    plan = build(guides[slug], wanted)
    tasks = {task.id: task for task in plan.tasks}

    for task in plan.tasks:
        assert task.start
        assert task.end
        assert wanted.start <= task.start <= task.end
        assert all(tasks[name].end <= task.start for name in task.after)  # type: ignore[operator]


@MANY
@given(slug=slugs, wanted=preferences())
def test_no_week_is_over_the_hours_and_no_day_off_is_used(
    guides: dict[str, Guide], slug: str, wanted: Preferences
) -> None:
    plan = build(guides[slug], wanted)

    assert all(week.hours <= wanted.hours_a_week + 0.01 for week in plan.weeks)
    for task in plan.tasks:
        if task.kind is not TaskKind.ACTION:
            for day in (task.start, task.end):
                assert day is not None
                assert day.weekday() in wanted.weekdays
                assert not any(pause.first <= day <= pause.last for pause in wanted.days_off)


@MANY
@given(slug=slugs, wanted=preferences())
def test_the_effort_is_that_of_the_guides_phases(
    guides: dict[str, Guide], slug: str, wanted: Preferences
) -> None:
    guide = guides[slug]
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
    # Weeks are given to a hundredth of an hour.
    assert sum(week.hours for week in plan.weeks) == pytest.approx(plan.hours, rel=0.01)


@MANY
@given(slug=slugs, wanted=preferences())
def test_the_same_input_gives_the_same_plan(
    guides: dict[str, Guide], slug: str, wanted: Preferences
) -> None:
    assert build(guides[slug], wanted) == build(guides[slug], wanted)


@MANY
@given(slug=slugs, wanted=preferences(), later=st.integers(0, 400))
def test_a_later_deadline_never_makes_a_plan_worse(
    guides: dict[str, Guide], slug: str, wanted: Preferences, later: int
) -> None:
    first = wanted.model_copy(update={"deadline": wanted.start + timedelta(days=300)})
    second = first.model_copy(update={"deadline": first.deadline + timedelta(days=later)})  # type: ignore[operator]
    one, other = build(guides[slug], first).deadline, build(guides[slug], second).deadline
    assert one
    assert other
    order = [DeadlineFit.MISSED, DeadlineFit.TIGHT, DeadlineFit.MET]

    assert order.index(other.fit) >= order.index(one.fit)
    assert other.days_over == one.days_over - later
    assert build(guides[slug], second).tasks == build(guides[slug], first).tasks


@MANY
@given(slug=slugs, wanted=preferences(), more=st.floats(0, 10))
def test_more_hours_never_end_later(
    guides: dict[str, Guide], slug: str, wanted: Preferences, more: float
) -> None:
    faster = wanted.model_copy(update={"hours_a_week": wanted.hours_a_week + more})

    assert build(guides[slug], faster).end <= build(guides[slug], wanted).end


@MANY
@given(
    slug=slugs,
    wanted=preferences(),
    done=st.integers(1, 8),
    hours=st.floats(2, 40),
    passed=st.integers(0, 60),
)
def test_ticks_survive_any_change_and_done_work_stays_in_the_past(
    guides: dict[str, Guide], slug: str, wanted: Preferences, done: int, hours: float, passed: int
) -> None:
    plan = build(guides[slug], wanted)
    today = wanted.start + timedelta(days=passed)
    ticks = tuple(Tick(task=task.id, on=today) for task in plan.tasks[:done])
    changed = wanted.model_copy(update={"hours_a_week": hours, "ticks": ticks})

    moved = build(guides[slug], replanned(changed, today + timedelta(days=1)))

    assert [task.id for task in moved.tasks] == [task.id for task in plan.tasks]
    assert {task.id for task in moved.tasks if task.done == today} == {tick.task for tick in ticks}
    for task in moved.tasks:
        if task.kind is not TaskKind.ACTION:
            assert task.start
            assert (task.done and task.start == today) or task.start > today


@pytest.fixture(scope="module")
def knowledge_text() -> str:
    return (KNOWLEDGE / f"{FIRST}.md").read_text()


@pytest.fixture(scope="module")
def plan(guides: dict[str, Guide]) -> Plan:
    return build(guides[FIRST], SIX)


def test_each_task_of_the_first_guide_quotes_its_place(plan: Plan, knowledge_text: str) -> None:
    for task in plan.tasks:
        said = knowledge_text[task.source.start : task.source.end]
        title = task.text.partition("'")[2].rpartition("'")[0]
        assert said == task.text or title in said


def test_figures_of_the_first_guide(plan: Plan) -> None:
    text = " ".join(note.text for note in plan.notes)

    assert plan.hours == 700  # 56 weeks at 12.5 hours
    assert plan.milestones[-1].planned == date(2029, 3, 30)
    assert plan.milestones[-1].early < plan.milestones[-1].planned < plan.milestones[-1].late
    for figure in ("56 weeks", "10-15 hours", "560-840 hours", "74 weeks", "18-24 months"):
        assert figure in text


def test_critical_skills_come_first_within_a_phase(plan: Plan) -> None:
    third = [task.priority for task in plan.tasks if task.phase == 3]

    assert third == sorted(third, key=lambda priority: priority != "critical")
    assert third[0] == "critical"


def test_a_course_named_twice_is_planned_once(plan: Plan) -> None:
    named = [task.text for task in plan.tasks if "Deep Learning Specialization" in task.text]

    assert len([text for text in named if text.startswith("Course")]) == 0  # its task names it
    assert sum("'AI For Everyone' (" in task.text for task in plan.tasks) == 1


def test_study_goes_faster_with_hours_and_experience_does_not(guides: dict[str, Guide]) -> None:
    slow = build(guides[FIRST], SIX.model_copy(update={"hours_a_week": 12.5}))
    fast = build(guides[FIRST], SIX.model_copy(update={"hours_a_week": 50}))

    def length(plan: Plan, phase: int) -> int:
        tasks = [task for task in plan.tasks if task.phase == phase]
        first = min(task.start for task in tasks)  # type: ignore[type-var]
        return (max(task.end for task in tasks) - first).days  # type: ignore[operator, type-var]

    assert length(fast, 2) < length(slow, 2) / 3  # study
    assert length(fast, 4) == pytest.approx(24 * 7, abs=2)  # leading a project takes its 24 weeks


def test_a_held_skill_is_shown_as_done_and_says_why(guides: dict[str, Guide]) -> None:
    skill = "Deep Learning & Foundation Models"
    held = SIX.model_copy(update={"held": (HeldSkill(name=skill),)})
    plan, without = build(guides[FIRST], SIX), build(guides[FIRST], held)
    off = [task for task in without.tasks if task.taken_off]

    assert off
    assert all(task.skill == skill and skill in task.taken_off for task in off)
    assert without.hours == plan.hours
    assert without.end < plan.end


def test_a_finished_course_is_taken_off(guides: dict[str, Guide]) -> None:
    done = SIX.model_copy(update={"finished": ("deep learning specialization",)})

    off = [task for task in build(guides[FIRST], done).tasks if task.taken_off]

    assert [task.taken_off for task in off] == ["You have finished 'Deep Learning Specialization'."]


@pytest.mark.parametrize("deadline", [date(2027, 6, 1), date(2028, 12, 31), date(2030, 1, 1)])
def test_a_deadline_is_judged_and_what_would_meet_it_does(
    guides: dict[str, Guide], deadline: date
) -> None:
    plan = build(guides[FIRST], SIX.model_copy(update={"deadline": deadline}))
    assert plan.deadline

    assert plan.deadline.days_over == (plan.end - deadline).days
    if plan.deadline.hours_needed:
        enough = SIX.model_copy(update={"hours_a_week": plan.deadline.hours_needed})
        less = SIX.model_copy(update={"hours_a_week": plan.deadline.hours_needed - 0.5})
        assert build(guides[FIRST], enough).end <= deadline < build(guides[FIRST], less).end
    elif plan.deadline.days_over > 0:
        assert "takes its time" in plan.deadline.advice


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"hours_a_week": 0}, "some time each week"),
        ({"hours_a_week": -3}, "some time each week"),
        ({"hours_a_week": float("nan")}, "some time each week"),
        ({"hours_a_week": 200}, "Nobody can study 200 hours"),
        ({"hours_a_week": 0.1}, "more than 15 years"),
        ({"deadline": date(2026, 1, 1)}, "deadline is before the start"),
        ({"weekdays": ()}, "at least one day of the week"),
        ({"time_zone": "Mars/Base"}, "no such time zone"),
        ({"days_off": (DaysOff(first=START, last=START - timedelta(days=1)),)}, "ends before"),
    ],
)
def test_what_cannot_be_planned_is_said(
    guides: dict[str, Guide], change: dict[str, object], told: str
) -> None:
    with pytest.raises(PlanError, match=told):
        build(guides[FIRST], SIX.model_copy(update=change))


def test_a_guide_without_phases_cannot_be_planned(guides: dict[str, Guide]) -> None:
    with pytest.raises(PlanError, match="no phases with weeks"):
        build(guides[FIRST].model_copy(update={"phases": ()}), SIX)


def test_a_leap_day_is_a_day_like_any_other(guides: dict[str, Guide]) -> None:
    plan = build(guides[FIRST], SIX.model_copy(update={"start": date(2028, 2, 29)}))

    assert plan.tasks[0].start == date(2028, 2, 29)


def test_a_task_can_be_left_out_or_given_other_hours_and_the_others_keep_theirs(
    guides: dict[str, Guide],
) -> None:
    plain = build(guides[FIRST], SIX)
    first, second, *others = [task for task in plain.tasks if task.kind is TaskKind.STUDY]
    wanted = (Adjustment(task=first.id, hours=100), Adjustment(task=second.id, left_out=True))

    plan = build(guides[FIRST], SIX.model_copy(update={"adjusted": wanted}))

    tasks = {task.id: task for task in plan.tasks}
    assert tasks[first.id].hours == 100
    assert tasks[first.id].range_hours == Range(low=100, high=100)
    assert tasks[second.id].taken_off == "Left out of this plan."
    assert [tasks[task.id].hours for task in others] == [task.hours for task in others]
    assert sum(week.hours for week in plan.weeks) == pytest.approx(
        sum(week.hours for week in plain.weeks) + 100 - first.hours - second.hours, abs=0.5
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hours_a_week": 0}, "hours_a_week"),
        ({"hours_a_week": -3}, "hours_a_week"),
        ({"hours_a_week": 200}, "hours_a_week"),
        ({"hours_a_week": 0.001}, "hours_a_week"),
        ({"deadline": START - timedelta(days=1)}, "deadline"),
        ({"start": date(9999, 12, 31)}, "start"),
        ({"deadline": date(9999, 12, 31)}, "deadline"),
        ({"weekdays": ()}, "weekdays"),
        ({"days_off": (DaysOff(first=START, last=START - timedelta(days=1)),)}, "days_off"),
        ({"days_off": (DaysOff(first=START, last=START),) * 101}, "days_off"),
        ({"time_zone": "Nowhere/At all"}, "time_zone"),
        ({"adjusted": (Adjustment(task="one", hours=0),)}, "adjusted"),
    ],
)
def test_what_cannot_be_planned_with_names_the_field_to_change(
    guides: dict[str, Guide], change: dict[str, object], field: str
) -> None:
    with pytest.raises(PlanError) as refused:
        build(guides[FIRST], SIX.model_copy(update=change))

    assert refused.value.field == field
    assert refused.value.remedy
