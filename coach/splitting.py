"""Cuts a stretch of text into pieces that an encoder can read whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

_BLANK_LINE = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
# A list item or a table row begins a line; what follows it up to the next one belongs to it.
_ITEM = re.compile(r"^[^\S\n]*(?:[-*+•◦▪–][^\S\n]|\d{1,3}[.)][^\S\n]|\|)", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[^\sa-z])|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|Dr|Mr|Mrs|Ms|Prof|St|Sr|Jr|No|Inc|Ltd|Co)|\b[A-Z])\.$"
)
_LONGEST_ABBREVIATION = 8

# No token is longer than this on average, so that a text longer than so many characters a token
# is cut without counting: counting 50 MB at once would take gigabytes.
_CHARACTERS_A_TOKEN = 16
_FARTHEST_SPACE = 200


class Tokens(Protocol):
    """What splitting asks of an encoder."""

    @property
    def token_limit(self) -> int:
        """The tokens of a text that are read, special tokens included."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, special tokens included."""


class _Unit(NamedTuple):
    """The characters ``[start, end)`` of a sentence, or of a list item or a table row."""

    start: int
    end: int
    is_sentence: bool


def longest_text(tokens: Tokens) -> int:
    """The length in characters past which a text is taken to exceed the limit, uncounted."""
    return tokens.token_limit * _CHARACTERS_A_TOKEN


def pieces(
    text: str, start: int, end: int, encoded: Callable[[str], str], tokens: Tokens
) -> list[tuple[int, int]]:
    """Cut ``text[start:end]`` into pieces within the token limit, in order.

    A list item, a table row or a sentence is cut only where it exceeds the limit alone, and then
    between words. A piece that continues prose repeats the sentence before it, if that is short.

    Args:
        text: the source text.
        start: the first character.
        end: one past the last character.
        encoded: what is encoded for a piece, headings included. It must leave room for a text.
        tokens: counts tokens and has the limit.

    Returns:
        ``(start, end)`` of each piece, without white space around it; none for white space alone.
        All else between ``start`` and ``end`` is in some piece.
    """
    limit = tokens.token_limit
    units = list(_units(text, start, end))
    budget = max(1, limit - tokens.count_tokens([encoded("")])[0])
    while units:
        found = _pack(_cut_to(text, units, budget, tokens), budget)
        counts = tokens.count_tokens([encoded(text[first:last]) for first, last in found])
        if max(counts) <= limit or budget == 1:
            return found
        # Tokens of units do not quite add up with every tokenizer.
        budget = max(1, budget * 3 // 4)
    return []


def _units(text: str, start: int, end: int) -> Iterator[_Unit]:
    for first, last in _between(text, start, end, _BLANK_LINE):
        marks = [mark.start() for mark in _ITEM.finditer(text, first, last)]
        # `^` does not match at `first` when a stretch begins within a line, and need not.
        prose_end = marks[0] if marks else last
        yield from _sentences(text, first, prose_end)
        for item, following in pairwise([*marks, last]):
            yield _Unit(*_trim(text, item, following), False)


def _sentences(text: str, start: int, end: int) -> Iterator[_Unit]:
    begin = start
    for found in _SENTENCE_END.finditer(text, start, end):
        if _ABBREVIATION.search(
            text[max(begin, found.end() - _LONGEST_ABBREVIATION) : found.end()]
        ):
            continue
        yield _Unit(*_trim(text, begin, found.end()), True)
        begin = found.end()
    begin, end = _trim(text, begin, end)
    if begin < end:
        yield _Unit(begin, end, True)


def _cut_to(
    text: str, units: Sequence[_Unit], budget: int, tokens: Tokens
) -> list[tuple[_Unit, int]]:
    """Cut the units that exceed ``budget`` tokens; each unit with its size in tokens.

    Markup is counted too, so that what is encoded of a unit is never longer.
    """
    special = tokens.count_tokens([""])[0]
    sized: dict[_Unit, int] = {}
    waiting = list(units)
    while waiting:
        short = [unit for unit in waiting if unit.end - unit.start <= longest_text(tokens)]
        counts = tokens.count_tokens([text[unit.start : unit.end] for unit in short])
        for unit, count in zip(short, counts, strict=True):
            if count - special <= budget or unit.end - unit.start == 1:
                sized[unit] = count - special
        waiting = [half for unit in waiting if unit not in sized for half in _halves(text, unit)]
    return sorted(sized.items())


def _pack(units: Sequence[tuple[_Unit, int]], budget: int) -> list[tuple[int, int]]:
    """Fill pieces with units, in order, up to ``budget`` tokens each."""
    found: list[tuple[int, int]] = []
    first = total = 0
    for index, (_, size) in enumerate(units):
        if index > first and total + size > budget:
            last, before = units[index - 1]
            found.append((units[first][0].start, last.end))
            repeats = (
                last.is_sentence
                and index - 1 > first
                and before <= budget // 4
                and before + size <= budget
            )
            first, total = (index - 1, before) if repeats else (index, 0)
        total += size
    found.append((units[first][0].start, units[-1][0].end))
    return found


def _halves(text: str, unit: _Unit) -> list[_Unit]:
    """Cut a unit at the white space nearest to its middle, or in the middle of a word."""
    middle = (unit.start + unit.end) // 2
    cut = middle
    for distance in range(min(_FARTHEST_SPACE, (unit.end - unit.start) // 2)):
        near = [at for at in (middle - distance, middle + distance) if text[at].isspace()]
        if near:
            cut = near[0]
            break
    parts = [_trim(text, unit.start, cut), _trim(text, cut, unit.end)]
    return [_Unit(first, last, False) for first, last in parts if first < last]


def _between(text: str, start: int, end: int, mark: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The stretches between the marks."""
    for found in mark.finditer(text, start, end):
        if start < found.start():
            yield start, found.start()
        start = found.end()
    if start < end:
        yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
