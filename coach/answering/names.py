"""The names in a sentence: people, organisations, courses, books, products, titles, links."""

from __future__ import annotations

import re
from itertools import zip_longest

from coach.terms import fold, stem, words

_TITLE = re.compile(r"['\"‘“](?P<title>[^'\"‘’“”\n]{3,120}?)['\"’”](?!\w)")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s)\]>]+|\b[\w-]+\.(?:com|org|net|io|edu|gov|ai)\b(?:/\S*)?"
)
_CAPITAL = re.compile(r"(?<![\w'’])[A-Z0-9]*[A-Z][\w+#&/.’'-]*(?<![.’'-])")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+|[\n*\"“(-]\s*)$")
# Words that are written with a capital without being a name of anything a guide could hold.
_ORDINARY = frozenset(
    "i a ok yes no english us usa u.s monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december "
    "phase phases step week weeks month months course book".split()
)


def titles(text: str) -> tuple[str, ...]:
    """What stands in quotation marks."""
    return tuple(match["title"].strip(" ,.") for match in _TITLE.finditer(text))


def links(text: str) -> tuple[str, ...]:
    """The web addresses in a text."""
    return tuple(match.group().rstrip(".,;") for match in _LINK.finditer(text))


def names(text: str) -> tuple[tuple[str, bool], ...]:
    """The capitalised words of a text, each with whether it only opens a sentence.

    A word that opens a sentence has its capital from there, so that alone it is no proof of a
    name; inner capitals ("AWS", "MLOps") and a capitalised word right behind it are.
    """
    found: list[tuple[str, bool]] = []
    matches = list(_CAPITAL.finditer(text))
    for match, following in zip_longest(matches, matches[1:]):
        word = match.group()
        if fold(word) in _ORDINARY:
            continue
        opens = bool(_SENTENCE_START.search(text[: match.start()])) and not (
            any(letter.isupper() for letter in word[1:])
        )
        if opens and following is not None and following.start() == match.end() + 1:
            opens = False
        found.append((word.removesuffix("'s").removesuffix("’s"), opens))
    return tuple(found)


def parts(name: str) -> tuple[str, ...]:
    """The stems that a name must be found by: "CI/CD" needs "ci" and "cd"."""
    return tuple(stem(word) for word in words(name) if len(word) > 1 or not word.isalpha())
