"""Figures in words: ranges of weeks, months, hours and percent, and the priority of a skill."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Literal

from coach.domain import Priority, Range

Unit = Literal["week", "month", "hour", "percent"]

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: float(value) for value, word in enumerate(_ONES)} | {
    word: 10.0 * value for value, word in enumerate(_TENS, start=2)
}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

DASHES = tuple("-‐‑‒–—−")
_DASH = re.escape("".join(DASHES))
NUMBER_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
NUMBER = (
    rf"(?:(?<![0-9])(?<![0-9][.,])(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,3}}|[0-9]{{1,9}})(?:\.[0-9]{{1,6}})?[½¼¾]?"
    rf"|[½¼¾]|\b(?:(?:{'|'.join(_TENS)})[\s-](?:{'|'.join(_ONES[1:10])})|{NUMBER_WORD})\b|\bhalf\b)"
    r"(?:\s+and\s+a\s+half\b)?"
)
_PERCENT = r"(?:%|per\s?cent\b)"
_UNITS: dict[Unit, str] = {
    "week": r"(?P<unit>w(?:ee)?ks?\b)",
    "month": r"(?P<unit>mo(?:nth)?s?\b|y(?:ea)?rs?\b)",
    "hour": r"(?P<unit>h(?:ou)?rs?\b)",
    "percent": rf"(?P<unit>{_PERCENT})",
}


def _pattern(unit: Unit) -> str:
    # A sign belongs to a percentage only, and is one only where no word or figure runs into it.
    sign = rf"(?:(?<![\w{_DASH}])[+{_DASH}]\s?)?" if unit == "percent" else ""
    own = rf"(?:\s?{_UNITS[unit].replace('?P<unit>', '?:')})?"
    return (
        rf"(?P<low>{sign}{NUMBER})(?P<low_unit>{own})"
        rf"(?:\s*(?:[{_DASH}]|\bto\b|\bor\b|\band\b)\s*(?P<high>{sign}{NUMBER}))?"
        rf"[\s{_DASH}]{{0,3}}(?:\ban?\s)?"
    )


_RANGES = {unit: re.compile(_pattern(unit) + pattern) for unit, pattern in _UNITS.items()}
_ALONE = {unit: re.compile(rf"{_pattern(unit)}(?:{pattern})?") for unit, pattern in _UNITS.items()}
# Lower case by table: ignoring case in the patterns would let "ſix" pass for a number.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_A_WEEK = re.compile(
    r"\s*(?:of\s+[\w\s]{1,30}?\s)?(?:(?:a|per|each|every)\s+|/\s*)week\b|\s+weekly\b", re.IGNORECASE
)


def find_range(text: str, unit: Unit) -> tuple[Range, int, int] | None:
    """The first figure or range of figures of a unit in a text.

    "Important20 weeks", "18-24 months", "one and a half weeks", "+10% to +20%" are found. Years
    count as 12 months each.

    Returns:
        The range in that unit, and the ``[start, end)`` of its words with the unit; None if the
        text gives no such figure.
    """
    return next(find_ranges(text, unit), None)


def parse_range(text: str, unit: Unit) -> Range | None:
    """The range that a text is: "20", "18-24" or "20 weeks"; None if it is anything else."""
    match = _ALONE[unit].fullmatch(text.strip().translate(_LOWER))
    return _range(match, unit) if match else None


def find_study_hours(text: str) -> tuple[Range, int, int] | None:
    """The first "10-15 hours a week" of a text, in hours a week, with the place of its words."""
    for found, start, end in find_ranges(text, "hour"):
        if rest := _A_WEEK.match(text, end):
            return found, start, rest.end()
    return None


def parse_priority(text: str) -> Priority | None:
    """The priority a text names, whatever its case, spaces and hyphens; None if it names none."""
    words = " ".join(re.findall(r"[a-z]+", text.lower()))
    return Priority(words) if words in set(Priority) else None


def find_ranges(text: str, unit: Unit) -> Iterator[tuple[Range, int, int]]:
    """Every figure or range of figures of a unit in a text, as ``find_range`` gives the first."""
    for match in _RANGES[unit].finditer(text.translate(_LOWER)):
        yield _range(match, unit), match.start(), match.end()


def _range(match: re.Match[str], unit: Unit) -> Range:
    low = number_of(match["low"])
    high = low if match["high"] is None else number_of(match["high"])
    # "-20-30%": one sign for both figures. "-5% to 10%": each figure has its own.
    if match["low"].lstrip().startswith(DASHES) and not match["low_unit"] and high > 0:
        high = -high
    # "6 months to 2 years": a low figure without a unit of its own shares that of the high one.
    high_unit = match["unit"] or ""
    scale = _scale(high_unit, unit)
    low_scale = _scale(match["low_unit"].strip() or high_unit, unit)
    low, high = low * low_scale, high * scale
    return Range(low=min(low, high), high=max(low, high))


def _scale(word: str, unit: Unit) -> float:
    return 12.0 if unit == "month" and word[:1] == "y" else 1.0


def number_of(words: str) -> float:
    """The value of a number as ``NUMBER`` matches it: "2,500", "twenty-four", "one and a half"."""
    words = words.strip()
    sign = -1.0 if words[0] in DASHES else 1.0
    words = re.sub(rf"^[+\s{_DASH}]+", "", words)
    half = re.search(r"\s+and\s+a\s+half$", words)
    if half:
        words = words[: half.start()]
    value = 0.5 if half else 0.0
    if words[-1] in _FRACTIONS:
        value += _FRACTIONS[words[-1]]
        words = words[:-1]
    if words == "half":
        value += 0.5
    elif words and words[0] in "0123456789":
        value += float(words.replace(",", ""))
    else:
        value += sum(_WORDS[word] for word in re.split(r"[\s-]", words) if word)
    return sign * value
