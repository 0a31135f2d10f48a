from __future__ import annotations

import pytest

from coach.coach import Coach
from coach.domain import Answer
from tests.coach.asking import ask


def shown(answer: Answer) -> tuple[str, list[str]]:
    return answer.text, [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    "person",
    [
        "A widow with six grandchildren.",
        "Single, no relatives in town.",
        "Ngozi here, 33, from Lagos.",
        "Father of twins.",
    ],
)
@pytest.mark.parametrize(
    "question",
    [
        "How long does a teacher need to become an instructional designer?",
        "How many hours a week does a nurse need for health informatics?",
    ],
)
def test_who_asks_changes_nothing(coach: Coach, person: str, question: str) -> None:
    assert shown(ask(coach, f"{person} {question}")) == shown(ask(coach, question))


def test_what_is_told_counts_where_an_entry_asks_about_it(coach: Coach) -> None:
    answer = ask(
        coach,
        "I already know Figma. As a web developer, how much sooner am I a UX designer?",
    )

    assert "Figma" in answer.text


def test_an_age_that_is_told_is_asked_about_where_no_field_is(coach: Coach) -> None:
    answer = ask(coach, "I'm a nurse of 55. Is health informatics still open to me?")

    assert answer.citations[0].passage.heading.endswith(
        "Am I too old to leave the bedside for informatics?"
    )


@pytest.mark.parametrize(
    "question",
    [
        "What's the shoe size of UX designers?",
        "Does a data scientist need a gun permit, coming from mechanical engineering?",
    ],
)
def test_an_entry_is_not_meant_because_it_names_the_same_role(coach: Coach, question: str) -> None:
    assert ask(coach, question).refused


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        (
            "As a web developer turned UX designer, do I still write programs?",
            "Do I have to give up coding as a UX Designer?",
        ),
        (
            "My mum is past it, isn't she? 57, help desk, security analyst is her plan",
            "Is it too late to move from help desk to security at 50?",
        ),
    ],
)
def test_an_entry_is_found_by_its_idea_in_other_words(
    coach: Coach, question: str, heading: str
) -> None:
    assert ask(coach, question).citations[0].passage.heading.endswith(heading)


def test_an_item_named_in_passing_gets_no_verdict(coach: Coach) -> None:
    answer = ask(coach, "Must a help desk technician ride a motorbike in security?")

    assert answer.refused
    assert "Security Fundamentals" not in answer.text
