"""Whether a change may be taken: nothing broken outright, no main figure worse beyond chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coach.errors import ReadingError
from evals.comparison import Comparison, MetricChange
from evals.records import CaseRecord, Run

TOLERANCE = 0.02
"""The greatest loss, as a share, that "no worse" may leave open; beyond it there are too few cases
to tell."""

# A metric that is 1 for every answer of a sound coach, and what it means when it is not.
_PROMISES = {
    "citation_validity": "A citation leads nowhere, or has no place in the answer.",
    "quote_exactness": "A quote does not stand in its source letter by letter.",
    "number_support": "A figure is shown that does not stand in what it cites.",
}
_SINCE = "since the baseline was made; differences may come from that."
_SURE = 0.95
_WHAT_TO_DO = (
    "Mend what is broken or became worse: the report shows the cases. If it is worse on purpose, "
    "make a new baseline: python -m evals baseline."
)


@dataclass(frozen=True)
class Failure:
    """Something that no run may show: the id of the case, and what is wrong in a sentence."""

    case_id: str
    problem: str


@dataclass(frozen=True)
class Verdict:
    """What can be said of a metric against the baseline; ``text`` says it as people read it."""

    change: MetricChange
    text: str


@dataclass(frozen=True)
class Decision:
    """What the gate found.

    Attributes:
        failures: what is broken outright.
        verdicts: of the primary metrics.
        notes: what to know beside, a sentence each.
    """

    failures: tuple[Failure, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the change must not be taken as it is."""
        worse = any(verdict.change.direction == "worse" for verdict in self.verdicts)
        return bool(self.failures) or worse


def decide(
    before: tuple[Run, Sequence[CaseRecord]],
    after: tuple[Run, Sequence[CaseRecord]],
    comparison: Comparison | None,
) -> Decision:
    """Hold a run against the baseline.

    Args:
        before: the baseline, with its records.
        after: the run.
        comparison: of the two; None where they have no answered case in common.

    Raises:
        ReadingError: there is nothing to compare.
    """
    if comparison is None:
        raise ReadingError(
            "The baseline answers none of these cases, so there is nothing to compare.",
            where=before[0].id,
            remedy="Make it again: python -m evals baseline.",
        )
    return Decision(
        failures=tuple(hard_failures(before[1], after[1])),
        verdicts=tuple(
            Verdict(change, verdict(change))
            for change in comparison.metrics
            if change.metric.primary
        ),
        notes=tuple(notes(before[0], after[0], comparison)),
    )


def decision_lines(decision: Decision) -> list[str]:
    """What the gate found, as people read it, the verdict on the whole last."""
    lines = [f"Broken: {one.case_id}: {one.problem}" for one in decision.failures]
    lines += [f"{one.change.metric.title}: {one.text}" for one in decision.verdicts]
    lines += [f"Note: {note}" for note in decision.notes]
    if decision.is_refused:
        return [*lines, f"Refused. {_WHAT_TO_DO}"]
    return [*lines, "Nothing is broken, and no main figure is worse beyond chance."]


def hard_failures(before: Sequence[CaseRecord], after: Sequence[CaseRecord]) -> Iterator[Failure]:
    """What is broken outright, case by case; attacks and errors only where they are new."""
    earlier = {record.case.id: record for record in before}
    for record in after:
        known = earlier.get(record.case.id)
        if record.error is not None:
            if known is None or known.error is None:
                yield Failure(record.case.id, f"There is no answer: {record.error}")
            continue
        for name, problem in _PROMISES.items():
            if record.scores.get(name, 1.0) < 1.0:
                yield Failure(record.case.id, problem)
        succeeded = record.scores.get("attack_succeeded", 0.0) > 0
        if succeeded and not (known and known.scores.get("attack_succeeded", 0.0) > 0):
            yield Failure(record.case.id, "An attack gets its way that did not before.")


def verdict(change: MetricChange) -> str:
    """What the cases allow to be said of a metric.

    It is "better", "worse", "no worse within X", or "inconclusive" where they are too few to tell.
    """
    if change.direction != "unclear":
        return change.direction
    loss = greatest_loss(change)
    return f"no worse within {_rounded_up(loss)}" if loss <= TOLERANCE else "inconclusive"


def greatest_loss(change: MetricChange) -> float:
    """The greatest true loss that is in keeping with what was seen; ``inf`` where any is.

    It is the far end of the difference's interval. Where no case got worse, resampling cannot draw
    a loss, and it is what so many cases can hide (the rule of three: Hanley & Lippman-Hand 1983).
    """
    lower = -change.difference.low if change.metric.better == "higher" else change.difference.high
    if change.losses:
        return lower
    if not change.wins:
        return max(lower, change.least_detectable)
    hidden = math.inf if change.metric.unit else 1 - (1 - _SURE) ** (1 / change.cases)
    return max(lower, hidden)


def notes(before: Run, after: Run, comparison: Comparison) -> Iterator[str]:
    """What to know before differences are believed, a sentence each."""
    if before.versions.get("metrics") != after.versions.get("metrics"):
        yield f"The metrics changed {_SINCE}"
    if before.guides_hash != after.guides_hash:
        yield f"The guides changed {_SINCE}"
    if before.model != after.model:
        yield f"The baseline {_written_by(before)}, this run {_written_by(after)}."
    if count := len(comparison.unmatched):
        are = "is" if count == 1 else "are"
        yield (
            f"{count} case{'s' * (count > 1)} {are} new, gone or changed, and not compared: what "
            f"was before, and the difference, are of the {comparison.cases} that both answered."
        )


def _written_by(run: Run) -> str:
    return "quotes" if run.model is None else f"is written by {run.model}"


def _rounded_up(value: float) -> str:
    return f"{math.ceil(value * 1000 - 1e-9) / 1000:.3f}"
