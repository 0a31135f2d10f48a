"""Whether what a sentence says of a skill, a phase or a resource is what the guide's fields say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from coach.answering.amounts import Amount, find_amounts, normalised
from coach.answering.extracting import pieces
from coach.domain import (
    Guide,
    Part,
    Passage,
    Phase,
    Priority,
    Range,
    Resource,
    Section,
    SkillGap,
    StatisticKind,
)
from coach.terms import WORD, fold, stem, words
from coach.understanding.vocabulary import COMMON_WORDS

_SUM = re.compile(r"\b(?:together|total\w*|add\w*|sum\w*|combined|overall|whole|altogether|all)\b")
_LEVEL = re.compile(
    r"\b(?:difficulty|rat(?:ed|es|ing)|classed|graded)\b[^.;]{0,60}?\b(?P<level>easy|medium|hard)\b"
)
_EDUCATION = re.compile(
    r"\busual (?:entry )?education\b.*?\b(?P<after>bachelor|master|associate|doctor\w*|high school)"
    r"|\b(?P<before>bachelor|master|associate|doctor\w*|high school)\b"
    r".{0,30}\busual (?:entry )?education\b"
)
_RATED = {
    Priority.CRITICAL: re.compile(r"\bcritical\b"),
    Priority.IMPORTANT: re.compile(
        r"(?:\b(?:rated|rates it|priority|marked|listed|classed|ranked)\b[^.;,]{0,20}|[:(] ?)"
        r"\bimportant\b"
    ),
    Priority.NICE_TO_HAVE: re.compile(r"\b(?:nice[- ]to[- ]have|optional|bonus)\b"),
}
_LEARNING = re.compile(
    r"\b(?:courses?|books?|read|take|class|platform|speciali[sz]ation|certificat\w+|by|'|\")"
)
_LONG_TITLE = 3
_SHORT = 3
_FIELDS_HOLD = frozenset({Section.SKILL_GAP, Section.PHASE})
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_SPLIT_NAME = re.compile(r"\s*(?:&|/|,|\(|\)|\b(?:and|with|for|in)\b)\s*")
_DENIED = re.compile(r"(?:\bnot|n't|\brather than|\bnever|\bneither)(?: \w+){0,2} $")


def contradicted_field(text: str, guide: Guide, cited: Sequence[Passage]) -> str | None:
    """What a sentence says of the guide's parts against its fields, as a plain reason."""
    folded = normalised(text)
    level = _LEVEL.search(folded)
    if level and guide.difficulty and fold(guide.difficulty.value) != level["level"]:
        return f"The guide rates the difficulty as {guide.difficulty.value}."
    if problem := _wrong_education(folded, guide):
        return problem
    mentioned = list(_mentions(folded, guide))
    return (
        _wrong_weeks(text, folded, mentioned, guide, cited)
        or _wrong_priority(folded, mentioned)
        or _wrong_resource(text, guide, cited)
    )


def _wrong_education(folded: str, guide: Guide) -> str | None:
    stated = _EDUCATION.search(folded)
    kinds = [one for one in guide.statistics if one.kind is StatisticKind.EDUCATION]
    if not stated or not kinds:
        return None
    named = stated["after"] or stated["before"]
    value = kinds[0].value.value
    return None if named in fold(value) else f"The guide gives the usual education as {value}."


def _mentions(folded: str, guide: Guide) -> Iterator[tuple[int, Part]]:
    """The skills and phases a sentence names, each once, with where."""
    spoken = [(match.start(), stem(match.group())) for match in WORD.finditer(folded)]
    stems = tuple(part for _, part in spoken)
    places: dict[str, list[int]] = {}
    for at, part_stem in enumerate(stems):
        places.setdefault(part_stem, []).append(at)
    taken: set[int] = set()
    parts = guide.parts
    for index, short_names in _short_names(tuple(part.name.value for part in parts)):
        part = parts[index]
        for name in short_names:
            start = _find(stems, places, name, taken) if name[0] in places else None
            if start is not None:
                taken.update(range(start, start + len(name)))
                yield spoken[start][0], part
                break
        else:
            if isinstance(part, Phase) and (
                numbered := _numbered(part.number, len(guide.phases)).search(folded)
            ):
                yield numbered.start(), part


