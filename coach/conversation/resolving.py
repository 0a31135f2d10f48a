"""What a turn is about, given what was said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coach.conversation import phrases
from coach.conversation.again import RULES
from coach.conversation.pointing import with_counted, with_item, with_several
from coach.conversation.profile import Told, with_told
from coach.conversation.reading import Reader
from coach.conversation.said import Said, first_of
from coach.conversation.values import Resolved, Rewrite, State
from coach.conversation.wording import following
from coach.domain import Message, Profile, Section
from coach.lookup import choose_item
from coach.terms import words
from coach.understanding import Aggregate, Catalogue, Field, Item, Manner, Understanding
from coach.understanding.tokens import tokenise
from coach.understanding.values import PAY

_BRIEF = 60
_MOST_ITEMS = 8
_FEW_WORDS = 3
_SURE_NAME = 0.8
_LIKELY_NAME = 0.5
_ITEM_FIELDS = frozenset(
    {
        Field.TIMELINE,
        Field.PRIORITY,
        Field.SKILLS,
        Field.RESOURCES,
        Field.AUTHOR,
        Field.PHASES,
        Field.TRANSFERABLE_SKILLS,
    }
)
_SECTIONS: dict[Field, Section] = {
    **dict.fromkeys(PAY, Section.SALARY),
    Field.OVERVIEW: Section.OVERVIEW,
    Field.DIFFICULTY: Section.DIFFICULTY,
    Field.TIMELINE: Section.TIMELINE,
    Field.HOURS: Section.TIMELINE,
    Field.DEMAND: Section.DEMAND,
    Field.GROWTH: Section.DEMAND,
    Field.OPENINGS: Section.DEMAND,
    Field.TRANSFERABLE_SKILLS: Section.TRANSFERABLE_SKILL,
    Field.SKILLS: Section.SKILL_GAP,
    Field.PRIORITY: Section.SKILL_GAP,
    Field.RESOURCES: Section.SKILL_GAP,
    Field.AUTHOR: Section.SKILL_GAP,
    Field.PHASES: Section.PHASE,
    Field.LOVES: Section.REALITY,
    Field.MISSES: Section.REALITY,
    Field.CHALLENGES: Section.REALITY,
    Field.REALITY: Section.REALITY,
    Field.THIS_WEEK: Section.ACTION,
    Field.THIS_MONTH: Section.ACTION,
    Field.NEXT_90_DAYS: Section.ACTION,
    Field.ACTIONS: Section.ACTION,
}


def resolve(
    history: Sequence[Message],
    question: str,
    catalogue: Catalogue,
    known: Callable[[str], bool],
) -> Resolved:
    """Read a turn with what was said before it.

    Each turn of the history is resolved in its order, as it was when it was new, so that what a
    person points at may itself have been pointed at.

    Args:
        history: what was said before, oldest first.
        question: the person's words.
        catalogue: the guides to read them against.
        known: whether any text of the knowledge holds a stem.
    """
    reader = Reader(catalogue, known)
    state, profile = State(), Profile()
    talking = False
    for message in history:
        if message.role == "assistant":
            state = state if talking else _heard(state, message.content, reader)
            continue
        news = reader.told(message.content)
        profile = with_told(profile, news)
        understood = reader.understand(message.content, state.guides)
        rewrite = _rewritten(message.content, state, reader)
        read = reader.understand(rewrite.question, rewrite.guides)
        talking = understood.manner is not Manner.QUESTION and read.manner is not Manner.QUESTION
        if not talking:
            state = _spoken(state, message.content, rewrite, read, news, reader)
    earlier, profile = profile, with_told(profile, reader.told(question))
    if not history:
        return Resolved(question=question, profile=profile)
    rewrite = _rewritten(question, state, reader)
    item = (rewrite.items or state.fresh or (None,))[0]
    sections = [_SECTIONS[field] for field in state.fields if field in _SECTIONS]
    return Resolved(
        question=rewrite.question,
        guides=rewrite.guides,
        fields=state.fields,
        section=item.section if item else next(iter(sections), None),
        item=item.name if item else None,
        profile=profile,
        earlier=earlier,
        depends=rewrite.question != question or _leans(question, state, reader),
    )


def _rewritten(text: str, state: State, reader: Reader) -> Rewrite:
    """A turn in words of its own; the guides are those to read it with."""
    text = phrases.SOUNDS.sub("", text) or text
    if not state.started:
        return Rewrite(question=text, guides=state.guides)
    said = Said(text, state, reader)
    found = first_of(RULES, said)
    if found is not None:
        return found
    if said.own.manner is not Manner.QUESTION:
        return Rewrite(question=text, guides=state.guides)
    replaced = with_counted(text, state, reader.catalogue)
    if replaced is not None:
        question, entry = replaced
        items = (entry.item,) if entry.item else ()
        return Rewrite(question=question, guides=entry.guides or state.guides, items=items)
    listed = with_several(text, state)
    if listed is not None:
        return Rewrite(question=listed, guides=state.guides)
    if not said.named_items:
        pointed = with_item(text, state, names_move=said.own.move.named)
        if pointed is not None:
            return Rewrite(question=pointed[0], guides=state.guides, items=(pointed[1],))
    return Rewrite(question=text, guides=_guides_for(said))


def _guides_for(said: Said) -> tuple[str, ...]:
    """The guides to read a turn with: those in focus, unless it names an item of others.

    An item is of others when its whole name is said, or when it was spoken of before, and no item
    in focus is named as well.
    """
    focus = said.state.guides
    own = said.own
    if own.move.named or any(item.strength >= _SURE_NAME for ask in own.asks for item in ask.items):
        return focus
    elsewhere = said.reader.holders(said.text)
    if elsewhere and not set(elsewhere) & set(focus):
        return elsewhere if len(elsewhere) == 1 else ()
    if any(item.strength >= _LIKELY_NAME for ask in own.asks for item in ask.items):
        return focus
    tokens = tokenise(said.text)
    before = {(item.guide, item.name) for item in said.state.items if item.guide not in focus}
    for slug in dict.fromkeys(slug for slug, _ in reversed([*before])):
        for item in said.reader.catalogue.items(slug).find(tokens):
            if item.strength >= _LIKELY_NAME and (slug, item.name) in before:
                return (slug,)
    return focus


def _leans(question: str, state: State, reader: Reader) -> bool:
    """Whether a turn that was left as it is still needs what was said before."""
    own = reader.understand(question, state.guides)
    if own.manner is not Manner.QUESTION:
        return False
    if own.move.named:
        return not any(ask.fields or ask.items or ask.key_terms or ask.topics for ask in own.asks)
    return bool(phrases.LEANING.search(question.lower())) or len(words(question)) <= _FEW_WORDS


def _spoken(
    state: State, text: str, rewrite: Rewrite, read: Understanding, news: Told, reader: Reader
) -> State:
    """The conversation after a question of the person's."""
    guides = read.move.guides or state.guides
    if not guides and len(read.move.nearest) == 1:
        guides = read.move.nearest
    spoken = state.spoken
    if len(guides) == 1 or read.move.compared:
        spoken = (*(slug for slug in spoken if slug not in guides), *guides)
    telling = news.anything and rewrite.question == text and not phrases.ASKING.search(text.lower())
    focus: dict[str, object] = {"guides": guides, "spoken": spoken, "started": True}
    if telling and state.question and not read.move.named:
        return state.model_copy(update=focus)
    ask = read.asks[-1] if read.asks else None
    fields = ask.fields if ask and ask.fields else state.fields
    items = rewrite.items or _items_asked(read, reader)
    if ask and ask.aggregate is Aggregate.NEXT and items and not rewrite.items:
        after = following(items[0], reader.catalogue.guides[items[0].guide])
        items = (after,) if after else items
    return state.model_copy(
        update={
            **focus,
            "question": rewrite.question,
            "ask": ask or state.ask,
            "move": read.move,
            "fields": fields,
            "fresh": items,
            "items": _latest(state.items, items),
        }
    )


