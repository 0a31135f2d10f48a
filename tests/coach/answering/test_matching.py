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
