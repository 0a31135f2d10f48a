"""Answer one ask from one guide: fields first, then FAQ entries and passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coach.answering import replies
from coach.answering.draft import Draft
from coach.answering.extracting import answering_pieces
from coach.answering.fields import compose_field
from coach.answering.items import compose_item
from coach.answering.matching import (
    ARGUED,
    faq_by_meaning,
    faq_by_words,
    faq_on_pay,
    item_by_meaning,
    passage_of_item,
    passages_at_hand,
)
from coach.answering.material import Material
from coach.answering.nearest import names_unknown, quote_nearest
from coach.answering.person import add_pace, head_start, tells_hours
from coach.coverage import (
    asks_for_amount,
    best_passage,
    limited_by_place,
    missing_qualifiers,
    missing_topics,
)
from coach.domain import Guide, Passage, Section
from coach.lookup import choose_item, spans, statistics
from coach.terms import fold
from coach.understanding import Aggregate, Ask, Field
from coach.understanding.claims import claims_about

HEADLINES = frozenset({Field.TIMELINE, Field.DIFFICULTY, Field.SALARY, Field.HOURS, Field.DEMAND})
_COMPUTED = frozenset({Aggregate.SUM, Aggregate.LONGEST, Aggregate.SHORTEST})
_OF_ITEMS = frozenset({Field.TIMELINE, Field.PRIORITY, Field.RESOURCES})
_OF_PACE = frozenset({Field.TIMELINE, Field.HOURS})
_JUDGED = frozenset({Field.TIMELINE, Field.SALARY})
_WHY = re.compile(r"\b(?:why|difference|come from)\b", re.IGNORECASE)
_JOINED = re.compile(r"\band\b|,|\+|&")
_NAMED = 0.8
# Chosen on the tuning questions in evals/cases, as all thresholds of likelihood.
_LIKELY = 0.55


@dataclass
class Outcome:
    """How far the asks were answered."""

    answered: bool = False
    missing: tuple[str, ...] = ()

    def lack(self, missing: Sequence[str]) -> None:
        """Note what the guides do not hold, in the person's words."""
        self.missing = tuple(dict.fromkeys((*self.missing, *missing)))


def answer_ask(material: Material, draft: Draft, guide: Guide, ask: Ask, outcome: Outcome) -> None:
    """Answer one ask from one guide, or note what is missing."""
    passages = material.passages_of(guide.slug)
    begun = head_start(material, guide, ask)
    if begun is not None:
        quote(draft, begun, ask, material.rarity)
        outcome.answered = True
        return
    # A topic told by meaning alone may be what an FAQ entry is about; one told by words is not.
    if ask.leaning is not None and _answer_from_faq(material, draft, guide, ask):
        outcome.answered = True
        return
    if ask.leaning is not None and ask.topics:
        held, _ = best_passage(ask, material.hits, material.rarity)
        if held is not None:
            quote(draft, held, ask, material.rarity)
            outcome.answered = True
            return
    if topics := missing_topics(ask, passages_at_hand(material, guide, ask)):
        draft.add_absent(replies.not_in_guide(topics, guide))
        outcome.lack(topics)
        for field in ask.fields:
            if field in HEADLINES and _JOINED.search(ask.text):
                outcome.answered = compose_field(draft, guide, ask, field) or outcome.answered
        return
    places = missing_qualifiers(ask, passages) if limited_by_place(ask) else ()
    if places:
        draft.add_absent(replies.not_in_guide(places, guide))
        outcome.lack(places)
    timed = bool(_OF_PACE & set(ask.fields)) and choose_item(guide, ask) is None
    if not (timed and tells_hours(material)) and _answer_from_faq(material, draft, guide, ask):
        outcome.answered = True
        return
    open_ask = bool(ask.key_terms) and not ask.fields and not places
    open_ask = open_ask and not _surely_named(guide, ask)
    if open_ask and quote_nearest(material, draft, guide, ask, sure=True):
        outcome.answered = True
        return
    if _from_fields(material, draft, guide, ask):
        if timed:
            add_pace(draft, guide, material)
        outcome.answered = True
        return
    if asks_for_amount(ask) and guide.salary_change is not None:
        outcome.lack(("an amount of pay",))
        draft.add_absent(replies.not_in_guide(("an amount of pay",), guide))
        compose_field(draft, guide, ask, Field.SALARY)
        outcome.answered = True
        return
    passage, lacking = best_passage(ask, material.hits, material.rarity)
    if not places and quote_nearest(material, draft, guide, ask, sure=passage is not None):
        outcome.answered = True
        return
    passage = passage or passage_of_item(guide, ask, passages)
    if passage is None and not places and _from_likely(material, draft, guide, ask):
        outcome.answered = True
        return
    if passage is not None and not places:
        quote(draft, passage, ask, material.rarity)
        outcome.answered = True
    elif not places:
        absent = () if spans(guide, ask) else tuple(field.value for field in ask.fields)
        missing = absent or lacking
        draft.add_absent(replies.not_in_guide(absent or replies.in_quotes(lacking), guide))
        outcome.lack(missing or ("that",))


