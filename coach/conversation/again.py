"""Turns that ask again: why, what next, more, the same of another item, or put right."""

from __future__ import annotations

import re

from coach.conversation import phrases, wording
from coach.conversation.choosing import (
    accepted,
    back_to,
    chosen,
    of_another_guide,
    only_counted,
    other,
)
from coach.conversation.comparing import compared, compared_items
from coach.conversation.said import Rule, Said, first_of
from coach.conversation.values import Rewrite
from coach.domain import Section
from coach.lookup import choose_item
from coach.terms import words
from coach.understanding import Field, Manner
from coach.understanding.values import PAY

_OF_ITEMS = frozenset({Field.TIMELINE, Field.PRIORITY, Field.RESOURCES, Field.AUTHOR})
_PAY = {"range": Field.WAGE_RANGE, "before": Field.WAGE_BEFORE, "after": Field.WAGE_AFTER}
_PERIODS = {
    "week": Field.THIS_MONTH,
    "month": Field.NEXT_90_DAYS,
    "30 days": Field.NEXT_90_DAYS,
}
_SHORT = 4
_BRIEF = 6
_FEW = 3


def why(said: Said) -> Rewrite | None:
    """“Why?”, of the last answer."""
    state = said.state
    if not phrases.WHY.match(said.plain) or not state.question:
        return None
    if state.fresh and said.guide:
        item = state.fresh[0]
        question = wording.why_item(item, said.guide, state.ask)
        return Rewrite(question=question, guides=state.guides, items=(item,))
    field = (said.fields or state.fields or (Field.OVERVIEW,))[0]
    reason = wording.why_guide(said.guide, field) if said.guide else None
    listed = [entry.item.name for entry in state.reply.listed if entry.item is not None]
    if reason is None and 1 < len(listed) <= _FEW and field in {Field.SKILLS, Field.PRIORITY}:
        rating = state.ask.priority if state.ask and state.ask.priority else "important"
        reason = f"Why are {', '.join(listed[:-1])} and {listed[-1]} {rating}?"
    return Rewrite(question=reason or f"Why? {state.question}", guides=state.guides)


def following(said: Said) -> Rewrite | None:
    """“What comes after that?”: the next phase, skill or part of the action plan."""
    state = said.state
    if said.guide is None:
        return None
    period = phrases.AFTER_PERIOD.search(said.folded)
    later = _PERIODS[period["period"]] if period else wording.later_field(state.fields)
    if later is not None and (period or phrases.NEXT.match(said.plain)):
        question = wording.of_field(later, said.guide)
        return Rewrite(question=question, guides=state.guides)
    within = phrases.THE_NEXT.search(said.folded)
    alone = phrases.NEXT.match(said.plain) or phrases.SAME_OF_NEXT.match(said.plain)
    if not alone and not (within and len(said.folded) == len(said.text)):
        return None
    places = [item for item in state.fresh if item.resource is None] or [
        item for item in state.items if item.section is Section.PHASE and item.resource is None
    ][-1:]
    if not places:
        return None
    item = places[0]
    item = wording.holder(item, said.guide)
    after = wording.following(item, said.guide)
    if after is not None and not alone and within:
        question = (
            f"{said.text[: within.start()]}{wording.name_of(after)}{said.text[within.end() :]}"
        )
        return Rewrite(question=question, guides=state.guides, items=(after,))
    if not alone:
        return None
    ask = state.ask
    same = ask and ({Field.RESOURCES, Field.AUTHOR} & set(ask.fields) or wording.asks_length(ask))
    if after is not None and same and phrases.SAME_OF_NEXT.match(said.plain):
        question = wording.of_item(after, state.ask)
        return Rewrite(question=question, guides=state.guides, items=(after,))
    if item.section is Section.PHASE:
        number = said.guide.phases[item.index].number
        question = f"What comes after phase {number}, {item.name}?"
        return Rewrite(question=question, guides=state.guides, items=(after,) if after else ())
    if after is None:
        return None
    return Rewrite(
        question=f"Tell me about {wording.name_of(after)}.", guides=state.guides, items=(after,)
    )


