from __future__ import annotations

from collections.abc import Callable

import pytest

from coach.coach import Coach
from coach.conversation import Resolved, carry_over, resolve
from coach.domain import Message, Section
from coach.understanding import Catalogue, Field, understand
from tests.coach.asking import CAIO, MANAGER, NURSE, TEACHER, WEB, ask, converse


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


PHASES = (
    Message(role="user", content="What are the phases to become a CAIO?"),
    Message(
        role="assistant",
        content="The roadmap has 4 phases:\n"
        "- Phase 1, **Foundation & Self-Assessment**: 4 weeks. [1]\n"
        "- Phase 2, **Deep Technical AI Skills**: 16 weeks. [2]\n"
        "- Phase 3, **Business & Leadership Development**: 12 weeks. [3]\n"
        "- Phase 4, **Strategic AI Leadership Experience**: 24 weeks. [4]",
    ),
)
PHASE = (
    Message(role="user", content="How long is phase 2 of the CAIO roadmap?"),
    Message(role="assistant", content="Phase 2, **Deep Technical AI Skills**, takes 16 weeks. [1]"),
)
SKILL = (
    Message(role="user", content="How many weeks is Data Engineering for AI for a CAIO?"),
    Message(role="assistant", content="Plan 12 weeks for **Data Engineering for AI**. [1]"),
)
BOOK = (
    Message(role="user", content="Which book goes with AI strategy for a CAIO?"),
    Message(
        role="assistant",
        content="To learn **AI/ML Strategy & Business Alignment**, the guide names:\n"
        "- 'Competing in the Age of AI' by Marco Iansiti and Karim R. Lakhani. [1]",
    ),
)
TWO_MOVES = (
    Message(role="user", content="How long does it take to become a CAIO?"),
    Message(role="assistant", content="Count on 18-24 months. [1]"),
    Message(role="user", content="and for nurses?"),
    Message(role="assistant", content="Plan 15-21 months. [1]"),
)
WHICH = (
    Message(role="user", content="How long does it take?"),
    Message(
        role="assistant",
        content="Which move do you mean?\n"
        "- Registered Nurse to Health Informatics Specialist\n"
        "- Teacher to Instructional Designer\n"
        "- Backend Developer to Chief AI Officer",
    ),
)
OFFER = (
    Message(role="user", content="Can I become a CAIO in Berlin?"),
    Message(
        role="assistant",
        content="The guide says nothing about “Berlin”.\n"
        "It can tell you, for example: Which books should I read to become a Chief AI Officer?",
    ),
)


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (SKILL, "is it critical?", "is Data Engineering for AI critical?"),
        (
            SKILL,
            "and which course goes with it?",
            "and which course goes with Data Engineering for AI?",
        ),
        (SKILL, "and which book?", "and which book for Data Engineering for AI?"),
        (SKILL, "why?", "Why does Data Engineering for AI take that long?"),
        (SKILL, "tell me more", "Tell me more about Data Engineering for AI."),
        (
            SKILL,
            "what about deep learning?",
            "How many weeks does Deep Learning & Foundation Models take?",
        ),
        (
            SKILL,
            "sorry, I meant deep learning",
            "How many weeks does Deep Learning & Foundation Models take?",
        ),
        (
            SKILL,
            "sorry, not weeks, I mean the pay",
            "What happens to my salary with the move from Backend Developer to Chief AI Officer?",
        ),
        (
            SKILL,
            "is that longer than deep learning?",
            "How many weeks does Data Engineering for AI take?"
            " How many weeks does Deep Learning & Foundation Models take?",
        ),
        (BOOK, "who wrote it?", "who wrote Competing in the Age of AI?"),
        (
            BOOK,
            "how long does that skill take?",
            "how long does AI/ML Strategy & Business Alignment take?",
        ),
        (BOOK, "any other?", "Which other books does the guide name?"),
        (PHASES, "the third one", "Tell me about phase 3, Business & Leadership Development."),
        (
            PHASES,
            "what are the tasks of the last one?",
            "what are the tasks of phase 4, Strategic AI Leadership Experience?",
        ),
        (PHASES, "which of them is the longest?", "which of the phases is the longest?"),
        (PHASE, "what comes after that?", "What comes after phase 2, Deep Technical AI Skills?"),
        (
            PHASE,
            "and the next one?",
            "How many weeks does phase 3, Business & Leadership Development take?",
        ),
        (
            TWO_MOVES,
            "why?",
            "Why does the move from Registered Nurse to Health Informatics Specialist"
            " take that long?",
        ),
        (
            TWO_MOVES,
            "which of the two is faster?",
            "which of the two is faster: Chief AI Officer or Health Informatics Specialist?",
        ),
        (TWO_MOVES, "no, the other one", "How long does it take to become a Chief AI Officer?"),
        (
            TWO_MOVES,
            "I meant the teacher one",
            "How long does it take to become an Instructional Designer?",
        ),
        (OFFER, "yes please", "Which books should I read to become a Chief AI Officer?"),
        (OFFER, "sure, tell me", "Which books should I read to become a Chief AI Officer?"),
        (
            WHICH,
            "teacher",
            "How long does it take for the move from Teacher to Instructional Designer?",
        ),
        (
            WHICH,
            "the first",
            "How long does it take for the move from Registered Nurse"
            " to Health Informatics Specialist?",
        ),
        (
            WHICH,
            "backend to CAIO",
            "How long does it take for the move from Backend Developer to Chief AI Officer?",
        ),
    ],
)
def test_a_turn_that_leans_on_the_history_is_made_to_stand_alone(
    history: tuple[Message, ...], question: str, expected: str, resolved: Resolve
) -> None:
    found = resolved(history, question)

    assert found.question == expected
    assert found.depends


