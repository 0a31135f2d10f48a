from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.answering.amounts import COUNT, MONEY, ORDINAL, SHARE, find_amounts, normalised


def read(text: str) -> list[tuple[float, float, str]]:
    return [(one.amount.low, one.amount.high, one.unit) for one in find_amounts(text)]


@pytest.mark.parametrize(
    "text",
    [
        "18 to 24 months",
        "18-24 months",
        "18–24 months",
        "18—24 months",
        "18‑24 months",
        "18 − 24 months",
        "18-to-24-month",
        "between 18 and 24 months",
        "18 months to 2 years",
        "1.5-2 years",
        "one and a half to two years",
        "one-and-a-half to two years",
        "1½ to 2 years",
        "1 ½ to 2 years",
        "1 1/2 to 2 years",
        "eighteen to twenty-four months",
        "１８ to ２４ months",
        "١٨ to ٢٤ months",
    ],
)
def test_wordings_of_one_duration_agree(text: str) -> None:
    assert read(text) == [(18.0, 24.0, "month")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("half a year", (6.0, 6.0, "month")),
        ("½ year", (6.0, 6.0, "month")),
        ("1/2 year", (6.0, 6.0, "month")),
        ("a year and a half", (18.0, 18.0, "month")),
        ("one-and-a-half years", (18.0, 18.0, "month")),
        ("it takes a year", (12.0, 12.0, "month")),
        ("within a month", (1.0, 1.0, "month")),
        ("a fortnight", (2.0, 2.0, "week")),
        ("a dozen weeks", (12.0, 12.0, "week")),
        ("half a dozen weeks", (6.0, 6.0, "week")),
        ("a couple of weeks", (2.0, 2.0, "week")),
        ("18+ months", (18.0, 18.0, "month")),
        ("five or more years", (60.0, 60.0, "month")),
        ("seven or so months", (7.0, 7.0, "month")),
        ("a hundred hours", (100.0, 100.0, "hour")),
        ("one hundred and fifty hours", (150.0, 150.0, "hour")),
        ("two thousand hours", (2_000.0, 2_000.0, "hour")),
        ("1,500 hours", (1_500.0, 1_500.0, "hour")),
        ("$1.2m", (1_200_000.0, 1_200_000.0, MONEY)),
        ("$1.2 million", (1_200_000.0, 1_200_000.0, MONEY)),
        ("$85k–$120k", (85_000.0, 120_000.0, MONEY)),
        ("$90-110k", (90_000.0, 110_000.0, MONEY)),
        ("eighty thousand dollars", (80_000.0, 80_000.0, MONEY)),
        ("10k", (10_000.0, 10_000.0, COUNT)),
        ("5x as long", (5.0, 5.0, COUNT)),
        ("1,5 Monate", (1.5, 1.5, COUNT)),
        ("12,5%", (12.5, 12.5, "percent")),
        ("fifty percent", (50.0, 50.0, "percent")),
        ("a quarter of the plan", (0.25, 0.25, SHARE)),
        ("Phase III", (3.0, 3.0, ORDINAL)),
        ("phase two", (2.0, 2.0, ORDINAL)),
        ("the third phase", (3.0, 3.0, ORDINAL)),
        ("the 37th of May", (37.0, 37.0, COUNT)),
        ("ninety-nine", (99.0, 99.0, COUNT)),
    ],
)
def test_a_figure_in_an_odd_shape_is_read(text: str, expected: tuple[float, float, str]) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("6-12 weeks", "6-12 months"),
        ("18-24 months", "18-24 weeks"),
        ("+5%", "-5%"),
        ("$1.2m", "$1.2k"),
        ("phase 2", "2 phases"),
    ],
)
def test_figures_that_differ_do_not_agree(one: str, other: str) -> None:
    assert read(one) != read(other)


def test_each_figure_belongs_to_one_amount() -> None:
    found = find_amounts("8-10 hours a week for 3 months, then $5,000 in phase 2")
    places = [(one.start, one.end) for one in found]
    assert [one.unit for one in found] == ["hour", "month", MONEY, ORDINAL]
    assert all(first[1] <= second[0] for first, second in pairwise(places))


@pytest.mark.parametrize("text", ["one of them", "half the work", "no figure here", ""])
def test_what_counts_nothing_is_no_figure(text: str) -> None:
    assert read(text) == []


@given(st.integers(1, 99), st.integers(1, 99))
def test_a_range_reads_alike_however_it_is_written(one: int, other: int) -> None:
    low, high = sorted((one, other))
    shapes = [f"{low} to {high} weeks", f"{low}–{high} weeks", f"{low}-to-{high}-week"]
    assert {tuple(read(shape)) for shape in shapes} == {((float(low), float(high), "week"),)}


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for amount in find_amounts(text):
        assert amount.start < amount.end <= len(normalised(text))
