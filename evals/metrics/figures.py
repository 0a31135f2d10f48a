"""The figures of a text, read apart from the coach's own reading of them.

This judges the coach's checks, here and in the tests, so it shares no code with them and imports
nothing of the coach: a mistake in how the coach reads a figure must not hide itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple


class Amount(NamedTuple):
    """A number or a range with its unit; ``sign`` is empty where the text gives none.

    Years are months here, so that "two years" and "24 months" agree. ``unit`` is empty for a
    number that stands alone.
    """

    low: float
    high: float
    unit: str
    sign: str
    text: str


def unsupported_figures(text: str, allowed: Iterable[str]) -> list[str]:
    """The figures of a text, as written, that stand in none of the allowed texts.

    A figure stands there with the same value, or the same range, and the same unit, in whatever
    wording; one end of a range agrees only where the text says "at least" or "up to".
    """
    known = [amount for source in allowed for amount in amounts(source)]
    said = _with_whole_halves(text)
    wrong, position = [], 0
    for amount in amounts(text):
        start = said.index(amount.text, position)
        position = start + len(amount.text)
        if not any(_agrees(amount, other, _before(said, start)) for other in known):
            wrong.append(amount.text)
    return wrong


_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {
    **{word: float(value) for value, word in enumerate(_ONES)},
    **{word: 10.0 * value for value, word in enumerate(_TENS, 2)},
    **{
        f"{ten}{join}{one}": 10.0 * value + digit
        for value, ten in enumerate(_TENS, 2)
        for digit, one in enumerate(_ONES[1:10], 1)
        for join in ("-", " ")
    },
    "dozen": 12.0,
    "hundred": 100.0,
    "thousand": 1000.0,
}
_UNITS = {
    "dollar": r"dollars?|usd|bucks",
    "percent": r"%|percent|per cent|percentage points?",
    "year": r"years?|yrs?",
    "month": r"months?|mos?",
    "week": r"weeks?|wks?",
    "day": r"days?",
    "hour": r"hours?|hrs?",
    "minute": r"minutes?|mins?",
}
_LABELS = {**_UNITS, "phase": r"phases?"}
_SPOKEN = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER = re.compile(
    rf"""(?P<sign>(?<![\w)])[+\-−–](?=[$€£]?\d))?
    (?P<money>[$€£]\s?)?
    (?:(?<![\w.])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
       (?P<scale>\s?(?:k|thousand|m|million)\b)?(?:st|nd|rd|th)?(?![A-Za-z]*\d)
     |\b(?P<word>{_SPOKEN})\b)
    (?P<half>\s+and\s+a\s+half|\s?½)?
    (?P<unit>\s*(?:-\s?)?(?:{"|".join(f"(?P<{name}>{form})" for name, form in _UNITS.items())})
       (?![A-Za-z]))?""",
    re.VERBOSE | re.IGNORECASE,
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}
_RANGE = re.compile(r"\s*(?:-|–|—|‑|\bto\b|\buntil\b)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,|/|\+|;|&|,?\s*\b(?:and|or|plus)\b)\s*", re.IGNORECASE)
_SUM = re.compile(r"\s*[:=+]\s*")
# "Weeks: 12" counts weeks; "Openings a year: 16,000" counts no years.
_LABEL = re.compile(
    r"(?<!\ba )(?<!\bper )(?<!\beach )"
    rf"(?:{'|'.join(f'(?P<{name}>{form})' for name, form in _LABELS.items() if form[0] != '%')})"
    r"\W{0,4}$",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(r"\b(?:at least|from|minimum of|no less than)\s+(?:\w+\s+)?$", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:at most|up to|within|maximum of|no more than)\s+(?:\w+\s+)?$", re.IGNORECASE
)


class _Number(NamedTuple):
    """A number where it stands; ``spoken`` when it is a word."""

    value: float
    unit: str
    sign: str
    spoken: bool
    start: int
    end: int


@lru_cache(maxsize=5_000)
def amounts(text: str) -> tuple[Amount, ...]:
    """The amounts of a text: those in digits, and words for numbers that have a unit."""
    text = _with_whole_halves(text)
    numbers = list(_inheriting(list(_numbers(text)), text))
    found, position = [], 0
    while position < len(numbers):
        first = numbers[position]
        last = first
        if position + 1 < len(numbers) and _spans(text, first, numbers[position + 1]):
            position += 1
            last = numbers[position]
        position += 1
        if first.spoken and not first.unit:
            continue
        unit = last.unit or first.unit
        factor = 12.0 if unit == "year" else 1.0
        amount = Amount(
            first.value * factor,
            last.value * factor,
            "month" if unit == "year" else unit,
            first.sign,
            text[first.start : last.end].strip(),
        )
        found.append(amount)
    return tuple(found)


def _numbers(text: str) -> Iterator[_Number]:
    for match in _NUMBER.finditer(text):
        if word := match["word"]:
            value = _WORDS[word.lower()]
        else:
            value = float(match["digits"].replace(",", ""))
            value *= _SCALES[match["scale"].strip().lower()] if match["scale"] else 1.0
        if match["half"]:
            value += 0.5
        unit = next((name for name in _UNITS if match[name]), "")
        if match["money"]:
            unit = "dollar"
        elif not unit and (label := _LABEL.search(_before(text, match.start()))):
            unit = next(name for name in _LABELS if name != "percent" and label[name])
        sign = (match["sign"] or "").replace("−", "-").replace("–", "-")
        yield _Number(value, unit, sign, bool(word), match.start(), match.end())


def _inheriting(numbers: list[_Number], text: str) -> Iterator[_Number]:
    """Give a number without a unit that of its list: "4, 16 and 24 weeks", "20 weeks: 4 + 16"."""
    given: list[_Number] = []
    for number in reversed(numbers):
        if given and not number.unit:
            between = text[number.end : given[-1].start]
            if _RANGE.fullmatch(between) or _LIST.fullmatch(between):
                number = number._replace(unit=given[-1].unit)
        given.append(number)
    before: _Number | None = None
    for number in reversed(given):
        if before and not number.unit and _SUM.fullmatch(text[before.end : number.start]):
            number = number._replace(unit=before.unit)
        yield number
        before = number


def _spans(text: str, first: _Number, last: _Number) -> bool:
    between = text[first.end : last.start]
    if _RANGE.fullmatch(between):
        return True
    return between.strip().lower() == "and" and bool(_BETWEEN.search(_before(text, first.start)))


def _before(text: str, position: int) -> str:
    return text[max(0, position - 40) : position]


def _with_whole_halves(text: str) -> str:
    text = re.sub(r"\b(?:an?|one) year and a half\b", "1.5 years", text, flags=re.IGNORECASE)
    text = re.sub(
        r"\bhalf (?:a|of a) (year|month|week|day)\b", r"0.5 \1", text, flags=re.IGNORECASE
    )
    return re.sub(r"\b(?:a )?couple of (?=\w)", "2 ", text, flags=re.IGNORECASE)


def _agrees(said: Amount, known: Amount, before: str) -> bool:
    # A loss has to be one in the source; a bare figure may tell either in words.
    if said.unit != known.unit or (said.sign and (said.sign == "-") != (known.sign == "-")):
        return False
    if said.low == said.high and known.low != known.high:
        at_least = said.low == known.low and _AT_LEAST.search(before)
        at_most = said.low == known.high and _AT_MOST.search(before)
        return bool(at_least or at_most)
    return (said.low, said.high) == (known.low, known.high)
