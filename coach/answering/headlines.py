"""The lines that give a guide's headline facts: time, difficulty, hours, pay, demand, overview."""

from __future__ import annotations

import re
from collections.abc import Callable

from coach.answering.draft import Draft, as_sentence, figures, percent, total
from coach.domain import Guide, Range, Sourced, Statistic, StatisticKind
from coach.lookup import statistics
from coach.terms import words
from coach.understanding import Aggregate, Ask, Claim, Field
from coach.understanding.claims import claims_about

Composer = Callable[[Draft, Guide, Ask], None]

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'“])")
_PROMISED = re.compile(r"\b(?:guarantee\w*|promise\w*|for sure|certain(?:ly)?)\b", re.IGNORECASE)
_EASY = re.compile(r"\b(?:easy|easier|simple|doable|breeze)\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:why|how come|come from|break\w* down|breakdown|split|spent|divided?|go(?:es)? into"
    r"|detail\w*|reasons?|explain\w*)\b",
    re.IGNORECASE,
)
_MEDIAN = re.compile(r"\b(?:median|average|mean|typical)s?\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_HARD = re.compile(r"\b(?:hard|harder|difficult|tough|challenging|demanding)\b", re.IGNORECASE)


def move_of(guide: Guide) -> str:
    """A guide's move in words."""
    return f"{guide.from_role} to {guide.to_role}"


def sentences(text: str) -> list[str]:
    """The sentences of a text, each as it stands in it."""
    return [piece for piece in _SENTENCE.split(text) if piece.strip()]


def verdict(field: Field, ask: Ask, truth: Range) -> str:
    """How a figure in the question stands to the guide's: how the sentence opens, if at all."""
    claims = claims_about(field, ask.claims)
    if not claims:
        return ""
    claim = claims[0]
    amount = claim.amount
    if claim.unit == "week" and field is Field.TIMELINE:
        amount = Range(low=amount.low / 4.345, high=amount.high / 4.345)
    if truth.low <= amount.low and amount.high <= truth.high:
        return "Yes, that fits: "
    return f"No, not {_shown(claim)}: "


def week_verdict(ask: Ask, truth: Range) -> str:
    """How a figure in weeks that the question states for a skill or phase stands to the guide's."""
    claim = next((claim for claim in ask.claims if claim.unit == "week"), None)
    if claim is None:
        return ""
    fits = truth.low <= claim.amount.low and claim.amount.high <= truth.high
    return "Yes, that fits: " if fits else f"No, not {_shown(claim)}: "


def _shown(claim: Claim) -> str:
    return re.sub(r"^(?:in|within|takes?|only|just|about|under|than)\s+", "", claim.text)


def _opened(opening: str, sentence: str) -> str:
    return opening + (sentence[0].lower() + sentence[1:] if opening else sentence)


def _timeline(draft: Draft, guide: Guide, ask: Ask) -> None:
    if guide.timeline is None:
        return
    opening = verdict(Field.TIMELINE, ask, guide.timeline.value)
    marker = draft.cite(guide.slug, [guide.timeline.span])
    months = figures(guide.timeline.value, "month")
    sentence = f"Going from {move_of(guide)} takes {months}."
    if opening:
        sentence = _opened(opening, f"The guide says {sentence[0].lower()}{sentence[1:]}")
    draft.add(f"{sentence} {marker}")
    breakdown = _breakdown(guide)
    if breakdown is not None and _REASON.search(ask.text):
        draft.add(f"{breakdown.value} {draft.cite(guide.slug, [breakdown.span])}")


def _breakdown(guide: Guide) -> Sourced[str] | None:
    """The sentence of the FAQ that says what the months are spent on."""
    for entry in guide.faq:
        answer = entry.answer
        for sentence in sentences(answer.value):
            figures_given = re.findall(r"\d+(?:\s*[-–]\s*\d+)?\s+months?", sentence)
            if len(figures_given) >= 2:
                return part_of(answer, sentence)
    return None


def part_of(whole: Sourced[str], words: str) -> Sourced[str]:
    """Some words of a leaf as a leaf, when they stand in it at the same offsets; else the whole."""
    offset = whole.value.find(words)
    length = whole.span.end - whole.span.start
    if offset < 0 or length != len(whole.value):
        return whole
    start = whole.span.start + offset
    lines = whole.value[:offset].count("\n")
    span = whole.span.model_copy(
        update={
            "start": start,
            "end": start + len(words),
            "first_line": whole.span.first_line + lines,
            "last_line": whole.span.first_line + lines + words.count("\n"),
        }
    )
    return Sourced[str](value=" ".join(words.split()), span=span)


def _difficulty(draft: Draft, guide: Guide, ask: Ask) -> None:
    if guide.difficulty is None:
        return
    level = guide.difficulty.value
    if _REASON.search(ask.text) and _add_reasons(draft, guide, level):
        return
    opening = ""
    if ask.yes_no:
        meant_easy = bool(_EASY.search(ask.text))
        meant_hard = bool(_HARD.search(ask.text))
        if meant_easy or meant_hard:
            right = (level.lower() == "easy") if meant_easy else (level.lower() == "hard")
            half = level.lower() == "medium"
            opening = "In between: " if half else ("Yes: " if right else "No: ")
    sentence = f"The guide rates the move from {move_of(guide)} as {level}."
    draft.add(f"{_opened(opening, sentence)} {draft.cite(guide.slug, [guide.difficulty.span])}")


def _add_reasons(draft: Draft, guide: Guide, level: str) -> bool:
    """What makes a move as hard as it is: the overview's words on it, then the challenges."""
    before = len(draft.lines)
    for paragraph in guide.overview:
        said = sentences(paragraph.value)
        rated = [place for place, one in enumerate(said) if level.lower() in words(one)]
        for one in said[rated[0] + 1 : rated[0] + 2] if rated else []:
            draft.add(
                f"{' '.join(one.split())} {draft.cite(guide.slug, [part_of(paragraph, one).span])}"
            )
    if guide.challenges:
        draft.add("The biggest challenges:")
    for challenge in guide.challenges:
        draft.add(f"- {as_sentence(challenge.value)} {draft.cite(guide.slug, [challenge.span])}")
    return len(draft.lines) > before


def _hours(draft: Draft, guide: Guide, ask: Ask) -> None:
    if guide.study_hours is None:
        return
    opening = verdict(Field.HOURS, ask, guide.study_hours.value)
    sentence = f"Plan {figures(guide.study_hours.value, 'hour')} a week."
    if opening:
        sentence = f"The guide plans {figures(guide.study_hours.value, 'hour')} a week."
    draft.add(f"{_opened(opening, sentence)} {draft.cite(guide.slug, [guide.study_hours.span])}")
    if ask.aggregate is Aggregate.SUM and guide.phases:
        _add_total_hours(draft, guide, guide.study_hours.value)


def _add_total_hours(draft: Draft, guide: Guide, a_week: Range) -> None:
    """The hours of all phases: their weeks times the hours a week."""
    weeks = total(phase.weeks.value for phase in guide.phases)
    hours = Range(low=weeks.low * a_week.low, high=weeks.high * a_week.high)
    marker = draft.cite(guide.slug, [phase.weeks.span for phase in guide.phases])
    draft.add_derived(
        f"Over the {figures(weeks, 'week')} of the phases that makes "
        f"{figures(hours, 'hour')}. {marker}"
    )


def _salary(draft: Draft, guide: Guide, ask: Ask) -> None:
    change = {figure.kind: figure for figure in statistics(guide, Field.SALARY)}
    before = change.get(StatisticKind.MEDIAN_WAGE_BEFORE)
    after = change.get(StatisticKind.MEDIAN_WAGE_AFTER)
    shift = change.get(StatisticKind.MEDIAN_CHANGE)
    own = guide.salary_change
    if own is not None:
        opening = verdict(Field.SALARY, ask, own.value)
        if _PROMISED.search(ask.text):
            opening = "Nobody can promise that; "
        sentence = f"The guide puts the salary change at {percent(own.value)}."
        draft.add(f"{_opened(opening, sentence)} {draft.cite(guide.slug, [own.span])}")
    if before and after:
        marker = draft.cite(guide.slug, [figure.value.span for figure in change.values()])
        said = shift is not None and own is not None and shift.value.value == percent(own.value)
        between = f" ({shift.value.value} between them)" if shift and not said else ""
        draft.add(
            f"Official medians: {before.value.value} before, {after.value.value} after{between}, "
            f"no promise to one person. {marker}"
        )


def _statistic(field: Field) -> Callable[[Draft, Guide, Ask], None]:
    def compose(draft: Draft, guide: Guide, ask: Ask) -> None:
        given = statistics(guide, field)
        if field is Field.WAGE_AFTER and _MEDIAN.search(ask.text):
            given = given[:1]
        for figure in given:
            draft.add(f"{_stated(figure)} {draft.cite(guide.slug, [figure.value.span])}")
        # Amounts hold for one country; a change is nearer to what is asked of another.
        if given and field is Field.WAGE_AFTER and ask.qualifiers and guide.salary_change:
            marker = draft.cite(guide.slug, [guide.salary_change.span])
            change = percent(guide.salary_change.value)
            draft.add(f"The guide's own figure for the change is {change}. {marker}")

    return compose


def _stated(figure: Statistic) -> str:
    value = figure.value.value
    said = {
        StatisticKind.MEDIAN_WAGE_BEFORE: f"The median wage in the starting occupation is {value}.",
        StatisticKind.MEDIAN_WAGE_AFTER: f"The median wage in the new occupation is {value}.",
        StatisticKind.WAGE_RANGE_AFTER: f"Wages there run from {value}.",
        StatisticKind.MEDIAN_CHANGE: f"The change between the medians is {value}.",
        StatisticKind.GROWTH: f"Projected job growth 2024-34 in the new occupation: {value}.",
        StatisticKind.OPENINGS: f"About {value} openings a year are projected.",
        StatisticKind.EDUCATION: f"The usual entry education is: {value}.",
        StatisticKind.EXPERIENCE: f"The usual work experience is: {value}.",
    }[figure.kind]
    return re.sub(r"\.\.$", ".", said)


def _demand(draft: Draft, guide: Guide, ask: Ask) -> None:
    stated: set[str] = set()
    if guide.demand is not None:
        marker = draft.cite(guide.slug, [guide.demand.span])
        draft.add(f"Demand: {as_sentence(guide.demand.value)} {marker}")
        stated = set(_FIGURE.findall(guide.demand.value))
    given = [
        figure
        for figure in statistics(guide, Field.DEMAND)
        if not set(_FIGURE.findall(figure.value.value)) <= stated
    ]
    if given:
        said = " ".join(_stated(figure) for figure in given)
        draft.add(f"{said} {draft.cite(guide.slug, [figure.value.span for figure in given])}")


def _overview(draft: Draft, guide: Guide, ask: Ask) -> None:
    for paragraph in guide.overview:
        first = sentences(paragraph.value)[:1]
        if first:
            leaf = part_of(paragraph, first[0])
            draft.add(f"{' '.join(first[0].split())} {draft.cite(guide.slug, [leaf.span])}")


HEADLINES: dict[Field, Composer] = {
    Field.OVERVIEW: _overview,
    Field.DIFFICULTY: _difficulty,
    Field.TIMELINE: _timeline,
    Field.HOURS: _hours,
    Field.SALARY: _salary,
    Field.WAGE_BEFORE: _statistic(Field.WAGE_BEFORE),
    Field.WAGE_AFTER: _statistic(Field.WAGE_AFTER),
    Field.WAGE_RANGE: _statistic(Field.WAGE_RANGE),
    Field.DEMAND: _demand,
    Field.GROWTH: _statistic(Field.GROWTH),
    Field.OPENINGS: _statistic(Field.OPENINGS),
    Field.EDUCATION: _statistic(Field.EDUCATION),
    Field.EXPERIENCE: _statistic(Field.EXPERIENCE),
}
