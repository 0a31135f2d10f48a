"""Turns that pick what was offered, listed or spoken of: "yes", "the second one", "nurse"."""

from __future__ import annotations

from collections.abc import Sequence

from coach.conversation import phrases, wording
from coach.conversation.pointing import counted, entry_name, of_kind
from coach.conversation.said import Said
from coach.conversation.values import Listed, Rewrite, State
from coach.lookup import choose_item
from coach.terms import words
from coach.understanding import Field
from coach.understanding.vocabulary import FUNCTION_WORDS

_SHORT = 4
_BRIEF = 6
_OF_GUIDES = frozenset({"guide", "move", "path", "pathway"})


def accepted(said: Said) -> Rewrite | None:
    """“Yes please” to an offer, or to the only move asked about."""
    reply = said.state.reply
    if not phrases.ACCEPTING.match(said.plain):
        return None
    if reply.offer:
        return Rewrite(question=reply.offer, guides=said.state.guides)
    moves = [entry for entry in reply.listed if entry.guides]
    if len(moves) == 1:
        return _for_guides(said, moves[0].guides)
    return None


def chosen(said: Said) -> Rewrite | None:
    """The answer to our "Which move do you mean?"."""
    reply = said.state.reply
    if not reply.asks_which or not said.state.question:
        return None
    choices = [slug for entry in reply.listed for slug in entry.guides]
    own = said.own.move
    if not said.bare and (said.length > _BRIEF or said.fields):
        return None
    if own.guides and own.named and not own.unknown_roles:
        inside = tuple(slug for slug in own.guides if slug in choices)
        return _for_guides(said, inside or own.guides)
    picked = _by_words(said, choices)
    return _for_guides(said, picked) if picked else None


def _by_words(said: Said, choices: Sequence[str]) -> tuple[str, ...]:
    """The choices whose roles hold most of the words said, where they are fewer than all."""
    spoken = set(words(said.text)) - FUNCTION_WORDS
    counts = {
        slug: len(spoken & wording.role_words(said.reader.catalogue.guides[slug]))
        for slug in choices
    }
    best = max(counts.values(), default=0)
    found = tuple(slug for slug, count in counts.items() if count == best)
    return found if best and len(found) < len(counts) else ()


def other(said: Said) -> Rewrite | None:
    """“No, the other one”, of the two spoken of last."""
    match = phrases.OTHER.search(said.plain)
    if match is None:
        return None
    noun = match.group().split()[-1].replace("before", "one")
    state = said.state
    entry = _other_item(said, noun) if noun not in _OF_GUIDES else None
    if entry is None:
        slug = _other_guide(state)
        entry = Listed(text="", guides=(slug,)) if slug else None
    if entry is None:
        return None
    if said.bare or said.length <= _SHORT:
        return _for_entry(said, entry)
    written = phrases.OTHER.search(said.folded)
    if written is None or len(said.folded) != len(said.text):
        return _for_entry(said, entry)
    name = entry_name(entry, said.reader.catalogue)
    question = f"{said.text[: written.start()]}{name}{said.text[written.end() :]}"
    return _about(question, entry, state)


def _other_item(said: Said, noun: str) -> Listed | None:
    state = said.state
    if not state.fresh:
        return None
    now = state.fresh[0]
    alike = (
        of_kind(state.items, noun) if noun != "one"
        else [i for i in state.items if (i.resource is None) == (now.resource is None)]
    )  # fmt: skip
    listed = [entry.item for entry in state.reply.listed if entry.item in alike]
    pool = [item for item in (listed if len(listed) == 2 else alike) if item and item != now]
    return Listed(text=pool[-1].name, item=pool[-1]) if pool else None


def _other_guide(state: State) -> str | None:
    rest = [slug for slug in state.choices if (slug,) != state.guides]
    if len(state.choices) == 2 and len(rest) == 1:
        return rest[0]
    rest = [slug for slug in state.spoken if (slug,) != state.guides]
    return rest[-1] if rest else None


def only_counted(said: Said) -> Rewrite | None:
    """“The second one”, and no more."""
    match = phrases.ONLY_COUNTING.match(said.plain)
    if match is None:
        return None
    entry = counted(match, said.state, said.guide)
    return _for_entry(said, entry) if entry else None


def _for_entry(said: Said, entry: Listed) -> Rewrite | None:
    state = said.state
    if entry.item is not None:
        about_items = bool(state.fresh) or state.fields == (Field.TIMELINE,)
        ask = state.ask if about_items else None
        question = wording.of_item(entry.item, ask)
        return Rewrite(question=question, guides=state.guides, items=(entry.item,))
    if entry.guides:
        return _for_guides(said, entry.guides)
    return Rewrite(question=f"Tell me more about “{entry.text}”.", guides=state.guides)


def _about(question: str, entry: Listed, state: State) -> Rewrite:
    items = (entry.item,) if entry.item else ()
    return Rewrite(question=question, guides=entry.guides or state.guides, items=items)


def of_another_guide(said: Said) -> Rewrite | None:
    """“And for nurses?”: a move and nothing else."""
    move = said.own.move
    if not move.named or not move.guides or move.unknown_roles or move.compared or not said.bare:
        return None
    return _for_guides(said, move.guides)


def back_to(said: Said) -> Rewrite | None:
    """“Back to security: what would I love?”, of a guide spoken of before."""
    match = phrases.BACK_TO.match(said.folded)
    if match is None or len(said.folded) != len(said.text):
        return None
    where = said.about(match["where"])
    known = (*said.state.spoken, *said.state.choices)
    named = where.own.move.guides if where.own.move.named else ()
    found = named or _by_words(where, tuple(dict.fromkeys(known)))
    if len(found) != 1:
        return None
    rest = said.text[match.end() :].strip()
    if not rest:
        return _for_guides(said, found)
    return Rewrite(question=rest, guides=found)


def _for_guides(said: Said, guides: tuple[str, ...]) -> Rewrite | None:
    """The last question, asked of other guides."""
    state = said.state
    if not state.question:
        return None
    if len(guides) != 1:
        return Rewrite(question=state.question, guides=guides) if said.bare else None
    guide = said.reader.catalogue.guides[guides[0]]
    field = state.fields[0] if state.fields else Field.OVERVIEW
    plain_question = wording.of_field(field, guide)
    if state.move.compared or state.move.unknown_roles or not state.ask:
        return Rewrite(question=plain_question, guides=guides)
    question = wording.for_guide(state.question, guide, said.reader)
    if state.ask.items and guides != state.guides:
        # A skill of one guide is no skill of the other, but its phases are numbered alike.
        read = said.reader.understand(question, guides)
        if all(choose_item(guide, ask) is None for ask in read.asks):
            question = plain_question
    return Rewrite(question=question, guides=guides)
