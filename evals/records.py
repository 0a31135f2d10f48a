"""What a run keeps: one record a case, and what the run was made with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from coach.cases import Case
from coach.domain import Value


class HitPlace(Value):
    """Where a hit stands; enough to score retrieval and to show it."""

    passage_id: str
    guide: str | None
    section: str
    heading: str
    score: float


class CaseRecord(Value):
    """A case with its answer and everything that was measured on it.

    Attributes:
        case: the case as it was asked.
        answer: the answer in the documented JSON of ``coach ask``; None where there was an error.
        raw_hits: hits of the question without its history; None for a first turn.
        rewrite_hits: hits of the hand-written rewrite without history; None without one.
        seconds: wall time of the answer.
        error: why there is no answer; None where there is one. An error is counted apart and
            scores nothing.
        scores: the metrics that apply to the case, by name.
    """

    case: Case
    answer: dict[str, Any] | None
    raw_hits: tuple[HitPlace, ...] | None = None
    rewrite_hits: tuple[HitPlace, ...] | None = None
    seconds: float
    error: str | None = None
    scores: dict[str, float] = Field(default_factory=dict)


class Sample(Value):
    """A drawing of questions that people asked, which can be made again.

    Attributes:
        count: how many at most.
        seed: of the drawing.
        drawn_at: when it was first made; what was asked since is not drawn from.
    """

    count: int
    seed: int
    drawn_at: datetime


class Run(Value):
    """What a run was made with, so that two runs can be told apart and compared.

    Attributes:
        id: made of the time and the commit.
        created: ISO 8601, UTC.
        commit: of the repository, with ``+changed`` where the tree had changes; empty outside one.
        guides_hash: SHA-256 over the guides' files, names and contents.
        cases_hash: SHA-256 over the cases asked, in order.
        split: "dev", "test" or "all".
        settings: every setting that differs from its default, secrets left out.
        mode: "quoting" or "generating".
        model: the language model; None in quoting mode.
        prompt_version: of the prompts in force.
        seed: of every resampling.
        versions: of Python and of the packages that answers depend on.
        sample: which kept questions it asks; None where it asks cases.
        complete: whether every case was asked.
    """

    id: str
    created: str
    commit: str
    guides_hash: str
    cases_hash: str
    split: str
    settings: dict[str, str]
    mode: str
    model: str | None
    prompt_version: str
    seed: int
    versions: dict[str, str]
    sample: Sample | None = None
    complete: bool = False
