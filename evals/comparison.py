"""Two runs of the same cases: what got better or worse, by how much, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from evals.metrics import METRICS, Metric
from evals.records import CaseRecord
from evals.statistics import (
    DRAWS,
    Difference,
    holm,
    least_detectable,
    mcnemar,
    paired_bootstrap,
)

SEED = 1
_SAME = 1e-9
# What a case says of itself, by which no answer is judged: it may change between two runs.
_BESIDE = {"tags", "author", "created", "note"}


@dataclass(frozen=True)
class MetricChange:
    """What became of a metric, over the cases that it applies to in both runs.

    Attributes:
        metric: the metric.
        cases: how many.
        before: its mean in the first run.
        after: its mean in the second.
        difference: after minus before, whichever is better.
        p: two-sided, that nothing changed: exact McNemar for a rate, else the paired bootstrap.
        adjusted_p: ``p`` after Holm's correction over the primary metrics; None for the others.
        wins: the cases that got better.
        ties: the cases that stayed.
        losses: the cases that got worse.
        least_detectable: the smallest true change that these cases would show; above 0 even where
            no case changed, and ``inf`` where they can show none.
    """

    metric: Metric
    cases: int
    before: float
    after: float
    difference: Difference
    p: float
    adjusted_p: float | None
    wins: int
    ties: int
    losses: int
    least_detectable: float

    @property
    def direction(self) -> Literal["better", "worse", "unclear"]:
        """To which side of 0 the whole interval of the difference lies."""
        lower, higher = self.difference.high < 0, self.difference.low > 0
        if not lower and not higher:
            return "unclear"
        return "better" if higher == (self.metric.better == "higher") else "worse"


@dataclass(frozen=True)
class ScoreChange:
    """A score of one case that is another in the second run."""

    metric: Metric
    before: float
    after: float

    @property
    def is_better(self) -> bool:
        """Whether it changed for the better."""
        return _gain(self.metric, self.before, self.after) > 0


@dataclass(frozen=True)
class Flip:
    """A case of which a rate or a primary metric changed."""

    case_id: str
    changes: tuple[ScoreChange, ...]

    @property
    def gain(self) -> float:
        """The sum of what its scores gained, below 0 for a loss."""
        return sum(_gain(one.metric, one.before, one.after) for one in self.changes)


@dataclass(frozen=True)
class Comparison:
    """Two runs compared over the cases that both answered.

    Attributes:
        cases: how many both answered.
        metrics: the changes by metric, in the order of METRICS; those without a case are absent.
        flipped: the cases that flipped, the greatest loss first.
        unmatched: ids of cases that one run lacks, or that ask or demand something else there.
        new_errors: ids of cases that only the first run answered.
        mended_errors: ids of cases that only the second run answered.
    """

    cases: int
    metrics: tuple[MetricChange, ...]
    flipped: tuple[Flip, ...]
    unmatched: tuple[str, ...]
    new_errors: tuple[str, ...]
    mended_errors: tuple[str, ...]


def compare(
    a: Sequence[CaseRecord], b: Sequence[CaseRecord], *, seed: int = SEED, draws: int = DRAWS
) -> Comparison:
    """Compare a run with an earlier one, case by case.

    Args:
        a: scored records of the earlier run, the baseline.
        b: those of the later run.
        seed: of the resampling.
        draws: how many resamples.
    """
    before = {one.case.id: one for one in a}
    after = {one.case.id: one for one in b}
    alike = [name for name, one in before.items() if name in after and _same_case(one, after[name])]
    pairs = [(before[name], after[name]) for name in alike]
    answered = [(one, other) for one, other in pairs if _answered(one) and _answered(other)]
    changes = [_change(metric, answered, seed, draws) for metric in METRICS.values()]
    return Comparison(
        cases=len(answered),
        metrics=_adjusted([change for change in changes if change is not None]),
        flipped=tuple(sorted(_flips(answered), key=lambda one: (one.gain, one.case_id))),
        unmatched=tuple(sorted({*before, *after}.difference(alike))),
        new_errors=tuple(
            one.case.id for one, other in pairs if _answered(one) and not _answered(other)
        ),
        mended_errors=tuple(
            one.case.id for one, other in pairs if _answered(other) and not _answered(one)
        ),
    )


def _same_case(one: CaseRecord, other: CaseRecord) -> bool:
    return one.case.model_dump(exclude=_BESIDE) == other.case.model_dump(exclude=_BESIDE)


def _answered(record: CaseRecord) -> bool:
    return record.answer is not None and record.error is None


def _gain(metric: Metric, before: float, after: float) -> float:
    """How much better a score got; 0 where it is the same but for rounding."""
    change = after - before if metric.better == "higher" else before - after
    return change if abs(change) > _SAME else 0.0


def _change(
    metric: Metric, pairs: Sequence[tuple[CaseRecord, CaseRecord]], seed: int, draws: int
) -> MetricChange | None:
    both = [
        (one.case.group, one.scores[metric.name], other.scores[metric.name])
        for one, other in pairs
        if metric.name in one.scores and metric.name in other.scores
    ]
    if not both:
        return None
    groups, before, after = (list(column) for column in zip(*both, strict=True))
    gains = [_gain(metric, old, new) for _, old, new in both]
    wins, losses = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    difference = paired_bootstrap(before, after, groups, seed=seed, draws=draws)
    return MetricChange(
        metric=metric,
        cases=len(both),
        before=sum(before) / len(both),
        after=sum(after) / len(both),
        difference=difference,
        p=mcnemar(wins, losses) if metric.kind == "rate" else difference.p,
        adjusted_p=None,
        wins=wins,
        ties=len(both) - wins - losses,
        losses=losses,
        least_detectable=least_detectable(
            before, after, groups, span=math.inf if metric.unit else 1.0
        ),
    )


def _adjusted(changes: Sequence[MetricChange]) -> tuple[MetricChange, ...]:
    """The changes with Holm's correction over those of the primary metrics."""
    primary = [change for change in changes if change.metric.primary]
    corrected: Mapping[str, float] = dict(
        zip(
            (change.metric.name for change in primary),
            holm([change.p for change in primary]),
            strict=True,
        )
    )
    return tuple(
        replace(change, adjusted_p=corrected.get(change.metric.name)) for change in changes
    )


def _flips(pairs: Sequence[tuple[CaseRecord, CaseRecord]]) -> Iterator[Flip]:
    watched = [one for one in METRICS.values() if one.primary or one.kind == "rate"]
    for before, after in pairs:
        changes = tuple(
            ScoreChange(metric, before.scores[metric.name], after.scores[metric.name])
            for metric in watched
            if metric.name in before.scores
            and metric.name in after.scores
            and _gain(metric, before.scores[metric.name], after.scores[metric.name])
        )
        if changes:
            yield Flip(before.case.id, changes)
