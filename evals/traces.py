"""A case as a report shows it: what was asked and said, and what each metric saw in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coach.case_checks import stands_in
from coach.cases import Case
from evals.metrics import METRICS, Metric
from evals.records import CaseRecord


@dataclass(frozen=True)
class Score:
    """A metric's value for a case; ``best`` where it could not be better, or none can be told."""

    name: str
    title: str
    description: str
    primary: bool
    value: float
    best: bool


@dataclass(frozen=True)
class Expected:
    """A fact or a pattern, what it is to the case, and whether the answer is right about it."""

    text: str
    role: str
    found: bool
    right: bool


@dataclass(frozen=True)
class ShownHit:
    """A hit with its rank from 1; ``grade`` is that of its section in the gold, 0 for none."""

    rank: int
    grade: int
    heading: str
    section: str
    guide: str
    text: str
    score: float
    dense: float | None
    lexical: float | None


@dataclass(frozen=True)
class Trace:
    """A record, ready to be shown. ``answer`` is None where there was an error."""

    case: Case
    answer: dict[str, Any] | None
    error: str | None
    seconds: float
    expected: tuple[Expected, ...]
    hits: tuple[ShownHit, ...]
    missed: tuple[str, ...]
    scores: tuple[Score, ...]


def trace(record: CaseRecord) -> Trace:
    """What a report shows of a record."""
    hits = _hits(record)
    seen = {(hit.guide, hit.section) for hit in hits}
    gold = [(gold.source, gold.section.value) for gold in record.case.gold if gold.grade == 2]
    return Trace(
        case=record.case,
        answer=record.answer,
        error=record.error,
        seconds=record.seconds,
        expected=_expected(record),
        hits=hits,
        missed=tuple(
            f"{source}, {section}" for source, section in gold if (source, section) not in seen
        ),
        scores=tuple(_scores(record)),
    )


def _expected(record: CaseRecord) -> tuple[Expected, ...]:
    if record.answer is None:
        return ()
    text = record.answer["answer"]
    facts = []
    for nugget in record.case.nuggets:
        found = stands_in(nugget, text)
        facts.append(Expected(nugget.text, nugget.importance, found, found))
    for pattern in record.case.must_not:
        found = re.search(pattern, text, re.IGNORECASE) is not None
        facts.append(Expected(pattern, "must not", found, not found))
    return tuple(facts)


def _hits(record: CaseRecord) -> tuple[ShownHit, ...]:
    grades = {(gold.source, gold.section.value): gold.grade for gold in record.case.gold}
    hits: Sequence[dict[str, Any]] = record.answer["hits"] if record.answer is not None else ()
    return tuple(
        ShownHit(
            rank=rank,
            grade=grades.get((hit["guide"], hit["section"]), 0),
            heading=hit["heading"],
            section=hit["section"],
            guide=hit["guide"] or hit["source"],
            text=hit["text"],
            score=hit["score"],
            dense=hit["dense"],
            lexical=hit["lexical"],
        )
        for rank, hit in enumerate(hits, start=1)
    )


def _scores(record: CaseRecord) -> list[Score]:
    known = [(METRICS[name], value) for name, value in record.scores.items() if name in METRICS]
    order = list(METRICS)
    known.sort(key=lambda pair: (not pair[0].primary, order.index(pair[0].name)))
    return [
        Score(
            metric.name,
            metric.title,
            metric.description,
            metric.primary,
            value,
            _best(metric, value),
        )
        for metric, value in known
    ]


def _best(metric: Metric, value: float) -> bool:
    # Of a length, a time or a share of words no single case tells what would be best.
    if not (metric.primary or metric.kind == "rate"):
        return True
    return value >= 1 if metric.better == "higher" else value <= 0
