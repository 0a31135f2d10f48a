from __future__ import annotations

from collections.abc import Callable

import pytest

from coach.understanding import Catalogue, Move
from coach.understanding.roles import find_mentions, find_move
from tests.coach.asking import (
    ACCOUNTANT,
    CAIO,
    HELP_DESK,
    JOURNALIST,
    LEARNING,
    MANAGER,
    MECHANIC,
    NURSE,
    PROJECTS,
    TEACHER,
    TESTER,
    WEB,
)

Read = Callable[..., Move]


@pytest.fixture(scope="module")
def move_in(catalogue: Catalogue, known: Callable[[str], bool]) -> Read:
    def read(text: str, fixed: str | None = None) -> Move:
        return find_move(text, catalogue.roles, known, fixed).move

    return read


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("How long would it take me to go from backend dev to CAIO?", CAIO),
        ("backend developer -> chief AI officer", CAIO),
        ("I'm a back-end engineer and want to become head of AI", CAIO),
        ("caio how long", CAIO),
        ("from Backend Devs to Chief AI Officers", CAIO),
        ("bakend developr to CAIO", CAIO),
        ("can a backend dev become a cheif ai officer", CAIO),
        ("backend to engineering manager", MANAGER),
        ("backend dev to ML engineer", LEARNING),
        ("I'm a backend engineer, what does it take to be an MLE?", LEARNING),
        ("CPA to BI analyst", ACCOUNTANT),
        ("acountant to buisness intelligence analyst", ACCOUNTANT),
        ("help desk to infosec", HELP_DESK),
        ("from service desk to SOC analyst", HELP_DESK),
        ("can a reporter become a tech writer?", JOURNALIST),
        ("mech eng to data science", MECHANIC),
        ("How do mechanical engineers become data scientists?", MECHANIC),
        ("PM to IT PM", PROJECTS),
        ("QA to SWE", TESTER),
        ("I'm an SDET and want to be a software engineer", TESTER),
        ("How long for nurses to get into health informatics?", NURSE),
        ("RN to informaticist", NURSE),
        ("from techer to instructional desinger", TEACHER),
        ("webdev to UX", WEB),
        ("how hard is the switch to UX designer for front-end devs?", WEB),
    ],
)
def test_the_roles_named_select_the_guide(move_in: Read, question: str, slug: str) -> None:
    move = move_in(question)

    assert move.guides == (slug,)
    assert move.named
    assert move.unknown_roles == ()


def test_a_role_alone_selects_every_guide_that_starts_there(move_in: Read) -> None:
    move = move_in("I'm a backend developer, what could I become?")

    assert set(move.guides) == {CAIO, MANAGER, LEARNING}
    assert move.from_only


def test_two_targets_are_compared(move_in: Read) -> None:
    move = move_in("Which is faster for a backend developer, CAIO or ML engineer?")

    assert set(move.guides) == {CAIO, LEARNING}
    assert move.compared


@pytest.mark.parametrize(
    "question",
    [
        "How long from CAIO to backend developer?",
        "I want to move from UX designer to web developer",
        "from data scientist to mechanical engineer",
        "I'm a UX designer, could I become a web developer?",
    ],
)
def test_a_reversed_move_is_unknown(move_in: Read, question: str) -> None:
    move = move_in(question)

    assert move.guides == ()
    assert move.unknown_roles


@pytest.mark.parametrize(
    "question",
    [
        "Is it necessary for a UX designer to know psychology?",
        "what does it take for a UX designer to get hired",
    ],
)
def test_what_a_role_has_to_do_makes_it_no_role_to_leave(move_in: Read, question: str) -> None:
    assert move_in(question).guides == (WEB,)


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("How do I become an astronaut?", "astronaut"),
        ("from nurse to airline pilot", "airline pilot"),
        ("How long to go from lawyer to UX designer?", "lawyer"),
        ("I'm a backend dev and want to become a chef", "chef"),
    ],
)
def test_a_role_that_no_guide_has_is_named(move_in: Read, question: str, role: str) -> None:
    move = move_in(question)

    assert move.guides == ()
    assert [said.lower() for said in move.unknown_roles] == [role]


def test_the_nearest_guides_of_an_unknown_move_share_a_role(move_in: Read) -> None:
    assert move_in("from nurse to airline pilot").nearest == (NURSE,)


def test_a_fixed_guide_wins_over_the_roles_named(move_in: Read) -> None:
    assert move_in("How long does it take to become a CAIO?", TEACHER).guides == (TEACHER,)


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather like?",
        "How long does it take?",
        "Which computer science paper matters most?",
        "Is it better to learn in the winter?",
    ],
)
def test_a_question_without_roles_names_no_move(move_in: Read, question: str) -> None:
    assert move_in(question) == Move()


def test_a_mention_says_where_it_stands(catalogue: Catalogue, known: Callable[[str], bool]) -> None:
    text = "From backend dev to CAIO, please"

    mentions = find_mentions(text, catalogue.roles, known)

    assert [text[mention.start : mention.end] for mention in mentions] == ["backend dev", "CAIO"]
    assert [mention.stated for mention in mentions] == ["from", "to"]
