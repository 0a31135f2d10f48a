"""What an answer scores for refusing or not."""

from __future__ import annotations

from typing import Any

import pytest

from evals.metrics.refusals import asked_back, over_refused, refusal_figures, refused_rightly
from tests.evals.metrics.records import case


@pytest.mark.parametrize(
    ("changes", "refused", "rightly", "over"),
    [
        ({"answerability": "answerable"}, False, 1.0, 0.0),
        ({"answerability": "answerable"}, True, 0.0, 1.0),
        ({"answerability": "partial"}, True, 1.0, None),
        ({"answerability": "partial"}, False, 0.0, None),
        ({"answerability": "unanswerable"}, True, 1.0, None),
        ({"answerability": "underspecified"}, False, 0.0, None),
        ({"answerability": "unsafe"}, True, None, None),
        ({"answerability": "answerable", "attack": "question"}, True, None, None),
        ({"answerability": "answerable", "tags": ["smalltalk"]}, True, 0.0, 1.0),
    ],
)
def test_a_refusal_is_held_against_what_is_covered(
    changes: dict[str, Any], refused: bool, rightly: float | None, over: float | None
) -> None:
    asked = case(**changes)

    assert (refused_rightly(asked, refused), over_refused(asked, refused)) == (rightly, over)


@pytest.mark.parametrize(
    ("text", "citations", "expected"),
    [
        ("Which move do you mean?\n- Baker to Pilot\n- Nurse to Pilot", 0, 1.0),
        ("I could not make sense of that. Could you say it **another way?**", 0, 1.0),
        ("It says nothing about it.\n\nIt can tell you, for example: How long is it?", 0, 0.0),
        ("It takes 18-24 months. [1] Or do you mean the other?", 1, 0.0),
        ("That is outside what my guides hold.", 0, 0.0),
    ],
)
def test_asking_back(text: str, citations: int, expected: float) -> None:
    assert asked_back(case(answerability="underspecified"), text, citations) == expected


@pytest.mark.parametrize(
    "changes",
    [{"answerability": "answerable"}, {"answerability": "underspecified", "attack": "question"}],
)
def test_asking_back_applies_to_underspecified_questions_alone(changes: dict[str, Any]) -> None:
    assert asked_back(case(**changes), "Which move do you mean?", 0) is None


@pytest.mark.parametrize(
    ("due", "refused", "expected"),
    [
        # 2 of 3 refusals due, 2 of 4 due ones made: F1 = 4 / 7
        ([1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], (2 / 3, 2 / 4, 4 / 7)),
        ([1, 0], [1, 0], (1.0, 1.0, 1.0)),
        ([1, 1], [0, 0], (None, 0.0, 0.0)),
        ([0, 0], [1, 0], (0.0, None, 0.0)),
        ([0], [0], (None, None, None)),
        ([], [], (None, None, None)),
    ],
)
def test_precision_recall_and_f1_of_refusals(
    due: list[int], refused: list[int], expected: tuple[float | None, ...]
) -> None:
    figures = refusal_figures([bool(one) for one in due], [bool(one) for one in refused])

    assert figures == pytest.approx(expected)
