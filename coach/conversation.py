"""What a turn is about, given what was said before."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from coach.domain import Guide, Message, Value
from coach.lookup import by_priority, choose_item
from coach.terms import fold
from coach.understanding import Aggregate, Ask, Catalogue, Field, Understanding, understand
from coach.understanding.tokens import tokenise

_POINTING = re.compile(
    r"\b(?:that|this|the same|the) (?:one|skill|phase|step|stage|course|book|topic)\b(?! "
    r"(?:i|do|to|is the))|\b(?:it|that)\b(?=\s*(?:\?|$|take|need|last|cost|important"
    r"|critical|worth|involve))"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_COUNTING = re.compile(
    rf"\bthe (?P<ordinal>{'|'.join(_ORDINALS)}|last) (?:one|skill|of (?:them|these|those))\b"
)
_SHORT_REPLY = 60
_CLEAR_LEAD = 0.2
_SHORT_QUESTION = 6
_ABOUT_MOVE = re.compile(
    r"\b(?:hard|difficult|easy|tough|salary|pay|earn|demand|worth|realistic)\b"
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
    asked: Ask | None = None
    for message in history:
        understood = understand(message.content, catalogue, known, focus=guides)
        if message.role == "assistant":
            if not guides and len(understood.move.guides) == 1:
                guides = understood.move.guides
            item = _item_said(message.content, guides, catalogue) or item
            continue
        if understood.move.guides:
            guides = understood.move.guides
        asks = understood.asks
        if not asks:
            continue
        if asks[-1].fields:
            fields, asked = asks[-1].fields, asks[-1]
        named = choose_item(catalogue.guides[guides[0]], asks[-1]) if guides else None
        item = named.name if named else item
    if len(guides) == 1:
        question = _counted(question, fields, asked, catalogue.guides[guides[0]])
    return Resolved(question=_pointed(question, item), guides=guides, fields=fields)


def _item_said(text: str, guides: Sequence[str], catalogue: Catalogue) -> str:
    """The one item a short reply was about, by name; empty when there is none or several."""
    if len(guides) != 1 or len(text.split()) > _SHORT_REPLY:
        return ""
    found = catalogue.items(guides[0]).find(tokenise(text))
    if not found:
        return ""
    rivals = [item.strength for item in found if item.name != found[0].name]
    return found[0].name if found[0].strength - max(rivals, default=0.0) >= _CLEAR_LEAD else ""


def _counted(question: str, fields: Sequence[Field], ask: Ask | None, guide: Guide) -> str:
    """The question with "the first one" replaced by the skill or phase it counts to."""
    match = _COUNTING.search(fold(question))
    if match is None or ask is None or len(fold(question)) != len(question):
        return question
    names: list[str] = []
    if {Field.SKILLS, Field.PRIORITY} & set(fields):
        names = [gap.name.value for gap in by_priority(guide.skill_gaps, ask.priority)]
    elif Field.PHASES in fields:
        names = [phase.name.value for phase in guide.phases]
    elif Field.TRANSFERABLE_SKILLS in fields:
        names = [skill.name.value for skill in guide.transferable_skills]
    position = _ORDINALS.index(match["ordinal"]) if match["ordinal"] != "last" else -1
    if not names or position >= len(names):
        return question
    return f"{question[: match.start()]}{names[position]}{question[match.end() :]}"


def _pointed(question: str, item: str) -> str:
    """The question with "that one" replaced by the item in focus."""
    folded = fold(question)
    if not item or len(folded) != len(question):
        return question
    match = _POINTING.search(folded)
    if match and match.group() in {"it", "that"} and _ABOUT_MOVE.search(folded):
        return question
    if match is None and len(folded.split()) <= _SHORT_QUESTION and not _ABOUT_MOVE.search(folded):
        match = re.search(r"\bit\b", folded)
    if match is None:
        return question
    return f"{question[: match.start()]}{item}{question[match.end() :]}"


def carry_over(understood: Understanding, resolved: Resolved) -> Understanding:
    """The fields of the turn before, for a turn that names only a move ("and for nurses?")."""
    if not resolved.fields or len(understood.asks) > 1:
        return understood
    ask = understood.asks[0] if understood.asks else None
    if (
        ask is not None
        and ask.aggregate is Aggregate.SUM
        and ask.fields == (Field.TIMELINE,)
        and {Field.PHASES, Field.SKILLS} & set(resolved.fields)
    ):
        return understood.model_copy(
            update={"asks": (ask.model_copy(update={"fields": resolved.fields}),)}
        )
    if ask is None or ask.fields or ask.items or ask.key_terms or ask.topics:
        return understood
    if (
        ask.aggregate is None
        and not _CARRYING_ON.search(fold(resolved.question))
        and not understood.move.named
    ):
        return understood
    return understood.model_copy(
        update={"asks": (ask.model_copy(update={"fields": resolved.fields}),)}
    )
