from __future__ import annotations

from collections.abc import Callable

import pytest

from coach.coach import Coach
from coach.conversation import Resolved, carry_over, resolve
from coach.domain import Message
from coach.understanding import Catalogue, Field, understand
from tests.coach.asking import CAIO, NURSE, TEACHER, WEB, ask, converse


def said(*texts: str) -> tuple[Message, ...]:
    return tuple(Message(role="user", content=text) for text in texts)


Resolve = Callable[[tuple[Message, ...], str], Resolved]


@pytest.fixture(scope="module")
def resolved(catalogue: Catalogue, known: Callable[[str], bool]) -> Resolve:
    def resolved(history: tuple[Message, ...], question: str) -> Resolved:
        return resolve(history, question, catalogue, known)

    return resolved


def test_without_a_history_the_question_stands_as_it_is(resolved: Resolve) -> None:
    assert resolved((), "How long does it take?") == Resolved(question="How long does it take?")


def test_the_guide_spoken_of_last_is_in_focus(resolved: Resolve) -> None:
    history = said("How long to become a CAIO?", "And to UX designer?")

    assert resolved(history, "Which books help?").guides == (WEB,)


def test_the_field_asked_for_last_is_kept(resolved: Resolve) -> None:
    assert resolved(said("How long to become a CAIO?"), "And for nurses?").fields == (
        Field.TIMELINE,
    )


def test_that_one_is_the_item_spoken_of(resolved: Resolve) -> None:
    history = said("How many weeks is Data Engineering for AI for a CAIO?")

    question = resolved(history, "Is that one critical?").question

    assert "Data Engineering for AI" in question
    assert "that one" not in question


def test_counting_refers_to_the_list_just_given(resolved: Resolve) -> None:
    history = said("Which skills are critical for a CAIO?")

    question = resolved(history, "How long does the second one take?").question

    assert "AI/ML Strategy & Business Alignment" in question


def test_a_question_of_its_own_keeps_its_fields(
    catalogue: Catalogue, known: Callable[[str], bool]
) -> None:
    before = Resolved(question="And how hard is it?", guides=(CAIO,), fields=(Field.TIMELINE,))
    understood = understand(before.question, catalogue, known, focus=(CAIO,))

    assert carry_over(understood, before) == understood


@pytest.mark.parametrize(
    ("turns", "fact", "guide"),
    [
        (("How long to become a CAIO?", "And how hard is it?"), "Hard", CAIO),
        (("How long to become a CAIO?", "What about a nurse?"), "15-21 months", NURSE),
        (("How long to become a CAIO?", "and to UX designer?"), "8-11 months", WEB),
        (("How long to become a CAIO?", "Which skills are critical?"), "Executive", CAIO),
        (
            ("Tell me about going from teacher to instructional designer", "salary?"),
            "7.5%",
            TEACHER,
        ),
        (
            ("Which phases lead to CAIO?", "What are the tasks of the second one?"),
            "MLOps",
            CAIO,
        ),
        (
            ("How long is Data Engineering for AI for a CAIO?", "Which courses teach it?"),
            "Data Engineering on Google Cloud Platform",
            CAIO,
        ),
        (
            ("How long to become a CAIO?", "Thanks!", "How many hours a week?"),
            "10-15 hours",
            CAIO,
        ),
        (
            ("I'm a backend dev", "I want to be a CAIO", "How long will it take?"),
            "18-24 months",
            CAIO,
        ),
    ],
    ids=[
        "it",
        "another start",
        "another target",
        "no role",
        "one word",
        "ordinal",
        "pronoun for a skill",
        "thanks between",
        "told in pieces",
    ],
)
def test_a_turn_is_read_with_what_was_said_before(
    coach: Coach, turns: tuple[str, ...], fact: str, guide: str
) -> None:
    answer = converse(coach, *turns)[-1]

    assert fact in answer.text
    assert answer.guide == guide
    assert not answer.refused


@pytest.mark.parametrize(
    ("before", "question", "fact"),
    [
        ("How long to become a CAIO?", "And how hard is it?", "Hard"),
        ("How long to become a CAIO?", "What about a nurse?", "15-21 months"),
    ],
)
def test_the_persons_own_turns_are_enough(
    coach: Coach, before: str, question: str, fact: str
) -> None:
    assert fact in ask(coach, question, said=[before]).text


def test_a_fixed_guide_wins_over_the_conversation(coach: Coach) -> None:
    answer = ask(coach, "How long does it take?", said=["I want to be a CAIO"], guide=TEACHER)

    assert "6-10 months" in answer.text
