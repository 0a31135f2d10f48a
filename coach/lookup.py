"""From what is asked to the places of a guide that hold it: fields are looked up, not searched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from coach.domain import (
    Guide,
    Passage,
    Phase,
    Priority,
    Range,
    Resource,
    ResourceKind,
    Section,
    SkillGap,
    Sourced,
    Span,
    Statistic,
    StatisticKind,
)
from coach.terms import fold
from coach.understanding import Aggregate, Ask, Field, Item

PRIORITY_ORDER = tuple(Priority)
_LEARNING = frozenset({ResourceKind.COURSE, ResourceKind.CERTIFICATION})

STATISTICS: dict[Field, tuple[StatisticKind, ...]] = {
    Field.SALARY: (
        StatisticKind.MEDIAN_CHANGE,
        StatisticKind.MEDIAN_WAGE_BEFORE,
        StatisticKind.MEDIAN_WAGE_AFTER,
    ),
    Field.WAGE_BEFORE: (StatisticKind.MEDIAN_WAGE_BEFORE,),
    Field.WAGE_AFTER: (StatisticKind.MEDIAN_WAGE_AFTER, StatisticKind.WAGE_RANGE_AFTER),
    Field.WAGE_RANGE: (StatisticKind.WAGE_RANGE_AFTER,),
    Field.GROWTH: (StatisticKind.GROWTH,),
    Field.OPENINGS: (StatisticKind.OPENINGS,),
    Field.EDUCATION: (StatisticKind.EDUCATION,),
    Field.EXPERIENCE: (StatisticKind.EXPERIENCE,),
    Field.DEMAND: (StatisticKind.GROWTH, StatisticKind.OPENINGS),
}


def statistics(guide: Guide, field: Field) -> tuple[Statistic, ...]:
    """The guide's official figures for a field, in the order an answer gives them."""
    wanted = STATISTICS.get(field, ())
    return tuple(figure for kind in wanted for figure in guide.statistics if figure.kind is kind)


def by_priority(gaps: Sequence[SkillGap], only: Priority | None = None) -> tuple[SkillGap, ...]:
    """Skills to learn, critical first, in the guide's order within a priority."""
    kept = [gap for gap in gaps if only is None or gap.priority.value is only]
    return tuple(sorted(kept, key=lambda gap: PRIORITY_ORDER.index(gap.priority.value)))


def of_kinds(resources: Iterable[Resource], kinds: Sequence[ResourceKind]) -> tuple[Resource, ...]:
    """The resources of the kinds asked for; a certification counts as a course."""
    wanted = set(kinds)
    if ResourceKind.COURSE in wanted:
        wanted |= _LEARNING
    if not wanted:
        return tuple(resources)
    certified = ResourceKind.CERTIFICATION in wanted
    return tuple(
        resource
        for resource in resources
        if resource.kind in wanted or (certified and "certif" in fold(resource.title))
    )


def resources_of(guide: Guide, item: Item) -> tuple[Resource, ...]:
    """What an item's skill or phase names to learn from."""
    if item.section is Section.SKILL_GAP:
        return guide.skill_gaps[item.index].resources
    if item.section is Section.PHASE:
        return guide.phases[item.index].resources
    return ()


def all_resources(guide: Guide, kinds: Sequence[ResourceKind] = ()) -> tuple[Resource, ...]:
    """Every resource of the kinds asked for once, in order of skills (by priority), then phases."""
    found: dict[str, Resource] = {}
    holders: tuple[SkillGap | Phase, ...] = (*by_priority(guide.skill_gaps), *guide.phases)
    for holder in holders:
        for resource in of_kinds(holder.resources, kinds):
            found.setdefault(resource.title.casefold(), resource)
    return tuple(found.values())


def item_span(guide: Guide, item: Item) -> Span:
    """Where an item's name stands."""
    if item.section is Section.TRANSFERABLE_SKILL:
        return guide.transferable_skills[item.index].name.span
    if item.section is Section.SKILL_GAP:
        return guide.skill_gaps[item.index].name.span
    return guide.phases[item.index].name.span


_ITEM_FIELDS = frozenset(
    {
        Field.TIMELINE,
        Field.PRIORITY,
        Field.SKILLS,
        Field.RESOURCES,
        Field.AUTHOR,
        Field.PHASES,
        Field.TRANSFERABLE_SKILLS,
        Field.OVERVIEW,
    }
)


# An item named in passing is not what is asked about, the less so when no field is named.
_LEAST_STRENGTH: dict[Field | None, float] = {None: 0.45}
_NOT_OF_RESOURCES = frozenset({Field.TIMELINE, Field.PRIORITY, Field.SKILLS})


