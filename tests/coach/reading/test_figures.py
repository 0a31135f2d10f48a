from __future__ import annotations

import time

import pytest

from coach.domain import Priority
from coach.reading.figures import find_range, find_study_hours, parse_priority, parse_range


@pytest.mark.parametrize(
    ("text", "unit", "low", "high", "words"),
    [
        ("Important20 weeks", "week", 20, 20, "20 weeks"),
        ("Nice to have6 weeks", "week", 6, 6, "6 weeks"),
        ("it takes 18-24 months", "month", 18, 24, "18-24 months"),
        ("Your 24-Month Guide", "month", 24, 24, "24-Month"),
        ("6–8 months", "month", 6, 8, "6–8 months"),
        ("between 6 and 8 months", "month", 6, 8, "6 and 8 months"),
        ("one and a half weeks", "week", 1.5, 1.5, "one and a half weeks"),
        ("2½ weeks", "week", 2.5, 2.5, "2½ weeks"),
        ("half a month", "month", 0.5, 0.5, "half a month"),
        ("twenty-four months", "month", 24, 24, "twenty-four months"),
        ("1-2 years", "month", 12, 24, "1-2 years"),
        ("6 months to 2 years", "month", 6, 24, "6 months to 2 years"),
        ("1,200 hours", "hour", 1200, 1200, "1,200 hours"),
        ("24 to 18 months", "month", 18, 24, "24 to 18 months"),
        ("pay: +150%", "percent", 150, 150, "+150%"),
        ("pay: -11.6%", "percent", -11.6, -11.6, "-11.6%"),
        ("pay: −11.6%", "percent", -11.6, -11.6, "−11.6%"),
        ("+10-20%", "percent", 10, 20, "+10-20%"),
        ("-20-30%", "percent", -30, -20, "-20-30%"),
        ("-5% to 10%", "percent", -5, 10, "-5% to 10%"),
        ("+20% to +40%", "percent", 20, 40, "+20% to +40%"),
        ("20-30 per cent", "percent", 20, 30, "20-30 per cent"),
    ],
)
def test_a_range_is_found_with_its_words(text, unit, low, high, words):
    found = find_range(text, unit)

    assert found is not None
    figure, start, end = found
    assert (figure.low, figure.high) == (low, high)
    assert text[start:end] == words


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("soon", "week"),
        ("20 apples", "week"),
        ("10 hours a week", "week"),
        ("week 3", "week"),
        ("5 monkeys", "month"),
        ("20", "week"),
        ("9" * 5000 + " weeks", "week"),
    ],
)
def test_what_is_no_figure_of_the_unit_is_not_found(text, unit):
    assert find_range(text, unit) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("20", 20, 20), ("18 - 24", 18, 24), ("6 weeks", 6, 6), ("1.5", 1.5, 1.5)],
)
def test_a_whole_text_is_a_range_with_or_without_its_unit(text, low, high):
    found = parse_range(text, "week")

    assert found is not None
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize("text", ["", "soon", "about 4", "4 or so", "4 months", "--4"])
def test_a_text_with_anything_else_is_no_range(text):
    assert parse_range(text, "week") is None


@pytest.mark.parametrize(
    "words",
    ["10-15 hours a week", "10-15 hours per week", "10-15 hrs/week", "10-15 hours\neach week"],
)
def test_study_hours_are_hours_of_a_week(words):
    text = f"Spend 3 hours on a plan, then {words} on it."
    found = find_study_hours(text)

    assert found is not None
    assert (found[0].low, found[0].high) == (10, 15)
    assert text[found[1] : found[2]] == words


def test_hours_of_something_else_are_no_study_hours():
    assert find_study_hours("A course of 40 hours, in a week of your choice.") is None


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("Critical", Priority.CRITICAL),
        (" important ", Priority.IMPORTANT),
        ("Nice-to-have", Priority.NICE_TO_HAVE),
        ("nice  to have", Priority.NICE_TO_HAVE),
        ("Vital", None),
        ("", None),
    ],
)
def test_priorities_are_read_in_any_case(text, priority):
    assert parse_priority(text) == priority


@pytest.mark.parametrize(
    "text", ["1 " * 50_000, "one and a " * 20_000, "1-" * 50_000, "1,234" * 20_000]
)
def test_long_hostile_text_takes_no_longer_than_its_length_allows(text):
    started = time.perf_counter()
    for unit in ("week", "month", "hour", "percent"):
        find_range(text, unit)
        parse_range(text, unit)

    assert time.perf_counter() - started < 10
