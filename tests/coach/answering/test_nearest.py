"""Questions whose words name no field: the sentences nearest in meaning answer, or nothing does."""

from __future__ import annotations

import pytest

from coach.coach import Coach
from tests.coach.asking import ACCOUNTANT, JOURNALIST, MECHANIC, NURSE, TEACHER, TESTER, ask


@pytest.mark.parametrize(
    ("question", "guide", "said"),
    [
        ("what jet engines are those that people practise predicting on", MECHANIC, "turbofan"),
        ("how many pull reqests am I to see merged", TESTER, "pull request"),
        ("who hands out lessons on SNOMED", NURSE, "SNOMED"),
    ],
)
def test_the_nearest_sentence_is_quoted_where_no_field_is_named(
    coach: Coach, question: str, guide: str, said: str
) -> None:
    answer = ask(coach, question, guide=guide)

    assert not answer.refused, answer.text
    assert said in answer.text
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "guide"),
    [
        ("Would Kubernetes be of interest there?", TEACHER),
        ("Would Looker be of interest there?", ACCOUNTANT),
        ("do they care for Klingon", JOURNALIST),
    ],
)
def test_a_name_that_the_guide_lacks_is_not_answered_with_something_near(
    coach: Coach, question: str, guide: str
) -> None:
    answer = ask(coach, question, guide=guide)

    assert answer.refused, answer.text


def test_no_sentence_is_quoted_twice(coach: Coach) -> None:
    answer = ask(coach, "what databases stuff must somebody like me get into", guide=MECHANIC)
    quotes = [citation.quote for citation in answer.citations]

    assert len(quotes) == len(set(quotes))


def test_a_likely_field_answers_before_a_refusal(coach: Coach) -> None:
    answer = ask(coach, "what would I grumble about once I sit there?", guide=ACCOUNTANT)

    assert not answer.refused, answer.text
