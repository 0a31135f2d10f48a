"""What an answer is made from, and what composing it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from coach.domain import (
    Check,
    Citation,
    Coverage,
    Hit,
    Message,
    Passage,
    Preferences,
    Profile,
)
from coach.understanding import Catalogue, Understanding

if TYPE_CHECKING:
    from coach.encoder import TextEncoder


@dataclass(frozen=True)
class Material:
    """What an answer may be made of: the question as understood, and what was found for it.

    ``profile`` is what the person told about themselves, ``earlier`` the same without this turn;
    ``focus`` are the slugs of the guides that the conversation is about. ``history`` is what was
    said before, ``said`` the person's words alone, this turn's last. ``plans`` are the plans they
    keep, by guide.
    """

    understanding: Understanding
    catalogue: Catalogue
    passages_of: Callable[[str], Sequence[Passage]]
    hits: Sequence[Hit]
    rarity: Callable[[str], float]
    history: Sequence[Message]
    said: Sequence[str]
    profile: Profile
    earlier: Profile
    focus: Sequence[str]
    plans: Mapping[str, Preferences]
    encoder: TextEncoder
    today: date


@dataclass(frozen=True)
class Composition:
    """A composed answer: its lines in order, and all that goes with them.

    ``absent`` are those of its lines that say what the guides do not hold, ``derived`` those with
    figures that were computed. ``checks`` is what checking its lines found. ``as_it_is`` keeps a
    language model from wording it anew.
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
    as_it_is: bool = False
