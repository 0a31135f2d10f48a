"""A CV to what it seems to say: roles, years, skills, courses, each with the words it rests on.

Nothing is kept and nothing leaves the machine: the file's bytes come in, proposals go out, and the
person says which of them are right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from textwrap import wrap
from typing import TypeVar

from coach.domain import Guide, Resource, Value
from coach.errors import ReadingError
from coach.reading.files import decode
from coach.reading.office import text_of
from coach.terms import fold, words
from coach.understanding import Catalogue
from coach.understanding.orders import gives_orders
from coach.understanding.roles import find_mentions
from coach.understanding.vocabulary import COMMON_WORDS

_OFFICE = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
# Some twenty full pages: what follows is no CV, and would only take time.
_MOST_TEXT = 100_000
_MOST_LINES = 1_000
_LONGEST_LINE = 2_000
_LONGEST_SHOWN = 160
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+")
_YEAR = r"(?:19[5-9]\d|20\d\d)"
_MONTH = r"(?:[a-z]{3,9}\.? |\d{1,2}[/.])?"
_FROM_TO = re.compile(
    rf"\b{_MONTH}(?P<first>{_YEAR})\s*(?:-|–|—|to|until)\s*"
    rf"(?:{_MONTH}(?P<last>{_YEAR})|(?P<now>now|today|present|current(?:ly)?|date))\b"
)
_SINCE = re.compile(rf"\bsince {_MONTH}(?P<first>{_YEAR})\b")
_COUNTED = re.compile(r"\b(?P<years>\d{1,2})\+? (?:years?|yrs?)\b")
_DENIED = re.compile(r"\b(?:no|not|never|without|lack\w*|don't|haven't)\b")
_JOINT = re.compile(r"\s+(?:&|and|with|for|in)\s+|[,/(:)]")
_MOST_YEARS = 60
_SHORT = 2

T = TypeVar("T")


class ProposedRole(Value):
    """A role that a guide starts from; ``guides`` are the slugs of those that do."""

    role: str
    guides: tuple[str, ...]
    read_from: str


class ProposedYears(Value):
    """A number of years that the CV tells of a job, or of experience."""

    years: int
    read_from: str


class ProposedSkill(Value):
    """A skill to learn of a guide, by the guide's name; ``whole`` where all of its name is said."""

    guide: str
    skill: str
    whole: bool
    read_from: str


class ProposedCourse(Value):
    """A course or book of a guide, by its title."""

    guide: str
    title: str
    read_from: str


class Proposal(Value):
    """What a CV seems to say, in the order of its lines; each is to be agreed to, or not."""

    roles: tuple[ProposedRole, ...] = ()
    years: tuple[ProposedYears, ...] = ()
    skills: tuple[ProposedSkill, ...] = ()
    courses: tuple[ProposedCourse, ...] = ()


@dataclass(frozen=True)
class _Line:
    """A line of a CV; ``plain`` are its words as they are matched."""

    text: str
    plain: str


def propose(data: bytes, guides: Sequence[Guide], today: date | None = None) -> Proposal:
    """Read a CV: PDF, DOCX or text, told from its content.

    What stands in the CV is data: a line that speaks to a program is passed over. Of a very long
    file the beginning is read.

    Args:
        data: the bytes of the file.
        guides: the guides whose roles, skills and courses are looked for.
        today: the day up to which "to present" counts; this day where it is None.

    Raises:
        ReadingError: it is empty, damaged, a picture, or of another kind.
    """
    lines = [_Line(line, _plain(line)) for line in _lines(_text(data))]
    catalogue = Catalogue({guide.slug: guide for guide in guides})
    this_year = (today or date.today()).year
    return Proposal(
        roles=_first_of_each(_roles(lines, catalogue), lambda one: one.role),
        years=tuple(_years(lines, this_year)),
        skills=_first_of_each(_skills(lines, guides), lambda one: (one.guide, one.skill)),
        courses=_first_of_each(_courses(lines, guides), lambda one: (one.guide, one.title)),
    )


