"""A guide's page as it comes out of a browser by copy and paste: text without any marks.

Titles are lines like any other, a badge runs into the figure after it ("Important20 weeks"),
resources run into each other, and the page's own calls to action stand between the facts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from coach.domain import Guide, Range, Sourced
from coach.reading.figures import Unit, find_range, find_study_hours
from coach.reading.page_sections import (
    Line,
    read_gaps,
    read_items,
    read_lines,
    read_phases,
    read_questions,
    read_transferable,
)
from coach.reading.problems import at_line
from coach.reading.text import Text

# What the page calls each section, and what a guide calls it. The first three make a page known.
_OWN_SECTIONS = {
    "your transferable skills": "transferable_skills",
    "skills you'll need to learn": "skill_gaps",
    "your learning roadmap": "phases",
}
_SECTIONS = {
    **_OWN_SECTIONS,
    "overview": "overview",
    "reality check": "",
    "what you'll love": "loves",
    "what you might miss": "misses",
    "biggest challenges": "challenges",
    "start your journey now": "",
    "this week": "this_week",
    "this month": "this_month",
    "next 90 days": "next_90_days",
    "frequently asked questions": "faq",
}
_REQUIRED = ("skills you'll need to learn", "your learning roadmap")
_LABELS = ("difficulty", "timeline", "salary change", "demand")
_LABEL = re.compile(
    r"(?P<label>Difficulty|Timeline|Salary Change|Demand)(?:\s*:\s*|(?=[^\sa-z:])|$)"
)
_CLOSING = "ready to start"
_COUNTER = re.compile(r"career pathways?\s*(?:[\d.,]+\s*k?)?\s*(?:views?)?", re.I)
_TITLE = re.compile(r"from\s.+\sto\s", re.I)
_TITLE_REST = r"\s*(?::|\||$)|\s+[–—-]\s"
_SLUG_WORDS = {"+": " plus ", "#": " sharp ", "&": " and "}
_LONGEST_PAGE = 500_000  # characters looked at to recognise a page; a page has some 20,000
# What a page has after its roadmap.
_AFTER_PHASES = frozenset(
    {"loves", "misses", "challenges", "this_week", "this_month", "next_90_days", "faq"}
)
_COPY = "Copy the whole page again, from the roles at its top to its end."


def is_page(text: str) -> bool:
    """Whether a text is a guide's page pasted from a browser, whole or in part.

    It is one if at least four of the page's titles stand on lines of their own, one of them a
    title that no other kind of text has.
    """
    lines = read_lines(Text(text[:_LONGEST_PAGE]))
    keys = {line.key for line in lines if not line.bulleted}
    labels = {match["label"].lower() for line in lines if (match := _LABEL.match(line.words))}
    known = (keys | labels) & {*_SECTIONS, *_LABELS}
    return len(known) >= 4 and not known.isdisjoint({*_OWN_SECTIONS, "salary change"})


def read_page(text: Text) -> Guide:
    """Read a guide from a page pasted as text.

    Args:
        text: the page as it was pasted; every span points into it.

    Returns:
        The guide; its slug is made from its two roles.

    Raises:
        ReadingError: the page is cut off, or a duration in it is not a number.
    """
    lines = read_lines(text)
    if not lines:
        raise at_line(1, "The page is empty.", _COPY)
    header, sections = _split(lines)
    title, from_role, to_role = _read_roles(text, header)
    facts = {label: _value(text, header, label) for label in _LABELS}
    for required in _REQUIRED:
        if required not in sections:
            raise at_line(lines[-1].number, f"The page has no section {required!r}.", _COPY)
    if not {_SECTIONS[title] for title in sections} & _AFTER_PHASES:
        problem = "The page breaks off in its roadmap: none of the sections after it is there."
        raise at_line(lines[-1].number, problem, _COPY)
    named = {_SECTIONS[title]: content for title, content in sections.items() if _SECTIONS[title]}
    phases = read_phases(text, named["phases"])

    def items(name: str) -> tuple[Sourced[str], ...]:
        return read_items(text, named.get(name, ()))

    return Guide(
        slug=f"{_slug(from_role.name)}-to-{_slug(to_role.name)}",
        title=title,
        from_role=from_role.name,
        to_role=to_role.name,
        from_aliases=from_role.aliases,
        to_aliases=to_role.aliases,
        difficulty=facts["difficulty"],
        timeline=_figure(text, facts["timeline"], "month"),
        salary_change=_figure(text, facts["salary change"], "percent"),
        demand=facts["demand"],
        study_hours=_study_hours(text, phases[0].tasks),
        overview=items("overview"),
        transferable_skills=read_transferable(text, named.get("transferable_skills", ())),
        skill_gaps=read_gaps(text, named["skill_gaps"]),
        phases=phases,
        loves=items("loves"),
        misses=items("misses"),
        challenges=items("challenges"),
        this_week=items("this_week"),
        this_month=items("this_month"),
        next_90_days=items("next_90_days"),
        faq=read_questions(text, named.get("faq", ())),
    )


def _split(lines: Sequence[Line]) -> tuple[list[Line], dict[str, list[Line]]]:
    """The lines before the first section, and those of each section by its title.

    Raises:
        ReadingError: a section stands twice, has nothing in it, or breaks off.
    """
    header: list[Line] = []
    sections: dict[str, list[Line]] = {}
    content, closed = header, False
    titles: dict[str, Line] = {}
    for line in lines:
        if line.key.startswith(_CLOSING) and sections:
            closed = True
            break
        if line.key in _SECTIONS and not line.bulleted:
            if sections.get(line.key):
                problem = f"The section {line.words!r} stands twice."
                raise at_line(line.number, problem, "Keep one page in a file.")
            content = sections[line.key] = []
            titles[line.key] = line
        else:
            content.append(line)
    for key, lines_of_section in sections.items():
        # The questions of the page fold their answers away, so that none may have been copied.
        if _SECTIONS[key] not in ("", "faq") and not lines_of_section:
            title = titles[key]
            problem = f"The section {title.words!r} has nothing in it."
            raise at_line(title.number, problem, _COPY)
    if not closed:
        _check_last_line(sections)
    return header, sections


def _check_last_line(sections: dict[str, list[Line]]) -> None:
    """The last sentence of a page must end if the others of its section do.

    Raises:
        ReadingError: it breaks off.
    """
    key, lines = next(reversed(sections.items()), ("", []))
    if not lines or lines[-1].is_sentence:
        return
    siblings = lines[:-1] or [line for others in sections.values() for line in others[:-1]]
    if key != "your learning roadmap" and any(line.is_sentence for line in siblings):
        raise at_line(lines[-1].number, "The page breaks off in the middle of a sentence.", _COPY)


@dataclass(frozen=True)
class _Role:
    name: str
    aliases: tuple[str, ...] = ()


def _read_roles(text: Text, header: Sequence[Line]) -> tuple[Sourced[str], _Role, _Role]:
    """The title and the two roles: two lines above the title name them, and so does the title.

    The lines above have lost their capitals ("Chief Ai Officer"), so the title's spelling counts.

    Raises:
        ReadingError: the page does not name its two roles.
    """
    above = []
    for line in header:
        if _LABEL.match(line.words):
            break
        above.append(line)
    place = next((i for i, line in enumerate(above) if _TITLE.match(line.words)), len(above))
    named = [line.words for line in above[:place] if not _COUNTER.fullmatch(line.words)][-2:]
    roles = _roles_of_title(above[place].words, named) if place < len(above) else None
    if roles is not None:
        return text.sourced(above[place].start, above[place].end), *roles
    if place < len(above) or len(named) < 2:
        number = above[-1].number if above else 1
        raise at_line(number, "The page does not name its two roles.", _COPY)
    title = text.sourced(above[-2].start, above[-1].end)
    return title, _Role(named[0]), _Role(named[1])


def _roles_of_title(title: str, named: Sequence[str]) -> tuple[_Role, _Role] | None:
    """The two roles of "From Role (ALIAS) to Role (ALIAS): ..."; None if it names none."""
    body = re.sub(r"^from\s+", "", title, flags=re.I)
    # A role may itself hold "to" or a colon, so the names above the title are tried first.
    known = [_same_words(name) for name in named] if len(named) == 2 else [".+?", ".+?"]
    first = _role(known[0], r"\s+to\s+", body) or _role(".+?", r"\s+to\s+", body)
    if first is None:
        return None
    rest = body[first.end() :]
    second = _role(known[1], _TITLE_REST, rest) or _role(".+?", _TITLE_REST, rest)
    return (_named(first), _named(second)) if second else None


def _role(name: str, after: str, words: str) -> re.Match[str] | None:
    return re.match(rf"(?P<name>{name})(?:\s*\((?P<alias>[^()]+)\))?(?:{after})", words, re.I)


def _named(role: re.Match[str]) -> _Role:
    alias = role["alias"] or ""
    is_short_form = re.fullmatch(r"\S{2,12}", alias) and sum(map(str.isupper, alias)) > 1
    return _Role(role["name"], (alias,) if is_short_form else ())


def _same_words(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())


def _value(text: Text, header: Sequence[Line], label: str) -> Sourced[str] | None:
    """What stands after a label of the header, on its line or on the next."""
    for line, below in zip(header, [*header[1:], None], strict=True):
        found = _LABEL.match(line.words)
        if found is None or found["label"].lower() != label:
            continue
        if found.end() < len(line.words):
            return text.sourced(line.start + found.end(), line.end)
        if below is None or _LABEL.fullmatch(below.words):
            raise at_line(line.number, f"Nothing stands under {line.words!r}.", _COPY)
        return text.sourced(below.start, below.end)
    return None


def _figure(text: Text, words: Sourced[str] | None, unit: Unit) -> Sourced[Range] | None:
    if words is None:
        return None
    found = find_range(words.value, unit)
    if found is None:
        remedy = "Write a figure or a range with its unit, such as 18-24 months or +20%."
        raise at_line(
            words.span.first_line, f"{words.value[:60]!r} gives no number ({unit}).", remedy
        )
    value, first, last = found
    return text.sourced(words.span.start + first, words.span.start + last, value)


def _study_hours(text: Text, tasks: Sequence[Sourced[str]]) -> Sourced[Range] | None:
    for task in tasks:
        if found := find_study_hours(task.value):
            value, first, last = found
            return text.sourced(task.span.start + first, task.span.start + last, value)
    return None


def _slug(role: str) -> str:
    for mark, word in _SLUG_WORDS.items():
        role = role.replace(mark, word)
    decomposed = unicodedata.normalize("NFKD", role)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "-", plain.lower()).strip("-")
