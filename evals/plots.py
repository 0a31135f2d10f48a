"""The plots of reports and pages as SVG that takes its colours and its font from the page.

Each plot is drawn once in marker colours, which become CSS variables of the style sheet such as
``--ink``, so that one drawing suits a light and a dark page.
"""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Sequence
from threading import Lock
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evals.statistics import Interval

# Inches at 72 points: as wide as a phone, so that the text keeps its size there.
WIDTH = 4.9
ROW_HEIGHT = 0.36
HEAD_HEIGHT = 0.75
LATENCY_BINS = 24

_INK, _SOFT, _LINE, _GREEN, _WARN = "#010101", "#020202", "#030303", "#040404", "#050505"
_BLUE, _PLUM = "#060606", "#070707"
_VARIABLES = {
    _INK: "ink",
    _SOFT: "soft",
    _LINE: "line",
    _GREEN: "green",
    _WARN: "warn",
    _BLUE: "blue",
    _PLUM: "plum",
}
_SERIES = ((_GREEN, "o"), (_WARN, "s"), (_BLUE, "^"), (_PLUM, "D"), (_SOFT, "v"), (_INK, "x"))
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "evals",
    "font.size": 13,
    "text.color": _INK,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _SOFT,
    "xtick.color": _SOFT,
    "ytick.color": _INK,
    "text.parse_math": False,
}
_REFERENCE = re.compile(r"(?:url\(#|xlink:href=\"#)([^\")]+)")
_FONT = re.compile(r"font:\s*([\d.]+px)[^;\"]*")
# Its settings are matplotlib's own and hold for every thread.
_lock = Lock()


class Row(NamedTuple):
    """A line of a plot: what it is of, how many values are behind it, and the figure."""

    label: str
    cases: int
    interval: Interval


class Line(NamedTuple):
    """A figure over time; None where a run has none."""

    label: str
    values: Sequence[float | None]


def intervals_plot(name: str, rows: Sequence[Row], description: str) -> str:
    """A share for each row, 0 to 1, with its interval, as SVG.

    Args:
        name: of the plot, unlike that of any other on the page.
        rows: from top to bottom, at least one.
        description: what is to be seen, for people who cannot see it.
    """
    with _lock, mpl.rc_context(_STYLE):
        figure, axes = _figure(HEAD_HEIGHT + ROW_HEIGHT * len(rows))
        places = range(len(rows))
        means = [row.interval.mean for row in rows]
        lows, highs = zip(*(_ends(row.interval) for row in rows), strict=True)
        axes.hlines(list(places), lows, highs, color=_GREEN, linewidth=3, alpha=0.45)
        axes.plot(means, list(places), "o", color=_GREEN, markersize=7)
        axes.set_yticks(list(places), [f"{row.label} ({row.cases})" for row in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        # The axis begins where there is something to see, always at a round figure.
        start = max(0.0, min(0.8, int(min(lows) * 5) / 5))
        axes.set_xlim(start - 0.02, 1.02)
        axes.grid(axis="x", color=_LINE, linewidth=0.8)
        return _svg(figure, name, description)


def histogram(name: str, values: Sequence[float], label: str, description: str) -> str:
    """How often which values occur, with the median and the 95th percentile, as SVG.

    Args:
        name: of the plot, unlike that of any other on the page.
        values: at least one.
        label: what the values are, with their unit.
        description: what is to be seen, for people who cannot see it.
    """
    with _lock, mpl.rc_context(_STYLE):
        figure, axes = _figure(2.6)
        axes.hist(values, bins=LATENCY_BINS, color=_GREEN, alpha=0.55)
        middle, late = np.percentile(values, [50, 95])
        for place, word, style in ((middle, "p50", "-"), (late, "p95", "--")):
            axes.axvline(float(place), color=_WARN, linestyle=style, label=f"{word} {place:.0f}")
        axes.set_xlabel(label)
        axes.set_ylabel("answers")
        axes.tick_params(axis="y", colors=_SOFT)
        axes.legend(frameon=False, labelcolor=_INK)
        return _svg(figure, name, description)


def lines_plot(name: str, moments: Sequence[str], lines: Sequence[Line], description: str) -> str:
    """Shares, 0 to 1, over runs from the oldest to the newest, as SVG.

    Args:
        name: of the plot, unlike that of any other on the page.
        moments: a short name for each run.
        lines: each with a value for each run.
        description: what is to be seen, for people who cannot see it.
    """
    with _lock, mpl.rc_context(_STYLE):
        figure, axes = _figure(3.4, width=WIDTH * 1.6)
        places = list(range(len(moments)))
        for (colour, marker), line in zip(_SERIES, lines, strict=False):
            values = [float("nan") if value is None else value for value in line.values]
            axes.plot(places, values, color=colour, marker=marker, markersize=5, label=line.label)
        axes.set_xticks(places, moments, rotation=30, ha="right")
        axes.margins(y=0.12)
        axes.tick_params(axis="both", colors=_SOFT)
        axes.grid(axis="y", color=_LINE, linewidth=0.8)
        axes.legend(frameon=False, labelcolor=_INK, loc="upper left", bbox_to_anchor=(1, 1))
        return _svg(figure, name, description)


def _ends(interval: Interval) -> tuple[float, float]:
    """The ends of an interval, or the mean alone where nothing is known of them."""
    if not math.isfinite(interval.low) or not math.isfinite(interval.high):
        return interval.mean, interval.mean
    return interval.low, interval.high


def _figure(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.patch.set_visible(False)
    figure.patch.set_visible(False)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    return figure, axes


def _svg(figure: Figure, name: str, description: str) -> str:
    """The figure as an element for a page: no ids but those it needs, and these its own."""
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=nothing)
    drawn = buffer.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    used = set(_REFERENCE.findall(drawn))
    drawn = re.sub(
        r' id="([^"]*)"',
        lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "",
        drawn,
    )
    drawn = _REFERENCE.sub(lambda found: found[0][: -len(found[1])] + f"{name}-{found[1]}", drawn)
    drawn = _FONT.sub(r"font-size: \1", drawn)
    for colour, variable in _VARIABLES.items():
        drawn = drawn.replace(colour, f"var(--{variable})")
    label = html.escape(description, quote=True)
    return drawn.replace("<svg", f'<svg class="plot" role="img" aria-label="{label}"', 1)
