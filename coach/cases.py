"""Cases: questions with what a right answer to them holds, one JSON object a line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from coach.domain import Message, Section, Value
from coach.errors import ReadingError

Split = Literal["dev", "test"]
POISONED_FOLDER = "poisoned"
"""The folder beside the cases with the guides that attack; only cases of that attack ask them."""
PLANNED = "plan"
"""The tag of cases whose facts are worked out by a plan, and so stand in no guide."""
_DEV_PERCENT = 60


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"the pattern does not compile: {error}") from error
    return pattern


Pattern = Annotated[
    str, AfterValidator(_compiles), Field(min_length=1, json_schema_extra={"format": "regex"})
]


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

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("low is more than high")
        return self


class Nugget(Value):
    """A fact that an answer must hold, told by a pattern or a figure, exactly one of them.

    ``pattern`` is a regular expression, searched without regard to case.
    """

    text: str
    importance: Literal["vital", "okay"]
    pattern: Pattern | None = None
    quantity: Quantity | None = None

    @model_validator(mode="after")
    def _told_one_way(self) -> Self:
        if (self.pattern is None) == (self.quantity is None):
            raise ValueError("a nugget has either a pattern or a quantity")
        return self


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
    must_not: tuple[Pattern, ...] = ()
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


class Line(NamedTuple):
    """A line of a file of cases, counted from 1: its case, or why it is none."""

    file: Path
    number: int
    case: Case | ReadingError


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file, or of every ``.jsonl`` file of a folder.

    Raises:
        ReadingError: there is no such file, it cannot be read, or a line is no case; says which.
    """
    cases = []
    for line in read_lines(path):
        if isinstance(line.case, ReadingError):
            raise line.case
        cases.append(line.case)
    return tuple(cases)


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file of cases, or of every ``.jsonl`` file of a folder, blank ones left out.

    Raises:
        ReadingError: there is no such file, or it cannot be read.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise _unreadable(path, "the folder has no .jsonl file")
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(file, str(error)) from error
        # Not splitlines(), which also splits at marks that JSON allows inside a string.
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield Line(file, number, _parsed(file, number, line))


def holds_cases(path: Path) -> bool:
    """Whether a path is a file of cases, or a folder with one, and not one of guides."""
    return path.suffix == ".jsonl" or (path.is_dir() and any(path.glob("*.jsonl")))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a case."""
    return Case.model_json_schema()


def _unreadable(path: Path, why: str) -> ReadingError:
    return ReadingError(
        f"The cases cannot be read: {why}.",
        where=str(path),
        remedy="Give a file of JSON lines, or a folder of them.",
    )


def _parsed(file: Path, number: int, line: str) -> Case | ReadingError:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        found = []
        for one in error.errors():
            place = ".".join(str(part) for part in one["loc"])
            message = one["msg"].removeprefix("Value error, ")
            found.append(f"{place}: {message}" if place else message)
        return ReadingError(
            f"This is no case: {'; '.join(found)}.",
            where=f"{file}:{number}",
            remedy="Correct the line; `coach check --schema` with the path shows what it may hold.",
        )
