"""A question's words with their stems and their places in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from coach.terms import WORD, fold, stem, words
from coach.understanding.vocabulary import FUNCTION_WORDS

_LEAST_FUZZY_LENGTH = 5
_LONG = 8
FUNCTION_STEMS = frozenset(stem(word) for word in FUNCTION_WORDS)


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as written, folded, stemmed, and where it stands."""

    text: str
    word: str
    stem: str
    start: int
    end: int


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of a text in order; offsets are into ``text`` as given."""
    found = []
    for match in WORD.finditer(text):
        word = fold(match.group())
        found.append(Token(match.group(), word, stem(word), match.start(), match.end()))
    return tuple(found)


@lru_cache(maxsize=4096)
def content_stems(text: str) -> frozenset[str]:
    """The stems of a text's words, without those of grammar and manners."""
    return frozenset(stem(word) for word in words(text) if word not in FUNCTION_WORDS)


def same_word(written: str, known: str, slips: int = 2) -> bool:
    """Whether a folded word is a known one, a slip of the keyboard or two allowed in longer words.

    Slips are counted by optimal string alignment: swapped neighbours are one. Words of fewer than
    eight letters may have one, longer ones ``slips``.
    """
    if written == known:
        return True
    if min(len(written), len(known)) < _LEAST_FUZZY_LENGTH or written[0] != known[0]:
        return False
    slips = slips if len(known) >= _LONG else 1
    return OSA.distance(written, known, score_cutoff=slips) <= slips


def find_phrase(tokens: Sequence[Token], phrase: Sequence[str], start: int) -> bool:
    """Whether the stems of a phrase stand at ``start``."""
    return len(tokens) - start >= len(phrase) and all(
        tokens[start + offset].stem == part for offset, part in enumerate(phrase)
    )