@pytest.mark.parametrize(
    "question",
    [
        "can it be done part time?",
        "is it worth it?",
        "can it be shorter if I study more?",
        "how hard is it?",
    ],
)
def test_it_may_be_the_move_and_not_the_item(question: str, resolved: Resolve) -> None:
    assert resolved(SKILL, question).question == question


@pytest.mark.parametrize("history", [SKILL, BOOK, PHASES, TWO_MOVES, WHICH, OFFER])
@pytest.mark.parametrize(
    "question",
    [
        "How hard is it to go from teacher to instructional designer?",
        "How much more does a security analyst earn than someone on the help desk?",
        "Who won the world cup?",
    ],
)
def test_a_question_of_its_own_is_left_as_it_is(
    history: tuple[Message, ...], question: str, resolved: Resolve
) -> None:
    found = resolved(history, question)

    assert found.question == question
    assert not found.depends


def test_a_title_of_another_guide_leaves_the_focus(resolved: Resolve) -> None:
    assert resolved(TWO_MOVES, "who wrote 'Atomic Design'?").guides == (WEB,)


def test_the_choice_of_a_move_is_remembered(resolved: Resolve) -> None:
    chosen = (*WHICH, Message(role="user", content="teacher"))
    answered = (*chosen, Message(role="assistant", content="Plan 6-10 months. [1]"))

    assert resolved(answered, "and which skills are critical?").guides == (TEACHER,)
    assert resolved(answered, "no, the first one").guides == (NURSE,)


def test_a_choice_that_leaves_several_moves_asks_again(resolved: Resolve) -> None:
    which = (
        WHICH[0],
        Message(
            role="assistant",
            content="Which move do you mean?\n- Teacher to Instructional Designer\n"
            "- Backend Developer to Chief AI Officer\n- Backend Developer to Engineering Manager",
        ),
    )

    found = resolved(which, "backend")

    assert found.question == "How long does it take?"
    assert set(found.guides) == {CAIO, MANAGER}


def test_a_word_that_fits_one_choice_picks_it(resolved: Resolve) -> None:
    assert resolved(WHICH, "backend").guides == (CAIO,)


def test_the_item_and_the_section_in_focus_are_given(resolved: Resolve) -> None:
    found = resolved(PHASE, "what are its tasks?")

    assert (found.item, found.section) == ("Deep Technical AI Skills", Section.PHASE)
    assert resolved(TWO_MOVES, "and the pay?").section is Section.TIMELINE


def test_what_comes_next_goes_on_from_the_answer(resolved: Resolve) -> None:
    history = (
        *PHASE,
        Message(role="user", content="and then?"),
        Message(
            role="assistant",
            content="Phase 3, **Business & Leadership Development**, takes 12 weeks. [1]",
        ),
    )

    assert resolved(history, "and after that?").question.startswith("What comes after phase 3")
    assert resolved(history, "how long does it take?").question == (
        "how long does phase 3, Business & Leadership Development take?"
    )


def test_prose_that_sounds_like_a_phase_is_no_item(resolved: Resolve) -> None:
    history = (
        Message(role="user", content="How long does it take to become an engineering manager?"),
        Message(
            role="assistant",
            content="Plan for 12-18 months, 4-5 of them to lead without the title. [1]",
        ),
    )

    assert resolved(history, "why so long?").item is None


def test_thanks_in_between_change_nothing(resolved: Resolve) -> None:
    talk = (
        Message(role="user", content="thanks!"),
        Message(role="assistant", content="You're welcome! Ask me anything else."),
    )

    assert resolved((*PHASES, *talk), "the second one") == resolved(PHASES, "the second one")


def test_the_same_history_is_not_read_twice(
    catalogue: Catalogue, known: Callable[[str], bool]
) -> None:
    asked: list[str] = []

    def counting(stem: str) -> bool:
        asked.append(stem)
        return known(stem)

    question = "is it critical then, would you say so?"
    first = resolve(SKILL, question, catalogue, counting)
    asked.clear()

    assert resolve(SKILL, question, catalogue, counting) == first
    assert not asked


@pytest.mark.parametrize(
    ("turns", "fact", "guide"),
    [
        (("How long to become a CAIO?", "And how hard is it?"), "Hard", CAIO),
        (("How long does it take?", "teacher"), "6-10 months", TEACHER),
        (("How long to become a CAIO?", "I meant the nurse one"), "15-21 months", NURSE),
        (("How long is phase 2 to CAIO?", "what comes after that?"), "Phase 3", CAIO),
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
        "a move chosen",
        "a correction",
        "next",
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
