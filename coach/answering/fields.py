"""The lines that give a guide's fields: a direct sentence first, then the items behind it."""

from __future__ import annotations

from collections.abc import Sequence

from coach.answering.draft import Draft, as_sentence, figures, joined, total
from coach.answering.headlines import HEADLINES, Composer, sentences
from coach.domain import (
    Guide,
    Phase,
    Resource,
    ResourceKind,
    SkillGap,
    Sourced,
)
from coach.lookup import all_resources, by_priority
from coach.terms import fold, stem, terms
from coach.understanding import Aggregate, Ask, Field

_LONGEST_NOTE = 12
_KIND_NAMES = {
    ResourceKind.COURSE: "courses",
    ResourceKind.BOOK: "books",
    ResourceKind.PLATFORM: "platforms",
    ResourceKind.CONFERENCE: "conferences",
    ResourceKind.NETWORK: "networks and communities",
    ResourceKind.CERTIFICATION: "certifications",
    ResourceKind.ARTICLE: "articles",
    ResourceKind.TOOL: "tools",
}


def compose_field(draft: Draft, guide: Guide, ask: Ask, field: Field) -> bool:
    """Add the lines that answer a field; False when the guide has no such field."""
    composer = _COMPOSERS.get(field)
    if composer is None:
        return False
    before = draft.given
    composer(draft, guide, ask)
    return draft.given > before


def _transferable(draft: Draft, guide: Guide, ask: Ask) -> None:
    known = guide.transferable_skills
    if not known:
        return
    if ask.aggregate is Aggregate.COUNT:
        marker = draft.cite(guide.slug, [skill.name.span for skill in known])
        draft.add(f"The guide names {len(known)} skills that carry over. {marker}")
    else:
        draft.add("You bring these skills with you:")
    for skill in known:
        marker = draft.cite(guide.slug, [skill.name.span, skill.use.span])
        use = as_sentence(sentences(skill.use.value)[0])
        draft.add(f"- **{skill.name.value}**: {use} {marker}")


def _skills(draft: Draft, guide: Guide, ask: Ask) -> None:
    gaps = by_priority(guide.skill_gaps, ask.priority)
    if not gaps and ask.priority is not None:
        gaps = by_priority(guide.skill_gaps)
    if not gaps:
        return
    if ask.aggregate in {Aggregate.LONGEST, Aggregate.SHORTEST}:
        pick = max if ask.aggregate is Aggregate.LONGEST else min
        chosen = pick(gaps, key=lambda gap: gap.weeks.value.high)
        marker = draft.cite(guide.slug, [chosen.name.span, chosen.weeks.span])
        draft.add(
            f"**{chosen.name.value}** takes the {ask.aggregate.value} time: "
            f"{figures(chosen.weeks.value, 'week')}. {marker}"
        )
        return
    if ask.aggregate is Aggregate.SUM or (
        ask.aggregate is Aggregate.COUNT and "week" in ask.text.lower()
    ):
        _add_sum(draft, guide, gaps, "skills")
        return
    if ask.aggregate is Aggregate.COUNT:
        marker = draft.cite(guide.slug, [gap.name.span for gap in gaps])
        kind = f"{ask.priority.value} " if ask.priority else ""
        draft.add(
            f"There are {len(gaps)} {kind}skills to learn: "
            f"{joined([gap.name.value for gap in gaps])}. {marker}"
        )
        return
    if ask.aggregate is Aggregate.FIRST and ask.priority is None:
        gaps = tuple(gap for gap in gaps if gap.priority.value is gaps[0].priority.value)
        draft.add(f"Start with what the guide rates {gaps[0].priority.value}:")
    elif ask.priority is not None and all(gap.priority.value is ask.priority for gap in gaps):
        draft.add(f"The guide rates these {ask.priority.value}:")
    else:
        draft.add("These are the skills to learn, the most important first:")
    for gap in gaps:
        draft.add(f"- {_gap_line(gap)} {_gap_marker(draft, guide, gap)}")


def _gap_line(gap: SkillGap) -> str:
    return f"**{gap.name.value}**: {gap.priority.value}, {figures(gap.weeks.value, 'week')}."


def _gap_marker(draft: Draft, guide: Guide, gap: SkillGap) -> str:
    return draft.cite(guide.slug, [gap.name.span, gap.priority.span, gap.weeks.span])


def _add_sum(
    draft: Draft, guide: Guide, parts: Sequence[SkillGap] | Sequence[Phase], name: str
) -> None:
    """The weeks of several parts added up, each part cited."""
    spans = [span for part in parts for span in (part.name.span, part.weeks.span)]
    terms = " + ".join(figures(part.weeks.value) for part in parts)
    weeks = figures(total(part.weeks.value for part in parts), "week")
    draft.add_derived(
        f"The {len(parts)} {name} add up to {weeks}: {terms}. {draft.cite(guide.slug, spans)}"
    )


