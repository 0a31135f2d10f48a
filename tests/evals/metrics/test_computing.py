"""The figures that may be worked out of a guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain import Guide
from coach.reading import read
from evals.metrics.computing import computed
from evals.metrics.figures import unsupported_figures

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"


@pytest.fixture(scope="module")
def guide() -> Guide:
    path = KNOWLEDGE / "backend-developer-to-chief-ai-officer.md"
    content = read(path, name=path.name, key=path.name).content
    assert isinstance(content, Guide)
    return content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The 6 skills add up to 74 weeks", []),
        ("The 2 critical ones add up to 28 weeks", []),
        ("The 4 phases add up to 56 weeks", []),
        ("That makes 560-840 hours", []),
        ("Phase 4 is the last", []),
        ("Phase 5 is the last", ["5"]),
        ("The skills add up to 75 weeks", ["75 weeks"]),
        ("That makes 600 hours", ["600 hours"]),
    ],
)
def test_counts_sums_and_hours_of_a_guide(guide: Guide, text: str, expected: list[str]) -> None:
    """12, 16, 20, 12, 6 and 8 weeks of skills, 4, 16, 12 and 24 of phases, 10-15 hours a week."""
    assert unsupported_figures(text, [computed(guide)]) == expected