def _from_likely(material: Material, draft: Draft, guide: Guide, ask: Ask) -> bool:
    """Answer from the field that a question likely asks for, where nothing else tells."""
    if ask.likely is None or ask.topics or (ask.leaning or 0.0) < _LIKELY:
        return False
    if names_unknown(material, guide, ask):
        return False
    return compose_field(draft, guide, ask, ask.likely)


def _from_fields(material: Material, draft: Draft, guide: Guide, ask: Ask) -> bool:
    """Answer from the guide's fields: the item asked about, else the fields themselves."""
    item = choose_item(guide, ask) or item_by_meaning(material, guide, ask)
    if Field.HOURS in ask.fields:
        item = None
    # "Must one code in security?" names a word of an item, and asks about something else.
    in_passing = bool(ask.key_terms) and not ask.fields and ask.yes_no
    if item is not None and in_passing and item.strength < _NAMED:
        held = passage_of_item(guide, ask, material.passages_of(guide.slug))
        item = item if held is not None else None
    if item is not None and item.resource is not None and ask.key_terms and not ask.fields:
        return False
    if item is not None and (ask.topics or compose_item(draft, guide, ask, item)):
        return not ask.topics
    # A role's name alone asks about the move as a whole.
    fields = list(ask.fields) or ([] if ask.content else [Field.OVERVIEW])
    if fields == [Field.PRIORITY] and ask.yes_no and ask.key_terms:
        return False
    if Field.PHASES in fields and Field.TIMELINE in fields:
        fields.remove(Field.TIMELINE)
    if Field.SKILLS in fields and Field.PRIORITY in fields:
        fields.remove(Field.PRIORITY)
    composed = [compose_field(draft, guide, ask, field) for field in fields]
    return any(composed)


def _answer_from_faq(material: Material, draft: Draft, guide: Guide, ask: Ask) -> bool:
    """Quote the FAQ entry that asks the same; sums and claims are for the fields."""
    if ask.fields and ask.aggregate in _COMPUTED and not ask.claims:
        return False
    judged = any(claims_about(field, ask.claims) for field in _JUDGED & set(ask.fields))
    if judged and not _WHY.search(ask.text):
        return False
    if _asks_of_named_item(guide, ask):
        return False
    faq = (
        faq_on_pay(material, guide, ask)
        or faq_by_words(material, guide, ask)
        or faq_by_meaning(material, guide, ask)
    )
    if faq is None:
        return False
    quote(draft, faq, ask, material.rarity)
    said = fold(" ".join(draft.lines))
    for field in ask.fields:
        if field in ARGUED and not all(
            fold(figure.value.value).rstrip(".") in said for figure in statistics(guide, field)
        ):
            compose_field(draft, guide, ask, field)
    return True


def _asks_of_named_item(guide: Guide, ask: Ask) -> bool:
    """Whether a field is asked of a skill or phase that is named in full."""
    item = choose_item(guide, ask)
    named = item is not None and item.resource is None and item.strength >= _NAMED
    return named and bool(ask.fields) and set(ask.fields) <= _OF_ITEMS and not _WHY.search(ask.text)


def _surely_named(guide: Guide, ask: Ask) -> bool:
    item = choose_item(guide, ask)
    return item is not None and item.strength >= _NAMED


def quote(draft: Draft, passage: Passage, ask: Ask, rarity: Callable[[str], float]) -> None:
    """Add the words of a passage that answer."""
    chosen = answering_pieces(passage, ask, rarity)
    if len(chosen) > 1 and passage.section not in {Section.FAQ, Section.OVERVIEW, Section.DOCUMENT}:
        for piece in chosen:
            draft.add(f"- {' '.join(piece.split())} {draft.cite_words(passage, piece)}")
        return
    for piece in chosen:
        draft.add(f"{' '.join(piece.split())} {draft.cite_words(passage, piece)}")