def _resources(draft: Draft, guide: Guide, ask: Ask) -> None:
    found = all_resources(guide, ask.resource_kinds)
    wanted = {stem(fold(term)) for term in ask.key_terms}
    fitting = [one for one in found if wanted & set(terms(f"{one.title} {one.note or ''}"))]
    found = tuple(fitting) or found
    if not found:
        return
    names = joined([_KIND_NAMES[kind] for kind in dict.fromkeys(r.kind for r in found)])
    if ask.aggregate is Aggregate.COUNT:
        draft.add(f"The guide names {len(found)} {names}:")
    else:
        draft.add(f"For this move the guide names these {names}:")
    for resource in found:
        draft.add(f"- {resource_line(resource)} {draft.cite(guide.slug, [resource.span])}")


def resource_name(resource: Resource) -> str:
    """A resource in words: 'Title' by Author (Provider)."""
    text = f"'{resource.title}'"
    if resource.author:
        text += f" by {resource.author}"
    if resource.provider:
        text += f" ({resource.provider})"
    return text


def resource_line(resource: Resource) -> str:
    """A resource as a sentence, its note with it where it is short."""
    text = resource_name(resource)
    if resource.note and len(resource.note.split()) <= _LONGEST_NOTE:
        text += f": {resource.note}"
    return as_sentence(text)


def _phases(draft: Draft, guide: Guide, ask: Ask) -> None:
    phases = guide.phases
    if not phases:
        return
    if ask.aggregate is Aggregate.SUM or (
        Field.TIMELINE in ask.fields
        and ask.aggregate is Aggregate.COUNT
        and "week" in ask.text.lower()
    ):
        _add_sum(draft, guide, phases, "phases")
        return
    if ask.aggregate in {Aggregate.LONGEST, Aggregate.SHORTEST}:
        pick = max if ask.aggregate is Aggregate.LONGEST else min
        chosen = pick(phases, key=lambda phase: phase.weeks.value.high)
        draft.add(
            f"{phase_line(chosen, f'the {ask.aggregate.value}')} "
            f"{phase_marker(draft, guide, chosen)}"
        )
        return
    if ask.aggregate is Aggregate.FIRST and "phase" in ask.text.lower():
        add_phase(draft, guide, phases[0])
        return
    weeks = figures(total(phase.weeks.value for phase in phases), "week")
    draft.add_derived(f"The roadmap has {len(phases)} phases, together {weeks}:")
    for phase in phases:
        draft.add(
            f"- Phase {phase.number}, **{phase.name.value}**: {figures(phase.weeks.value, 'week')}."
            f" {phase_marker(draft, guide, phase)}"
        )


def phase_line(phase: Phase, remark: str = "") -> str:
    """A phase with its weeks in one sentence."""
    aside = f" ({remark})" if remark else ""
    return (
        f"Phase {phase.number}, **{phase.name.value}**{aside}, takes "
        f"{figures(phase.weeks.value, 'week')}."
    )


def phase_marker(draft: Draft, guide: Guide, phase: Phase) -> str:
    """The marker behind a phase's name and weeks."""
    return draft.cite(guide.slug, [phase.name.span, phase.weeks.span])


def add_phase(draft: Draft, guide: Guide, phase: Phase) -> None:
    """A phase with its weeks and tasks."""
    draft.add(f"{phase_line(phase)} {phase_marker(draft, guide, phase)}")
    for task in phase.tasks:
        draft.add(f"- {as_sentence(task.value)} {draft.cite(guide.slug, [task.span])}")


def add_list(draft: Draft, guide: Guide, opening: str, values: Sequence[Sourced[str]]) -> None:
    """An opening line and the items of a list, each with its marker."""
    if not values:
        return
    draft.add(opening)
    for value in values:
        draft.add(f"- {as_sentence(value.value)} {draft.cite(guide.slug, [value.span])}")


def _lists(*names: tuple[str, str]) -> Composer:
    def compose(draft: Draft, guide: Guide, ask: Ask) -> None:
        for opening, name in names:
            add_list(draft, guide, opening, getattr(guide, name))

    return compose


_LOVES = ("What you'll love:", "loves")
_MISSES = ("What you might miss:", "misses")
_CHALLENGES = ("The biggest challenges:", "challenges")
_THIS_WEEK = ("This week:", "this_week")
_THIS_MONTH = ("This month:", "this_month")
_NEXT_90_DAYS = ("In the next 90 days:", "next_90_days")

_COMPOSERS: dict[Field, Composer] = {
    **HEADLINES,
    Field.TRANSFERABLE_SKILLS: _transferable,
    Field.SKILLS: _skills,
    Field.PRIORITY: _skills,
    Field.RESOURCES: _resources,
    Field.PHASES: _phases,
    Field.LOVES: _lists(_LOVES),
    Field.MISSES: _lists(_MISSES),
    Field.CHALLENGES: _lists(_CHALLENGES),
    Field.REALITY: _lists(_LOVES, _MISSES, _CHALLENGES),
    Field.THIS_WEEK: _lists(_THIS_WEEK),
    Field.THIS_MONTH: _lists(_THIS_MONTH),
    Field.NEXT_90_DAYS: _lists(_NEXT_90_DAYS),
    Field.ACTIONS: _lists(_THIS_WEEK, _THIS_MONTH, _NEXT_90_DAYS),
}
