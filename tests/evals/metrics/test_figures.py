"""Figures read apart from the coach's reading of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from evals.metrics import figures
from evals.metrics.figures import amounts, unsupported_figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18-24 months", [(18, 24, "month")]),
        ("18 to 24 months", [(18, 24, "month")]),
        ("two years", [(24, 24, "month")]),
        ("a year and a half", [(18, 18, "month")]),
        ("$97,550 a year", [(97550, 97550, "dollar")]),
        ("$90k", [(90000, 90000, "dollar")]),
        ("+108.8%", [(108.8, 108.8, "percent")]),
        ("Weeks: 12", [(12, 12, "week")]),
        ("Openings a year: 16,000", [(16000, 16000, "")]),
        ("20 weeks: 4 + 16", [(20, 20, "week"), (4, 4, "week"), (16, 16, "week")]),
        ("4, 16 and 24 weeks", [(4, 4, "week"), (16, 16, "week"), (24, 24, "week")]),
        ("Openings per year: 16,000", [(16000, 16000, "")]),
        ("Years: 2", [(24, 24, "month")]),
        ("phase 3", [(3, 3, "phase")]),
        ("one of them", []),
        ("no figure", []),
    ],
)
def test_amounts(text: str, expected: list[tuple[float, float, str]]) -> None:
    assert [(one.low, one.high, one.unit) for one in amounts(text)] == expected


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("It takes 1.5 to 2 years.", "Timeline: 18-24 months", []),
        ("It takes 18 months.", "Timeline: 18-24 months", ["18 months"]),
        ("It takes at least 18 months.", "Timeline: 18-24 months", []),
        ("It takes up to 24 months.", "Timeline: 18-24 months", []),
        ("It takes up to 18 months.", "Timeline: 18-24 months", ["18 months"]),
        ("It takes 18-24 weeks.", "Timeline: 18-24 months", ["18-24 weeks"]),
        ("Pay rises by 7.5%.", "Salary change: +7.5%", []),
        ("Pay changes by -7.5%.", "Salary change: +7.5%", ["-7.5%"]),
        ("12 weeks, then 13 weeks.", "Weeks: 12", ["13 weeks"]),
        ("It takes a while.", "", []),
    ],
)
def test_figures_that_no_source_has_are_named(text: str, source: str, expected: list[str]) -> None:
    assert unsupported_figures(text, [source]) == expected


def test_nothing_of_the_coach_is_used() -> None:
    """What judges the coach's checks must not share their mistakes."""
    tree = ast.parse(Path(figures.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
        if name
    }

    assert "re" in imported
    assert not [name for name in imported if name.startswith(("coach", "evals"))]
