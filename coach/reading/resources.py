"""Resources: courses, books and the like, from a line of their own or from running prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coach.domain import Resource, ResourceKind
from coach.reading.prose import read_prose
from coach.reading.text import Text
from coach.reading.titles import (
    APOSTROPHES,
    KINDS,
    KNOWN_LABEL,
    OPENING,
    begins_label,
    is_known,
    opens_title,
    title_end,
)

__all__ = ["read_line", "read_list", "read_prose"]

_BULLET = re.compile(r"\s*(?:[•·‣▪◦●○■□–—*+-](?=\s)|[•·‣▪◦●○■□])?\s*")
_LABEL = re.compile(rf"(?P<label>[^\s:{OPENING}][^:\n“”\"«»]{{0,60}}?)\s?:(?=[\s{OPENING}])")
_BY = re.compile(r"\s*,?\s+by\s+(?P<author>.+?)(?=\s\(|:\s|\s(?:on|via)\s[A-Z]|[\s,;]*$)", re.S)
_ON = re.compile(
    r"\s*,?\s+(?:on|from|at|via)\s+(?P<provider>[^\W_a-z][^(:]*?)(?=\s\(|:\s|[\s.,;]*$)"
)
_BRACKETS = re.compile(r"\s*\((?P<inside>[^()]*)\)")
_BARE_TITLE_END = re.compile(r"\s+by\s+(?=[^\W\d_a-z])|\s\(|:\s|\s[–—-]\s")
_PURPOSE = re.compile(r"\s+for\s+(?=[a-z])")
_WITH_PURPOSE = {
    ResourceKind.PLATFORM,
    ResourceKind.TOOL,
    ResourceKind.NETWORK,
    ResourceKind.CONFERENCE,
}
_AFTER_PIECE = " \t\r\n\xa0,;|•·"
_NOTE_EDGES = " \t\r\n\xa0:;,.–—-"


def read_line(text: Text, start: int, end: int) -> Resource | None:
    """Read one resource from a line such as ``Book: 'Leading Change' by John Kotter``.

    The label is a kind or a provider: "Coursera: 'AI For Everyone'" is a course of Coursera.

    Args:
        text: the text that holds the line.
        start: the line's first character; a bullet before the label is passed over.
        end: one past the line's last character.

    Returns:
        The resource, its span without bullet and outer white space; None if it is not one.
    """
    start, end = _trim(text, start, end)
    source = text.text
    label = _LABEL.match(source, start, end)
    if label is None:
        return None
    kind, provider = _meaning(label["label"])
    body, _ = text.trim(label.end(), end)
    quoted = body < end and opens_title(source, body, body)
    if kind is None:
        if not quoted and not is_known(label["label"]):
            return None
        kind, provider = ResourceKind.COURSE, label["label"]
    return _described(text, (start, body, end), kind, provider)


def read_list(text: Text, start: int, end: int) -> tuple[Resource, ...]:
    """Read the resources of a line in which several may be glued together.

    "Coursera: 'AI For Everyone' by Andrew NgBook: '...'" holds two. A piece that says nothing of
    its kind gets the one its words suggest, else it is a platform.
    """
    resources = []
    for first, last in _pieces(text.text, *_trim(text, start, end)):
        resource = read_line(text, first, last) or _unlabelled(text, first, last)
        if resource is not None:
            resources.append(resource)
    return tuple(resources)


def _trim(text: Text, start: int, end: int) -> tuple[int, int]:
    bullet = _BULLET.match(text.text, start, end)
    return text.trim(bullet.end() if bullet else start, end)


def _meaning(label: str) -> tuple[ResourceKind | None, str | None]:
    """The kind and the provider that a label names: "Book", "Online Course", "edX Course"."""
    *others, last = label.split() or [""]
    kind = KINDS.get(last.lower())
    provider = " ".join(others)
    return kind, provider if is_known(provider) else None


def _pieces(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ``[start, end)`` of each resource of a line, split before the label of the next."""
    first = position = after_title = start
    while position < end:
        if position == first:
            label = _LABEL.match(source, position, end)
            position = label.end() if label else position + 1
            continue
        if opens_title(source, position, first):
            closed = title_end(source, position, end)
            position = after_title = position + 1 if closed is None else closed + 1
        elif (position == after_title or source[position - 1] not in APOSTROPHES) and _next_begins(
            source, first, position
        ):
            yield first, position
            first = position
        else:
            position += 1
    if first < end:
        yield first, end


