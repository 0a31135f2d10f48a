"""Cases: questions with what a right answer to them holds, one JSON object a line."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from coach.domain import Message, Section, Value
from coach.errors import ReadingError

Split = Literal["dev", "test"]
_DEV_PERCENT = 60


class Gold(Value):
    """A section that holds the answer, or a part of it. ``source`` is a guide's slug."""

    source: str
    section: Section
    grade: Literal[1, 2]


class Quantity(Value):
    """A figure an answer must state, in any wording: ``low == high`` for one figure."""

    low: float
    high: float
    unit: Literal["week", "month", "hour", "percent", "money", "count"]


class Nugget(Value):
    """A fact that an answer must hold, told by a pattern or a figure, exactly one of them.

    ``pattern`` is a regular expression, searched without regard to case.
    """

    text: str
    importance: Literal["vital", "okay"]
    pattern: str | None = None
    quantity: Quantity | None = None


class Case(Value):
    """A question, who it was put to in what conversation, and what a right answer holds.

    Attributes:
        group: the conversation; the cases of a group stay in one split.
        history: what was said before, oldest first.
        guide: the guide chosen on the page, by slug.
        gold: the sections that hold the answer.
        must_not: patterns that no answer may match.
        rewrite: the question made to stand alone, by hand; empty where it does.
        pair: the name of a pair whose two questions must get the same facts; empty without one.
        attack: the kind of attack, empty for a case that is none.
    """

    id: str = Field(min_length=1)
    group: str = Field(min_length=1)
    history: tuple[Message, ...] = ()
    question: str = Field(min_length=1)
    guide: str | None = None
    answerability: Literal["answerable", "partial", "unanswerable", "underspecified", "unsafe"]
    gold: tuple[Gold, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    must_not: tuple[str, ...] = ()
    rewrite: str = ""
    pair: str = ""
    attack: Literal["", "question", "history", "guide"] = ""
    tags: tuple[str, ...] = ()
    author: str
    created: date
    note: str = ""

    @property
    def split(self) -> Split:
        """The split it belongs to, by the SHA-256 of its group: 60 % dev, 40 % test."""
        digest = hashlib.sha256(self.group.encode()).hexdigest()
        return "dev" if int(digest, 16) % 100 < _DEV_PERCENT else "test"


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file, or of every ``.jsonl`` file of a folder.

    Raises:
        ReadingError: a file cannot be read, or a line is no case; says which line.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return tuple(case for file in files for case in _read_file(file))


def _read_file(file: Path) -> Sequence[Case]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReadingError(
            f"The cases cannot be read: {error}.",
            where=str(file),
            remedy="Give a file of JSON lines, or a folder of them.",
        ) from error
    return [_parsed(file, number, line) for number, line in enumerate(lines, start=1) if line]


def _parsed(file: Path, number: int, line: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ReadingError(
            f"This is no case: {place + ': ' if place else ''}{first['msg']}.",
            where=f"{file}:{number}",
            remedy="Correct the line.",
        ) from error
