"""Whether the passages found are the ones that hold the answer.

A hit stands for its place, a guide and a section; relevance is judged by place, since a case names
the sections that hold its answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from coach.cases import Gold

Place = tuple[str | None, str]
"""A guide's slug, None for a document, and a section."""

NDCG_DEPTH = 10
RECALL_DEPTH = 5
_BEST = 2


def ndcg(gold: Sequence[Gold], places: Sequence[Place], depth: int = NDCG_DEPTH) -> float:
    """The nDCG of the first ``depth`` hits, 0 to 1.

    Each hit gains the grade of its section, once, at the section's first hit; the gain is divided
    by log2(rank + 1) and the sum by that of the best order of the gold sections (Järvelin &
    Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with the discount that
    trec_eval uses).

    Args:
        gold: at least one section.
        places: of the hits, best first.
        depth: how many hits count.
    """
    grades = _grades(gold)
    ideal = _discounted(sorted(grades.values(), reverse=True)[:depth])
    gains = [
        grades.get(place, 0) if place not in places[:rank] else 0
        for rank, place in enumerate(places[:depth])
    ]
    return _discounted(gains) / ideal


def recall(
    gold: Sequence[Gold], places: Sequence[Place], depth: int = RECALL_DEPTH
) -> float | None:
    """The share of the sections of grade 2 among the first ``depth`` hits, 0 to 1.

    Where there are more such sections than ``depth``, finding ``depth`` of them is all (capped
    recall, as in BEIR: Thakur et al. 2021). None where no section has grade 2.
    """
    best = {place for place, grade in _grades(gold).items() if grade == _BEST}
    if not best:
        return None
    return len(best & set(places[:depth])) / min(len(best), depth)


def reciprocal_rank(gold: Sequence[Gold], places: Sequence[Place]) -> float:
    """1 / the rank of the first hit in a gold section of any grade, 0 without one.

    Its mean is MRR (Voorhees 1999, "The TREC-8 question answering track report").
    """
    wanted = _grades(gold)
    return next((1 / rank for rank, place in enumerate(places, 1) if place in wanted), 0.0)


def right_guide(gold: Sequence[Gold], places: Sequence[Place]) -> float:
    """1 if the first hit is from a guide of the gold, else 0; also 0 without hits."""
    return float(bool(places) and places[0][0] in {entry.source for entry in gold})


def gap_closed(
    raw: Sequence[float], resolved: Sequence[float], rewritten: Sequence[float]
) -> float | None:
    """The share of the gap from the raw question to the rewritten one that resolving closes.

    ``(mean resolved - mean raw) / (mean rewritten - mean raw)`` over the same cases, of whatever
    score is given; above 1 where resolving does better than the rewrite. It is taken of the means,
    since the share of a single case has no bounds. None without a gap.
    """
    gap = sum(rewritten) - sum(raw)
    return (sum(resolved) - sum(raw)) / gap if gap > 0 else None


def _grades(gold: Iterable[Gold]) -> dict[Place, int]:
    """The grade of each gold place, the higher one where a place is named twice."""
    grades: dict[Place, int] = {}
    for entry in gold:
        place = (entry.source, entry.section.value)
        grades[place] = max(entry.grade, grades.get(place, 0))
    return grades


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
