"""Which plots a run gets, and what stands in them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.breakdowns import Breakdown, figure
from evals.metrics import METRICS
from evals.plots import Row, histogram, intervals_plot
from evals.records import CaseRecord

VITAL = "vital_nuggets"
COVERAGE = ("covered", "partly", "none")
# Cosine similarities of the best hit, by bounds of equal width.
SIMILARITY_STEPS = 10
LATENCY_SHARE = 0.99


@dataclass(frozen=True)
class Plot:
    """A drawing with what is to be said about it."""

    title: str
    drawing: str
    note: str = ""


def plots_of(records: Sequence[CaseRecord], kinds: Breakdown, *, seed: int) -> list[Plot]:
    """The plots of a run: scores by kind, calibration of coverage, latency."""
    drawn = [_by_kind(kinds, position) for position in range(len(kinds.metrics))]
    drawn += [_by_coverage(records, seed), _by_similarity(records, seed), _latency(records)]
    return [plot for plot in drawn if plot is not None]


def _by_kind(kinds: Breakdown, position: int) -> Plot | None:
    metric = kinds.metrics[position]
    rows = [
        Row(group.label, found.count, found.interval)
        for group in kinds.groups
        if (found := group.figures.get(metric.name))
    ]
    if not rows:
        return None
    description = f"{metric.title} by kind, with intervals of 95 %: {_told(rows)}"
    return Plot(f"{metric.title} by kind", intervals_plot(f"kind-{position}", rows, description))


def _by_coverage(records: Sequence[CaseRecord], seed: int) -> Plot | None:
    groups = {
        status: [record for record in records if _coverage(record) == status] for status in COVERAGE
    }
    return _recall(
        "coverage",
        "Vital facts said, by coverage found",
        groups.items(),
        seed,
        "Where coverage is judged well, little is said below “covered”, and nearly all at it.",
    )


def _by_similarity(records: Sequence[CaseRecord], seed: int) -> Plot | None:
    steps: dict[int, list[CaseRecord]] = {}
    for record in records:
        if (best := _similarity(record)) is not None:
            steps.setdefault(math.floor(best * SIMILARITY_STEPS), []).append(record)
    width = 1 / SIMILARITY_STEPS
    groups = [
        (f"{step * width:.1f} to {(step + 1) * width:.1f}", steps[step]) for step in sorted(steps)
    ]
    return _recall(
        "similarity",
        "Vital facts said, by similarity of the best passage",
        groups,
        seed,
        "A flat line says that similarity alone does not tell what is covered.",
    )


def _recall(
    name: str,
    title: str,
    groups: Iterable[tuple[str, Sequence[CaseRecord]]],
    seed: int,
    note: str,
) -> Plot | None:
    """A plot of the recall of vital nuggets in each group that has any."""
    found = ((label, figure(METRICS[VITAL], group, seed=seed)) for label, group in groups)
    rows = [Row(label, one.count, one.interval) for label, one in found if one is not None]
    if not rows:
        return None
    return Plot(title, intervals_plot(name, rows, f"{title}: {_told(rows)}"), note)


def _latency(records: Sequence[CaseRecord]) -> Plot | None:
    seconds = sorted(record.seconds * 1000 for record in records if record.error is None)
    # A baseline is kept without timings.
    if not any(seconds):
        return None
    # One slow start would squeeze all the rest into a single bar.
    shown = seconds[: max(1, math.ceil(len(seconds) * LATENCY_SHARE))]
    left_out = len(seconds) - len(shown)
    note = f"The {left_out} slowest are left out, up to {seconds[-1]:.0f} ms." if left_out else ""
    drawing = histogram("latency", shown, "milliseconds", "How long answers took.")
    return Plot("Latency", drawing, note)


def _coverage(record: CaseRecord) -> str | None:
    return record.answer["coverage"]["status"] if record.answer is not None else None


def _similarity(record: CaseRecord) -> float | None:
    if record.answer is None:
        return None
    found = [hit["dense"] for hit in record.answer["hits"] if hit["dense"] is not None]
    return max(found, default=None)


def _told(rows: Iterable[Row]) -> str:
    return ", ".join(f"{row.label} {row.interval.mean:.2f} of {row.cases} cases" for row in rows)