def choose_item(guide: Guide, ask: Ask) -> Item | None:
    """The item an ask is about: the surest one, a kind that has the field asked for preferred."""
    mine = [item for item in ask.items if item.guide == guide.slug]
    if not mine:
        return None
    field = ask.fields[0] if ask.fields else None
    text = fold(ask.text)

    def preference(item: Item) -> float:
        score = item.strength
        if item.resource is not None:
            score += 0.25 if field in {Field.AUTHOR} else -0.12
        elif item.section is Section.SKILL_GAP:
            score += (
                0.15
                if field in {Field.TIMELINE, Field.PRIORITY, Field.SKILLS, Field.RESOURCES}
                else 0.05
            )
        elif item.section is Section.TRANSFERABLE_SKILL:
            score += 0.25 if field is Field.TRANSFERABLE_SKILLS else -0.1
        elif item.section is Section.PHASE and re.search(r"\b(?:phase|stage|step|task)", text):
            score += 0.35
        elif item.section is Section.PHASE and field is Field.SKILLS:
            score -= 0.15
        return score

    if field in _NOT_OF_RESOURCES:
        mine = [item if item.resource is None else _holder(guide, item) for item in mine]
    best = max(mine, key=preference)
    needed = _LEAST_STRENGTH.get(field, 0.34 if field in _ITEM_FIELDS else 0.7)
    if field in {Field.SKILLS, Field.PRIORITY} and re.search(r"\bskills\b", text):
        needed = 0.7
    return best if best.strength >= needed else None


def _holder(guide: Guide, item: Item) -> Item:
    """The skill or phase that names a resource, a little less surely meant than the resource."""
    holder = (
        guide.skill_gaps[item.index]
        if item.section is Section.SKILL_GAP
        else guide.phases[item.index]
    )
    update = {"name": holder.name.value, "resource": None, "strength": item.strength - 0.1}
    return item.model_copy(update=update)


def spans(guide: Guide, ask: Ask) -> tuple[Span, ...]:
    """Where a guide holds what is asked for, the most telling first; empty when it has no place."""
    found: list[Span] = []
    item = choose_item(guide, ask)
    if item is not None:
        found.append(item_span(guide, item))
        following = item.index + 1
        if item.section is Section.PHASE and ask.aggregate is Aggregate.NEXT:
            found.extend(phase.name.span for phase in guide.phases[following : following + 1])
        if set(ask.fields) <= _ITEM_FIELDS:
            return tuple(found)
    for field in ask.fields:
        found.extend(_field_spans(guide, field, ask))
    return tuple(dict.fromkeys(found))


def _field_spans(guide: Guide, field: Field, ask: Ask) -> Iterator[Span]:
    single: dict[Field, Sourced[str] | Sourced[Range] | None] = {
        Field.DIFFICULTY: guide.difficulty,
        Field.TIMELINE: guide.timeline,
        Field.SALARY: guide.salary_change,
        Field.DEMAND: guide.demand,
        Field.HOURS: guide.study_hours,
    }
    lists: dict[Field, tuple[tuple[Sourced[str], ...], ...]] = {
        Field.OVERVIEW: (guide.overview,),
        Field.LOVES: (guide.loves,),
        Field.MISSES: (guide.misses,),
        Field.CHALLENGES: (guide.challenges,),
        Field.REALITY: (guide.loves, guide.misses, guide.challenges),
        Field.THIS_WEEK: (guide.this_week,),
        Field.THIS_MONTH: (guide.this_month,),
        Field.NEXT_90_DAYS: (guide.next_90_days,),
        Field.ACTIONS: (guide.this_week, guide.this_month, guide.next_90_days),
    }
    leaf = single.get(field)
    if leaf is not None:
        yield leaf.span
    for values in lists.get(field, ()):
        yield from (value.span for value in values[:1])
    yield from (figure.value.span for figure in statistics(guide, field))
    if field is Field.TRANSFERABLE_SKILLS:
        yield from (known.name.span for known in guide.transferable_skills)
    elif field in {Field.SKILLS, Field.PRIORITY}:
        only = ask.priority if field is Field.SKILLS else None
        yield from (gap.name.span for gap in by_priority(guide.skill_gaps, only))
    elif field is Field.PHASES:
        yield from (phase.name.span for phase in guide.phases)
    elif field in {Field.RESOURCES, Field.AUTHOR}:
        yield from (resource.span for resource in all_resources(guide, ask.resource_kinds))


def passage_at(passages: Sequence[Passage], span: Span) -> Passage | None:
    """The passage that holds a span, or the part of it that begins the span."""
    for passage in passages:
        if passage.span.start <= span.start and span.end <= passage.span.end:
            return passage
    for passage in passages:
        if passage.span.start <= span.start < passage.span.end:
            return passage
    return None
