"""The default answers: quoted, every line with the words it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from coach.answering import replies
from coach.answering.comparing import compare
from coach.answering.draft import Draft, figures
from coach.answering.fields import compose_field
from coach.answering.follow_ups import follow_ups
from coach.answering.headlines import move_of
from coach.answering.items import compose_item
from coach.answering.material import Composition, Material
from coach.answering.one_guide import HEADLINES, Outcome, answer_ask, quote
from coach.answering.plan_wishes import guides_of, wish
from coach.answering.planned import compose_plan
from coach.coverage import best_passage, missing_qualifiers
from coach.domain import Coverage, CoverageStatus, Guide, Section
from coach.understanding import Ask, Field, Item, Manner

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEAREST = 4
_AGREEING = 5
_NEAR = 0.3
_SURE = 0.5
_SURE_DIFFERENCE = 0.1


def compose(material: Material) -> Composition:
    """Compose the answer to one question."""
    understanding = material.understanding
    guides = material.catalogue.guides
    wanted = wish(material)
    if wanted is not None and (planned := compose_plan(material, wanted)) is not None:
        return planned
    talk = replies.small_talk(understanding.manner, guides)
    if talk is not None:
        return _plain(material, talk, refused=False)
    if understanding.manner is not Manner.QUESTION:
        return _plain(
            material,
            replies.unreadable(understanding.manner),
            refused=True,
            missing=("a question about a career move",),
        )
    move = understanding.move
    if move.unknown_roles:
        return _unknown_move(material)
    chosen = [guides[slug] for slug in move.guides]
    if move.from_only and _wants_targets(understanding.asks):
        return _targets(material, chosen)
    if not chosen and _compares_all(understanding.asks):
        chosen = list(guides.values())
        return _comparison(material, chosen, most=_NEAREST)
    if move.compared and len(chosen) > 1:
        return _comparison(material, chosen)
    if wanted is not None:
        planned_for = [guides[slug] for slug in guides_of(material)]
        return _ask_back(material, planned_for or list(guides.values()))
    if not move.named and (document := _from_documents(material)) is not None:
        return document
    if len(chosen) == 1:
        return _about(material, chosen[0])
    agreed = _agreed_guide(material)
    if agreed is not None:
        return _about(material, agreed)
    if len(chosen) > 1:
        return _ask_back(material, chosen)
    return _about_anything(material)


def _plain(
    material: Material,
    text: str,
    *,
    refused: bool,
    missing: tuple[str, ...] = (),
    near: Sequence[Guide] = (),
) -> Composition:
    """A reply without citations."""
    status = CoverageStatus.NONE if refused else CoverageStatus.COVERED
    offered = (
        ()
        if material.understanding.manner is Manner.DISTRESS
        else follow_ups(near or list(material.catalogue.guides.values()), (), material.said)
    )
    return Composition(text, refused, Coverage(status=status, missing=missing), (), offered, None)


def _unknown_move(material: Material) -> Composition:
    move = material.understanding.move
    nearest = [material.catalogue.guides[slug] for slug in move.nearest] or _near_guides(material)
    return _plain(
        material,
        replies.unknown_move(move.unknown_roles, nearest),
        refused=True,
        missing=tuple(f"a guide for {role}" for role in move.unknown_roles),
        near=nearest,
    )


def _agreed_guide(material: Material) -> Guide | None:
    """The guide that nearly all of the best passages come from, if the question has a subject."""
    best = [hit.passage.guide for hit in material.hits[:_AGREEING]]
    if not any(
        ask.key_terms or (ask.items and ask.items[0].section is not Section.PHASE)
        for ask in material.understanding.asks
    ):
        return None
    nearness = max((hit.dense or 0.0 for hit in material.hits), default=0.0)
    if not best or best[0] is None or best.count(best[0]) < _AGREEING - 1 or nearness < _NEAR:
        return None
    return material.catalogue.guides[best[0]]


def _near_guides(material: Material) -> list[Guide]:
    slugs = dict.fromkeys(hit.passage.guide for hit in material.hits if hit.passage.guide)
    return [material.catalogue.guides[slug] for slug in list(slugs)[:_NEAREST]]


def _wants_targets(asks: Sequence[Ask]) -> bool:
    return all(
        set(ask.fields) <= {Field.OVERVIEW} and not ask.items and not ask.key_terms for ask in asks
    )


def _targets(material: Material, guides: Sequence[Guide]) -> Composition:
    """The moves that start from a role, each with its headline facts."""
    draft = Draft(material.passages_of)
    these = "this guide" if len(guides) == 1 else "these guides"
    draft.add(f"From {guides[0].from_role}, I have {these}:")
    for guide in guides:
        leaves = [leaf.span for leaf in (guide.difficulty, guide.timeline) if leaf is not None]
        facts = [guide.difficulty.value] if guide.difficulty else []
        facts += [figures(guide.timeline.value, "month")] if guide.timeline else []
        tail = f": {', '.join(facts)}. {draft.cite(guide.slug, leaves)}" if facts else ""
        draft.add(f"- **{guide.to_role}**{tail}")
    return _finished(material, draft, Outcome(answered=True), guides)


def _ask_back(material: Material, guides: Sequence[Guide]) -> Composition:
    """The question back; what to go on with is the moves to choose from."""
    asked = _plain(
        material, replies.which_move(guides), refused=True, missing=("which move you mean",)
    )
    return replace(asked, follow_ups=replies.choices(guides))


def _compares_all(asks: Sequence[Ask]) -> bool:
    """Whether a question ranks all the moves: "which is the easiest?"."""
    return bool(asks) and all(
        ask.superlative and not ask.items and set(ask.fields) <= HEADLINES for ask in asks
    )


def _comparison(
    material: Material, guides: Sequence[Guide], most: int | None = None
) -> Composition:
    draft = Draft(material.passages_of)
    outcome = Outcome()
    for ask in material.understanding.asks:
        fields = [field for field in ask.fields if field is not Field.OVERVIEW]
        for field in fields or [Field.TIMELINE, Field.DIFFICULTY, Field.SALARY]:
            if compare(draft, guides, field, ask.reversed_order, most):
                outcome.answered = True
                continue
            for guide in guides:
                before = len(draft.lines)
                draft.add(f"**{move_of(guide)}**")
                if compose_field(draft, guide, ask, field):
                    outcome.answered = True
                else:
                    del draft.lines[before:]
                    outcome.lack((f"{field.value} ({move_of(guide)})",))
    return _finished(material, draft, outcome, guides)


def _from_documents(material: Material) -> Composition | None:
    """The answer that documents without a guide's shape hold, if they hold all that is asked."""
    documents = [hit for hit in material.hits if hit.passage.guide is None]
    draft = Draft(material.passages_of)
    for ask in material.understanding.asks:
        if not ask.key_terms:
            return None
        numbers = set(_NUMBER.findall(ask.text))
        fitting = [hit for hit in documents if numbers <= set(_NUMBER.findall(hit.passage.text))]
        passage, _ = best_passage(ask, fitting, material.rarity)
        if passage is None or missing_qualifiers(ask, [passage]):
            return None
        quote(draft, passage, ask, material.rarity)
    return _finished(material, draft, Outcome(answered=True), ())


