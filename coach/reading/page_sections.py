"""The sections of a pasted page: skills, phases, lists and questions, each from its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.domain import (
    Phase,
    Priority,
    Question,
    Range,
    SkillGap,
    Sourced,
    TransferableSkill,
)
from coach.errors import ReadingError
from coach.reading.figures import find_range, parse_priority, parse_range
from coach.reading.problems import at_line
from coach.reading.resources import read_list, read_prose
from coach.reading.text import Text

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad"
_BLANK = _INVISIBLE + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_BULLET = re.compile(r"(?:[•·‣▪▸►◦●○■□✓✔✅➤→]|[*+–—-](?=\s)|o(?=\s{2})|\d{1,2}[.)](?=\s)|[–—-]$)")
_SENTENCE_END = re.compile(r"[.!?…][)\]\"'”’»]*$")
_PRIORITY = re.compile(r"(?P<priority>critical|important|nice[ \xa0-]to[ \xa0-]have)", re.I)
_NUMBERED = re.compile(r"(?:(?:phase|step)\s+\d{1,2}\s*[:.–—-]?|\d{1,2}[.)])\s+", re.I)
_LONGEST_BADGE = 40
_LONGEST_NAME = 100
_LONGEST_QUESTION = 250
_CUT_OFF = "Copy the whole page again."
_PRIORITIES = "Write Critical, Important or Nice to have, and then the weeks."


@dataclass(frozen=True)
class Line:
    """A line that says something: its words without bullet and white space, and their place."""

    words: str
    start: int
    end: int
    number: int
    bulleted: bool

    @property
    def key(self) -> str:
        """The words for comparing: lower case, plain apostrophes, single spaces."""
        return " ".join(re.sub("[’‘ʼ′`´]", "'", self.words).lower().split()).rstrip(": ")

    @property
    def is_sentence(self) -> bool:
        """Whether the line ends as a sentence does."""
        return _SENTENCE_END.search(self.words) is not None

    @property
    def is_name(self) -> bool:
        """Whether the line may be a skill's name."""
        return len(self.words) <= _LONGEST_NAME and not self.is_sentence


def read_lines(text: Text) -> list[Line]:
    """The lines of a text that say something."""
    lines = []
    for number, (start, end) in enumerate(text.lines, start=1):
        start, end = _within(text.text, start, end)
        bullet = _BULLET.match(text.text, start, end)
        if bullet:
            start, end = _within(text.text, bullet.end(), end)
        if start < end:
            lines.append(Line(text.text[start:end], start, end, number, bool(bullet)))
    return lines


def _within(source: str, start: int, end: int) -> tuple[int, int]:
    piece = source[start:end]
    start += len(piece) - len(piece.lstrip(_BLANK))
    return start, start + len(piece.strip(_BLANK))


def read_items(text: Text, lines: Sequence[Line]) -> tuple[Sourced[str], ...]:
    """The items of a list, or the paragraphs of a text: each line is one."""
    return tuple(text.sourced(line.start, line.end) for line in lines)


def read_transferable(text: Text, lines: Sequence[Line]) -> tuple[TransferableSkill, ...]:
    """The skills that carry over: each a name and, below it, how it is used.

    Raises:
        ReadingError: a skill has nothing below its name.
    """
    rest = list(lines)
    while rest and rest[0].is_sentence:  # "Great news! You already have ..."
        rest.pop(0)
    skills = []
    while rest:
        name = rest.pop(0)
        if not rest:
            raise at_line(name.number, f"Nothing is said of the skill {name.words!r}.", _CUT_OFF)
        use = [rest.pop(0)]
        while rest and not rest[0].is_name:
            use.append(rest.pop(0))
        skills.append(
            TransferableSkill(name=text.sourced(name.start, name.end), use=_paragraphs(text, use))
        )
    return tuple(skills)


