"""Two or more guides side by side, on one field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coach.answering.draft import Draft, figures, percent
from coach.domain import Guide, Range, Sourced
from coach.understanding import Field

_LEVELS = ("easy", "medium", "hard")


def compare(draft: Draft, guides: Sequence[Guide], field: Field) -> bool:
    """Say how the guides stand to each other on a field, then each one's value.

    False when the field is not one that can be compared, or a guide lacks it.
    """
    measure = _MEASURES.get(field)
    if measure is None:
        return False
    leaf_of, rank_of, shown, better = measure
    leaves = [leaf_of(guide) for guide in guides]
    if any(leaf is None for leaf in leaves):
        return False
    pairs = sorted(
        ((rank_of(leaf), guide, leaf) for guide, leaf in zip(guides, leaves, strict=True) if leaf),
        key=lambda pair: pair[0],
    )
    first, second = pairs[0], pairs[1]
    spans = [(guide.slug, leaf.span) for _, guide, leaf in pairs]
    markers = "".join(draft.cite(slug, [span]) for slug, span in spans)
    if first[0] == second[0]:
        draft.add(f"They are alike in {field.value}. {markers}")
    else:
        draft.add(f"**{first[1].from_role} to {first[1].to_role}** {better}. {markers}")
    for _, guide, leaf in pairs:
        marker = draft.cite(guide.slug, [leaf.span])
        draft.add(f"- {guide.from_role} to {guide.to_role}: {shown(leaf)}. {marker}")
    return True


_Leaf = Sourced[Range] | Sourced[str]


def _range(leaf: _Leaf) -> Range:
    return leaf.value if isinstance(leaf.value, Range) else Range(low=0, high=0)


def _level(leaf: _Leaf) -> tuple[float, float]:
    name = str(leaf.value).lower()
    return (float(_LEVELS.index(name)) if name in _LEVELS else 1.0, 0.0)


_MEASURES: dict[
    Field,
    tuple[
        Callable[[Guide], _Leaf | None],
        Callable[[_Leaf], tuple[float, float]],
        Callable[[_Leaf], str],
        str,
    ],
] = {
    Field.TIMELINE: (
        lambda guide: guide.timeline,
        lambda leaf: (_range(leaf).low + _range(leaf).high, 0.0),
        lambda leaf: figures(_range(leaf), "month"),
        "is faster",
    ),
    Field.HOURS: (
        lambda guide: guide.study_hours,
        lambda leaf: (_range(leaf).low + _range(leaf).high, 0.0),
        lambda leaf: f"{figures(_range(leaf), 'hour')} a week",
        "takes fewer hours a week",
    ),
    Field.DIFFICULTY: (
        lambda guide: guide.difficulty,
        _level,
        lambda leaf: str(leaf.value),
        "is easier",
    ),
    Field.SALARY: (
        lambda guide: guide.salary_change,
        lambda leaf: (-_range(leaf).low - _range(leaf).high, 0.0),
        lambda leaf: percent(_range(leaf)),
        "raises pay more, as the guides state it",
    ),
}
