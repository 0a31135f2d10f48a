"""Which FAQ entry, item or passage of a guide a question is about, where no field tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.answering.material import Material
from coach.domain import Guide, Passage, ResourceKind, Section
from coach.lookup import choose_item, item_span, passage_at
from coach.terms import fold, stem, terms, words
from coach.understanding import Ask, Field, Item
from coach.understanding.patterns import any_of
from coach.understanding.values import PAY, ROLE
from coach.understanding.vocabulary import BACKGROUND_WORDS, FUNCTION_WORDS

# An FAQ entry on these says more than the statistic does.
ARGUED = frozenset({Field.EDUCATION, Field.EXPERIENCE})
_FAQ_LIKENESS = 0.55
_ARGUED_LIKENESS = 0.35
_NEARLY_ALL = 0.55
# Cosines of a question with passages, chosen on the tuning questions in evals/cases.
_NEAR = 0.48
_MARGIN = 0.02
_LEAST_NEAR = 0.25
_CLEAR_MARGIN = 0.1
_VERY_NEAR = 0.6
_WIDE_MARGIN = 0.15
_NEAR_ITEM = 0.4
_AT_HAND = 5
_OWNER = {
    Field.TIMELINE: Section.SKILL_GAP,
    Field.PRIORITY: Section.SKILL_GAP,
    Field.RESOURCES: Section.SKILL_GAP,
    Field.TRANSFERABLE_SKILLS: Section.TRANSFERABLE_SKILL,
}
_WHY = re.compile(r"\b(?:why|how come)\b", re.IGNORECASE)
_ON_PAY = re.compile(r"\b(?:salary|pay|wages?|earn)\b", re.IGNORECASE)
_AGE = "age"
# What people ask about in many words, and one stem to know it by.
_IDEAS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        _AGE,
        any_of(
            r"age[ds]?",
            r"old(?:er)?",
            r"late",
            r"young(?:er)?",
            r"past (?:it|my prime)",
            r"(?:i'?m|i am|of|at|turn(?:ed|ing)?) (?:\w+ )?[3-6]\d"
            r"(?! ?(?:%|percent|hours?|weeks?|months?))",
        ),
    ),
    (
        stem("keep"),
        any_of(
            r"keep(?:s|ing)?",
            r"stop(?:s|ping)?",
            r"quit(?:ting)?",
            r"los(?:e|ing)",
            r"giv(?:e|ing) up",
            r"no longer",
            r"still (?!need|have|worth|possible|useful)",
        ),
    ),
    (stem("code"), any_of(r"cod(?:e|es|ing)", r"program(?:s|ming)?")),
    (
        stem("inside"),
        any_of(
            r"inside",
            r"internal(?:ly)?",
            r"(?:present|current|own|same|my|change|leave|leaving|stay with) (?:\w+ )?"
            r"(?:company|employer|firm)",
            r"where i (?:\w+ )?(?:am|work|test|teach|nurse)",
        ),
    ),
)
_BACKGROUND_STEMS = frozenset(stem(word) for word in BACKGROUND_WORDS)


def passages_at_hand(material: Material, guide: Guide, ask: Ask) -> list[Passage]:
    """The passage of the item asked about, else the passages found first."""
    item = choose_item(guide, ask)
    own = passage_at(material.passages_of(guide.slug), item_span(guide, item)) if item else None
    return [own] if own else [hit.passage for hit in material.hits[:_AT_HAND]]


def _said(material: Material, guide: Guide, ask: Ask) -> set[str]:
    """The stems of what was asked: of the whole question, unless it has several parts.

    What is told beside the question counts as far as some entry asks about it: anything else
    ("I have three children") is who asks, and changes nothing.
    """
    asked = _content(ask.text)
    if len(material.understanding.asks) == 1:
        entries = (entry.question.value for entry in guide.faq if entry.question)
        told = _content(material.understanding.text) & _content(" ".join(entries))
        asked |= told - (_BACKGROUND_STEMS - {_AGE})
    # Said beside a question for a field, an age is who asks, not what is asked.
    aside = {_AGE} if ask.fields else set()
    return asked - _role_stems(guide) - aside


def _is_specific(said: set[str], ask: Ask) -> bool:
    """Whether a question says more than which field it asks for."""
    return (
        bool(ask.key_terms) or not ask.fields or bool(said - _BACKGROUND_STEMS - _content(ask.text))
    )


def faq_by_words(material: Material, guide: Guide, ask: Ask) -> Passage | None:
    """The FAQ entry whose question has the same words, if one does.

    Two ways to be alike, over stems weighted by rarity: Dice's coefficient, or most of the entry's
    words said in a question that is not much longer or is near in meaning.
    """
    said = _said(material, guide, ask)
    argued = bool(ARGUED & set(ask.fields))
    specific = _is_specific(said, ask) or argued
    rarity = material.rarity
    nearness = {
        hit.passage.item: hit.dense
        for hit in material.hits
        if hit.passage.section is Section.FAQ and hit.passage.guide == guide.slug and hit.dense
    }
    best, position = 0.0, None
    for index, entry in enumerate(guide.faq):
        if entry.question is None:
            continue
        asked = _content(entry.question.value) - _role_stems(guide)
        # What says no more than its field is meant for an entry only where it asks all that does.
        if not specific and not (asked <= said and asked - _BACKGROUND_STEMS):
            continue
        shared = sum(rarity(part) for part in said & asked)
        whole, wanted = sum(rarity(part) for part in said), sum(rarity(part) for part in asked)
        likeness = 2 * shared / (whole + wanted) if shared else 0.0
        near = likeness >= _ARGUED_LIKENESS or nearness.get(index, 0.0) >= _NEAR
        if shared and shared / wanted >= _NEARLY_ALL and near:
            likeness = max(likeness, _FAQ_LIKENESS)
        if likeness > best:
            best, position = likeness, index
    if best < (_ARGUED_LIKENESS if argued else _FAQ_LIKENESS):
        return None
    passages = material.passages_of(guide.slug)
    return next((p for p in passages if p.section is Section.FAQ and p.item == position), None)


def faq_by_meaning(material: Material, guide: Guide, ask: Ask) -> Passage | None:
    """The FAQ entry nearest in meaning, where it is nearer than all else and fits the question.

    Only a question that says more than its field can be meant for an entry; one with a field
    needs a word in common with the entry's question besides, one about an item two.
    """
    said = _said(material, guide, ask)
    item = choose_item(guide, ask)
    if len(material.understanding.asks) > 1 or not (_is_specific(said, ask) or ask.claims):
        return None
    ranked = sorted(
        (hit for hit in material.hits if hit.dense is not None and hit.passage.guide == guide.slug),
        key=lambda hit: -(hit.dense or 0.0),
    )
    entries = [hit for hit in ranked if hit.passage.section is Section.FAQ]
    others = [hit for hit in ranked if hit.passage.section is not Section.FAQ]
    if not entries:
        return None
    best = entries[0]
    nearness = best.dense or 0.0
    margin = nearness - ((others[0].dense or 0.0) if others else 0.0)
    shared = said & _content(best.passage.headings[-1])
    # Roles named in both bring texts near that share nothing else: "the shoe size of a nurse".
    if not shared and _names_unheard(material, ask):
        return None
    open_question = not ask.fields and item is None
    if open_question and nearness >= _LEAST_NEAR and margin >= _CLEAR_MARGIN:
        return best.passage
    if item is None and nearness >= _VERY_NEAR and margin >= _WIDE_MARGIN:
        return best.passage
    needed = 1 if item is None else 2
    enough = _MARGIN if not ask.fields or len(shared) > needed else _CLEAR_MARGIN
    if nearness >= _NEAR and margin >= enough and len(shared) >= needed:
        return best.passage
    return None


def _names_unheard(material: Material, ask: Ask) -> bool:
    """Whether a question's subject has a word that no text of the knowledge holds."""
    return any(material.rarity(stem(fold(term))) >= material.rarity("") for term in ask.key_terms)