def read_gaps(text: Text, lines: Sequence[Line]) -> tuple[SkillGap, ...]:
    """The skills to learn: each a name, a badge such as "Important20 weeks", and how to learn it.

    Raises:
        ReadingError: a badge gives no weeks, or a skill lacks its badge, its name or its text.
    """
    badges = [place for place in range(len(lines)) if _is_badge(lines, place)]
    if not badges:
        line = lines[-1]
        raise at_line(line.number, "No skill to learn has a priority and weeks.", _CUT_OFF)
    gaps = []
    for place, following in zip(badges, [*badges[1:], len(lines) + 1], strict=True):
        badge = lines[place]
        if place == 0 or place - 1 in badges:
            raise at_line(badge.number, "This priority has no skill above it.", _CUT_OFF)
        priority, weeks, after = _read_badge(text, lines, place)
        how = lines[after : following - 1]
        if not how:
            raise at_line(badge.number, "Nothing says how to learn this skill.", _CUT_OFF)
        _check_badges(how)
        name = lines[place - 1]
        gaps.append(
            SkillGap(
                name=text.sourced(name.start, name.end),
                priority=priority,
                weeks=weeks,
                how=_paragraphs(text, how),
                resources=read_prose(text, how[0].start, how[-1].end),
            )
        )
    return tuple(gaps)


def _is_badge(lines: Sequence[Line], place: int) -> bool:
    line = lines[place]
    found = _PRIORITY.match(line.words)
    if found is None or len(line.words) > _LONGEST_BADGE:
        return False
    rest = line.words[found.end() :]
    if not rest or re.search(r"weeks?\b", rest, re.I) or re.match(r"\W*\d", rest):
        return True
    if line.is_sentence:
        return False
    # "Critical Thinking" is a skill's name if a badge stands below it, "Important TBD" a badge.
    below = lines[place + 1].words if place + 1 < len(lines) else ""
    above_is_name = place > 0 and lines[place - 1].is_name
    return not rest[0].islower() and above_is_name and not _PRIORITY.match(below)


def _read_badge(
    text: Text, lines: Sequence[Line], place: int
) -> tuple[Sourced[Priority], Sourced[Range], int]:
    """The priority and the weeks of a badge, and the place of the line after it."""
    badge = lines[place]
    found = _PRIORITY.match(badge.words)
    priority = parse_priority(found["priority"]) if found else None
    if found is None or priority is None:
        raise at_line(badge.number, "This is not a priority.", _PRIORITIES)
    figure, begins, after = badge, found.end(), place + 1
    if not badge.words[begins:].strip() and after < len(lines):  # the weeks on a line of their own
        figure, begins, after = lines[after], 0, after + 1
    weeks = find_range(figure.words[begins:], "week")
    if weeks is None:
        raise _no_weeks(figure)
    value, first, last = weeks
    base = figure.start + begins
    return (
        text.sourced(badge.start, badge.start + found.end(), priority),
        text.sourced(base + first, base + last, value),
        after,
    )


def _no_weeks(line: Line) -> ReadingError:
    return at_line(
        line.number,
        f"{_shown(line.words)} gives no number of weeks.",
        "Write a figure or a range, such as 6 weeks or 6-8 weeks.",
    )


def _shown(words: str) -> str:
    return repr(words if len(words) <= 60 else words[:57] + "...")


def _check_badges(how: Sequence[Line]) -> None:
    """A name in the middle of a skill's text is the next skill, with its badge lost.

    Raises:
        ReadingError: there is such a name.
    """
    for before, line, after in zip(how, how[1:], how[2:], strict=False):
        if before.is_sentence and after.is_sentence and line.is_name and len(line.words) <= 60:
            problem = f"The skill {_shown(line.words)} has no priority and weeks."
            raise at_line(line.number, problem, _PRIORITIES)


def _paragraphs(text: Text, lines: Sequence[Line]) -> Sourced[str]:
    return text.sourced(lines[0].start, lines[-1].end)


def read_phases(text: Text, lines: Sequence[Line]) -> tuple[Phase, ...]:
    """The phases of the roadmap: number, name, weeks, tasks and resources.

    Raises:
        ReadingError: a phase has no weeks, no name or no tasks, or one is missing between two.
    """
    heads = [place for place in range(len(lines)) if _is_head(lines, place)]
    if not heads:
        raise at_line(lines[-1].number, "The roadmap has no phase with weeks.", _CUT_OFF)
    begins = [_beginning(lines, place) for place in heads]
    for place, following in zip(heads, begins[1:], strict=False):
        if following <= place:
            raise at_line(lines[place].number, "A phase begins here that has no tasks.", _CUT_OFF)
    return tuple(
        _read_phase(text, number, lines[first:last], place - first)
        for number, (place, first, last) in enumerate(
            zip(heads, begins, [*begins[1:], len(lines)], strict=True), start=1
        )
    )


