"""Days as people name them, counted from a Monday in November."""

from __future__ import annotations

from datetime import date

import pytest

from coach.conversation.dates import first_day, last_day

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("January", date(2027, 1, 4)),  # its first Monday
        ("from january", date(2027, 1, 4)),
        ("March 2028", date(2028, 3, 6)),
        ("November", TODAY),  # it has begun
        ("October", date(2027, 10, 4)),  # it is over
        ("4 January 2027", date(2027, 1, 4)),
        ("January 5th, 2027", date(2027, 1, 5)),
        ("2027-02-01", date(2027, 2, 1)),
        ("Monday", date(2026, 11, 30)),
        ("next friday", date(2026, 11, 27)),
        ("today", TODAY),
        ("tomorrow", date(2026, 11, 24)),
        ("next week", date(2026, 11, 30)),
        ("next month", date(2026, 12, 7)),
        ("in two weeks", date(2026, 12, 7)),
        ("the new year", date(2027, 1, 4)),
        ("spring", date(2027, 3, 1)),
        ("29 February", date(2028, 2, 29)),
        ("29 February 2028", date(2028, 2, 29)),
    ],
)
def test_the_day_that_work_begins_on(said: str, day: date) -> None:
    assert first_day(said, TODAY) == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("by June 2028", date(2028, 6, 30)),
        ("before June", date(2027, 5, 31)),
        ("by 30 June 2028", date(2028, 6, 30)),
        ("by summer 2028", date(2028, 6, 1)),
        ("until December", date(2026, 12, 31)),
        ("by 2029", date(2029, 12, 31)),
        ("before 2029", date(2028, 12, 31)),
        ("by the end of next year", date(2027, 12, 31)),
        ("within two years", date(2028, 11, 23)),
        ("within 18 to 24 months", date(2028, 11, 23)),
        ("by 30 June", date(2027, 6, 30)),
        ("in 18 months", date(2028, 5, 23)),
        ("within a year and a half", date(2028, 5, 23)),
        ("by christmas", date(2026, 12, 24)),
    ],
)
def test_the_day_that_work_has_to_be_done_by(said: str, day: date) -> None:
    assert last_day(said, TODAY) == day


@pytest.mark.parametrize("said", ["soon", "", "29 February 2027", "2027-13-45", "the 40th of May"])
def test_what_is_no_day_is_none(said: str) -> None:
    assert first_day(said, TODAY) is None
    assert last_day(said, TODAY) is None
