"""What a turn is about, given what was said before."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from coach.domain import Message, Value
from coach.lookup import choose_item
from coach.terms import fold
from coach.understanding import Catalogue, Field, Understanding, understand

_REMEMBERED = 12
_POINTING = re.compile(
    r"\b(?:that|this|the same|the) (?:one|skill|phase|step|stage|course|book|topic)\b(?! (?:i|do|to|is the))|\b(?:it|that)\b(?=\s*(?:\?|$|take|need|last|cost|important|critical|worth|involve))"
)
_CARRYING_ON = re.compile(
    r"^\W*(?:and|what about|how about|or|also|then|same for)\b|^\W*(?:for|to|as) (?:a|an|the)?\b"
)


class Resolved(Value):
    """A turn made to stand alone: the question with its pointing words replaced, and the focus."""

    question: str
    guides: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


def resolve(
    history: Sequence[Message],
    question: str,
    catalogue: Catalogue,
    known: Callable[[str], bool],
) -> Resolved:
    """Read the person's earlier turns for the guide, the item and the fields now in focus."""
    guides: tuple[str, ...] = ()
    item = ""
    fields: tuple[Field, ...] = ()
    for message in history[-_REMEMBERED:]:
        understood = understand(message.content, catalogue, known, focus=guides)
        if message.role == "assistant":
            if not guides and len(understood.move.guides) == 1:
                guides = understood.move.guides
            continue
        if understood.move.guides:
            guides = understood.move.guides
        asks = understood.asks
        if not asks:
            continue
        fields = asks[-1].fields or fields
        named = choose_item(catalogue.guides[guides[0]], asks[-1]) if guides else None
        item = named.name if named else item
    return Resolved(question=_pointed(question, item), guides=guides, fields=fields)


def _pointed(question: str, item: str) -> str:
    """The question with "that one" replaced by the item in focus."""
    if not item or len(fold(question)) != len(question):
        return question
    match = _POINTING.search(fold(question))
    if match is None:
        return question
    return f"{question[: match.start()]}{item}{question[match.end() :]}"


def carry_over(understood: Understanding, resolved: Resolved) -> Understanding:
    """The fields of the turn before, for a turn that only names another move ("and for nurses?")."""
    if not resolved.fields or len(understood.asks) > 1:
        return understood
    ask = understood.asks[0] if understood.asks else None
    if ask is None or ask.fields or ask.items or ask.key_terms or ask.topics:
        return understood
    if not _CARRYING_ON.search(fold(resolved.question)) and not understood.move.named:
        return understood
    return understood.model_copy(
        update={"asks": (ask.model_copy(update={"fields": resolved.fields}),)}
    )