def _about(material: Material, guide: Guide) -> Composition:
    draft = Draft(material.passages_of)
    outcome = Outcome()
    for ask in material.understanding.asks:
        answer_ask(material, draft, guide, ask, outcome)
    return _finished(material, draft, outcome, [guide])


def _about_anything(material: Material) -> Composition:
    """No guide is named: answer from what was found, ask which move, or refuse."""
    asks = material.understanding.asks
    catalogue = material.catalogue
    draft, outcome = Draft(material.passages_of), Outcome()
    used: list[Guide] = []
    lacking: list[str] = []
    for ask in asks:
        if ask.topics:
            return _plain(
                material, replies.not_in_guide(ask.topics, None), refused=True, missing=ask.topics
            )
        shared = _shared_item(ask)
        if shared is not None and compose_item(draft, catalogue.guides[shared.guide], ask, shared):
            used.append(catalogue.guides[shared.guide])
            outcome.answered = True
            continue
        passage, missing = best_passage(ask, material.hits, material.rarity)
        open_field = ask.fields and (passage is None or passage.guide is not None)
        if open_field and len(catalogue.guides) > 1:
            return _ask_back(material, _near_guides(material) or list(catalogue.guides.values()))
        if passage is None or not ask.key_terms:
            lacking.extend(missing)
            continue
        if passage.guide is not None:
            guide = catalogue.guides[passage.guide]
            used.append(guide)
            draft.add(f"From the guide on moving from {move_of(guide)}:")
        quote(draft, passage, ask, material.rarity)
        outcome.answered = True
    if outcome.answered:
        return _finished(material, draft, outcome, used)
    return _plain(
        material,
        replies.off_subject(catalogue.guides),
        refused=True,
        missing=tuple(lacking) or ("that",),
    )


def _shared_item(ask: Ask) -> Item | None:
    """The resource a question is about when every guide that names it says the same of it."""
    named = [item for item in ask.items if item.resource]
    if not {Field.AUTHOR, Field.RESOURCES} & set(ask.fields) or not named:
        return None
    if named[0].strength < _SURE:
        return None
    surest = [item for item in named if item.strength >= named[0].strength - _SURE_DIFFERENCE]
    return surest[0] if len({item.resource for item in surest}) == 1 else None


def _finished(
    material: Material, draft: Draft, outcome: Outcome, guides: Sequence[Guide]
) -> Composition:
    missing = outcome.missing
    if missing:
        status = CoverageStatus.PARTLY if outcome.answered else CoverageStatus.NONE
    else:
        status = CoverageStatus.COVERED if outcome.answered else CoverageStatus.NONE
    asked = {field for ask in material.understanding.asks for field in ask.fields}
    offered = follow_ups(
        list(guides) or list(material.catalogue.guides.values()), asked, material.said
    )
    if not outcome.answered and guides and offered:
        draft.add(f"It can tell you, for example: {offered[0]}")
    return Composition(
        draft.text,
        bool(missing) or not outcome.answered,
        Coverage(status=status, missing=missing),
        draft.citations,
        offered,
        guides[0].slug if len(guides) == 1 else None,
        absent=tuple(draft.absent),
        derived=tuple(draft.derived),
    )