@lru_cache(maxsize=200)
def _numbered(number: int, count: int) -> re.Pattern[str]:
    """A pattern for "phase 2", "the second phase", "the last phase"."""
    ordinals = [*_ORDINALS[number - 1 : number], *(("last", "final") if number == count else ())]
    spelt = rf"|\b(?:{'|'.join(ordinals)}) phase\b" if ordinals else ""
    return re.compile(rf"\bphase {number}\b{spelt}")


def _find(
    stems: tuple[str, ...],
    places: Mapping[str, Sequence[int]],
    name: tuple[str, ...],
    taken: Collection[int],
) -> int | None:
    """Where a name's stems stand in a row; ``places`` tells where each stem stands."""
    for at in places[name[0]]:
        if at not in taken and stems[at : at + len(name)] == name:
            return at
    return None


@lru_cache(maxsize=500)
def _short_names(names: tuple[str, ...]) -> list[tuple[int, list[tuple[str, ...]]]]:
    """The longest names first, each as its place and its stems.

    The stems are those of the whole name, then of those pieces of it that name nothing else.
    """
    wholes = [_stems(name) for name in names]
    found: list[tuple[int, list[tuple[str, ...]]]] = []
    for index in sorted(range(len(names)), key=lambda index: -len(names[index])):
        own = [wholes[index]]
        for piece in _SPLIT_NAME.split(names[index]):
            stems = _stems(piece)
            shared = any(
                " ".join(stems) in " ".join(whole)
                for other, whole in enumerate(wholes)
                if other != index
            )
            distinct = len(stems) > 1 or (piece.lower() not in COMMON_WORDS and len(piece) > _SHORT)
            if stems and distinct and not shared and stems != wholes[index]:
                own.append(stems)
        found.append((index, [stems for stems in own if stems]))
    return found


@lru_cache(maxsize=2_000)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(text))


def _wrong_weeks(
    text: str,
    folded: str,
    mentioned: Sequence[tuple[int, Part]],
    guide: Guide,
    cited: Sequence[Passage],
) -> str | None:
    """Whether weeks are given to a part that the guide gives other weeks."""
    weeks = [amount for amount in find_amounts(text) if amount.unit == "week"]
    # An entry of the FAQ or a paragraph may shorten a skill or phase for some readers.
    prose = [passage for passage in cited if passage.section not in _FIELDS_HOLD]
    weeks = [
        amount
        for amount in weeks
        if not any(other.amount == amount.amount for p in prose for other in find_amounts(p.text))
    ]
    if not weeks or not mentioned or _SUM.search(folded):
        return None
    ordered = sorted(mentioned, key=lambda mention: mention[0])
    for index, amount in enumerate(weeks):
        part = _owner(amount, index, len(weeks), ordered)
        two = " and " in amount.text and amount.amount.low != amount.amount.high
        if part is None or two or _fits(amount, part.weeks.value):
            continue
        if not any(_says_of(piece, amount, part, guide) for p in cited for piece in pieces(p)):
            return f"The guide gives “{part.name.value}” other weeks."
    return None


def _owner(
    amount: Amount, index: int, count: int, mentioned: Sequence[tuple[int, Part]]
) -> Part | None:
    """The part that an amount is given to."""
    if len(mentioned) == 1:
        return mentioned[0][1] if count == 1 else None
    if len(mentioned) == count:
        return mentioned[index][1]
    before = [part for at, part in mentioned if at < amount.start]
    return before[-1] if before and count == 1 and len(mentioned) == 2 else None


def _says_of(piece: str, amount: Amount, part: Part, guide: Guide) -> bool:
    """Whether a sentence of the source gives a part that amount, and not also its own weeks."""
    given = [other.amount for other in find_amounts(piece) if other.unit == amount.unit]
    return (
        amount.amount in given
        and part.weeks.value not in given
        and any(other is part for _, other in _mentions(normalised(piece), guide))
    )


def _fits(amount: Amount, weeks: Range) -> bool:
    low, high = amount.amount.low, amount.amount.high
    return (low, high) == (weeks.low, weeks.high) or (
        low == high and low in {weeks.low, weeks.high}
    )


def _wrong_priority(folded: str, mentioned: Sequence[tuple[int, Part]]) -> str | None:
    """Whether the one skill that is named is given another priority than its own."""
    skills = [part for _, part in mentioned if isinstance(part, SkillGap)]
    if len(skills) != 1 or len(mentioned) != 1:
        return None
    gap = skills[0]
    own = gap.priority.value
    stated = [
        priority
        for priority, pattern in _RATED.items()
        if (match := pattern.search(folded)) and not _DENIED.search(folded[: match.start()])
    ]
    elsewhere = fold(gap.how.value)
    strange = [priority for priority in stated if priority.value not in elsewhere]
    if strange and own not in stated:
        return f"The guide rates “{gap.name.value}” as {own.value}."
    return None


