"""Days as people name them: "January", "next Monday", "4 January 2027", "within two years"."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

from dateutil.parser import ParserError, parse
from dateutil.relativedelta import relativedelta

from coach.reading.figures import NUMBER_WORD, number_of
from coach.terms import fold

MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12, "christmas": 12}
_COUNT = rf"(?:an?|\d{{1,2}}|{NUMBER_WORD})"
DAY = (
    r"(?:20\d\d-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTHS})(?:,? 20\d\d)?"
    rf"|(?:{MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? 20\d\d)?"
    r"|(?:the )?(?:(?:start|beginning|end|middle) of )?(?:(?:this|next|early|mid|late)[ -])?"
    rf"(?:{MONTHS})(?: (?:20\d\d|next year))?"
    rf"|(?:this |next )?(?:{'|'.join(_WEEKDAYS)})"
    r"|next (?:week|month|year)|(?:the )?new year|today|tomorrow|now"
    rf"|in {_COUNT} (?:days?|weeks?|months?|years?)"
    rf"|(?:the )?(?:(?:this|next)[ -])?(?:{'|'.join(_SEASONS)})(?: (?:of )?20\d\d)?)"
)
"""A pattern for a day in folded text."""

_SPAN = re.compile(
    rf"\b(?:in|within|next) (?:(?:about|around|less than|under|the next) )?(?P<count>{_COUNT})"
    rf"(?:(?: (?:to|or) |-)(?P<most>{_COUNT}))?"
    r"(?P<half> and a half)?[ -](?P<unit>day|week|month|year)s?\b(?P<more> and a half\b)?"
)
_YEAR = re.compile(r"\b20\d\d\b")
_PART = re.compile(r"\b(?P<part>start|beginning|early|middle|mid|end|late)\b")
_BEFORE = re.compile(r"^before\b")
_LEADING = re.compile(
    r"^(?:from|by|before|until|till|on|no later than|starting|beginning)\b(?! of)\s*"
)
_NEITHER = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|\b(?:of|this|the)\b|\bnext (?!year)|,")
_NO_DAY = re.compile(r"\b(?:3[2-9]|[4-9]\d)\b")
_MONTHS_A_YEAR = 12
# Leap years, for one of them to hold any day.
_DEFAULTS = (datetime(2000, 1, 1), datetime(2096, 12, 31))


def first_day(said: str, today: date) -> date | None:
    """The day that work begins on; a month begins with its first Monday.

    A date without a year is the next there is. None for what names no day, or none that there is.
    """
    found = _period(said, today)
    if found is None:
        return None
    first, last = found
    if first == last:
        return first
    monday = _monday_from(max(first, today) if last >= today else first)
    return monday if monday <= last else max(first, today)


def last_day(said: str, today: date) -> date | None:
    """The day that work has to be done by: the last one of a month or year that is named.

    "Before June" ends with May. None for what names no day, or none that there is.
    """
    found = _period(said, today)
    if found is None:
        return None
    first, last = found
    return first - timedelta(days=1) if _BEFORE.search(fold(said)) else last


def day_named(said: str) -> str:
    """What names a day, without the "by" or "from" before it."""
    return _LEADING.sub("", said)


def _period(said: str, today: date) -> tuple[date, date] | None:
    """The first and last day of what is named; the same for a day."""
    folded = fold(said).strip(" .,!?")
    if span := _SPAN.search(folded):
        day = _later(today, span)
        return day, day
    text = _LEADING.sub("", folded).removeprefix("the ")
    if text in {"today", "now"}:
        return today, today
    if text == "tomorrow":
        return today + timedelta(days=1), today + timedelta(days=1)
    words = text.split()
    if words[-1:] and words[-1] in _WEEKDAYS:
        away = (_WEEKDAYS.index(words[-1]) - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=away), today + timedelta(days=away)
    if "next week" in text:
        monday = _monday_from(today + timedelta(days=1))
        return monday, monday + timedelta(days=6)
    if "month" in words:
        first = today.replace(day=1) + relativedelta(months=1 if "next" in words else 0)
        return _part(text, first, _end_of_month(first))
    if text.endswith(("new year", "year")) and not re.search(MONTHS, text):
        year = today.year + (0 if "this" in words else 1)
        return _part(text, date(year, 1, 1), date(year, 12, 31))
    season = next((word for word in words if word in _SEASONS), None)
    if season is not None:
        return _season(season, text, today)
    return _calendar(text, today)


def _later(today: date, span: re.Match[str]) -> date:
    said = span["most"] or span["count"]
    count = 1.0 if said in {"a", "an"} else number_of(said)
    if span["unit"] in {"day", "week"}:
        return today + timedelta(days=round(count * (7 if span["unit"] == "week" else 1)))
    months = (count + (0.5 if span["half"] or span["more"] else 0)) * (
        _MONTHS_A_YEAR if span["unit"] == "year" else 1
    )
    later: date = today + relativedelta(months=round(months))
    return later


def _season(season: str, text: str, today: date) -> tuple[date, date]:
    """The day a season begins: who wants to be done by summer means its beginning."""
    named = _YEAR.search(text)
    day = 24 if season == "christmas" else 1
    first = date(int(named[0]) if named else today.year, _SEASONS[season], day)
    if not named and (first < today or "next" in text):
        first += relativedelta(years=1)
    return first, first


def _calendar(text: str, today: date) -> tuple[date, date] | None:
    """A day, month or year of the calendar."""
    bare = _NEITHER.sub(" ", _PART.sub(" ", text)).replace("next year", str(today.year + 1))
    bare = " ".join(bare.split()).strip("- ")
    if _NO_DAY.search(bare):
        return None  # it would be taken for a year
    # What is not said comes from the default, so two defaults tell what was said.
    try:
        low, high = (parse(bare, default=one).date() for one in _DEFAULTS)
    except (ParserError, OverflowError):
        return None
    if low.month != high.month:
        return _part(text, date(low.year, 1, 1), date(low.year, 12, 31))
    whole_month = low.day != high.day
    if low.year != high.year:
        low = _next(low.month, None if whole_month else low.day, today)
    if whole_month:
        return _part(text, low.replace(day=1), _end_of_month(low))
    return low, low


def _next(month: int, day: int | None, today: date) -> date:
    """The next day of this name that is not past; the last of the month without a day."""
    year = today.year
    while True:
        last = calendar.monthrange(year, month)[1]
        found = date(year, month, min(day or last, last))
        if found >= today and (day or last) <= last:
            return found
        year += 1


def _part(text: str, first: date, last: date) -> tuple[date, date]:
    """The start, the middle or the end of a time."""
    part = _PART.search(text)
    if part is None:
        return first, last
    middle = first + (last - first) / 2
    if part["part"] in {"start", "beginning", "early"}:
        return first, min(last, first + timedelta(days=6))
    if part["part"] in {"middle", "mid"}:
        return middle, middle
    return last - timedelta(days=6), last


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
