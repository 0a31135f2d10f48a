"""What must hold for every answer, over a table of questions that the guides answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from coach.coach import Coach
from coach.domain import Answer, CoverageStatus
from tests.coach.asking import ask, source_text
from tests.coach.questions import COVERED, Covered, questions

MARKER = re.compile(r"\[(\d+)\]")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def answers(coach: Coach) -> dict[str, Answer]:
    return {case.question: ask(coach, case.question) for case in COVERED}


def numbers(text: str) -> set[str]:
    return {number.rstrip(",") for number in NUMBER.findall(text)}


def sentences_with_markers(text: str) -> Iterator[tuple[str, list[int]]]:
    for line in text.splitlines():
        markers = [int(marker) for marker in MARKER.findall(line)]
        if line.strip():
            yield line, markers


@pytest.mark.parametrize(
    "case",
    questions(),
)
def test_the_facts_are_given(case: Covered, answers: dict[str, Answer]) -> None:
    answer = answers[case.question]

    assert not answer.refused, answer.text
    assert answer.coverage.status is CoverageStatus.COVERED
    assert answer.coverage.missing == ()
    for fact in case.facts:
        assert fact in answer.text


@pytest.mark.parametrize("case", questions())
def test_only_the_right_guide_is_cited(case: Covered, answers: dict[str, Answer]) -> None:
    answer = answers[case.question]

    cited = {citation.passage.guide for citation in answer.citations}
    assert cited
    if case.guide is not None:
        assert cited == {case.guide}
        assert answer.guide == case.guide


@pytest.mark.parametrize("case", questions())
def test_each_quote_stands_in_its_source_on_the_lines_given(
    case: Covered, answers: dict[str, Answer]
) -> None:
    for citation in answers[case.question].citations:
        text = source_text(citation.passage.source)
        lines = text.splitlines(keepends=True)[citation.first_line - 1 : citation.last_line]
        assert citation.quote.strip()
        assert citation.quote in citation.passage.text
        assert citation.quote in "".join(lines)
        assert citation.quote.count("\n") == citation.last_line - citation.first_line


@pytest.mark.parametrize("case", questions())
def test_markers_count_up_from_one_and_each_is_cited(
    case: Covered, answers: dict[str, Answer]
) -> None:
    answer = answers[case.question]

    shown = [int(marker) for marker in MARKER.findall(answer.text)]
    markers = [citation.marker for citation in answer.citations]
    assert markers == list(range(1, len(markers) + 1))
    assert list(dict.fromkeys(shown)) == markers


@pytest.mark.parametrize("case", questions())
def test_each_line_with_a_fact_has_a_marker(case: Covered, answers: dict[str, Answer]) -> None:
    for line, markers in sentences_with_markers(answers[case.question].text):
        assert markers or line.endswith(":"), line


@pytest.mark.parametrize(
    "case",
    questions(),
)
def test_each_number_stands_in_a_quote_or_in_the_question(
    case: Covered, answers: dict[str, Answer]
) -> None:
    answer = answers[case.question]

    given = numbers(case.question) | case.computed
    for citation in answer.citations:
        given |= numbers(citation.quote)
    assert numbers(MARKER.sub("", answer.text)) - given == set()


@pytest.mark.parametrize("case", questions())
def test_nothing_is_said_twice(case: Covered, answers: dict[str, Answer]) -> None:
    lines = [MARKER.sub("", line).strip() for line in answers[case.question].text.splitlines()]

    said = [line for line in lines if line]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("case", questions())
def test_three_other_questions_are_offered(case: Covered, answers: dict[str, Answer]) -> None:
    offered = answers[case.question].follow_ups

    assert len(set(offered)) == len(offered) == 3
    assert case.question not in offered
