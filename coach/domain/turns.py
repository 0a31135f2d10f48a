"""What is asked and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field

from coach.domain.guides import Hit, Passage, Range, Value
from coach.domain.preferences import Preferences


class Message(Value):
    """One entry of a conversation's history."""

    role: Literal["user", "assistant"]
    content: str


class Prompt(Value):
    """What a language model is given: its instructions, then the messages, the person's last."""

    system: str
    messages: tuple[Message, ...]


class Turn(Value):
    """A question with what was said before it, oldest first; ``guide`` fixes the guide by slug.

    ``plans`` are the preferences of the plans that the person keeps, by guide.
    """

    question: str
    history: tuple[Message, ...] = ()
    guide: str | None = None
    plans: Mapping[str, Preferences] = {}


class Citation(Value):
    """The exact words behind a sentence. ``quote`` is a substring of the source's text."""

    marker: int
    passage: Passage
    quote: str
    first_line: int
    last_line: int


class CoverageStatus(StrEnum):
    """How much of what was asked the knowledge holds."""

    COVERED = "covered"
    PARTLY = "partly"
    NONE = "none"


class Coverage(Value):
    """How much of what was asked the knowledge holds, and what it lacks, in the person's words."""

    status: CoverageStatus
    missing: tuple[str, ...] = ()


class Profile(Value):
    """What a person told about themselves, in their own words where it is text.

    ``start`` is when they begin, ``finished`` are courses and books they are done with,
    ``weekdays`` the days they study on, Monday is 0.
    """

    role: str | None = None
    hours_a_week: Range | None = None
    skills: tuple[str, ...] = ()
    deadline: str | None = None
    start: str | None = None
    finished: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()


class CheckStatus(StrEnum):
    """What checking a sentence found."""

    SUPPORTED = "supported"
    GENERAL = "general"
    FAILED = "failed"


class Check(Value):
    """What was found about one sentence; a failed one is not shown. ``reason`` is plain words."""

    sentence: str
    status: CheckStatus
    reason: str


class Answer(Value):
    """A snapshot of an answer; while it streams, each snapshot's text extends the one before.

    ``mode`` is "generating" when a language model wrote any of the text, and ``model`` and
    ``prompt_version`` then say which one and with what prompt. ``notice`` is a plain line on why
    an answer was quoted although a model is configured. ``resolved_question`` is the question made
    to stand alone, ``index_generation`` names the state of the index it was answered from, and
    ``tokens`` is an estimate of what a language model read and wrote for it.
    """

    text: str
    refused: bool
    coverage: Coverage
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    follow_ups: tuple[str, ...] = ()
    guide: str | None = None
    mode: Literal["quoting", "generating"] = "quoting"
    model: str | None = None
    prompt_version: str | None = None
    checks: tuple[Check, ...] = ()
    notice: str = ""
    resolved_question: str = ""
    index_generation: str | None = None
    tokens: int = 0
    timings_ms: dict[str, float] = Field(default_factory=dict)

    @property
    def dropped(self) -> tuple[Check, ...]:
        """The checks that failed, whose sentences are not shown."""
        return tuple(check for check in self.checks if check.status is CheckStatus.FAILED)
