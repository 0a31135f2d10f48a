"""What an answer is made from, and what composing it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coach.domain import Check, Citation, Coverage, Hit, Passage
from coach.understanding import Catalogue, Understanding


@dataclass(frozen=True)
class Material:
    """What an answer may be made of: the question as understood, and what was found for it."""

    understanding: Understanding
    catalogue: Catalogue
    passages_of: Callable[[str], Sequence[Passage]]
    hits: Sequence[Hit]
    rarity: Callable[[str], float]
    said: Sequence[str]


@dataclass(frozen=True)
class Composition:
    """A composed answer: its lines in order, and all that goes with them.

    ``absent`` are those of its lines that say what the guides do not hold, ``derived`` those with
    figures that were computed. ``checks`` is what checking its lines found.
    """

    text: str
    refused: bool
    coverage: Coverage
    citations: tuple[Citation, ...]
    follow_ups: tuple[str, ...]
    guide: str | None
    absent: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