def _is_head(lines: Sequence[Line], place: int) -> bool:
    """Whether a line is where a phase's weeks stand."""
    if lines[place].bulleted:
        return False
    if place + 1 < len(lines) and lines[place + 1].key == "tasks":
        return True
    words = lines[place].words
    return "week" in words.lower() and parse_range(words, "week") is not None


def _beginning(lines: Sequence[Line], weeks: int) -> int:
    """The place of a phase's number or name, given that of its weeks."""
    name = weeks if _glued_name(lines[weeks]) else max(weeks - 1, 0)
    return name - 1 if name > 0 and _number(lines[name - 1]) is not None else name


def _glued_name(line: Line) -> int:
    """How long the name is that runs into the weeks, as in "Foundation4 weeks"; else 0."""
    weeks = find_range(line.words, "week")
    if weeks is None or weeks[1] == 0 or weeks[2] < len(line.words):
        return 0
    return weeks[1] if line.words[weeks[1] - 1].isalpha() else 0


def _number(line: Line) -> int | None:
    return int(line.words) if re.fullmatch(r"[0-9]{1,2}", line.words) else None


def _read_phase(text: Text, number: int, lines: Sequence[Line], weeks_place: int) -> Phase:
    """One phase from its lines, which begin with its number or its name."""
    shown = _number(lines[0])
    if shown is not None and shown != number:
        problem = f"Phase {number} is missing: this is phase {shown}."
        raise at_line(lines[0].number, problem, _CUT_OFF)
    figure = lines[weeks_place]
    weeks = find_range(figure.words, "week")
    if weeks is None:
        raise _no_weeks(figure)
    value, first, last = weeks
    glued = _glued_name(figure)
    name_place = weeks_place if glued else weeks_place - 1
    if name_place < 0 or _number(lines[name_place]) is not None:
        raise at_line(figure.number, f"Phase {number} has no name.", _CUT_OFF)
    name = lines[name_place]
    numbered = _NUMBERED.match(name.words)
    keys = [line.key for line in lines]
    after = weeks_place + 1
    listed = keys.index("resources", after) if "resources" in keys[after:] else len(lines)
    tasks = [line for line in lines[after:listed] if line.key != "tasks"]
    if not tasks:
        raise at_line(figure.number, f"Phase {number} has no tasks.", _CUT_OFF)
    for line in lines[after:]:
        if _number(line) == number + 1 and not line.bulleted:
            raise at_line(line.number, f"Phase {number + 1} has no weeks.", _CUT_OFF)
    return Phase(
        number=number,
        name=text.sourced(
            name.start + (numbered.end() if numbered else 0),
            name.start + glued if glued else name.end,
        ),
        weeks=text.sourced(figure.start + first, figure.start + last, value),
        tasks=read_items(text, tasks),
        resources=tuple(
            resource
            for line in lines[listed + 1 :]
            for resource in read_list(text, line.start, line.end)
        ),
    )


def read_questions(text: Text, lines: Sequence[Line]) -> tuple[Question, ...]:
    """The questions and answers; an answer whose question was not copied has None.

    A question whose answer was not copied holds nothing to quote and is left out.
    """
    questions = []
    rest = list(lines)
    while rest:
        asked = rest.pop(0) if _is_question(rest[0]) else None
        answer: list[Line] = []
        # Without a question above them, two paragraphs are two answers.
        while rest and not _is_question(rest[0]) and (asked or not answer):
            answer.append(rest.pop(0))
        if answer:
            question = text.sourced(asked.start, asked.end) if asked else None
            questions.append(Question(question=question, answer=_paragraphs(text, answer)))
    return tuple(questions)


def _is_question(line: Line) -> bool:
    return (
        line.words.endswith("?")
        and len(line.words) <= _LONGEST_QUESTION
        and re.search(r"[.!?]\s", line.words) is None
    )
