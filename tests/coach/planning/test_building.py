"""Plans: the figures of the first guide, and what moves when something changes."""

from __future__ import annotations

import gc
from datetime import date, timedelta

import pytest

from coach.domain import Guide, Range
from coach.planning import (
    Adjustment,
    DaysOff,
    HeldSkill,
    Plan,
    Preferences,
    Task,
    TaskKind,
    Tick,
    build,
)
from tests.coach.asking import KNOWLEDGE

FIRST = "backend-developer-to-chief-ai-officer"
START = date(2027, 1, 4)
SIX = Preferences(hours_a_week=6, start=START)


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


def of_phase(plan: Plan, phase: int) -> list[Task]:
    return [task for task in plan.tasks if task.phase == phase]


@pytest.mark.parametrize("hours", [3, 12])
def test_other_hours_move_what_is_open_and_nothing_that_is_done(
    guides: dict[str, Guide], hours: float
) -> None:
    study = of_phase(build(guides[FIRST], SIX), 1)
    done = [START + timedelta(days=days) for days in (11, 20, 31, 44, 58)]
    assert all(task.kind is TaskKind.STUDY for task in study)
    ticks = tuple(Tick(task=task.id, on=day) for task, day in zip(study, done, strict=True))

    six, other = (
        build(guides[FIRST], SIX.model_copy(update={"ticks": ticks, "hours_a_week": each}))
        for each in (6, hours)
    )

    assert [task.end for task in of_phase(other, 1)] == done
    assert other.milestones[0].planned == done[-1]
    first = min(task.start for task in of_phase(other, 2) if task.start)
    assert done[-1] <= first <= done[-1] + timedelta(days=1)
    # What is left, and nothing else, takes twice the time or half of it.
    left = (six.milestones[1].planned - done[-1]) * 6 / hours
    moved = other.milestones[1].planned - done[-1]
    assert abs(moved - left) <= timedelta(days=2)


def test_a_phase_that_is_done_stays_when_one_of_its_tasks_is_held(
    guides: dict[str, Guide],
) -> None:
    held = SIX.model_copy(update={"held": (HeldSkill(name="Data Engineering for AI"),)})
    plan = build(guides[FIRST], held)
    (phase,) = {task.phase for task in plan.tasks if task.taken_off}
    kept = [task for task in plan.tasks if task.phase == phase and not task.taken_off]
    last = date(2028, 3, 1)
    ticks = tuple(Tick(task=task.id, on=last) for task in kept)

    for anew in (date(2028, 4, 1), date(2029, 4, 1)):
        changed = held.model_copy(update={"ticks": ticks, "replanned": anew})
        milestone = build(guides[FIRST], changed).milestones[(phase or 0) - 1]
        assert (milestone.early, milestone.planned, milestone.late) == (last, last, last)


def test_a_start_after_the_last_planning_anew_counts(guides: dict[str, Guide]) -> None:
    later = SIX.model_copy(update={"start": date(2027, 6, 1)})

    plan = build(guides[FIRST], later.model_copy(update={"replanned": date(2027, 2, 1)}))

    assert plan.tasks == build(guides[FIRST], later).tasks


def test_first_steps_that_are_open_move_with_the_rest(guides: dict[str, Guide]) -> None:
    plain = build(guides[FIRST], SIX)
    done, *others = [task for task in plain.tasks if task.heading == "This week"]
    changed = SIX.model_copy(
        update={
            "ticks": (Tick(task=done.id, on=date(2027, 1, 6)),),
            "replanned": date(2028, 2, 1),
            "weekdays": (0, 3),
            "days_off": (DaysOff(first=date(2028, 2, 2), last=date(2028, 2, 9)),),
        }
    )

    moved = {task.id: task for task in build(guides[FIRST], changed).tasks}

    assert moved[done.id].end == moved[done.id].done == date(2027, 1, 6)
    # Seven days that are not off end on 15 February; Thursdays and Mondays are for study.
    expected = (date(2028, 2, 10), date(2028, 2, 14))
    assert others
    assert {(moved[task.id].start, moved[task.id].end) for task in others} == {expected}


def test_ticks_of_no_task_are_told(guides: dict[str, Guide]) -> None:
    known = build(guides[FIRST], SIX).tasks[0].id
    ticks = (Tick(task=known, on=START), Tick(task="gone", on=START))

    plan = build(guides[FIRST], SIX.model_copy(update={"ticks": ticks}))

    assert plan.lost_ticks == (Tick(task="gone", on=START),)


def test_a_hundred_plans_in_a_row_leak_nothing(guides: dict[str, Guide]) -> None:
    """The objects that outlive them are counted; the same count sees a plan that is kept."""

    def plan_anew(day: int) -> Plan:
        changed = {"replanned": START + timedelta(days=day), "deadline": date(2029, 1, 1)}
        return build(guides[FIRST], SIX.model_copy(update=changed))

    def count() -> int:
        gc.collect()
        return len(gc.get_objects())

    plan_anew(0)  # fills what is remembered once
    before = count()
    for day in range(1, 101):
        plan_anew(day)
    left = count() - before
    one = plan_anew(101)

    assert left < 50 < count() - before - left
    assert one.tasks
