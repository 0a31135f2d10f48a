"""Resources named inside sentences: quoted titles and well-marked courses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coach.domain import Resource, ResourceKind
from coach.reading.text import Text
from coach.reading.titles import (
    KINDS,
    ORGANISATIONS,
    is_organisation,
    opens_title,
    title_end,
)

_CAPITAL = r"[^\W\d_a-z]"
_WORD = rf"{_CAPITAL}[\w&+-]*(?:\.(?=\w)[\w&+-]+)*(?:['’]{_CAPITAL}[\w-]*)?"
_KNOWN = "|".join(re.escape(name).replace("'", "['’]") for name in ORGANISATIONS)
_KNOWN_LAST = re.compile(rf"\s(?P<name>{_KNOWN})$")
_PLACE = rf"(?:{_KNOWN})\b|(?:{_WORD})(?:\s+(?:(?:of|for|the|&)\s+)?{_WORD}){{0,5}}"
_OWNER = re.compile(rf"(?<![\w'’])(?P<owner>{_PLACE})(?:['’]s|(?<=s)['’])\s+$")
_PERSON_WORD = rf"(?:{_CAPITAL}\.|Jr\.|Sr\.|{_CAPITAL}[\w-]*(?:['’]{_CAPITAL}[\w-]*)?)"
_PARTICLES = r"(?:(?:von|van|de|der|den|da|di|la|le|bin|al)\s+){0,2}"
_PERSON = rf"{_PERSON_WORD}(?:\s+{_PARTICLES}{_PERSON_WORD}){{0,5}}"
_BY = re.compile(
    rf",?\s+by\s+(?P<author>{_PERSON}(?:(?:\s*,\s+(?:and\s+)?|\s+(?:and|&)\s+){_PERSON}){{0,5}})"
)
_ON = re.compile(rf",?\s+(?:on|from|at|via)\s+(?P<provider>{_PLACE})")
_BRACKETS = re.compile(r"\s*\((?P<inside>[^()\n]{1,60})\)")
_AFTER = re.compile(r"\s+(?P<noun>[a-z]+)")
_BEFORE = re.compile(r"(?P<noun>[a-zA-Z]+)\s+$")
_VERBS = re.compile(
    r"\b(?:(?P<read>(?:re-?)?read(?:ing)?)|(?:take|taking|complet(?:e|ing)|enrol(?:l|ling)?|start"
    r"|finish|follow|explore|watch|try|study|attend|join|begin|consider|earn|do|pursue|use|work"
    r"|get|sign up|audit)\b)",
    re.I,
)
_LEADING = re.compile(
    r"(?:Read|Take|Complete|Enrol|Enroll|Start|Finish|Follow|Explore|Watch|Try|Study|Attend|Join"
    r"|Begin|Consider|Earn|Do|Pursue|Use|Get|Audit|In|On|With|From|The|And|Or|Then|Also|See|Like)\s+"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z])")
_COURSE_WORDS = (
    rf"{_WORD}(?:\s+(?:(?:of|for|with|and|the|in|to|on|a|an|&)\s+){{0,2}}{_WORD}){{0,9}}"
)
_CODED = re.compile(
    rf"(?P<code>\b[A-Z]{{2,6}}[ -]?\d{{2,4}}[A-Z]{{0,2}}\b)(?P<name>:\s+{_COURSE_WORDS})?"
)
_NAMED = re.compile(
    rf"\b(?P<title>{_CAPITAL}[\w&+-]*"
    rf"(?:\s+(?:(?:of|for|with|and|in|&)\s+)?{_CAPITAL}[\w&+-]*){{0,6}}\s+"
    r"(?:Speciali[sz]ation|Nanodegree|MicroMasters|Bootcamp|Professional Certificate))\b"
)
_SHORT_CONTEXT, _LONG_CONTEXT = 120, 400  # characters looked at before a title


def read_prose(text: Text, start: int, end: int) -> tuple[Resource, ...]:
    """Read the resources named in a passage of prose, in the order of the text.

    Found are quoted titles that a verb of learning, a name or a noun such as "course" marks as a
    title, and courses without quotes that carry a code ("Stanford's CS224N: ...") or end in a
    word such as "Specialization".

    Args:
        text: the text that holds the passage.
        start: the passage's first character.
        end: one past the passage's last character.
    """
    quoted = list(_quoted(text, start, end))
    taken = [(resource.span.start, resource.span.end) for resource in quoted]
    bare = [
        resource
        for resource in _bare(text, start, end)
        if all(resource.span.end <= first or last <= resource.span.start for first, last in taken)
    ]
    return tuple(sorted([*quoted, *bare], key=lambda resource: resource.span.start))


def _quoted(text: Text, start: int, end: int) -> Iterator[Resource]:
    source = text.text
    # What stands before a title, without other titles, whose words would pass for verbs.
    before = ""
    copied = position = start
    while position < end:
        if not opens_title(source, position, start):
            position += 1
            continue
        closed = title_end(source, position, end)
        if closed is None:
            position += 1
            continue
        before = (before + source[copied:position])[-_LONG_CONTEXT:]
        resource = _read_quoted(text, before, (start, position, closed, end))
        if resource is not None:
            yield resource
        copied = position = closed + 1


def _read_quoted(text: Text, before: str, places: tuple[int, int, int, int]) -> Resource | None:
    start, opened, closed, end = places
    source = text.text
    title = " ".join(source[opened + 1 : closed].split())
    if not title or not (title[0].isupper() or title[0].isdigit()):
        return None
    before = _SENTENCE_END.split(before)[-1]
    owner, owned_from = _owner(source, start, opened)
    context = _context(source, closed + 1, end)
    verb = next((match for match in reversed(list(_VERBS.finditer(before)))), None)
    noun = _noun(source, start, opened, closed, end)
    if owner is None and context.names == (None, None) and verb is None and noun is None:
        return None
    author, provider, note = _named(owner, context)
    kind = noun or _kind(title, verb is not None and verb["read"] is not None, author, provider)
    return Resource(
        kind=kind,
        title=title,
        author=author,
        provider=provider,
        note=note,
        span=text.span(owned_from, context.end),
    )


def _kind(title: str, is_read: bool, author: str | None, provider: str | None) -> ResourceKind:
    if re.search(r"\bCertified\b|\bCertificat(?:e|ion)$", title):
        return ResourceKind.CERTIFICATION
    if is_read:
        return ResourceKind.ARTICLE if provider and not author else ResourceKind.BOOK
    return ResourceKind.COURSE


def _noun(source: str, start: int, opened: int, closed: int, end: int) -> ResourceKind | None:
    """The kind that the noun beside a title names: "the book '...'", "the '...' course"."""
    after = _AFTER.match(source, closed + 1, end)
    if after and after["noun"] in KINDS:
        return KINDS[after["noun"]]
    before = _BEFORE.search(source[max(start, opened - _SHORT_CONTEXT) : opened])
    return KINDS.get(before["noun"].lower()) if before else None


def _owner(source: str, start: int, position: int) -> tuple[str | None, int]:
    """Whose title it is, "Andrew Ng's '...'", and where the name begins."""
    first = max(start, position - _SHORT_CONTEXT)
    found = _OWNER.search(source[first:position])
    if found is None:
        return None, position
    owner = found["owner"]
    begins = first + found.start("owner")
    while leading := _LEADING.match(owner):
        owner = owner[leading.end() :]
        begins += leading.end()
    if known := _KNOWN_LAST.search(owner):  # "Complete MIT Sloan's": the name, not the verb
        begins, owner = begins + known.start("name"), known["name"]
    return " ".join(owner.split()), begins


@dataclass(frozen=True)
class _Context:
    author: str | None
    provider: str | None
    note: str | None
    end: int

    @property
    def names(self) -> tuple[str | None, str | None]:
        return self.author, self.provider


def _named(owner: str | None, context: _Context) -> tuple[str | None, str | None, str | None]:
    """Author, provider and note of a title, from whose it is and what follows it."""
    if owner is None:
        return context.author, context.provider, context.note
    if not is_organisation(owner):
        return context.author or owner, context.provider, context.note
    # "Google's '...' on Coursera": the owner provides it, and where it runs is worth a note.
    place = f"on {context.provider}" if context.provider else None
    return context.author, owner, "; ".join(filter(None, (place, context.note))) or None


def _context(source: str, position: int, end: int) -> _Context:
    """What follows a title: "by Author", "on Provider", "(Provider)", "(free online)"."""
    author = provider = note = None
    if found := _BY.match(source, position, end):
        author, position = " ".join(found["author"].split()), found.end()
    if found := _ON.match(source, position, end):
        provider, position = " ".join(found["provider"].split()), found.end()
    if found := _BRACKETS.match(source, position, end):
        inside = " ".join(found["inside"].split())
        if inside[:1].isupper() and provider is None:
            provider = inside
        else:
            note = inside or None
        position = found.end()
    return _Context(author, provider, note, position)


def _bare(text: Text, start: int, end: int) -> Iterator[Resource]:
    source = text.text
    for found in _CODED.finditer(source, start, end):
        owner, begins = _owner(source, start, found.start())
        if owner is None and found["name"] is None:
            continue  # "ISO 9001" alone is no course
        yield _bare_resource(text, found, found[0], owner, begins, end)
    for found in _NAMED.finditer(source, start, end):
        title = found["title"]
        while leading := _LEADING.match(title):
            title = title[leading.end() :]
        owner, begins = _owner(source, start, found.end() - len(title))
        yield _bare_resource(text, found, title, owner, begins, end)


def _bare_resource(
    text: Text, found: re.Match[str], title: str, owner: str | None, begins: int, end: int
) -> Resource:
    context = _context(text.text, found.end(), end)
    author, provider, note = _named(owner, context)
    certified = title.endswith("Certificate")
    return Resource(
        kind=ResourceKind.CERTIFICATION if certified else ResourceKind.COURSE,
        title=" ".join(title.split()),
        author=author,
        provider=provider,
        note=note,
        span=text.span(begins, context.end),
    )
