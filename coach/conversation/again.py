"""Turns that only make sense after another turn, put as questions of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from coach.conversation import phrases, wording
from coach.conversation.pointing import counted, entry_name, of_kind
from coach.conversation.reading import Reader
from coach.conversation.values import Listed, Rewrite, State
from coach.domain import Guide, Section
from coach.lookup import choose_item
from coach.terms import fold, words
from coach.understanding import Field, Item, Manner, Understanding
from coach.understanding.manner import plain
from coach.understanding.values import PAY
from coach.understanding.vocabulary import FUNCTION_WORDS

_OF_ITEMS = frozenset({Field.TIMELINE, Field.PRIORITY, Field.RESOURCES, Field.AUTHOR})
_COMPARED = PAY | {
    Field.TIMELINE,
    Field.DIFFICULTY,
    Field.HOURS,
    Field.DEMAND,
    Field.GROWTH,
    Field.OPENINGS,
}
_SHORT = 4
_BRIEF = 6
_FEW = 3


@dataclass(frozen=True)
class Said:
    """A turn and what came before it."""

    text: str
    state: State
    reader: Reader

    @cached_property
    def folded(self) -> str:
        """The text, folded."""
        return fold(self.text)

    @cached_property
    def plain(self) -> str:
        """The text, folded and without punctuation."""
        return plain(self.text)

    @cached_property
    def own(self) -> Understanding:
        """What the text says by itself, the guides in focus given."""
        return self.reader.understand(self.text, self.state.guides)

    @cached_property
    def guide(self) -> Guide | None:
        """The one guide in focus."""
        guides = self.state.guides
        return self.reader.catalogue.guides[guides[0]] if len(guides) == 1 else None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields the text names itself."""
        return tuple(field for ask in self.own.asks for field in ask.fields)

    @cached_property
    def bare(self) -> bool:
        """Whether the text names no field, no item and no subject of its own."""
        return not any(
            ask.fields or ask.key_terms or ask.topics or ask.aggregate or ask.claims
            or (ask.items and ask.items[0].strength >= 0.5)
            for ask in self.own.asks
        )  # fmt: skip

    @cached_property
    def named_items(self) -> tuple[Item, ...]:
        """The items the text itself names."""
        if self.guide is None:
            return ()
        found = (choose_item(self.guide, ask) for ask in self.own.asks)
        return tuple(item for item in found if item is not None)


Rule = Callable[[Said], Rewrite | None]


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
    if not said.bare and (len(words(said.text)) > _BRIEF or said.fields):
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
    noun = match.group().split()[-1]
    state = said.state
    entry = _other_item(said, noun) if noun not in {"guide", "move", "path", "pathway"} else None
    if entry is None:
        slug = _other_guide(state)
        entry = Listed(text="", guides=(slug,)) if slug else None
    if entry is None:
        return None
    if said.bare or len(words(said.text)) <= _SHORT:
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


