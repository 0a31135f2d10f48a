"""The script that scores the questions counts what it says it counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.score_questions import chosen, failure_lines, figures_of, is_dev, score

GUIDE = "backend-developer-to-chief-ai-officer"
SOURCE = f"knowledge/{GUIDE}.md"


def case(**changes: Any) -> dict[str, Any]:
    return {
        "id": "one",
        "group": "one",
        "history": [],
        "question": "How long?",
        "guide": None,
        "answerability": "answerable",
        "gold": [{"source": GUIDE, "section": "timeline", "grade": 2}],
        "nuggets": [{"text": "18-24 months", "importance": "vital", "pattern": "18-24 months"}],
        "must_not": ["10-13 months"],
        "tags": [],
    } | changes


def reply(answer: str = "It takes 18-24 months. [1]", **changes: Any) -> dict[str, Any]:
    return {
        "id": "one",
        "answer": answer,
        "refused": False,
        "citations": [{"quote": "18-24 months", "source": SOURCE}],
        "hits": [{"guide": GUIDE, "section": "timeline"}],
        "error": None,
    } | changes


def faults(of_case: dict[str, Any], of_reply: dict[str, Any]) -> list[str]:
    return [fault for fault, _ in score(of_case, of_reply).faults]


def test_right_answer_has_no_fault():
    scored = score(case(), reply())
    assert scored.faults == []
    assert (scored.recall, scored.reciprocal_rank, scored.right_guide) == (1, 1, True)


@pytest.mark.parametrize(
    ("changed_case", "changed_reply", "expected"),
    [
        ({}, {"answer": "It takes a while."}, ["missing: 18-24 months"]),
        ({}, {"refused": True}, ["refused"]),
        ({}, {"answer": "18-24 months, not 10-13 months"}, ["must not: 10-13 months"]),
        ({"answerability": "partial"}, {}, ["not refused"]),
        ({"answerability": "unanswerable", "tags": ["injection"]}, {}, []),
        ({}, {"hits": []}, ["first hit from another guide"]),
        ({}, {"error": "broken"}, ["error: broken"]),
    ],
)
def test_each_fault_is_named(
    changed_case: dict[str, Any], changed_reply: dict[str, Any], expected: list[str]
):
    assert faults(case(**changed_case), reply(**changed_reply)) == expected


def test_quote_that_is_not_in_its_source_is_a_fault():
    made_up = [{"quote": "19-23 months", "source": SOURCE}]
    assert faults(case(), reply(citations=made_up)) == ["inexact quote: '19-23 months'"]


def test_refusal_figures_count_refusals_that_were_due():
    results = [
        score(case(), reply(refused=True)),
        score(case(answerability="unanswerable"), reply(refused=True)),
        score(case(answerability="partial"), reply()),
    ]
    figures = figures_of(results)
    assert figures["refusal precision"] == "0.500 (1/2)"
    assert figures["refusal recall"] == "0.500 (1/2)"
    assert figures["over-refusal on answerable"] == "1.000 (1/1)"


def test_worst_case_is_listed_first():
    mild = score(case(id="mild"), reply(hits=[]))
    grave = score(case(id="grave"), reply("10-13 months"))
    lines = "\n".join(failure_lines([mild, grave]))
    assert lines.index("grave") < lines.index("mild")


def test_conversation_stays_in_one_split_and_the_other_is_not_asked():
    cases = [case(id=str(number), group=f"talk-{number // 2}") for number in range(200)]
    dev = chosen(cases, "dev", None, None)
    assert 90 <= len(dev) <= 150
    assert len(dev) + len(chosen(cases, "test", None, None)) == len(cases)
    assert all(is_dev(cases[number]) == is_dev(cases[number + 1]) for number in range(0, 200, 2))
    hidden = next(one for one in cases if not is_dev(one))
    with pytest.raises(SystemExit):
        chosen(cases, "dev", hidden["id"], None)


def test_sources_cited_by_a_full_path_are_found():
    full = str(Path(__file__).parents[2] / SOURCE)
    assert faults(case(), reply(citations=[{"quote": "18-24 months", "source": full}])) == []