def faq_on_pay(material: Material, guide: Guide, ask: Ask) -> Passage | None:
    """The FAQ entry that says why pay changes as it does, where that is asked."""
    if not (PAY & set(ask.fields) and _WHY.search(ask.text)):
        return None
    on_pay = [
        (_WHY.search(entry.question.value) is None, index)
        for index, entry in enumerate(guide.faq)
        if entry.question and _ON_PAY.search(entry.question.value)
    ]
    if not on_pay:
        return None
    position = min(on_pay)[1]
    passages = material.passages_of(guide.slug)
    return next((p for p in passages if p.section is Section.FAQ and p.item == position), None)


def _role_stems(guide: Guide) -> set[str]:
    return set(terms(f"{guide.from_role} {guide.to_role} {' '.join(guide.to_aliases)}"))


def _content(text: str) -> set[str]:
    """The stems of a text's own words, those that mean the same idea taken for one."""
    folded = fold(text)
    ideas = set()
    for idea, cue in _IDEAS:
        if cue.search(folded):
            ideas.add(idea)
            folded = cue.sub(" ", folded)
    kept = (word for word in words(folded) if word not in FUNCTION_WORDS and word != ROLE)
    return ideas | {stem(word) for word in kept}


def item_by_meaning(material: Material, guide: Guide, ask: Ask) -> Item | None:
    """The skill or phase whose passage is the nearest of all, for a field that such things have."""
    section = _OWNER.get(ask.fields[0]) if len(ask.fields) == 1 else None
    if section is Section.TRANSFERABLE_SKILL and "skills" in words(ask.text):
        return None
    meets_people = set(ask.resource_kinds) & {ResourceKind.NETWORK, ResourceKind.CONFERENCE}
    if section is None or not ask.key_terms or ask.aggregate is not None or meets_people:
        return None
    near = [hit for hit in material.hits if hit.dense and hit.passage.guide == guide.slug]
    best = max(near, key=lambda hit: hit.dense or 0.0, default=None)
    if best is None or (best.dense or 0.0) < _NEAR_ITEM or best.passage.item is None:
        return None
    if best.passage.section is not section:
        return None
    subject = {stem(fold(term)) for term in ask.key_terms}
    if ask.yes_no and not subject & set(terms(best.passage.text)):
        return None
    return Item(
        guide=guide.slug,
        section=section,
        index=best.passage.item,
        name=best.passage.headings[-1],
        strength=best.dense or 0.0,
    )


def passage_of_item(guide: Guide, ask: Ask, passages: Sequence[Passage]) -> Passage | None:
    """The passage of the item asked about, if it speaks of what is asked."""
    item = choose_item(guide, ask)
    passage = passage_at(passages, item_span(guide, item)) if item else None
    wanted = {stem(fold(term)) for term in ask.key_terms}
    return passage if passage and wanted & set(terms(passage.text)) else None
