"""Whether the figures of a sentence are those of its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from coach.answering.amounts import (
    COUNT,
    MONEY,
    ORDINAL,
    Amount,
    bare_figure,
    find_amounts,
    normalised,
)
from coach.domain import Guide, Priority
from coach.reading.figures import NUMBER_WORD
from coach.terms import stem, words
from coach.understanding.vocabulary import FUNCTION_WORDS

_AT_LEAST = re.compile(
    r"\b(?:at least|minimum|from|start\w*|as (?:little|few|early|soon) as|or more|earliest|over|"
    r"more than|low end|shortest|lower|bottom|closer)\b"
)
_AT_MOST = re.compile(
    r"\b(?:up to|at most|maximum|as (?:long|much|many|late) as|within|no more than|or less|under|"
    r"less than|high end|longest|upper|latest)\b"
)
_ROUNDED = re.compile(r"\b(?:about|around|roughly|approximately|nearly|almost|some|close to)\b|~")
# What stands right before or behind a figure that is told as the person's own, or is denied.
_OF_THE_PERSON = re.compile(
    r"\b(?:your(?: \w+)?|(?:you|you've|you'd|you'll)(?: (?:can|could|have|would|will|only|just))*"
    r" (?:have|had|said|say|mention\w*|asked?|told|gave|named|want\w*|hoped?|plan\w*|spend|spare|"
    r"study|studying|give|put in|set aside|aim)(?: (?:for|in|about|of|only|just|whether|me))*|"
    r"with|at|not(?: in)?|rather than|instead of)(?: (?:the|only|just|about|around|a))* $"
)
_SAID_BEHIND = re.compile(
    r"(?: (?:a|per|each) (?:week|day|month))? (?:that |which )?you (?:have|had|said|mention\w*|"
    r"asked|told|gave|named|want\w*|hoped?|plan\w*|can)\b"
)
# "The guide asks for 8 hours": the figure is told as the guide's.
_OF_THE_GUIDE = re.compile(
    r"\b(?:guides?|plan|roadmap|timeline|phases?|skills?|move|transition|it|they)(?: \w+){0,3} "
    r"(?:is|are|asks?|says?|recommends?|needs?|takes?|requires?|lasts?|gives?|suggests?|expects?|"
    r"calls?)\b[^,;:]*$"
)
_AGREES = re.compile(
    r"\b(?:yes|right|correct|true|indeed|exactly|enough|sufficient|fits?|match\w*|realistic|fine|"
    r"plenty)\b"
)
# "Hours a week: 10-15", "Median wage: $97,550 a year" and the like stand before their figures.
_USUAL = {"hour": frozenset({"week"}), "money": frozenset({"year"})}
_TIMES = frozenset({"week", "month", "hour"})
_DAY = stem("days")
_WORD = re.compile(r"[a-z][\w+#]*")
_NUMBER_WORD = re.compile(rf"\b(?!one\b)(?:{NUMBER_WORD})\b")
_MEASURES = frozenset("week weeks month months year years hour hours day days percent".split())
_SPAN = re.compile(
    r"\b(?:an?|per|each|every|the same|one)\s+(?P<unit>minute|hour|day|week|month|quarter|year)\b"
)
_PAIR = 2
_MANY = 3
_BEHIND = 40
_STOPS = re.compile(r"[,;:]\s|[.!?]\s|\bbut\b")
_STOP = re.compile(r"[.!?]\s|\n")
_SAME = 1e-6
_ROUNDING = 0.006


def unsupported_amount(
    text: str,
    sources: Sequence[str],
    said: str,
    derived: Sequence[str],
    guides: Sequence[Guide],
) -> str | None:
    """The first figure of a sentence that stands nowhere it may come from, as a plain reason.

    Args:
        text: the sentence, without markers.
        sources: the texts it cites.
        said: what the person said; a figure of theirs may be taken up when it is said to be.
        derived: sentences with figures that our own code computed.
        guides: the guides the sources belong to, for counts of their parts.
    """
    given = [amount for source in sources for amount in _given(source)]
    computed = [amount for sentence in derived for amount in find_amounts(sentence)]
    folded = normalised(text)
    for amount in find_amounts(text):
        known = (
            any(_agree(amount, other, folded) for other in (*given, *computed))
            or (
                any(_agree(amount, other, folded) for other in find_amounts(said))
                and _is_theirs(amount, folded, (*given, *computed))
            )
            or _both_ends(amount, given)
            or any(amount.amount.low in _counts(guide, amount.noun) for guide in guides)
            or (amount.noun and amount.amount.low == len(sources) > 1)
        )
        counted = {other.amount.low for other in given if other.noun and other.noun == amount.noun}
        if not known or (counted and amount.amount.low not in counted):
            return f"“{amount.text.strip()}” does not stand in its source."
    spans = list(_SPAN.finditer(folded))
    if not spans:
        return None
    held = {stem(word) for source in (*sources, said) for word in words(source)}
    # The week of "8 hours a week" was compared with the hours.
    compared = {amount.end + 1 for amount in find_amounts(text) if amount.unit == "hour"}
    for match in spans:
        if stem(match["unit"]) not in held and match.start() not in compared:
            return f"“{match.group()}” does not stand in its source."
    return None


def _is_theirs(amount: Amount, sentence: str, given: Sequence[Amount]) -> bool:
    """Whether a figure that the person gave is told as theirs, and not confirmed by nothing.

    Hours are a person's own unless they are told as the guide's; other figures have to be said to
    be. A sentence that agrees with the person ("yes", "enough") must give the guide's figure too,
    and that one must overlap theirs.
    """
    before = _STOPS.split(sentence[: amount.start])[-1]
    behind = sentence[amount.end : amount.end + _BEHIND]
    told = bool(_OF_THE_PERSON.search(before) or _SAID_BEHIND.match(behind))
    if not told and (amount.unit != "hour" or _OF_THE_GUIDE.search(before)):
        return False
    if not _AGREES.search(sentence):
        return True
    theirs = amount.amount
    guides = [
        other.amount
        for other in find_amounts(sentence)
        if other.start != amount.start
        and (other.unit == amount.unit or (other.unit == COUNT and not other.noun))
        and any(_agree(other, known, sentence) for known in given)
    ]
    # "8–10" without its unit is two figures.
    return bool(guides) and (
        min(one.low for one in guides) <= theirs.high
        and theirs.low <= max(one.high for one in guides)
    )


@lru_cache(maxsize=2_000)
def _given(source: str) -> tuple[Amount, ...]:
    """The amounts of a source; a bare figure has also the unit of its neighbour in the sentence.

    "From 15 weeks to about 6" gives 6 weeks.
    """
    text = normalised(source)
    amounts = find_amounts(source)
    bare_words = (
        bare_figure(match)
        for match in _NUMBER_WORD.finditer(text)
        if not any(other.start <= match.start() < other.end for other in amounts)
    )
    amounts = tuple(sorted((*amounts, *bare_words), key=lambda amount: amount.start))
    found = list(amounts)
    for index, bare in enumerate(amounts):
        if bare.unit != COUNT or bare.noun:
            continue
        for other in (*amounts[:index][::-1][:1], *amounts[index + 1 :][:1]):
            between = text[min(bare.end, other.end) : max(bare.start, other.start)]
            if other.unit in _TIMES and not _STOP.search(between):
                found.append(bare.model_copy(update={"unit": other.unit}))
                break
    return tuple(found)


def _agree(amount: Amount, other: Amount, sentence: str) -> bool:
    """Whether an amount says what another one does."""
    low, high = amount.amount.low, amount.amount.high
    known_low, known_high = other.amount.low, other.amount.high
    if amount.unit in {COUNT, ORDINAL}:
        if amount.noun and other.unit not in {COUNT, ORDINAL}:
            return False
        if _DAY in {amount.noun, other.noun} and amount.noun != other.noun:
            return False
        return {low, high} <= {abs(known_low), abs(known_high)}
    if amount.unit != other.unit:
        return False
    if (
        amount.rate
        and amount.rate != other.rate
        and (other.rate or amount.rate not in _USUAL.get(amount.unit, ()))
    ):
        return False
    if amount.unit == "percent":
        if amount.falling != other.falling:
            return False
        low, high, known_low, known_high = abs(low), abs(high), abs(known_low), abs(known_high)
    near = _near if amount.unit == MONEY and _is_rounded(amount, sentence) else _equal
    if near(low, known_low) and near(high, known_high):
        return True
    if low != high:
        return False
    before = sentence[max(0, amount.start - 30) : amount.end + 12]
    return (near(low, known_low) and bool(_AT_LEAST.search(before))) or (
        near(low, known_high) and bool(_AT_MOST.search(before))
    )


def _equal(one: float, other: float) -> bool:
    return abs(one - other) < _SAME


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _ROUNDING * abs(other)


def _is_rounded(amount: Amount, sentence: str) -> bool:
    """Whether money is given in round figures and said to be."""
    thousands = amount.amount.low % 1_000 == 0 and amount.amount.high % 1_000 == 0
    hedge = _ROUNDED.search(sentence[max(0, amount.start - 20) : amount.start])
    return thousands and (bool(hedge) or "k" in amount.text or "thousand" in amount.text)


def _both_ends(amount: Amount, given: Sequence[Amount]) -> bool:
    """Whether "12 and 16 weeks", "from $97,550 to $105,850" are two figures of the source."""
    joined = " and " in amount.text or amount.unit in {MONEY, COUNT}
    if not joined or amount.amount.low == amount.amount.high:
        return False
    single = {
        other.amount.low
        for other in given
        if other.unit == amount.unit and other.amount.low == other.amount.high
    }
    return {amount.amount.low, amount.amount.high} <= single


def crossed_figures(text: str, pieces: Sequence[str]) -> str | None:
    """Whether figures are given to each other's words: "A takes 5 and B 2" for "B takes 5, A 2".

    Args:
        text: the sentence.
        pieces: the sentences of its sources.
    """
    own = _nearest_figures(text)
    for piece in pieces:
        theirs = _nearest_figures(piece)
        values = {figure for figure, _ in theirs.values()}
        pairs = [
            (own[part][0], theirs[part][0])
            for part in own.keys() & theirs.keys()
            if any(
                own[part][0][1] == value and _alike(own[part][0][0], unit) for unit, value in values
            )
        ]
        crossed = sum(one[1] != other[1] and _alike(one[0], other[0]) for one, other in pairs)
        two = len({figure for figure, _ in own.values()}) > 1
        if crossed >= (_PAIR if two else _MANY) and crossed > len(pairs) - crossed:
            return "Its figures belong to other things in its source."
    return None


def _alike(one: str, other: str) -> bool:
    """Whether two units may be of the same figures; a bare figure is of any."""
    return one == other or "" in {one, other}


def _nearest_figures(text: str) -> dict[str, tuple[tuple[str, float], int]]:
    """The figure that stands nearest to each of a text's own words, and how far from it."""
    folded = normalised(text)
    amounts = [amount for amount in find_amounts(text) if amount.unit != ORDINAL]
    found: dict[str, tuple[tuple[str, float], int]] = {}
    for match in _WORD.finditer(folded):
        if match.group() in FUNCTION_WORDS or any(
            amount.start <= match.start() < amount.end for amount in amounts
        ):
            continue
        distances = [
            (
                max(amount.start - match.end(), match.start() - amount.end, 0),
                ("" if amount.unit == COUNT else amount.unit, amount.amount.high),
            )
            for amount in amounts
        ]
        if distances:
            (distance, value), *others = sorted(distances)
            if others and distance * 2 > others[0][0]:
                continue  # it might belong to either
            part = stem(match.group())
            if part not in found or distance < found[part][1]:
                found[part] = (value, distance)
    return found


def _counts(guide: Guide, noun: str) -> set[int]:
    """How many of what is counted a guide has, for nouns that are parts of guides."""
    by_priority = [
        sum(gap.priority.value is priority for gap in guide.skill_gaps) for priority in Priority
    ]
    counts = {
        "phases": [len(guide.phases)],
        "stages": [len(guide.phases)],
        "skills": [len(guide.skill_gaps), len(guide.transferable_skills), *by_priority],
        "resources": [len(part.resources) for part in guide.parts],
        "courses": [len(part.resources) for part in guide.parts],
        "books": [len(part.resources) for part in guide.parts],
        "tasks": [len(phase.tasks) for phase in guide.phases],
        "challenges": [len(guide.challenges)],
    }
    return {count for name, found in counts.items() if stem(name) == noun for count in found}
