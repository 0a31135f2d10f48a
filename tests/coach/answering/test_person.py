from __future__ import annotations

import pytest

from coach.coach import Coach
from tests.coach.asking import ACCOUNTANT, CAIO, HELP_DESK, JOURNALIST, NURSE, TEACHER, WEB, ask


@pytest.mark.parametrize(
    ("guide", "said", "question", "fact"),
    [
        (WEB, [], "I already use Figma daily. Can I skip something?", "6 weeks of visual"),
        (TEACHER, [], "I know Storyline, does that help?", "Expect to save about one month"),
        (ACCOUNTANT, ["my SQL is good"], "how many weeks does this save?", "about two months"),
        (JOURNALIST, ["how long does it take?"], "i already know HTML", "saves 3 weeks"),
        (
            CAIO,
            [],
            "I've trained neural networks before. Is it any shorter for me?",
            "Some AI exposure",
        ),
    ],
)
def test_what_the_person_can_do_already_gives_the_entry_on_what_it_saves(
    coach: Coach, guide: str, said: list[str], question: str, fact: str
) -> None:
    answer = ask(coach, question, said=said, guide=guide)

    assert fact in answer.text
    assert not answer.refused


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ([], "I already speak Portuguese. Is it any shorter for me?"),
        ([], "Can I skip anything?"),
        (["I know some AI", "I have 6 hours a week"], "what can I leave out?"),
    ],
)
def test_what_the_guide_does_not_teach_saves_nothing(
    coach: Coach, said: list[str], question: str
) -> None:
    answer = ask(coach, question, said=said, guide=CAIO)

    assert "AI exposure" not in answer.text


@pytest.mark.parametrize(
    ("guide", "question", "facts"),
    [
        (
            HELP_DESK,
            "I can spare 5 hours a week. How long does it take?",
            ["9-13 months", "8-10 hours a week", "67 to 84 weeks"],
        ),
        (
            JOURNALIST,
            "How many months if I only have 5 hours each week?",
            ["8-12 months", "9-11 hours a week", "68 weeks"],
        ),
        (NURSE, "I have 6 hours a week, how long?", ["15-21 months", "That fits the 5-8 hours"]),
    ],
)
def test_own_hours_are_held_against_the_plan(
    coach: Coach, guide: str, question: str, facts: list[str]
) -> None:
    answer = ask(coach, question, guide=guide)

    assert all(fact in answer.text for fact in facts)


def test_half_of_the_hours_is_told_where_the_guide_tells_it(coach: Coach) -> None:
    answer = ask(
        coach,
        "I have half the time for it. How long from project manager to IT project manager?",
    )

    assert "54 weeks" in answer.text


def test_hours_told_before_are_spoken_of_again_only_where_they_are_not_the_plan(
    coach: Coach,
) -> None:
    few = ask(coach, "how long does it take?", said=["I have 5 hours a week"], guide=HELP_DESK)
    enough = ask(coach, "how long does it take?", said=["I have 9 hours a week"], guide=HELP_DESK)

    assert "67 to 84 weeks" in few.text
    assert "hours a week" not in enough.text


@pytest.mark.parametrize(
    "question",
    [
        "My visa ends in eight months. Can I become an instructional designer by then?",
        "i must be done by summer, can i manage it?",
    ],
)
def test_whether_there_is_time_enough_is_a_question_of_time(coach: Coach, question: str) -> None:
    answer = ask(coach, question, guide=TEACHER)

    assert "6-10 months" in answer.text
