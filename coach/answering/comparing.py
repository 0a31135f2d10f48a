"""Two or more guides side by side, on one field."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coach.answering.draft import Draft, figures, percent
from coach.answering.headlines import move_of
from coach.domain import Guide, Range, Sourced, StatisticKind
from coach.understanding import Field

_FIGURE = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
_LEVELS = ("easy", "medium", "hard")


def compare(
    draft: Draft,
    guides: Sequence[Guide],
    field: Field,
    reversed_order: bool = False,
    most: int | None = None,
) -> bool:
    """Say how the guides stand to each other on a field, then each one's value.

    Args:
        draft: where the lines go.
        guides: two or more guides.
        field: what to compare.
        reversed_order: begin with the longer, the harder, the lower paid.
        most: how many values to list; None for all.

    Returns:
        False when the field is not one that can be compared, or a guide lacks it.
    """
    measure = _MEASURES.get(field)
    if measure is None:
        return False
    leaves = [measure.leaf(guide) for guide in guides]
    if any(leaf is None for leaf in leaves):
        return False
    pairs = sorted(
        (
            (measure.rank(leaf), guide, leaf)
            for guide, leaf in zip(guides, leaves, strict=True)
            if leaf
        ),
        key=lambda pair: pair[0],
        reverse=reversed_order,
    )
    first, second = pairs[0], pairs[1]
    markers = "".join(draft.cite(guide.slug, [leaf.span]) for _, guide, leaf in pairs[:2])
    if first[0] == second[0]:
        alike = [guide.to_role for rank, guide, _ in pairs if rank == first[0]]
        draft.add(f"Alike: {', '.join(alike[:-1])} and {alike[-1]}. {markers}")
    else:
        said = measure.trails if reversed_order else measure.leads
        draft.add_derived(f"**{move_of(first[1])}** {said[len(pairs) > 2]}. {markers}")
    for _, guide, leaf in pairs[:most]:
        marker = draft.cite(guide.slug, [leaf.span])
        draft.add(f"- {move_of(guide)}: {measure.shown(leaf)}. {marker}")
    return True


def _official(kind: StatisticKind) -> Callable[[Guide], Sourced[str] | None]:
    """A guide's official figure of a kind."""
    return lambda guide: next((one.value for one in guide.statistics if one.kind is kind), None)


def _first_figure(leaf: _Leaf) -> float:
    found = _FIGURE.search(str(leaf.value))
    return float(found.group().replace(",", "")) if found else 0.0


_Leaf = Sourced[Range] | Sourced[str]


def _range(leaf: _Leaf) -> Range:
    return leaf.value if isinstance(leaf.value, Range) else Range(low=0, high=0)


def _level(leaf: _Leaf) -> float:
    name = str(leaf.value).lower()
    return float(_LEVELS.index(name)) if name in _LEVELS else 1.0


@dataclass(frozen=True)
class _Measure:
    """How guides are ranked on a field, lower leading.

    ``leads`` are the words for the first among two and among more.
    """

    leaf: Callable[[Guide], _Leaf | None]
    rank: Callable[[_Leaf], float]
    shown: Callable[[_Leaf], str]
    leads: tuple[str, str]
    trails: tuple[str, str]


_MEASURES = {
    Field.TIMELINE: _Measure(
        lambda guide: guide.timeline,
        lambda leaf: _range(leaf).low + _range(leaf).high,
        lambda leaf: figures(_range(leaf), "month"),
        ("is faster", "is the fastest"),
        ("takes longer", "takes the longest"),
    ),
    Field.HOURS: _Measure(
        lambda guide: guide.study_hours,
        lambda leaf: _range(leaf).low + _range(leaf).high,
        lambda leaf: f"{figures(_range(leaf), 'hour')} a week",
        ("takes fewer hours a week", "takes the fewest hours a week"),
        ("takes more hours a week", "takes the most hours a week"),
    ),
    Field.DIFFICULTY: _Measure(
        lambda guide: guide.difficulty,
        _level,
        lambda leaf: str(leaf.value),
        ("is easier", "is the easiest"),
        ("is harder", "is the hardest"),
    ),
    Field.SALARY: _Measure(
        lambda guide: guide.salary_change,
        lambda leaf: -_range(leaf).low - _range(leaf).high,
        lambda leaf: percent(_range(leaf)),
        ("raises pay more, as the guides state it", "raises pay most, as the guides state it"),
        ("raises pay less, as the guides state it", "raises pay least, as the guides state it"),
    ),
    Field.WAGE_AFTER: _Measure(
        _official(StatisticKind.MEDIAN_WAGE_AFTER),
        lambda leaf: -_first_figure(leaf),
        lambda leaf: str(leaf.value),
        ("has the higher median wage", "has the highest median wage"),
        ("has the lower median wage", "has the lowest median wage"),
    ),
    Field.GROWTH: _Measure(
        _official(StatisticKind.GROWTH),
        lambda leaf: -_first_figure(leaf),
        lambda leaf: f"{leaf.value} projected job growth",
        ("grows more", "grows most"),
        ("grows less", "grows least"),
    ),
    Field.OPENINGS: _Measure(
        _official(StatisticKind.OPENINGS),
        lambda leaf: -_first_figure(leaf),
        lambda leaf: f"about {leaf.value} openings a year",
        ("has more openings", "has the most openings"),
        ("has fewer openings", "has the fewest openings"),
    ),
}
