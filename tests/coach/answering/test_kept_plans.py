"""Questions about a plan that the person keeps, asked on a Monday, three weeks into it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date

import pytest

from coach.coach import Coach
from coach.domain import Adjustment, Answer, Guide, HeldSkill, Message, Preferences, Tick, Turn
from coach.encoder import Encoder
from coach.index import KnowledgeIndex
from coach.planning import Plan, Task, TaskKind, build
from coach.understanding import Phrasings
from tests.coach.asking import ACCOUNTANT, CAIO, NURSE
from tests.coach.conftest import QUESTION_LIMIT

TODAY = date(2026, 11, 23)
KEPT = Preferences(hours_a_week=6, start=date(2026, 11, 2))
NEXT_WEEK = (date(2026, 11, 30), date(2026, 12, 6))
NEXT = "What should I do next week?"


@pytest.fixture(scope="module")
def planner(index: KnowledgeIndex, real_encoder: Encoder, phrasings: Phrasings) -> Coach:
    return Coach(index, real_encoder, phrasings, QUESTION_LIMIT, today=lambda: TODAY)


@pytest.fixture(scope="module")
def plan(guides: dict[str, Guide]) -> Plan:
    return build(guides[CAIO], KEPT)


def talk(
    coach: Coach, plans: Mapping[str, Preferences], *questions: str, guide: str | None = None
) -> list[Answer]:
    """The answers to a conversation of somebody who keeps these plans."""
    history: list[Message] = []
    answers = []
    for question in questions:
        turn = Turn(question=question, history=tuple(history), guide=guide, plans=plans)
        answer = asyncio.run(coach.answer(turn))
        answers.append(answer)
        history.append(Message(role="user", content=question))
        history.append(Message(role="assistant", content=answer.text))
    return answers


def due_next_week(plan: Plan) -> list[Task]:
    first, last = NEXT_WEEK
    return [
        one
        for one in plan.tasks
        if one.start and one.end and one.start <= last and one.end >= first
    ]


def wording(task: Task) -> str:
    return " ".join(task.text.split()).rstrip(".")


def with_changes(**changes: object) -> dict[str, Preferences]:
    return {CAIO: KEPT.model_copy(update=changes)}


def test_next_week_is_read_from_the_plan_without_telling_hours_or_move(
    planner: Coach, plan: Plan
) -> None:
    (answer,) = talk(planner, {CAIO: KEPT}, NEXT)

    assert not answer.refused
    assert answer.dropped == ()
    assert "From the plan you keep: 6 hours a week from 2 November 2026." in answer.text
    due = due_next_week(plan)
    assert due
    shown = answer.text.partition("**Still open")[0]
    assert all(wording(task) in shown for task in due)
    assert "/plan?guide=backend-developer-to-chief-ai-officer\n" in f"{answer.text}\n"


def test_what_is_ticked_does_not_come_again(planner: Coach, plan: Plan) -> None:
    done, *others = due_next_week(plan)
    late = next(one for one in plan.tasks if one.end and one.end < date(2026, 11, 16))
    ticks = (Tick(task=done.id, on=TODAY), Tick(task=late.id, on=TODAY))

    before, after = (
        talk(planner, plans, NEXT)[0].text for plans in ({CAIO: KEPT}, with_changes(ticks=ticks))
    )

    assert wording(done) in before
    assert wording(late) in before
    assert wording(done) not in after
    assert wording(late) not in after
    assert all(wording(task) in after for task in others)
    assert "2 tasks done" in after


def test_what_a_coach_adjusted_counts(planner: Coach, plan: Plan) -> None:
    study = next(one for one in due_next_week(plan) if one.kind is TaskKind.STUDY)
    left_out = Adjustment(task=study.id, left_out=True)
    longer = Adjustment(task=study.id, hours=50)

    (without,) = talk(planner, with_changes(adjusted=(left_out,)), NEXT)
    (more,) = talk(planner, with_changes(adjusted=(longer,)), NEXT)

    assert wording(study) not in without.text
    assert f"about 50 hours: {wording(study)}" in more.text


def test_what_was_planned_anew_stays_so(planner: Coach, guides: dict[str, Guide]) -> None:
    anew = KEPT.model_copy(update={"replanned": TODAY})
    end = build(guides[CAIO], anew).end
    assert end != build(guides[CAIO], KEPT).end

    (answer,) = talk(planner, {CAIO: anew}, "Show me my plan")

    assert f"{end.day} {end:%B %Y}" in answer.text


def test_what_is_told_counts_for_the_answer_alone(planner: Coach, guides: dict[str, Guide]) -> None:
    kept = KEPT.model_copy(update={"deadline": date(2030, 1, 31), "held": (HeldSkill(name="x"),)})

    told, *_, week = talk(planner, {CAIO: kept}, "what if I only have 5 hours?", NEXT)

    five = build(guides[CAIO], kept.model_copy(update={"hours_a_week": 5}))
    assert (
        "For this answer I plan with 5 hours a week from 2 November 2026, "
        "to be done by 31 January 2030, without “x”. "
        "The plan you keep has 6 hours a week and stays as it is."
    ) in told.text
    assert f"{five.end.day} {five.end:%B %Y}" in told.text
    assert "later than before" in told.text
    assert "The plan you keep has 6 hours a week and stays as it is." in week.text
    assert "&hours=5&" in week.text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("what if I start in March?", "the start on 2 November 2026"),
        ("what if I only study on weekends, 6 hours a week?", "every day of the week"),
        ("what if I have to be done by June 2029?", "no deadline"),
    ],
)
def test_each_thing_that_is_told_is_set_against_what_is_kept(
    planner: Coach, said: str, kept: str
) -> None:
    (answer,) = talk(planner, {CAIO: KEPT}, said)

    assert f"The plan you keep has {kept} and stays as it is." in answer.text


def test_a_finished_course_is_taken_off_the_kept_plan_for_the_answer(planner: Coach) -> None:
    (answer,) = talk(planner, {CAIO: KEPT}, "I finished the Deep Learning Specialization")

    assert "without “Deep Learning Specialization”. The plan you keep stays as it is" in answer.text
    assert "earlier than before" in answer.text


def test_who_keeps_several_plans_is_asked_which(planner: Coach) -> None:
    which, named = talk(planner, {CAIO: KEPT, ACCOUNTANT: KEPT}, NEXT, "accountant to BI analyst")

    assert which.text.startswith("Which move")
    assert which.text.count("\n- ") == 2
    assert f"/plan?guide={ACCOUNTANT}" in named.text
    assert "From the plan you keep" in named.text


def test_my_plan_is_the_kept_one_whatever_was_spoken_of(planner: Coach) -> None:
    *_, answer = talk(
        planner,
        {CAIO: KEPT},
        "How long does it take from nurse to health informatics specialist?",
        "what's on my plan this week?",
    )

    assert f"/plan?guide={CAIO}" in answer.text


@pytest.mark.parametrize(
    ("question", "guide"),
    [
        ("How long does it take?", CAIO),
        ("What does it pay?", CAIO),
        ("I know SQL, does that help?", CAIO),
        ("Which book is best?", CAIO),
        ("What should I do this week?", NURSE),
    ],
)
def test_other_questions_are_answered_from_the_guide(
    planner: Coach, question: str, guide: str
) -> None:
    (answer,) = talk(planner, {CAIO: KEPT}, question, guide=guide)

    assert "/plan?" not in answer.text


def test_a_plan_whose_guide_is_gone_is_passed_over(planner: Coach) -> None:
    (answer,) = talk(planner, {"juggler-to-clown": KEPT}, NEXT)

    assert answer.text.startswith("Which move")
