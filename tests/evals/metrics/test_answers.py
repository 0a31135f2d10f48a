"""What an answer scores for the facts it holds."""

from __future__ import annotations

from typing import Any

import pytest

from coach.case_checks import stands_in
from coach.cases import Nugget
from evals.metrics.answers import (
    nugget_recall,
    says_forbidden,
    vital,
    word_count,
    words_per_nugget,
)
from tests.evals.metrics.records import nugget


def quantity(low: float, high: float, unit: str) -> Nugget:
    figure: dict[str, Any] = {"low": low, "high": high, "unit": unit}
    return Nugget.model_validate({"text": "", "importance": "vital", "quantity": figure})


@pytest.mark.parametrize(
    ("wanted", "text", "expected"),
    [
        (nugget(r"\bhard\b"), "It is rated **Hard**. [1]", True),
        (nugget(r"\bhard\b"), "It is hardly known.", False),
        (quantity(18, 24, "month"), "It takes 18 to 24 months.", True),
        (quantity(18, 24, "month"), "It takes one and a half to two years.", True),
        (quantity(18, 24, "month"), "It takes 18 months.", False),
        (quantity(18, 24, "month"), "It takes 18-24 weeks.", False),
        (quantity(12, 12, "week"), "Plan 12 weeks for it.", True),
        (quantity(97550, 97550, "money"), "The median is $97,550 a year.", True),
        (quantity(150, 150, "percent"), "Pay rises by 150 percent.", True),
        (quantity(150, 150, "percent"), "", False),
    ],
)
def test_a_nugget_is_found_by_pattern_or_figure(wanted: Nugget, text: str, expected: bool) -> None:
    assert stands_in(wanted, text) is expected


@pytest.mark.parametrize(
    ("patterns", "text", "expected"),
    [
        (["books?", "12 weeks"], "One book, for 12 weeks.", 1.0),
        (["books?", "12 weeks", "Kotter"], "12 weeks.", 1 / 3),
        (["books?"], "", 0.0),
        ([], "12 weeks.", None),
    ],
)
def test_nugget_recall(patterns: list[str], text: str, expected: float | None) -> None:
    assert nugget_recall([nugget(one) for one in patterns], text) == expected


def test_vital_leaves_the_okay_ones_out() -> None:
    nuggets = [nugget("a"), nugget("b", "okay"), nugget("c")]

    assert [one.text for one in vital(nuggets)] == ["a", "c"]


@pytest.mark.parametrize(
    ("patterns", "text", "expected"),
    [
        ([r"6 months", r"\bpirate"], "Arr, says the Pirate.", 1.0),
        ([r"6 months"], "It takes 18-24 months.", 0.0),
        ([], "Anything.", None),
    ],
)
def test_forbidden(patterns: list[str], text: str, expected: float | None) -> None:
    assert says_forbidden(patterns, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It takes 18-24 months. [1][2, 3]", 4),
        ("- **Deep Learning**: critical, 20 weeks. [1]", 5),
        ("Pay – and wages & more", 4),
        ("", 0),
    ],
)
def test_markers_and_marks_are_no_words(text: str, expected: int) -> None:
    assert word_count(text) == expected


@pytest.mark.parametrize(
    ("patterns", "text", "expected"),
    [
        (["12 weeks"], "Plan 12 weeks for it. [1]", 5.0),
        (["12 weeks", "critical"], "It is critical: plan 12 weeks. [1]", 3.0),
        (["12 weeks", "Kotter"], "Plan 12 weeks for it. [1]", 5.0),
        (["Kotter"], "Plan 12 weeks for it. [1]", None),
        ([], "Plan 12 weeks for it. [1]", None),
    ],
)
def test_words_per_nugget(patterns: list[str], text: str, expected: float | None) -> None:
    assert words_per_nugget([nugget(one) for one in patterns], text) == expected
