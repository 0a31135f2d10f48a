"""What answers cost."""

from __future__ import annotations

import pytest

from evals.metrics.cost import dropped_sentences, fell_back, percentile
from tests.evals.metrics.records import answer


@pytest.mark.parametrize(("dropped", "expected"), [([], 0.0), ([{}, {}], 2.0)])
def test_dropped_sentences_are_counted(dropped: list[object], expected: float) -> None:
    assert dropped_sentences(answer(dropped=dropped)) == expected


@pytest.mark.parametrize(
    ("model", "mode", "expected"),
    [(None, "quoting", None), ("openai:x", "quoting", 1.0), ("openai:x", "generating", 0.0)],
)
def test_an_answer_falls_back_only_from_a_model(
    model: str | None, mode: str, expected: float | None
) -> None:
    assert fell_back(answer(model=model, mode=mode)) == expected


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([3.0, 1.0, 2.0], 50, 2.0),
        ([1.0, 2.0], 50, 1.5),
        ([0.0, 10.0, 20.0], 95, 19.0),
        ([4.0], 95, 4.0),
        ([], 50, None),
    ],
)
def test_percentile(values: list[float], percent: float, expected: float | None) -> None:
    assert percentile(values, percent) == expected
