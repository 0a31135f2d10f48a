"""An answer cut into what it states, each statement with the markers that stand behind it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from coach.answering.sentences import SentenceStream
from coach.terms import stem, words

_MARKER = re.compile(r"\s*\[(\d+(?:\s*[,;]\s*\d+)*)\]")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+|#{1,6}\s+)")
_EMPHASIS = re.compile(r"\*{1,3}|`+")
_LACKING = re.compile(
    r"\b(?:says? nothing|(?:do|does|did)(?:n['’]t| not) (?:have|say|cover|mention|give|hold|"
    r"state|name|know)|outside what|nothing about|no guide"
    r"|not (?:covered|mentioned|in (?:my|the) guide))",
    re.IGNORECASE,
)
# Kept here, apart from the coach's lists, so that the measure stays the same when those change.
_STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but
    by can could did do does doing down during each few for from further had has have having he her
    here hers him his how i if in into is it its just me more most my no nor not now of off on once
    only or other our out over own re s same she should so some such t than that the their them
    then there these they this those through to too under until up ve very was we were what when
    where which while who whom why will with would you your d ll m""".split()
)
_LEAST_CONTENT = 4


class Statement(NamedTuple):
    """What stands before a marker in a line, or one sentence without any.

    Attributes:
        text: without markers, list marks and emphasis.
        markers: the numbers of the sources, in order.
        sentences: how many sentences it has.
    """

    text: str
    markers: tuple[int, ...]
    sentences: int


def statements(answer: str) -> list[Statement]:
    """The statements of an answer, in order.

    A marker stands for all that its line says since the marker before it: a passage quoted in
    three sentences is cited once, at its end.
    """
    return [statement for line in answer.split("\n") for statement in _of_line(line)]


def markers(text: str) -> tuple[int, ...]:
    """The numbers a text points at, in order, each once: "[1][2, 3]" gives 1, 2, 3."""
    found = (int(part) for group in _MARKER.findall(text) for part in re.findall(r"\d+", group))
    return tuple(dict.fromkeys(found))


def content(text: str) -> frozenset[str]:
    """The stems of a text's words, stop words left out; a number is a word."""
    return frozenset(stem(word) for word in words(text) if word not in _STOP_WORDS)


def is_factual(statement: Statement, moves: Collection[str]) -> bool:
    """Whether a statement states something that needs a source.

    It does not when it leads to a list (":"), asks, tells what is lacking, only names a move, or
    has neither a figure nor as many as four words of content: "Good question!".

    Args:
        statement: without its markers.
        moves: the moves there are guides for, as "From to To".
    """
    text = statement.text
    if text.endswith((":", "?")) or text in moves or _LACKING.search(text):
        return False
    return bool(re.search(r"\d", text)) or len(content(text)) >= _LEAST_CONTENT


def _of_line(line: str) -> Iterator[Statement]:
    stream = SentenceStream()
    waiting: list[str] = []
    for piece in (*stream.feed(line), *stream.end()):
        waiting.append(_bare(piece.text))
        if numbers := markers(piece.text):
            yield Statement(" ".join(waiting), numbers, len(waiting))
            waiting = []
    yield from (Statement(text, (), 1) for text in waiting if text)


def _bare(sentence: str) -> str:
    return _EMPHASIS.sub("", _LIST_MARK.sub("", _MARKER.sub("", sentence))).strip()