def _text(data: bytes) -> str:
    if not data.strip():
        raise ReadingError("The file is empty.", remedy="Choose the file of your CV.")
    if data.startswith(_PICTURES):
        raise ReadingError(
            "This is a picture, and only text can be read.",
            remedy="Give the CV as PDF, DOCX or text.",
        )
    return text_of(data) if data.startswith(_OFFICE) else decode(data)


def _lines(text: str) -> list[str]:
    """The lines without orders, long ones by their sentences, each short enough to be shown."""
    tidied = (" ".join(line.split()).strip("#*|- ") for line in text[:_MOST_TEXT].splitlines())
    whole = (line[:_LONGEST_LINE] for line in tidied if not gives_orders(line[:_LONGEST_LINE]))
    short = (
        piece
        for line in whole
        for part in (_SENTENCE_END.split(line) if len(line) > _LONGEST_SHOWN else [line])
        for piece in wrap(part, _LONGEST_SHOWN, break_on_hyphens=False)
    )
    return list(islice(short, _MOST_LINES))


def _roles(lines: Sequence[_Line], catalogue: Catalogue) -> Iterator[ProposedRole]:
    for line in lines:
        # Every word counts as known: to look for slips of the keyboard takes most of the time.
        for mention in find_mentions(line.text, catalogue.roles, lambda word: True):
            slugs = sorted(mention.guides("from"))
            if slugs:
                role = catalogue.guides[slugs[0]].from_role
                yield ProposedRole(role=role, guides=tuple(slugs), read_from=line.text)


def _years(lines: Sequence[_Line], this_year: int) -> Iterator[ProposedYears]:
    for line in lines:
        folded = fold(line.text)
        if match := _FROM_TO.search(folded):
            last = this_year if match["now"] else int(match["last"])
            years = last - int(match["first"])
        elif match := _SINCE.search(folded):
            years = this_year - int(match["first"])
        elif match := _COUNTED.search(folded):
            years = int(match["years"])
        else:
            continue
        if 0 < years <= _MOST_YEARS:
            yield ProposedYears(years=years, read_from=line.text)


def _skills(lines: Sequence[_Line], guides: Sequence[Guide]) -> Iterator[ProposedSkill]:
    """Skills said by their whole names first, so that these win over a part of a name."""
    names = [
        (guide.slug, gap.name.value, _plain(gap.name.value), _pieces(gap.name.value))
        for guide in guides
        for gap in guide.skill_gaps
    ]
    for whole in (True, False):
        for line in lines:
            for slug, skill, name, pieces in names:
                wanted = (name,) if whole else pieces
                if any(_says(line.plain, one) for one in wanted):
                    yield ProposedSkill(guide=slug, skill=skill, whole=whole, read_from=line.text)


def _courses(lines: Sequence[_Line], guides: Sequence[Guide]) -> Iterator[ProposedCourse]:
    for guide in guides:
        resources: list[Resource] = [one for part in guide.parts for one in part.resources]
        titles = {one.title: _plain(one.title) for one in resources}
        for line in lines:
            for title, plain in titles.items():
                if len(plain.split()) > 1 and _says(line.plain, plain):
                    yield ProposedCourse(guide=guide.slug, title=title, read_from=line.text)


def _says(said: str, name: str) -> bool:
    """Whether a line has a name in it that it does not deny."""
    at = f" {said} ".find(f" {name} ")
    return bool(name) and at >= 0 and not _DENIED.search(said[:at])


def _plain(text: str) -> str:
    return " ".join(words(text))


def _pieces(name: str) -> tuple[str, ...]:
    """What a name joins: "Power BI and Data Modelling" gives both.

    Plain words are left out, and short ones like "AI", which stand in the names of half the skills.
    """
    found = (_plain(piece) for piece in _JOINT.split(name))
    return tuple(
        piece for piece in found if len(piece) > _SHORT and set(piece.split()) - COMMON_WORDS
    )


def _first_of_each(found: Iterable[T], key: Callable[[T], Hashable]) -> tuple[T, ...]:
    kept: dict[Hashable, T] = {}
    for one in found:
        kept.setdefault(key(one), one)
    return tuple(kept.values())
