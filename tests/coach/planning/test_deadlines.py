"""How a plan stands to a deadline, and whether what is advised would help."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from coach.domain import Guide, Priority
from coach.planning import (
    Deadline,
    DeadlineFit,
    HeldSkill,
    Plan,
    Preferences,
    TaskKind,
    Tick,
    build,
)
from tests.coach.planning.people import of_phases

FIRST = "backend-developer-to-chief-ai-officer"
DATA = "mechanical-engineer-to-data-scientist"
START = date(2027, 1, 4)
SIX = Preferences(hours_a_week=6, start=START)


def judged(guide: Guide, wanted: Preferences, **change: object) -> Deadline:
    found = build(guide, wanted.model_copy(update=change)).deadline
    assert found
    return found


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
    ("over", "told"),
    [(1, "1 day after"), (13, "13 days after"), (14, "2 weeks after"), (20, "3 weeks after")],
)
def test_it_is_said_by_how_much_a_deadline_is_missed(
    guides: dict[str, Guide], over: int, told: str
) -> None:
    end = build(guides[FIRST], SIX).end

    advice = judged(guides[FIRST], SIX, deadline=end - timedelta(days=over)).advice

    assert f"The plan ends {told} it." in advice


def test_no_work_is_blamed_for_a_deadline_that_is_over(guides: dict[str, Guide]) -> None:
    anew = SIX.model_copy(update={"replanned": date(2027, 9, 1)})

    advice = judged(guides[FIRST], anew, deadline=date(2027, 6, 1)).advice

    assert "planned from 1 September 2027, so only a later deadline can be met" in advice
    assert "takes its time" not in advice
    assert "Start earlier" not in advice


def test_the_work_that_takes_its_time_is_named_where_it_is_what_ends_late(
    guides: dict[str, Guide],
) -> None:
    """Of the tasks that take their time the one named ends after the deadline at any hours."""
    on = date(2027, 6, 1)

    advice = judged(guides[FIRST], SIX, deadline=on).advice
    most = build(guides[FIRST], SIX.model_copy(update={"hours_a_week": 80}))

    named = [task for task in most.tasks if task.phase and task.text in advice]
    assert [task.kind for task in named] == [TaskKind.EXPERIENCE]
    assert named[0].end
    assert named[0].end > on


def test_a_deadline_too_near_for_study_alone_says_that_no_hours_are_enough(
    guides: dict[str, Guide],
) -> None:
    guide = guides[FIRST]
    study = guide.model_copy(update={"phases": guide.phases[:2]})
    assert not any(task.kind is TaskKind.EXPERIENCE for task in build(study, SIX).tasks)

    found = judged(study, SIX, deadline=START + timedelta(days=6))

    assert found.hours_needed is None
    assert "Even 80 hours a week would not be enough." in found.advice


def test_where_a_guide_counts_in_weeks_alone_no_hours_are_advised(
    guides: dict[str, Guide],
) -> None:
    guide = guides[FIRST].model_copy(update={"study_hours": None})

    found = judged(guide, SIX, deadline=date(2027, 12, 1))
    at_most = build(guide, SIX.model_copy(update={"hours_a_week": 80}))

    assert at_most.end > date(2027, 12, 1)
    assert found.hours_needed is None
    assert "counts in weeks alone" in found.advice


def without_extras(guide: Guide, wanted: Preferences) -> Plan:
    names = [
        gap.name.value for gap in guide.skill_gaps if gap.priority.value is Priority.NICE_TO_HAVE
    ]
    held = tuple(HeldSkill(name=name) for name in names)
    return build(guide, wanted.model_copy(update={"held": held}))


def test_it_is_said_what_leaving_out_the_extras_would_save(guides: dict[str, Guide]) -> None:
    guide = guides[DATA]
    plan, fewer = build(guide, SIX), without_extras(guide, SIX)
    days = (plan.end - fewer.end).days
    hours = sum(task.hours for task in fewer.tasks if task.taken_off)
    assert days > 14

    # In time without them, at the hours there are; then a deadline that nothing meets.
    near = judged(guide, SIX, deadline=fewer.end).advice
    far = judged(guide, SIX, deadline=START + timedelta(days=20)).advice

    saving = rf"nice-to-have skills, {hours:.0f} hours, it would end {days // 7} weeks sooner"
    assert re.search(f"{saving}, in time\\.", near)
    assert "hours a week would meet it" in near
    assert re.search(f"{saving}\\.", far)


def test_extras_that_are_done_are_not_to_be_left_out(guides: dict[str, Guide]) -> None:
    guide = guides[DATA]
    extras = [task for task in build(guide, SIX).tasks if task.priority is Priority.NICE_TO_HAVE]
    ticks = tuple(Tick(task=task.id, on=START) for task in extras)
    assert extras

    advice = judged(guide, SIX, ticks=ticks, deadline=START + timedelta(days=20)).advice

    assert "nice-to-have" not in advice
    assert "Start earlier" not in advice


def test_a_plan_that_was_done_too_late_advises_nothing(guides: dict[str, Guide]) -> None:
    late = START + timedelta(days=400)
    tasks = of_phases(build(guides[FIRST], SIX))
    ticks = tuple(Tick(task=task.id, on=late) for task in tasks)

    found = judged(guides[FIRST], SIX, ticks=ticks, deadline=late - timedelta(days=3))

    assert (found.fit, found.days_over) == (DeadlineFit.MISSED, 3)
    assert found.advice == "The plan ends 3 days after it."
