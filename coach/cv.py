"""A CV to what it seems to say: roles, years, skills, courses, each with the words it rests on.

Nothing is kept and nothing leaves the machine: the file's bytes come in, proposals go out, and the
person says which of them are right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from coach.domain import Guide, Phase, Resource, SkillGap, Value
from coach.errors import ReadingError
from coach.reading.files import decode
from coach.reading.office import text_of
from coach.terms import fold, words
from coach.understanding import Catalogue
from coach.understanding.orders import gives_orders
from coach.understanding.roles import find_mentions
from coach.understanding.vocabulary import BACKGROUND_WORDS, FUNCTION_WORDS

LARGEST = 5_000_000
"""Files of more bytes than this are refused: a CV is some pages of text."""

_OFFICE = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_MOST_LINES = 2_000
_LONGEST_LINE = 400
_SHOWN = 160
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


def propose(data: bytes, name: str, guides: Sequence[Guide], today: date | None = None) -> Proposal:
    """Read a CV: PDF, DOCX or text, told from its content.

    What stands in the CV is data: a line that speaks to a program is passed over.

    Args:
        data: the bytes of the file.
        name: how the file is called, for messages.
        guides: the guides whose roles, skills and courses are looked for.
        today: the day up to which "to present" counts; this day where it is None.

    Raises:
        ReadingError: it is empty, too large, damaged, a picture, or of another kind.
    """
    lines = [line for line in _lines(_text(data, name)) if not gives_orders(line)]
    catalogue = Catalogue({guide.slug: guide for guide in guides})
    this_year = (today or date.today()).year
    return Proposal(
        roles=_first_of_each(_roles(lines, catalogue), lambda one: one.role),
        years=tuple(_years(lines, this_year)),
        skills=_first_of_each(_skills(lines, guides), lambda one: (one.guide, one.skill)),
        courses=_first_of_each(_courses(lines, guides), lambda one: (one.guide, one.title)),
    )


def _text(data: bytes, name: str) -> str:
    try:
        if not data.strip():
            raise ReadingError("The file is empty.", remedy="Choose the file of your CV.")
        if len(data) > LARGEST:
            raise ReadingError(
                f"The file has {len(data) / 1e6:,.0f} MB, and a CV of up to "
                f"{LARGEST // 1_000_000} MB can be read.",
                remedy="Save it without its pictures, or as text.",
            )
        if data.startswith(_PICTURES):
            raise ReadingError(
                "This is a picture, and only text can be read.",
                remedy="Give the CV as PDF, DOCX or text.",
            )
        return text_of(data) if data.startswith(_OFFICE) else decode(data)
    except ReadingError as error:
        raise ReadingError(error.problem, where=name, remedy=error.remedy) from error


def _lines(text: str) -> list[str]:
    found = (" ".join(line.split()).strip("#*|- ") for line in text.splitlines())
    return [line[:_LONGEST_LINE] for line in found if line][:_MOST_LINES]


def _roles(lines: Sequence[str], catalogue: Catalogue) -> Iterator[ProposedRole]:
    for line in lines:
        for mention in find_mentions(line, catalogue.roles, lambda part: False):
            slugs = sorted(mention.guides("from"))
            if slugs:
                role = catalogue.guides[slugs[0]].from_role
                yield ProposedRole(role=role, guides=tuple(slugs), read_from=_shown(line))


def _years(lines: Sequence[str], this_year: int) -> Iterator[ProposedYears]:
    for line in lines:
        folded = fold(line)
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
            yield ProposedYears(years=years, read_from=_shown(line))


def _skills(lines: Sequence[str], guides: Sequence[Guide]) -> Iterator[ProposedSkill]:
    """Skills said by their whole names first, so that these win over a part of a name."""
    names = [
        (guide.slug, gap.name.value, _plain(gap.name.value), _pieces(gap.name.value))
        for guide in guides
        for gap in guide.skill_gaps
    ]
    for whole in (True, False):
        for line in lines:
            said = _plain(line)
            for slug, skill, name, pieces in names:
                wanted = (name,) if whole else pieces
                if any(_says(said, one) for one in wanted):
                    yield ProposedSkill(
                        guide=slug, skill=skill, whole=whole, read_from=_shown(line)
                    )


def _courses(lines: Sequence[str], guides: Sequence[Guide]) -> Iterator[ProposedCourse]:
    for guide in guides:
        parts: tuple[SkillGap | Phase, ...] = (*guide.skill_gaps, *guide.phases)
        resources: list[Resource] = [one for part in parts for one in part.resources]
        titles = {one.title: _plain(one.title) for one in resources}
        for line in lines:
            said = _plain(line)
            for title, plain in titles.items():
                if len(plain.split()) > 1 and _says(said, plain):
                    yield ProposedCourse(guide=guide.slug, title=title, read_from=_shown(line))


def _says(said: str, name: str) -> bool:
    """Whether a line has a name in it that it does not deny."""
    at = f" {said} ".find(f" {name} ")
    return bool(name) and at >= 0 and not _DENIED.search(said[:at])


def _plain(text: str) -> str:
    return " ".join(words(text))


def _pieces(name: str) -> tuple[str, ...]:
    """What a name joins: "Power BI and Data Modelling" gives both; plain words are left out."""
    found = (_plain(piece) for piece in _JOINT.split(name))
    return tuple(piece for piece in found if set(piece.split()) - FUNCTION_WORDS - BACKGROUND_WORDS)


def _shown(line: str) -> str:
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _first_of_each(found: Iterable[T], key: Callable[[T], Hashable]) -> tuple[T, ...]:
    kept: dict[Hashable, T] = {}
    for one in found:
        kept.setdefault(key(one), one)
    return tuple(kept.values())