def _items_asked(read: Understanding, reader: Reader) -> tuple[Item, ...]:
    if len(read.move.guides) != 1:
        return ()
    guide = reader.catalogue.guides[read.move.guides[0]]
    found = (choose_item(guide, ask) for ask in read.asks)
    return tuple(dict.fromkeys(item for item in found if item is not None))


def _heard(state: State, text: str, reader: Reader) -> State:
    """The conversation after a reply of the coach's."""
    reply = reader.reply(text, state.guides)
    guides, spoken = state.guides, state.spoken
    if (
        len(reply.guides) == 1
        and not reply.asks_which
        and (not guides or reply.guides[0] in guides)
    ):
        guides = reply.guides
        spoken = (*(slug for slug in spoken if slug not in guides), *guides)
    listed = tuple(slug for entry in reply.listed for slug in entry.guides)
    fresh = state.fresh
    if fresh or (len(text.split()) <= _BRIEF and _names_items(state.fields)):
        own = [item for item in reply.items if item.resource is None]
        resources = [item for item in reply.items if item.resource is not None]
        if not fresh and len(own) == 1:
            fresh = tuple(own)
        if len(resources) == 1 and len(own) <= 1 and len(fresh) <= 1 and resources[0] not in fresh:
            fresh = (*fresh, resources[0])
    return state.model_copy(
        update={
            "guides": guides,
            "spoken": spoken,
            "fresh": fresh,
            "items": _latest(state.items, fresh),
            "reply": reply,
            "choices": listed if len(listed) > 1 else state.choices,
            "started": True,
        }
    )


def _names_items(fields: Sequence[Field]) -> bool:
    """Whether an answer about these fields is about the items it names."""
    return not fields or bool(_ITEM_FIELDS & set(fields))


def _latest(before: Sequence[Item], now: Sequence[Item]) -> tuple[Item, ...]:
    names = {(item.guide, item.name) for item in now}
    kept = [item for item in before if (item.guide, item.name) not in names]
    return (*kept, *now)[-_MOST_ITEMS:]


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
        and not phrases.CARRYING_ON.search(resolved.question.lower())
        and not understood.move.named
    ):
        return understood
    return understood.model_copy(
        update={"asks": (ask.model_copy(update={"fields": resolved.fields}),)}
    )
