"""What the guide's own figures say about its length, and where they disagree."""

from __future__ import annotations

import re

from coach.domain import Guide, Range
from coach.planning.values import Note

NO_PROMISE = "Dates are estimates from the guide's figures and your hours, not a promise."
_MONTHS = re.compile(r"\b(?P<low>\d+)(?:-(?P<high>\d+))? (?:\w+ )?months?\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
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
        hours = _times(weeks, pace.value)
        lines.append(
            Note(
                text=f"The guide counts with {_said(pace.value)} hours a week: that makes "
                f"{_said(hours)} hours. {_middle(hours)}A phase's hours are shared equally "
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
        lines += _parts(guide, guide.timeline.value)
        lines.append(_timeline(guide.timeline.value, weeks, guide))
    return tuple(lines)


def _middle(hours: Range) -> str:
    if hours.low == hours.high:
        return ""
    return (
        f"The plan counts with the middle, {(hours.low + hours.high) / 2:,g} hours; its early and "
        "late dates come from the two ends. "
    )


def _parts(guide: Guide, whole: Range) -> list[Note]:
    """What the parts that the FAQ divides the whole into add up to, where that is not the whole."""
    for entry in guide.faq:
        if not _is_whole(_MONTHS.search(entry.answer.value), whole):
            continue
        for sentence in _SENTENCE.split(entry.answer.value):
            found = [match for match in _MONTHS.finditer(sentence) if not _is_whole(match, whole)]
            if len(found) < 2:
                continue
            parts = [_range(match) for match in found]
            together = _sum(parts)
            if together == whole:
                return []
            text = (
                f"The FAQ divides the {_said(whole)} months into parts of "
                f"{', '.join(_said(part) for part in parts[:-1])} and {_said(parts[-1])} months, "
                f"which add up to {_said(together)}. The plan uses neither, for they come without "
                "tasks."
            )
            return [Note(text=text, sources=(entry.answer.span,))]
    return []


def _is_whole(match: re.Match[str] | None, whole: Range) -> bool:
    return match is not None and _range(match) == whole


def _range(match: re.Match[str]) -> Range:
    low = float(match["low"])
    return Range(low=low, high=float(match["high"] or low))


def _timeline(months: Range, weeks: Range, guide: Guide) -> Note:
    low, high = weeks.low / _WEEKS_A_MONTH, weeks.high / _WEEKS_A_MONTH
    phases = (
        f"{_said(weeks)} weeks are about {_said(Range(low=round(low), high=round(high)))} months"
    )
    headline = f"the guide says {_said(months)} months for the whole move"
    if high < months.low:
        least, most = round(months.low - high), round(months.high - low)
        rest = f"The {_said(Range(low=least, high=most))}" if least > 0 else f"Up to {most:g}"
        text = (
            f"The phases' {phases}; {headline}. {rest} months between are for finding the "
            "position, which no phase plans."
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
