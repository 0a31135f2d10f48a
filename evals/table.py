"""The figures of a run as a table: for a terminal, for Markdown and for programs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.agreement import Judging, fields_of, is_reliable, lines_of
from evals.breakdowns import Figure, figures
from evals.comparison import Comparison, Flip, MetricChange, compare
from evals.gate import verdict
from evals.metrics import METRICS, set_figures
from evals.records import CaseRecord, Run
from evals.statistics import Interval

if TYPE_CHECKING:
    from rich.table import Table

Figures = dict[str, float | None]

SHOWN_FLIPS = 20

# Figures that no single case has, with what a table calls them.
_OF_A_SET = {
    "refusal_precision": "Refusal precision",
    "refusal_recall": "Refusal recall",
    "refusal_f1": "Refusal F1",
    "ndcg_at_10_first_turns": "nDCG@10, first turns",
    "ndcg_at_10_follow_ups": "nDCG@10, follow-ups",
    "gap_closed": "Gap to rewrite closed",
    "standalone_kept": "Kept when standalone",
    "concision": "Words per nugget, of all",
    "differing_pairs": "Differing pairs",
    "latency_p50": "Seconds, median",
    "latency_p95": "Seconds, 95th percentile",
    "errors": "Errors",
}
_COUNTS = {"differing_pairs", "errors"}
# These are of some of the cases, which are not counted.
_OF_SOME = {
    "ndcg_at_10_first_turns",
    "ndcg_at_10_follow_ups",
    "gap_closed",
    "standalone_kept",
}
_NOTHING = "–"
_HEADINGS = ("Figure", "Value", "95 % interval", "Cases")
_HEADINGS_AGAINST = ("Before", "Difference", "95 % interval", "Verdict")


@dataclass(frozen=True)
class Row:
    """A line of the table, as it is read; the cells of a comparison are empty without one."""

    title: str
    cells: tuple[str, ...]
    is_primary: bool = False


@dataclass(frozen=True)
class Results:
    """A run's figures, with the run it is held against and the judge's figures, where there are."""

    run: Run
    records: Sequence[CaseRecord]
    figures: Sequence[Figure]
    before: tuple[Run, Sequence[CaseRecord]] | None = None
    comparison: Comparison | None = None
    judging: Judging | None = None


def results_of(
    run: Run, records: Sequence[CaseRecord], before: tuple[Run, Sequence[CaseRecord]] | None
) -> Results:
    """A run, held against another where that one answered some of the same cases."""
    found = figures(records, seed=run.seed)
    comparison = compare(before[1], records, seed=run.seed) if before else None
    if before is None or comparison is None or not comparison.cases:
        return Results(run, records, found)
    return Results(run, records, found, before, comparison)


def rows(results: Results) -> list[Row]:
    """The lines of the table: each metric that applies, then the figures of the whole set."""
    changes = _changes(results.comparison)
    compared = results.comparison is not None
    found = []
    for figure in results.figures:
        cells = (_number(figure.interval.mean), _ends(figure.interval), str(figure.count))
        change = changes.get(figure.metric.name)
        beside = _change_cells(change) if compared else ()
        title = f"{figure.metric.title}{' *' * figure.metric.primary}"
        found.append(Row(title, (*cells, *beside), figure.metric.primary))
    now = set_figures(results.records)
    before, after = _matched(results)
    for name, title in _OF_A_SET.items():
        if (value := now[name]) is None:
            continue
        shown = _count if name in _COUNTS else _number
        beside = (shown(before[name]), _difference(before[name], after[name])) if before else ()
        cells = (shown(value), "", _of(name, now), *beside, *[""] * len(beside))
        found.append(Row(title, cells))
    blank = [""] * (len(headings(results)) - len(_HEADINGS))
    return found + [Row(title, (*cells, *blank)) for title, cells in _judged(results.judging)]


def _judged(judging: Judging | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The judged figures that may be shown, each named with what the judge is worth."""
    for figure in judging.figures if judging else ():
        if figure.share is not None and figure.alpha is not None:
            weak = "" if is_reliable(figure) else ", too low"
            title = f"{figure.title} (judge, alpha {figure.alpha:.2f}{weak})"
            yield title, (_number(figure.share.mean), _ends(figure.share), str(figure.scored))


def _matched(results: Results) -> tuple[Figures, Figures]:
    """The figures of both runs over the cases that both have; empty without a comparison."""
    if results.before is None or results.comparison is None:
        return {}, {}
    left_out = set(results.comparison.unmatched)
    before, after = (
        set_figures([record for record in records if record.case.id not in left_out])
        for records in (results.before[1], results.records)
    )
    return before, after


def headings(results: Results) -> tuple[str, ...]:
    """The names of the columns."""
    return (*_HEADINGS, *(_HEADINGS_AGAINST if results.comparison is not None else ()))


