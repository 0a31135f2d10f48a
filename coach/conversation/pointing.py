"""Words that point at something said before, replaced by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.conversation.phrases import (
    ABOUT_MOVE,
    ABOUT_RESOURCE,
    BARE,
    COUNTING,
    OF_AN_ITEM,
    POINTING,
    POSITIONS,
    SEVERAL,
    TO_LEARN,
)
from coach.conversation.values import Listed, State
from coach.conversation.wording import name_of, the_move
from coach.domain import Guide, Section
from coach.lookup import by_priority
from coach.terms import fold
from coach.understanding import Catalogue, Field, Item

_RESOURCE_NOUNS = frozenset(
    {"book", "course", "certificate", "certification", "resource", "programme"}
)
_PHASE_NOUNS = frozenset({"phase", "step", "stage"})
_ANY_NOUNS = frozenset({"one", "guide", "move", "path", "pathway", "choice", "option"})
_SKILL_NOUNS = frozenset({"skill", "topic"})


def of_kind(items: Sequence[Item], noun: str) -> tuple[Item, ...]:
    """The items that a noun can mean; any for "one"."""
    if noun in _RESOURCE_NOUNS:
        return tuple(item for item in items if item.resource is not None)
    own = [item for item in items if item.resource is None]
    if noun in _PHASE_NOUNS:
        return tuple(item for item in own if item.section is Section.PHASE)
    if noun in _SKILL_NOUNS:
        return tuple(item for item in own if item.section is not Section.PHASE)
    return tuple(items)


def counted(match: re.Match[str], state: State, guide: Guide | None) -> Listed | None:
    """The entry that "the second one" or "number 2" counts to, in the list given last."""
    groups = match.groupdict()
    word = groups.get("ordinal") or groups.get("bare")
    position = POSITIONS[word] if word else int(groups["digit"] or 0) - 1
    noun = groups.get("noun") or "one"
    entries = [entry for entry in state.reply.listed if _fits(entry, noun)]
    if position >= len(entries) and guide is not None:
        entries = [Listed(text=item.name, item=item) for item in _listed_by(state, guide)]
    if not entries and noun in _ANY_NOUNS:
        moves = state.choices or state.spoken
        entries = [Listed(text=slug, guides=(slug,)) for slug in moves]
    if position >= len(entries) or not entries:
        return None
    return entries[position]


def _fits(entry: Listed, noun: str) -> bool:
    if noun in _RESOURCE_NOUNS | _SKILL_NOUNS:
        return entry.item is not None and bool(of_kind([entry.item], noun))
    return True


def _listed_by(state: State, guide: Guide) -> list[Item]:
    """The list that the last question asked for, in the order answers give it."""
    names: list[tuple[Section, int, str]] = []
    kind = state.fresh[0].section if state.fresh else None
    if {Field.SKILLS, Field.PRIORITY} & set(state.fields):
        only = state.ask.priority if state.ask else None
        gaps = by_priority(guide.skill_gaps, only)
        names = [(Section.SKILL_GAP, guide.skill_gaps.index(gap), gap.name.value) for gap in gaps]
    elif Field.PHASES in state.fields or kind is Section.PHASE:
        names = [(Section.PHASE, i, phase.name.value) for i, phase in enumerate(guide.phases)]
    elif Field.TRANSFERABLE_SKILLS in state.fields:
        names = [
            (Section.TRANSFERABLE_SKILL, i, skill.name.value)
            for i, skill in enumerate(guide.transferable_skills)
        ]
    return [
        Item(guide=guide.slug, section=section, index=index, name=name, strength=1.0)
        for section, index, name in names
    ]


def with_counted(text: str, state: State, catalogue: Catalogue) -> tuple[str, Listed] | None:
    """The text with "the second one" replaced by what it counts to."""
    match = COUNTING.search(fold(text))
    guide = catalogue.guides[state.guides[0]] if len(state.guides) == 1 else None
    entry = counted(match, state, guide) if match else None
    if match is None or entry is None:
        return None
    return _replaced(text, match, entry_name(entry, catalogue)), entry


def entry_name(entry: Listed, catalogue: Catalogue) -> str:
    """An entry of a list as it stands in a question."""
    if entry.item is not None:
        return name_of(entry.item)
    if len(entry.guides) == 1:
        return the_move(catalogue.guides[entry.guides[0]])
    return f"“{entry.text}”"


def with_several(text: str, state: State) -> str | None:
    """The text with "of those" replaced by what the last list was a list of."""
    match = SEVERAL.search(fold(text))
    if match is None:
        return None
    name = _list_name(state)
    if name is None:
        return None
    return _replaced(text, match, f"of {name}" if match.group().startswith("of") else name)


def _list_name(state: State) -> str | None:
    items = [entry.item for entry in state.reply.listed if entry.item is not None]
    if items and all(item.resource is not None for item in items):
        return "the books and courses"
    sections = {item.section for item in items if item.resource is None}
    if sections == {Section.PHASE} or (not items and Field.PHASES in state.fields):
        return "the phases"
    if sections == {Section.TRANSFERABLE_SKILL}:
        return "the skills that carry over"
    if Section.SKILL_GAP in sections or (not items and Field.SKILLS in state.fields):
        return "the skills to learn"
    return None


def with_item(text: str, state: State, *, names_move: bool) -> tuple[str, Item] | None:
    """The text with "that one" or "it" replaced by the item meant."""
    folded = fold(text)
    match = POINTING.search(folded)
    if match is not None:
        known = of_kind(state.fresh, match["noun"]) or of_kind(state.items, match["noun"])
        if not known:
            return None
        meant = known[0] if known[0] in state.fresh else known[-1]
        if match["noun"] == "one" and ABOUT_RESOURCE.search(folded):
            meant = next((item for item in known if item.resource is not None), meant)
        return _replaced(text, match, name_of(meant)), meant
    match = BARE.search(folded)
    if match is None or names_move or not state.fresh:
        return None
    rest = f"{folded[: match.start()]} {folded[match.end() :]}"
    brief = not re.sub(r"\W", "", folded[match.end() :])
    if (ABOUT_MOVE.search(rest) and not TO_LEARN.search(rest)) or not (
        OF_AN_ITEM.search(rest) or brief
    ):
        return None
    meant = state.fresh[0]
    if ABOUT_RESOURCE.search(folded):
        meant = next((item for item in state.fresh if item.resource is not None), meant)
    name = f"{meant.name}'s" if match.group() == "its" else name_of(meant)
    return _replaced(text, match, name), meant


def _replaced(text: str, match: re.Match[str], name: str) -> str:
    """The text with a match in its folded form replaced; folded where folding moves letters."""
    base = text if len(fold(text)) == len(text) else fold(text)
    return f"{base[: match.start()]}{name}{base[match.end() :]}"
