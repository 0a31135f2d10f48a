"""What the plan page shows of a guide and of a plan: the words behind each task, and hints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from coach.domain import Guide, Passage, Priority, Range, ResourceKind, Span, Value
from coach.planning import Plan
from coach.web.review_item import Knowledge

# What a person may have worked through already.
_WORKED_THROUGH = {ResourceKind.COURSE, ResourceKind.BOOK, ResourceKind.CERTIFICATION}


class ShownSkill(Value):
    """A skill to learn: its weight, and the weeks the guide gives it."""

    name: str
    priority: Priority
    weeks: Range


class Quote(Value):
    """The words of a guide that a task stands on, with those around them.

    Attributes:
        source: the name of the file.
        heading: where in it, as a path of headings.
        first_line: the line the words begin on, from 1.
        last_line: the line they end on.
        before: what stands before them in their passage.
        quote: the words themselves.
        after: what stands behind them.
    """

    source: str
    heading: str
    first_line: int
    last_line: int
    before: str
    quote: str
    after: str


class ShownPlan(Value):
    """A plan with what its page needs besides.

    Attributes:
        plan: the plan.
        quotes: by task.
        source: the name of the guide's file.
        hints: on what was given, where it can be planned with but may be a mistake.
    """

    plan: Plan
    quotes: dict[str, Quote]
    source: str
    hints: tuple[str, ...]


def shown_skills(guide: Guide) -> list[ShownSkill]:
    """The skills to learn, the most important first."""
    rank = {priority: number for number, priority in enumerate(Priority)}
    skills = (
        ShownSkill(name=gap.name.value, priority=gap.priority.value, weeks=gap.weeks.value)
        for gap in guide.skill_gaps
    )
    return sorted(skills, key=lambda skill: rank[skill.priority])


def finishable(guide: Guide) -> list[str]:
    """The titles of courses and books that a guide names, each once, in its order."""
    named = [
        *(one for phase in guide.phases for one in phase.resources),
        *(one for gap in guide.skill_gaps for one in gap.resources),
    ]
    return list(dict.fromkeys(one.title for one in named if one.kind in _WORKED_THROUGH))


def shown_plan(plan: Plan, guide: Guide, knowledge: Knowledge, today: date) -> ShownPlan:
    """A plan with the words behind its tasks.

    Args:
        plan: the plan.
        guide: the guide it was made of.
        knowledge: the guides with their passages.
        today: the day where the person is.
    """
    passages = knowledge.guide_passages(guide.slug)
    source = passages[0].source if passages else ""
    text = (knowledge.source_text(source) if source else None) or ""
    return ShownPlan(
        plan=plan,
        quotes={task.id: _quote(task.source, passages, source, text) for task in plan.tasks},
        source=source,
        hints=tuple(_hints(plan, guide, today)),
    )


def today_at(time_zone: str) -> date:
    """The day it is now in a time zone, by its IANA name."""
    return datetime.now(ZoneInfo(time_zone)).date()


def _quote(span: Span, passages: Sequence[Passage], source: str, text: str) -> Quote:
    around = [one for one in passages if one.span.start <= span.start and span.end <= one.span.end]
    passage = min(around, key=lambda one: one.span.end - one.span.start, default=None)
    start, end = (passage.span.start, passage.span.end) if passage else (span.start, span.end)
    return Quote(
        source=source,
        heading=passage.heading if passage else "",
        first_line=span.first_line,
        last_line=span.last_line,
        before=text[start : span.start],
        quote=text[span.start : span.end],
        after=text[span.end : end],
    )


def _hints(plan: Plan, guide: Guide, today: date) -> Iterable[str]:
    preferences = plan.preferences
    if preferences.start < today and not preferences.replanned:
        yield (
            f"The start is in the past, so the plan counts from {_day(preferences.start)}. If you "
            "have not begun, choose today or a later day; if you have, tick what is done and plan "
            "the rest from today."
        )
    names = {gap.name.value for gap in guide.skill_gaps}
    for unknown in (one.name for one in preferences.held if one.name not in names):
        yield f"“{unknown}” is no skill of this guide, so it changes nothing here."
    if plan.lost_ticks:
        lost = len(plan.lost_ticks)
        yield (
            f"{lost} task{'s' if lost > 1 else ''} you ticked changed in the guide meanwhile. Look "
            "through the list, and tick what you have done once more."
        )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
