"""What a judge is worth: its figures stand only beside its agreement with reference labels."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from coach.domain import Value
from coach.review.agreement import LEAST_ALPHA, krippendorff_alpha
from evals.judge import (
    FILE,
    LEVELS,
    Item,
    Judge,
    Judgement,
    Kind,
    items_of,
    judge_items,
    judgements_by,
    load_judgements,
)
from evals.records import CaseRecord
from evals.statistics import Interval, cluster_bootstrap

LABELS = Path(__file__).parent / "labels" / FILE
LEAST_LABELS = 60

_TITLES: dict[Kind, str] = {"nugget": "Nuggets held", "citation": "Sentences held by sources"}


class Label(Value):
    """An item with the level it ought to get, and why. ``case`` is that of the answer."""

    id: str
    case: str
    item: Item
    level: str
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.level not in LEVELS[self.item.kind]:
            raise ValueError(f"a {self.item.kind} has no level {self.level!r}")
        return self


@dataclass(frozen=True)
class Judged:
    """A judged figure and what it is worth.

    Attributes:
        share: the mean of 1, 0.5 and 0 for the three levels, with its interval; None while no
            figure may be shown.
        scored: how many items have a level.
        unscored: how many have none.
        alpha: Krippendorff's alpha, ordinal, of the judge and the labels; None where it is not
            defined: too few labels judged, or all of one level.
        labels: how many labels of the kind the judge could be held against.
        all_labels: the same of both kinds together.
    """

    kind: Kind
    share: Interval | None
    scored: int
    unscored: int
    alpha: float | None
    labels: int
    all_labels: int

    @property
    def title(self) -> str:
        """What a table calls it."""
        return _TITLES[self.kind]


@dataclass(frozen=True)
class Judging:
    """The judged figures of a run, and the model that judged."""

    model: str
    figures: tuple[Judged, ...]


def load_labels(file: Path = LABELS) -> list[Label]:
    """The reference labels, a line each."""
    return [
        Label.model_validate_json(line) for line in file.read_text(encoding="utf-8").splitlines()
    ]


def judge_run(
    records: Sequence[CaseRecord],
    judge: Judge,
    folder: Path,
    *,
    seed: int,
    labels: Sequence[Label] | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Judging:
    """Judge a run and the reference labels, and give the figure of each kind.

    Args:
        records: of the run.
        judge: the judge.
        folder: of the run.
        seed: of the intervals.
        labels: those in the repository unless given.
        told: as for ``judge_items``.

    Raises:
        CoachError: as ``judge_items``.
    """
    known = load_labels() if labels is None else labels
    judged = asyncio.run(judge_items(_all_items(records, known), judge, folder, told))
    figures = judged_figures(records, known, judged, seed=seed)
    return Judging(judge.model.name, tuple(figures))


def judging_of(
    records: Sequence[CaseRecord],
    folder: Path,
    *,
    seed: int,
    labels: Sequence[Label] | None = None,
) -> Judging | None:
    """The figures of the model that judged a run last, from what is kept in the run's folder.

    None where none judged it, or judging was not finished: what is missing is no chance sample.

    Args:
        records: of the run.
        folder: of the run.
        seed: of the intervals.
        labels: those in the repository unless given.

    Raises:
        ReadingError: what is kept cannot be read.
    """
    kept = load_judgements(folder)
    if not kept:
        return None
    known = load_labels() if labels is None else labels
    model = kept[-1].model
    judged = judgements_by(model, kept)
    if not judged.keys() >= set(_all_items(records, known)):
        return None
    return Judging(model, tuple(judged_figures(records, known, judged, seed=seed)))


def judged_figures(
    records: Sequence[CaseRecord],
    labels: Sequence[Label],
    judged: Mapping[Item, Judgement],
    *,
    seed: int,
) -> list[Judged]:
    """The figure of each kind, hidden unless the judge could be held against enough labels."""
    compared: dict[Kind, list[tuple[int, int]]] = {"nugget": [], "citation": []}
    for label in labels:
        kind, given = label.item.kind, judged[label.item].level
        if given is not None:
            compared[kind].append((LEVELS[kind].index(label.level), LEVELS[kind].index(given)))
    total = sum(map(len, compared.values()))
    return [_figure(kind, records, compared[kind], total, judged, seed) for kind in LEVELS]


def agreement_line(figure: Judged) -> str:
    """How far a judge agrees with the labels, in a sentence; or why its figure is not shown."""
    if figure.share is not None and figure.alpha is not None:
        weak = "" if is_reliable(figure) else ", too low to rely on"
        return (
            f"Agreement with {figure.labels} reference labels: Krippendorff's alpha "
            f"{figure.alpha:.2f}{weak}."
        )
    if figure.all_labels < LEAST_LABELS:
        why = f"{figure.all_labels} reference labels were judged of {LEAST_LABELS} needed"
    elif figure.alpha is None:
        why = "its agreement with the reference labels is not defined"
    else:
        why = "no verdict could be read, or there is nothing to judge"
    return f"Not shown, since {why}."


def is_reliable(figure: Judged) -> bool:
    """Whether a judge agrees enough with the labels for its figure to mean something."""
    return figure.alpha is not None and figure.alpha >= LEAST_ALPHA


def lines_of(judging: Judging) -> list[str]:
    """The judged figures, each beside its agreement, a sentence or two each."""
    return [_line(figure, judging.model) for figure in judging.figures]


def _line(figure: Judged, model: str) -> str:
    counts = f"{figure.scored} scored, {figure.unscored} unscored"
    value = ""
    if figure.share is not None:
        low, high = figure.share.low, figure.share.high
        interval = f"{low:.3f} to {high:.3f}, " if math.isfinite(low) else ""
        value, counts = f"{figure.share.mean:.3f} ", f"{interval}{counts}"
    return f"{figure.title}, judged by {model}: {value}({counts}). {agreement_line(figure)}"


def fields_of(judging: Judging) -> dict[str, Any]:
    """The judged figures for programs; what is not shown is null."""
    return {
        "model": judging.model,
        **{figure.kind: _figure_fields(figure) for figure in judging.figures},
    }


def _figure_fields(figure: Judged) -> dict[str, Any]:
    share = figure.share
    return {
        "value": share.mean if share else None,
        "low": share.low if share and math.isfinite(share.low) else None,
        "high": share.high if share and math.isfinite(share.high) else None,
        "scored": figure.scored,
        "unscored": figure.unscored,
        "alpha": figure.alpha,
        "labels": figure.labels,
    }


def _figure(
    kind: Kind,
    records: Sequence[CaseRecord],
    compared: Sequence[tuple[int, int]],
    all_labels: int,
    judged: Mapping[Item, Judgement],
    seed: int,
) -> Judged:
    points, clusters, unscored = [], [], 0
    for record, item in _placed(records, kind):
        level = judged[item].level
        if level is None:
            unscored += 1
        else:
            points.append(LEVELS[kind].index(level) / 2)
            clusters.append(record.case.group)
    alpha = krippendorff_alpha(compared)
    shown = bool(points) and alpha is not None and all_labels >= LEAST_LABELS
    share = cluster_bootstrap(points, clusters, seed=seed) if shown else None
    return Judged(kind, share, len(points), unscored, alpha, len(compared), all_labels)


def _all_items(records: Sequence[CaseRecord], labels: Sequence[Label]) -> list[Item]:
    # The labels first: a judge that cannot do them, and so gets no figure, costs little.
    items = [label.item for label in labels]
    return items + [item for record in records for item in items_of(record)]


def _placed(records: Sequence[CaseRecord], kind: Kind) -> Iterator[tuple[CaseRecord, Item]]:
    for record in records:
        for item in items_of(record):
            if item.kind == kind:
                yield record, item
