"""Sentences of a passage that answer, word for word."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from coach.domain import Passage, Section
from coach.terms import fold, stem, terms
from coach.understanding import Ask

_PIECE = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s+[A-Z\"'“(\d]|\s*$)|$)", re.DOTALL)
_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|[-*+•]\s+|\d{1,3}[.)]\s+|>\s?|\|)+")
_HEADING = re.compile(r"^\s*#{1,6}\s")
_MOST = 2


def pieces(passage: Passage) -> list[str]:
    """The sentences and list items of a passage, each exactly as it stands in the text."""
    return list(_pieces(passage.text, passage.headings))


@lru_cache(maxsize=5_000)
def _pieces(text: str, headings: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for line in _PIECE.finditer(text):
        if _HEADING.match(line.group()) or line.group().strip() in headings:
            continue
        start = _MARKS.match(line.group())
        body = line.group()[start.end() if start else 0 :]
        found.extend(
            match.group().strip() for match in _SENTENCE.finditer(body) if match.group().strip()
        )
    return tuple(found)


def answering_pieces(passage: Passage, ask: Ask, rarity: Callable[[str], float]) -> tuple[str, ...]:
    """The one or two pieces of a passage that say most of what an ask is about, in text order."""
    candidates = pieces(passage)
    if len(candidates) <= 1:
        return tuple(candidates)
    if passage.section is Section.FAQ:
        return _faq_pieces(candidates, _wanted(ask))
    wanted = _wanted(ask)
    scores = [_score(candidate, wanted, rarity) for candidate in candidates]
    best = max(range(len(candidates)), key=lambda index: (scores[index], -index))
    if scores[best] == 0:
        return tuple(candidates[:_MOST])
    chosen = {best}
    covered = set(terms(candidates[best]))
    rest = [part for part in wanted if part not in covered]
    others = [index for index in range(len(candidates)) if index != best]
    if rest and others:
        second = max(others, key=lambda index: (_score(candidates[index], rest, rarity), -index))
        if _score(candidates[second], rest, rarity) > 0:
            chosen.add(second)
    return tuple(candidates[index] for index in sorted(chosen))


def _faq_pieces(candidates: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The first sentences of an answer; a question glued in front is not one.

    Two, and a third where it speaks of something asked that they do not speak of.
    """
    answer = [piece for piece in candidates if not piece.endswith("?")]
    first = answer[:_MOST]
    said = set(terms(" ".join(first)))
    third = [piece for piece in answer[_MOST:][:1] if set(terms(piece)) & (set(wanted) - said)]
    return tuple(first + third)


def _wanted(ask: Ask) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem(fold(term)) for term in ask.content))


def _score(text: str, wanted: Sequence[str], rarity: Callable[[str], float]) -> float:
    held = set(terms(text))
    return sum(rarity(part) for part in wanted if part in held)