def _next_begins(source: str, first: int, position: int) -> bool:
    before = source[position - 1]
    if before.isspace():
        stop = source[max(first, position - 8) : position].rstrip()[-1:]
        return stop in {",", ";", "|", "•", "·"} and bool(KNOWN_LABEL.match(source, position))
    if (
        before.isupper() or before in "-/&.("
    ):  # "NeurIPSNetwork:", but not the Course of "E-Course:"
        return before.isupper() and bool(KNOWN_LABEL.match(source, position))
    return begins_label(source, position)


def _unlabelled(text: Text, start: int, end: int) -> Resource | None:
    start, end = text.trim(start, end)
    words = re.findall(r"[a-z]+", text.text[start:end].lower())
    if not words:
        return None
    quoted = opens_title(text.text, start, start)
    default = ResourceKind.BOOK if quoted and " by " in text.text[start:end] else None
    named = (KINDS[word] for word in reversed(words) if word in KINDS)
    kind = default or next(named, ResourceKind.COURSE if quoted else ResourceKind.PLATFORM)
    return _described(text, (start, start, end), kind, None)


def _described(
    text: Text, places: tuple[int, int, int], kind: ResourceKind, provider: str | None
) -> Resource | None:
    """The resource whose title begins at the second place, in the words from first to third."""
    start, body, end = places
    source = text.text
    end = start + len(source[start:end].rstrip(_AFTER_PIECE))
    note = ""
    closed = None
    if body < end and opens_title(source, body, body):
        closed = title_end(source, body, end)
    if closed is not None:
        title, rest = source[body + 1 : closed], closed + 1
    else:
        stop = _BARE_TITLE_END.search(source, body, end)
        rest = stop.start() if stop else end
        purpose = _PURPOSE.search(source, body, rest) if kind in _WITH_PURPOSE else None
        if purpose:
            note, rest = source[purpose.end() : end], end
        title = source[body : purpose.start() if purpose else rest]
    title = _one_line(title).strip(_NOTE_EDGES if closed is None else " ")
    if not re.search(r"\w", title):
        return None
    details, rest = _details(source, rest, end)
    note = _one_line(note or source[rest:end]).strip(_NOTE_EDGES)
    return Resource(
        kind=kind,
        title=title,
        author=details.author,
        provider=details.provider or provider,
        note="; ".join(part for part in (details.note, note) if part) or None,
        span=text.span(start, end),
    )


@dataclass(frozen=True)
class _Details:
    author: str | None = None
    provider: str | None = None
    note: str | None = None


def _details(source: str, position: int, end: int) -> tuple[_Details, int]:
    """What follows a title, "by Author on Provider (Provider or note)", and where that ends."""
    author = provider = note = None
    if found := _BY.match(source, position, end):
        author, position = _without_stop(_one_line(found["author"])), found.end()
    if found := _ON.match(source, position, end):
        provider, position = _one_line(found["provider"]), found.end()
    while found := _BRACKETS.match(source, position, end):
        position = found.end()
        inside = _one_line(found["inside"])
        if provider is None and _names_provider(inside):
            provider = inside
        elif inside:
            note = f"{note}; {inside}" if note else inside
    return _Details(author, provider, note), position


def _names_provider(inside: str) -> bool:
    """Whether the words in brackets after a title name who provides it: not "free", not "2021"."""
    if is_known(inside):
        return True
    if re.match(r"(?:free|optional|paid|online|audit|or|for|part|volume|edition)\b", inside, re.I):
        return False
    return bool(re.match(r"[^\W\d_a-z]|\d+[^\W\d_a-z]", inside)) and "edition" not in inside.lower()


def _without_stop(name: str) -> str:
    return name if re.search(r"\b(?:Jr|Sr|al|[A-Z])\.$", name) else name.rstrip(".")


def _one_line(words: str) -> str:
    return " ".join(words.split())
