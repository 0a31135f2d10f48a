"""Turns that compare guides or items spoken of: "which of the two is faster?"."""

from __future__ import annotations

from coach.conversation import phrases, wording
from coach.conversation.said import Said
from coach.conversation.values import Rewrite
from coach.understanding import Field
from coach.understanding.values import PAY

_COMPARED = PAY | {
    Field.TIMELINE,
    Field.DIFFICULTY,
    Field.HOURS,
    Field.DEMAND,
    Field.GROWTH,
    Field.OPENINGS,
}


def compared(said: Said) -> Rewrite | None:
    """“Which of the two is faster?”, of the guides spoken of last."""
    state, own = said.state, said.own
    if said.named_items or not set(said.fields) <= _COMPARED or own.move.compared:
        return None
    if own.move.named:
        apart = len(own.move.guides) == 1 and said.guide and own.move.guides != state.guides
        pointing = phrases.POINTING_BACK.search(said.folded)
        if not apart or not pointing or not phrases.AGAINST.search(said.folded):
            return None
        return _side_by_side(said, (*state.guides, *own.move.guides))
    weighing = phrases.MORE_OR_LESS.search(said.folded)
    against = phrases.AGAINST.search(said.folded) and phrases.OTHER.search(said.folded)
    if not weighing or not (phrases.COMPARING.search(said.folded) or against):
        return None
    spoken = state.spoken[-2:]
    if state.fresh and set(said.fields) & {Field.TIMELINE, Field.PRIORITY}:
        two = tuple(item for item in state.items if item.resource is None)[-2:]
        if len(two) == 2 and len({item.guide for item in two}) == 1:
            first, second = (wording.of_item(item, own.asks[0]) for item in two)
            return Rewrite(question=f"{first} {second}", guides=state.guides, items=two)
    listed = tuple(slug for entry in state.reply.listed for slug in entry.guides)
    items = [entry.item for entry in state.reply.listed if entry.item is not None]
    many = phrases.HOW_MANY.search(said.folded)
    if many and not many["two"]:
        count = 3 if many["three"] else len(state.spoken)
        pools = (listed, state.choices, state.spoken[-count:])
        spoken = next((p for p in pools if len(p) > 2 and (many["all"] or len(p) == count)), spoken)
    elif len(listed) > 1 and not many:
        spoken = listed
    elif len(items) > 1 and not set(said.fields) & PAY:
        return None
    elif len(spoken) < 2:
        spoken = state.choices
        if len(spoken) != 2:
            return None
    return _side_by_side(said, spoken) if len(spoken) > 1 else None


def compared_items(said: Said) -> Rewrite | None:
    """“Is it longer than Deep Learning?”, of the item in focus."""
    state, guide = said.state, said.guide
    if guide is None or not state.fresh or not said.named_items or said.own.move.named:
        return None
    weighing = phrases.MORE_OR_LESS.search(said.folded) and phrases.AGAINST.search(said.folded)
    if not weighing or not phrases.POINTING_BACK.search(said.folded):
        return None
    two = tuple(wording.holder(item, guide) for item in (state.fresh[0], said.named_items[0]))
    if (two[0].section, two[0].index) == (two[1].section, two[1].index):
        return None
    first, second = (wording.of_item(item, said.own.asks[0]) for item in two)
    return Rewrite(question=f"{first} {second}", guides=state.guides, items=two)


def _side_by_side(said: Said, guides: tuple[str, ...]) -> Rewrite:
    chosen = [said.reader.catalogue.guides[slug] for slug in guides]
    names = [guide.to_role for guide in chosen]
    if len(set(names)) < len(names):
        names = [f"{guide.from_role} to {guide.to_role}" for guide in chosen]
    question = said.text.strip(" ?.!")
    if said.own.move.named or not said.fields:
        field = (said.fields or said.state.fields or (Field.TIMELINE,))[0]
        question = wording.which(field, question, named=said.own.move.named)
    return Rewrite(question=f"{question}: {', '.join(names[:-1])} or {names[-1]}?", guides=guides)
