"""Figures that a person states: "it takes 6 months, right?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain import Range
from coach.reading.figures import Unit, find_range
from coach.understanding.values import Claim, Field

_UNITS: tuple[Unit, ...] = ("week", "month", "hour", "percent")
_UNIT_OF_FIELD: dict[Field, frozenset[str]] = {
    Field.TIMELINE: frozenset({"month", "week"}),
    Field.HOURS: frozenset({"hour"}),
    Field.SALARY: frozenset({"percent"}),
    Field.GROWTH: frozenset({"percent"}),
}


def claims_in(folded: str) -> tuple[Claim, ...]:
    """The figures that a folded text states, with their units."""
    claims = []
    for unit in _UNITS:
        found = find_range(folded, unit)
        if found:
            amount, start, end = found
            claims.append(Claim(amount=amount, unit=unit, text=folded[start:end].strip()))
    if not any(claim.unit == "month" for claim in claims):
        match = re.search(
            r"\b(?:in|within|take[sn]?|only|just|about|under|than) (?:only |just |about "
            r"|under )?(?:a|one) (?P<unit>year|month)\b",
            folded,
        )
        if match:
            months = 12.0 if match["unit"] == "year" else 1.0
            claims.append(
                Claim(
                    amount=Range(low=months, high=months), unit="month", text=f"a {match['unit']}"
                )
            )
    return tuple(claims)


def tells_hours(claims: Sequence[Claim]) -> bool:
    """Whether hours are among the figures."""
    return any(claim.unit == "hour" for claim in claims)


def claims_about(field: Field, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims whose unit a field is measured in."""
    units = _UNIT_OF_FIELD.get(field, frozenset())
    return tuple(claim for claim in claims if claim.unit in units)