def terminal_table(results: Results) -> Table:
    """The table as rich prints it; the main figures are bold."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(headings(results)):
        is_text = number == 0 or heading == "Verdict"
        table.add_column(heading, justify="left" if is_text else "right", no_wrap=True)
    for row in rows(results):
        table.add_row(row.title, *row.cells, style="bold" if row.is_primary else None)
    return table


def markdown(results: Results, sentences: Sequence[str] = ()) -> str:
    """The table and the flipped cases as GitHub shows them.

    Args:
        results: the run.
        sentences: what is to stand before the table, a paragraph each.
    """
    names = headings(results)
    lines = [f"### {title(results)}", ""]
    for sentence in sentences:
        lines += [_escaped(sentence), ""]
    lines += [_markdown_row(names), _markdown_row([":--", *["--:"] * (len(names) - 1)])]
    for row in rows(results):
        name = f"**{row.title.removesuffix(' *')}**" if row.is_primary else row.title
        lines.append(_markdown_row([name, *row.cells]))
    for sentence in judged_lines(results):
        lines += ["", _escaped(sentence)]
    if results.comparison is not None and results.comparison.flipped:
        lines += ["", f"Flipped cases: {len(results.comparison.flipped)}", ""]
        lines += [f"- {_escaped(line)}" for line in flip_lines(results.comparison)]
    return "\n".join(lines) + "\n"


def judged_lines(results: Results) -> list[str]:
    """The judged figures with their agreement, in sentences, those too that are not shown."""
    return lines_of(results.judging) if results.judging else []


def flip_lines(comparison: Comparison, most: int = SHOWN_FLIPS) -> list[str]:
    """The flipped cases, the greatest loss first; of many, the first and how many more."""
    lines = [_flip_line(flip) for flip in comparison.flipped[:most]]
    more = len(comparison.flipped) - len(lines)
    return [*lines, f"{more} more"] if more > 0 else lines


def as_json_fields(results: Results) -> dict[str, Any]:
    """The figures for programs; what is not known is null."""
    changes = _changes(results.comparison)
    return {
        "run": results.run.model_dump(mode="json"),
        "against": results.before[0].id if results.before else None,
        "figures": {
            figure.metric.name: {
                "value": figure.interval.mean,
                "low": _finite(figure.interval.low),
                "high": _finite(figure.interval.high),
                "cases": figure.count,
                "primary": figure.metric.primary,
                "change": _change_fields(changes.get(figure.metric.name)),
            }
            for figure in results.figures
        },
        "set_figures": set_figures(results.records),
        "flipped": [flip.case_id for flip in results.comparison.flipped]
        if results.comparison
        else [],
        "judged": fields_of(results.judging) if results.judging else None,
    }


def title(results: Results) -> str:
    """What was asked, of whom, and what it is held against, in a line."""
    run = results.run
    cases = f"{len(results.records)} cases"
    split = "both splits" if run.split == "all" else f"the {run.split} split"
    by = "quoting" if run.model is None else f"written by {run.model}"
    against = f", against {results.before[0].id}" if results.before else ""
    return f"{run.id}: {cases} of {split}, {by}{against}"


def _changes(comparison: Comparison | None) -> dict[str, MetricChange]:
    return {change.metric.name: change for change in comparison.metrics} if comparison else {}


def _change_cells(change: MetricChange | None) -> tuple[str, ...]:
    if change is None:
        return ("", "", "", "")
    difference = change.difference
    return (
        _number(change.before),
        _signed(difference.mean),
        f"{_signed(difference.low)} to {_signed(difference.high)}"
        if math.isfinite(difference.low)
        else _NOTHING,
        _verdict_cell(change),
    )


def _verdict_cell(change: MetricChange) -> str:
    """The verdict; of figures that are no shares only on which side of 0 the interval lies."""
    if not change.metric.unit or change.direction != "unclear":
        return verdict(change)
    return "inconclusive" if change.wins or change.losses else "unchanged"


def _change_fields(change: MetricChange | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "cases": change.cases,
        "before": change.before,
        "after": change.after,
        "difference": change.difference.mean,
        "low": _finite(change.difference.low),
        "high": _finite(change.difference.high),
        "p": change.p,
        "adjusted_p": change.adjusted_p,
        "wins": change.wins,
        "ties": change.ties,
        "losses": change.losses,
        "least_detectable": _finite(change.least_detectable),
        "verdict": _verdict_cell(change),
    }


def _flip_line(flip: Flip) -> str:
    changes = (
        f"{METRICS[one.metric.name].title} {_number(one.before)} → {_number(one.after)}"
        for one in flip.changes
    )
    word = "worse" if flip.gain < 0 else "better" if flip.gain > 0 else "mixed"
    return f"{flip.case_id} ({word}): {', '.join(changes)}"


def _of(name: str, values: Figures) -> str:
    """Of how many: pairs, or cases; empty where it is not known."""
    if name in _OF_SOME:
        return ""
    whole = values["pairs"] if name == "differing_pairs" else values["cases"]
    return "" if whole is None else f"{whole:.0f}"


def _ends(interval: Interval) -> str:
    low, high = interval.low, interval.high
    return f"{_number(low)} to {_number(high)}" if math.isfinite(low) else _NOTHING


def _difference(before: float | None, after: float | None) -> str:
    return _NOTHING if before is None or after is None else _signed(after - before)


def _number(value: float | None) -> str:
    """A figure: three decimals for a share, fewer for what is larger."""
    if value is None:
        return _NOTHING
    return f"{value:.3f}" if abs(value) < 2 else f"{value:.1f}"


def _count(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.0f}"


def _signed(value: float) -> str:
    if abs(value) < 0.0005:
        return "0"
    return f"{value:+.3f}" if abs(value) < 2 else f"{value:+.1f}"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is: the ids of cases and errors may hold anything."""
    flat = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#" else sign for sign in flat)
