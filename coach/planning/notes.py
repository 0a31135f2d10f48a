"""What the guide's own figures say about its length, and where they disagree."""

from __future__ import annotations

from coach.domain import Guide, Range
from coach.planning.values import Note

_WEEKS_A_MONTH = 365.25 / 12 / 7


def notes(guide: Guide) -> tuple[Note, ...]:
    """Lines on the figures of a guide: which one a plan uses and why, and how the others compare.

    Months are compared with weeks at 365.25 / 12 / 7 weeks a month.
    """
    weeks = _sum([phase.weeks.value for phase in guide.phases])
    spans = tuple(phase.weeks.span for phase in guide.phases)
    lines = [
        Note(
            text=f"The plan uses the roadmap's {len(guide.phases)} phases, {_said(weeks)} weeks "
            "in all, because they come in an order and name their tasks.",
            sources=spans,
        )
    ]
    if guide.study_hours:
        pace = guide.study_hours
        lines.append(
            Note(
                text=f"The guide counts with {_said(pace.value)} hours a week: that makes "
                f"{_said(_times(weeks, pace.value))} hours. A phase's hours are shared equally "
                "among its tasks, as the guide gives none for single tasks.",
                sources=(pace.span, *spans),
            )
        )
    else:
        lines.append(
            Note(
                text="The guide names no hours a week, so its weeks are taken as weeks at yours.",
                sources=spans,
            )
        )
    if guide.skill_gaps:
        skills = _sum([gap.weeks.value for gap in guide.skill_gaps])
        lines.append(
            Note(
                text=f"The skills to learn add up to {_said(skills)} weeks. They are not added to "
                "the phases, which teach many of them side by side.",
                sources=tuple(gap.weeks.span for gap in guide.skill_gaps),
            )
        )
    if guide.timeline:
        lines.append(_timeline(guide.timeline.value, weeks, guide))
    return tuple(lines)


def _timeline(months: Range, weeks: Range, guide: Guide) -> Note:
    low, high = weeks.low / _WEEKS_A_MONTH, weeks.high / _WEEKS_A_MONTH
    phases = (
        f"{_said(weeks)} weeks are about {_said(Range(low=round(low), high=round(high)))} months"
    )
    headline = f"the guide says {_said(months)} months for the whole move"
    if high < months.low:
        rest = Range(low=round(months.low - high), high=round(months.high - low))
        text = (
            f"The phases' {phases}; {headline}. The {_said(rest)} months between are for finding "
            "the position, which no phase plans."
        )
    elif low > months.high:
        text = f"The phases' {phases}; {headline}, which is less than its phases add up to."
    else:
        text = f"The phases' {phases}; {headline}. The two agree."
    assert guide.timeline is not None
    spans = tuple(phase.weeks.span for phase in guide.phases)
    return Note(text=text, sources=(guide.timeline.span, *spans))


def _sum(ranges: list[Range]) -> Range:
    return Range(low=sum(one.low for one in ranges), high=sum(one.high for one in ranges))


def _times(one: Range, other: Range) -> Range:
    return Range(low=one.low * other.low, high=one.high * other.high)


def _said(figures: Range) -> str:
    if figures.low == figures.high:
        return f"{figures.low:,g}"
    return f"{figures.low:,g}-{figures.high:,g}"
