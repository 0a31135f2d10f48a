"""``report.html``: a run in one file that opens from disk, with no script and no network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.agreement import Judging, agreement_line
from evals.breakdowns import LEAST_TAGGED, breakdowns, figures
from evals.breakdowns import worst as worst_of
from evals.comparison import Comparison, Flip, ScoreChange, compare
from evals.drawing import plots_of
from evals.metrics import METRICS, set_figures
from evals.records import CaseRecord, Run
from evals.statistics import Difference, Interval
from evals.traces import Trace, trace

if TYPE_CHECKING:
    from jinja2 import Environment

REPORT = "report.html"
WORST = 10
FLIPS_SHOWN = 100

Made = tuple[Run, Sequence[CaseRecord]]


@dataclass(frozen=True)
class ShownFlip:
    """A case that flipped, with what each run said and what changed by it."""

    before: Trace
    after: Trace
    changes: tuple[ScoreChange, ...]


@dataclass(frozen=True)
class Compared:
    """A run held against an earlier one; of very many flips, only the greatest are shown."""

    run: Run
    comparison: Comparison
    lost: tuple[ShownFlip, ...]
    won: tuple[ShownFlip, ...]


def write_report(
    run: Run,
    records: Sequence[CaseRecord],
    folder: Path,
    *,
    against: Made | None = None,
    judging: Judging | None = None,
) -> Path:
    """Write the report of a run.

    Args:
        run: what it was made with.
        records: of its cases; at least one.
        folder: of the run; it is there.
        against: an earlier run to hold it against, with its records.
        judging: the figures of a judge, where one judged the run.

    Returns:
        The file, ``report.html`` in the folder.
    """
    page = templates().get_template("report_template.html")
    file = folder / REPORT
    shown = results(run, records, against=against, judging=judging)
    file.write_text(page.render(shown), encoding="utf-8")
    return file


def results(
    run: Run,
    records: Sequence[CaseRecord],
    *,
    against: Made | None = None,
    judging: Judging | None = None,
) -> dict[str, Any]:
    """All that the template of a run's results shows."""
    return {
        "run": run,
        "records": records,
        "errors": [trace(record) for record in records if record.error is not None],
        "figures": figures(records, seed=run.seed),
        "set_figures": set_figures(records),
        "breakdowns": (groups := breakdowns(records, seed=run.seed)),
        "least_tagged": LEAST_TAGGED,
        "plots": plots_of(records, groups[0], seed=run.seed),
        "compared": compared(against, (run, records)) if against is not None else None,
        "judging": judging,
        "worst": [trace(record) for record in worst_of(records, WORST)],
    }


def compared(before: Made, after: Made) -> Compared:
    """A run held against an earlier one, with the cases that flipped, the greatest change first."""
    comparison = compare(before[1], after[1], seed=after[0].seed)
    earlier = {record.case.id: record for record in before[1]}
    later = {record.case.id: record for record in after[1]}

    def shown(flips: Sequence[Flip]) -> tuple[ShownFlip, ...]:
        return tuple(
            ShownFlip(trace(earlier[flip.case_id]), trace(later[flip.case_id]), flip.changes)
            for flip in flips[:FLIPS_SHOWN]
        )

    lost = [flip for flip in comparison.flipped if flip.gain <= 0]
    won = [flip for flip in reversed(comparison.flipped) if flip.gain > 0]
    return Compared(before[0], comparison, shown(lost), shown(won))


@cache
def templates() -> Environment:
    """The templates of reports and pages; what they are given is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "agreement": agreement_line,
        "chance": _chance,
        "commit": _commit,
        "known": _known,
        "moment": _moment,
        "number": _number,
        "share": _share,
        "signed": _signed,
        "words": _words,
    }
    return environment


def _share(value: float) -> str:
    """A mean: three decimals for a share, fewer for what is larger."""
    return f"{value:.3f}" if abs(value) < 2 else f"{value:.1f}"


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:.0f}"


def _chance(p: float) -> str:
    return "under 0.001" if p < 0.001 else f"{p:.3f}"


def _signed(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:+.3f}" if abs(value) < 2 else f"{value:+.1f}"


def _known(interval: Interval | Difference) -> bool:
    return math.isfinite(interval.low) and math.isfinite(interval.high)


def _commit(commit: str) -> str:
    name, changed, _ = commit.partition("+")
    return f"{name[:10]}{' with changes' if changed else ''}" if commit else "none"


def _moment(created: str) -> str:
    return f"{datetime.fromisoformat(created):%Y-%m-%d %H:%M}"


def _words(name: str) -> str:
    """A figure's name in words; that of a metric over some of the cases has the metric's title."""
    for metric in METRICS.values():
        if name.startswith(f"{metric.name}_"):
            part = name.removeprefix(f"{metric.name}_").replace("_", " ")
            return f"{metric.title}, {part}"
    return name.replace("_", " ").capitalize()
