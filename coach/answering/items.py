"""The lines about one skill, phase or resource of a guide."""

from __future__ import annotations

import re

from coach.answering.draft import Draft, as_sentence, figures
from coach.answering.fields import add_phase, phase_line, phase_marker, resource_line, resource_name
from coach.answering.headlines import week_verdict
from coach.domain import Guide, Priority, Resource, Section, SkillGap
from coach.lookup import item_span, of_kinds, resources_of
from coach.terms import fold
from coach.understanding import Aggregate, Ask, Field, Item
from coach.understanding.parsing import priority_named

_RATING = re.compile(
    r"\b(?:need|must|have to|should|required?|necessary|important|critical|essential|optional"
    r"|nice to have|crucial|vital|mandatory)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"\b(?:how long|weeks?|months?|durations?|time|takes?)\b")
_TASKS = re.compile(r"\b(?:tasks?|do|happens?|involves?|about|detail\w*|consists?)\b")


def compose_item(draft: Draft, guide: Guide, ask: Ask, item: Item) -> bool:
    """Add the lines that answer about an item; False when the item does not have what is asked."""
    if item.resource is not None:
        return _resource(draft, guide, ask, item)
    if item.section is Section.SKILL_GAP:
        return _gap(draft, guide, ask, guide.skill_gaps[item.index])
    if item.section is Section.PHASE:
        return _phase(draft, guide, ask, item)
    known = guide.transferable_skills[item.index]
    marker = draft.cite(guide.slug, [known.name.span, known.use.span])
    opening = "Yes. " if ask.yes_no else ""
    draft.add(
        f"{opening}**{known.name.value}** carries over: {as_sentence(known.use.value)} {marker}"
    )
    return True


def _gap(draft: Draft, guide: Guide, ask: Ask, gap: SkillGap) -> bool:
    wants_length = Field.TIMELINE in ask.fields
    wants_priority = Field.PRIORITY in ask.fields
    wants_resources = Field.RESOURCES in ask.fields or Field.AUTHOR in ask.fields
    plan = f"{figures(gap.weeks.value, 'week')} of study"
    rated = f"**{gap.name.value}** is rated {gap.priority.value}"
    if wants_length and not wants_priority:
        marker = draft.cite(guide.slug, [gap.name.span, gap.weeks.span])
        opening = week_verdict(ask, gap.weeks.value)
        weeks = f"{'plan' if opening else 'Plan'} {figures(gap.weeks.value, 'week')}"
        draft.add(f"{opening}{weeks} for **{gap.name.value}**. {marker}")
    elif wants_priority or not wants_resources:
        marker = draft.cite(guide.slug, [gap.name.span, gap.priority.span, gap.weeks.span])
        draft.add(f"{_rating_verdict(ask, gap)}{rated}, with {plan}. {marker}")
    if wants_resources:
        resources = of_kinds(gap.resources, ask.resource_kinds) or gap.resources
        if resources:
            draft.add(f"To learn **{gap.name.value}**, the guide names:")
            for resource in resources:
                draft.add(f"- {resource_line(resource)} {draft.cite(guide.slug, [resource.span])}")
        if not ask.resource_kinds or not resources:
            draft.add(f"{as_sentence(gap.how.value)} {draft.cite(guide.slug, [gap.how.span])}")
    elif not wants_length and not wants_priority:
        marker = draft.cite(guide.slug, [gap.how.span])
        draft.add(f"{as_sentence(gap.how.value)} {marker}")
    return True


def _rating_verdict(ask: Ask, gap: SkillGap) -> str:
    if not ask.yes_no or not _RATING.search(ask.text):
        return ""
    named = priority_named(ask.text)
    if named is None:
        return "No, it is optional: " if gap.priority.value is Priority.NICE_TO_HAVE else "Yes: "
    return "Yes: " if named is gap.priority.value else "No: "


def _phase(draft: Draft, guide: Guide, ask: Ask, item: Item) -> bool:
    phase = guide.phases[item.index]
    if ask.aggregate is Aggregate.NEXT:
        if item.index + 1 < len(guide.phases):
            add_phase(draft, guide, guide.phases[item.index + 1])
        else:
            draft.add(
                f"Phase {phase.number} is the last one of the roadmap. "
                f"{phase_marker(draft, guide, phase)}"
            )
        return True
    if Field.RESOURCES in ask.fields or Field.AUTHOR in ask.fields:
        resources = of_kinds(phase.resources, ask.resource_kinds) or phase.resources
        if not resources:
            return False
        draft.add(f"For phase {phase.number}, **{phase.name.value}**, the guide names:")
        for resource in resources:
            draft.add(f"- {resource_line(resource)} {draft.cite(guide.slug, [resource.span])}")
        return True
    if _LENGTH.search(fold(ask.text)) and not _TASKS.search(
        fold(ask.text).replace("how long do", "")
    ):
        opening = week_verdict(ask, phase.weeks.value)
        line = phase_line(phase)
        line = f"{opening}{line[0].lower()}{line[1:]}" if opening else line
        draft.add(f"{line} {phase_marker(draft, guide, phase)}")
        return True
    add_phase(draft, guide, phase)
    return True


def _resource(draft: Draft, guide: Guide, ask: Ask, item: Item) -> bool:
    found = (
        _same_author(guide, ask)
        or [(item, r) for r in resources_of(guide, item) if r.title == item.resource][:1]
    )
    for holder, resource in found:
        if len(found) > 1:
            draft.add(f"- {resource_line(resource)} {draft.cite(guide.slug, [resource.span])}")
        else:
            marker = draft.cite(guide.slug, [item_span(guide, holder), resource.span])
            draft.add(f"{resource_name(resource)}{_place_of(guide, holder)}. {marker}")
    return bool(found)


def _place_of(guide: Guide, item: Item) -> str:
    if item.section is Section.SKILL_GAP:
        return f" is named for {guide.skill_gaps[item.index].name.value}"
    return f" is named for the phase {guide.phases[item.index].name.value}"


def _same_author(guide: Guide, ask: Ask) -> list[tuple[Item, Resource]]:
    """The resources whose author or provider the question names, when it names no title."""
    text = fold(ask.text)
    if any(item.resource is not None and fold(item.resource) in text for item in ask.items):
        return []
    found: dict[str, tuple[Item, Resource]] = {}
    for item in ask.items:
        if item.guide != guide.slug or item.resource is None:
            continue
        for resource in resources_of(guide, item):
            people = [resource.author or "", resource.provider or ""]
            named = any(person and fold(person) in text for person in people)
            if named and fold(resource.title) not in text:
                found.setdefault(fold(resource.title), (item, resource))
    kept = of_kinds([resource for _, resource in found.values()], ask.resource_kinds)
    return [pair for pair in found.values() if not kept or pair[1] in kept]