def _wrong_resource(text: str, guide: Guide, cited: Sequence[Passage]) -> str | None:
    """Whether a course or book is given to another skill, author or provider than its own."""
    spoken = " ".join(words(text))
    known = [(part, resource) for part in guide.parts for resource in part.resources]
    named = [(part, one) for part, one in known if _is_named(text, spoken, one)]
    if not named:
        return None
    # A book may be called what a skill is called.
    skills = {fold(gap.name.value) for gap in guide.skill_gaps}
    named = [(part, one) for part, one in named if fold(_short_title(one)) not in skills] or named
    if len({fold(one.title) for _, one in named}) != 1:
        return None
    resource = named[0][1]
    owners = [part for part, _ in named]
    rest = normalised(text)
    for title in (resource.title, _short_title(resource)):
        rest = rest.replace(fold(title), " ")
    spoken_of = [part for _, part in _mentions(rest, guide)]
    strange = [
        part
        for part in spoken_of
        if isinstance(part, SkillGap) and not _names_it(cited, part, resource, guide)
    ]
    if strange and not any(part is owner for part in spoken_of for owner in owners):
        return f"The guide does not name “{resource.title}” for “{strange[0].name.value}”."
    resources = [one for _, one in known]
    makers = (_other_maker(spoken, resource, resources, name) for name in ("author", "provider"))
    wrong = next(filter(None, makers), None)
    if not wrong:
        return None
    others = " ".join(words(rest))
    if any(_hinted(others, one.title) for one in resources if one.title != resource.title):
        return None
    return f"“{resource.title}” is not by “{wrong}”."


def _is_named(text: str, spoken: str, resource: Resource) -> bool:
    """Whether a resource is named: a short title may also be the name of a tool or a topic."""
    title = _short_title(resource)
    if not _says(spoken, title):
        return False
    return len(words(title)) > _LONG_TITLE or bool(_LEARNING.search(fold(text)))


def _names_it(cited: Sequence[Passage], part: Part, resource: Resource, guide: Guide) -> bool:
    """Whether a cited passage about a part, or a sentence that names it, has the resource in it."""
    title = " ".join(words(_short_title(resource)))
    return any(
        _says(" ".join(words(text)), title)
        and (about or any(other is part for _, other in _mentions(normalised(text), guide)))
        for passage in cited
        for about, texts in (
            (True, [passage.text] if passage.headings[-1:] == (part.name.value,) else []),
            (False, pieces(passage)),
        )
        for text in texts
    )


def _short_title(resource: Resource) -> str:
    """A title without what follows its colon."""
    return resource.title.split(":")[0]


def _hinted(spoken: str, title: str) -> bool:
    """Whether two neighbouring words of a title are said."""
    parts = words(title)
    return any(_says(spoken, f"{one} {other}") for one, other in pairwise(parts)) or (
        len(parts) == 1 and _says(spoken, title)
    )


def _other_maker(
    spoken: str, resource: Resource, known: Sequence[Resource], name: str
) -> str | None:
    """An author or provider in the sentence who made another resource, where its own is unsaid."""
    own = {
        maker
        for one in known
        if fold(one.title) == fold(resource.title)
        for maker in (*_people(one.author), *_people(one.provider))
    }
    if not own or any(_says(spoken, maker) for maker in own):
        return None
    context = f"{resource.title} {resource.note or ''} {' '.join(own)}"
    held = " ".join(words(context))
    makers = {maker for one in known for maker in _people(getattr(one, name))}
    return next(
        (
            maker
            for maker in sorted(makers - own)
            if _says(spoken, maker) and not _says(held, maker)
        ),
        None,
    )


@lru_cache(maxsize=2_000)
def _people(names: str | None) -> tuple[str, ...]:
    """The people or organisations in "Alan Cooper, Robert Reimann and David Cronin"."""
    return tuple(name for name in re.split(r",\s*|\s+(?:and|&)\s+", names or "") if name)


def _says(spoken: str, name: str) -> bool:
    said = _spoken(name)
    return said in spoken and f" {said} " in f" {spoken} "  # the first is quickly told


@lru_cache(maxsize=5_000)
def _spoken(name: str) -> str:
    return " ".join(words(name))