def compared(said: Said) -> Rewrite | None:
    """“Which of the two is faster?”, of the guides spoken of last."""
    state, own = said.state, said.own
    if said.named_items or not set(said.fields) <= _COMPARED or own.move.compared:
        return None
    if own.move.named:
        apart = len(own.move.guides) == 1 and said.guide and own.move.guides != state.guides
        if not apart or not phrases.AGAINST.search(said.folded):
            return None
        return _side_by_side(said, (*state.guides, *own.move.guides))
    weighing = phrases.MORE_OR_LESS.search(said.folded)
    if not phrases.COMPARING.search(said.folded) or not weighing:
        against = phrases.AGAINST.search(said.folded) and phrases.OTHER.search(said.folded)
        if not (against and weighing):
            return None
    items = [entry.item for entry in state.reply.listed if entry.item is not None]
    listed = tuple(slug for entry in state.reply.listed for slug in entry.guides)
    if len(listed) > 1 and not phrases.TWO.search(said.folded):
        return _side_by_side(said, listed)
    two_items = tuple(item for item in state.items if item.resource is None)[-2:]
    if state.fresh and len(two_items) == 2 and set(said.fields) & {Field.TIMELINE, Field.PRIORITY}:
        first, second = (wording.of_item(item, said.own.asks[0]) for item in two_items)
        return Rewrite(question=f"{first} {second}", guides=state.guides, items=two_items)
    if len(items) > 1 and not set(said.fields) & PAY:
        return None
    pair = state.spoken[-2:] if len(state.spoken) > 1 else state.choices
    return _side_by_side(said, pair) if len(pair) == 2 else None


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
    if not phrases.NEXT.match(said.plain) or said.guide is None:
        return None
    later = wording.later_field(state.fields)
    if later is not None:
        question = wording.of_field(later, said.guide)
        return Rewrite(question=question, guides=state.guides)
    places = [item for item in state.fresh if item.resource is None] or [
        item for item in state.items if item.section is Section.PHASE and item.resource is None
    ][-1:]
    if not places:
        return None
    item = places[0]
    after = wording.following(item, said.guide)
    if item.section is Section.PHASE:
        number = said.guide.phases[item.index].number
        question = f"What comes after phase {number}, {item.name}?"
        return Rewrite(question=question, guides=state.guides, items=(after,) if after else ())
    if after is None:
        return None
    return Rewrite(question=f"Tell me about {after.name}.", guides=state.guides, items=(after,))


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
        question = f"Tell me more about {item.name}."
        return Rewrite(question=question, guides=state.guides, items=(item,))
    return Rewrite(question=state.question, guides=state.guides, items=state.fresh)


def of_another_guide(said: Said) -> Rewrite | None:
    """“And for nurses?”: a move and nothing else."""
    move = said.own.move
    if not move.named or not move.guides or move.unknown_roles or move.compared or not said.bare:
        return None
    return _for_guides(said, move.guides)


def of_another_item(said: Said) -> Rewrite | None:
    """“What about Deep Learning?”, after a question about another item."""
    state = said.state
    if said.fields or not said.named_items or not state.fresh or said.own.move.named:
        return None
    short = len(words(said.text)) <= _SHORT or phrases.CARRYING_ON.search(said.folded)
    if not short or not (set(state.fields) & _OF_ITEMS):
        return None
    item = said.named_items[0]
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
    question = f"{said.text.strip(' ?.!')} for {item.name}?"
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
    meant = replace(said, text=rest)
    if meant.own.manner is not Manner.QUESTION:
        return None
    found = first_of(MEANT, meant)
    if found is not None:
        return found
    if not meant.fields and not meant.named_items:
        return Rewrite(question=rest, guides=state.guides) if not refused else None
    if meant.fields and state.fresh and set(meant.fields) <= _OF_ITEMS and not meant.named_items:
        question = wording.of_item(state.fresh[0], meant.own.asks[0])
        return Rewrite(question=question, guides=state.guides, items=state.fresh[:1])
    if meant.fields and len(words(rest)) <= _SHORT and said.guide:
        question = wording.of_field(meant.fields[0], said.guide)
        ask = meant.own.asks[0]
        if not ask.key_terms and ask.priority is None and not ask.resource_kinds:
            return Rewrite(question=question, guides=state.guides)
    return Rewrite(question=rest, guides=state.guides)


def first_of(rules: Sequence[Rule], said: Said) -> Rewrite | None:
    """What the first rule that fits makes of a turn."""
    return next((found for rule in rules if (found := rule(said)) is not None), None)


# What a correction can name: an entry, another guide, another item.
MEANT: tuple[Rule, ...] = (other, only_counted, chosen, of_another_guide, of_another_item)
RULES: tuple[Rule, ...] = (
    accepted,
    other,
    only_counted,
    chosen,
    why,
    following,
    more,
    compared,
    corrected,
    of_another_guide,
    of_another_item,
    of_the_same_item,
)