def more(said: Said) -> Rewrite | None:
    """“Tell me more”, "any other?"."""
    state = said.state
    if not phrases.MORE.match(said.plain) or not state.question:
        return None
    others = phrases.ANOTHER.search(said.plain)
    if others and {Field.RESOURCES, Field.AUTHOR} & set(state.fields):
        kinds = wording.kinds_of(state.ask.resource_kinds if state.ask else ())
        question = f"Which other {kinds} does the guide name?"
        return Rewrite(question=question, guides=state.guides)
    if others and {Field.SKILLS, Field.PRIORITY} & set(state.fields):
        question = "Which other skills do I need to learn?"
        return Rewrite(question=question, guides=state.guides)
    if state.fresh and not others:
        item = state.fresh[0]
        question = f"Tell me more about {wording.name_of(item)}."
        return Rewrite(question=question, guides=state.guides, items=(item,))
    return Rewrite(question=state.question, guides=state.guides, items=state.fresh)


def of_another_item(said: Said) -> Rewrite | None:
    """“What about Deep Learning?”, after a question about another item."""
    state = said.state
    if said.fields or not state.fresh or said.own.move.named or said.guide is None:
        return None
    short = said.length <= _SHORT or phrases.CARRYING_ON.search(said.folded)
    if not short or not (set(state.fields) & _OF_ITEMS):
        return None
    asked = (ask.model_copy(update={"fields": state.fields}) for ask in said.own.asks)
    item = next((item for ask in asked if (item := choose_item(said.guide, ask))), None)
    if item is None:
        return None
    question = wording.of_item(item, state.ask)
    return Rewrite(question=question, guides=state.guides, items=(item,))


def of_the_same_item(said: Said) -> Rewrite | None:
    """“And which course?”, after a question about an item."""
    state = said.state
    if not state.fresh or said.named_items or said.own.move.named or len(said.own.asks) != 1:
        return None
    asked = re.sub(rf"^{phrases.LEAD}", "", said.plain)
    if not phrases.ITEM_ELLIPSIS.match(asked) or phrases.ANOTHER.search(asked):
        return None
    item = next((item for item in state.fresh if item.resource is None), state.fresh[0])
    item = wording.holder(item, said.guide) if said.guide else item
    question = f"{said.text.strip(' ?.!')} for {wording.name_of(item)}?"
    return Rewrite(question=question, guides=state.guides, items=(item,))


def corrected(said: Said) -> Rewrite | None:
    """“I meant the nurse one”, "no, the pay": the last question, put right."""
    state = said.state
    if not state.question:
        return None
    match = phrases.CORRECTING.match(said.folded)
    refused = match is None
    match = match or phrases.REFUSING.match(said.folded)
    if match is None or len(said.folded) != len(said.text):
        return None
    rest = phrases.NOT_MEANT.sub("", said.text[match.end() :].strip(" ?.!,"))
    if not rest or (refused and len(words(rest)) > _BRIEF):
        return None
    meant = said.about(rest)
    if meant.own.manner is not Manner.QUESTION:
        return None
    found = first_of(MEANT, meant)
    if found is not None:
        return found
    if not meant.fields and not meant.named_items:
        if refused:
            return None
        return Rewrite(question=f"{state.question.rstrip(' ?.!')}, {rest}?", guides=state.guides)
    if meant.fields and state.fresh and set(meant.fields) <= _OF_ITEMS and not meant.named_items:
        question = wording.of_item(state.fresh[0], meant.own.asks[0])
        return Rewrite(question=question, guides=state.guides, items=state.fresh[:1])
    if meant.fields and len(words(rest)) <= _SHORT and said.guide:
        question = wording.of_field(meant.fields[0], said.guide)
        ask = meant.own.asks[0]
        if not ask.key_terms and ask.priority is None and not ask.resource_kinds:
            return Rewrite(question=question, guides=state.guides)
    return Rewrite(question=rest, guides=state.guides)


def of_pay(said: Said) -> Rewrite | None:
    """“And the range?”, “and before?”, after a question about pay."""
    if not set(said.state.fields) & PAY or said.guide is None:
        return None
    asked = re.sub(rf"^{phrases.LEAD}", "", said.plain)
    kind = next((kind for pattern, kind in phrases.PAY_FIELDS if pattern.match(asked)), None)
    if kind is None:
        return None
    question = wording.of_field(_PAY[kind], said.guide)
    return Rewrite(question=question, guides=said.state.guides)


# What a correction can name: an entry, another guide, another item.
MEANT: tuple[Rule, ...] = (other, only_counted, chosen, of_another_guide, of_another_item)
RULES: tuple[Rule, ...] = (
    accepted,
    back_to,
    other,
    only_counted,
    chosen,
    of_pay,
    why,
    following,
    more,
    compared,
    compared_items,
    corrected,
    of_another_guide,
    of_another_item,
    of_the_same_item,
)
