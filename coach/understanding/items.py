"""The skills, phases and resources of a guide, found in a question by their names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.domain import Guide, Resource, Section
from coach.terms import stem, terms, words
from coach.understanding.tokens import Token, same_word
from coach.understanding.values import Item
from coach.understanding.vocabulary import COMMON_WORDS, FUNCTION_WORDS

# A course's code names it alone: "cs224n".
_CODE = re.compile(r"(?=\w*\d)(?=\w*[a-z])\w{4,}")
_LEAST_STRENGTH = 0.34
# A skill is called by one of the things its name joins: "needs analysis".
_CALLED_BY_PIECE = 0.6
_JOINT = re.compile(r"\s(?:&|and|with|for)\s|[,/(:]")
_NUMBERS = {
    **{str(number): number for number in range(1, 13)},
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
    "6th": 6,
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
}
_PHASE_NUMBER = re.compile(
    r"\b(?:(?:phase|step|stage|part|leg|block) (?:number |no\.? ?|#)?(?P<after>\d+|one|two|three"
    r"|four|five|six|seven|iii|ii|iv|i)"
    r"|(?P<before>\d(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|last"
    r"|final) (?:\w+ )?(?:phase|stage|leg|block|step(?! should| to| i\b)))\b"
)
# Words inside names that say little about which one is meant.
_COMMON = frozenset(
    terms(
        "ai ml data skills learning development management basics foundations introduction "
        "for professional design analysis systems"
    )
)


# Words that name no item by themselves.
_GENERIC = (
    frozenset(
        stem(word)
        for word in (
            *COMMON_WORDS,
            *"""complete practice role specialist certified professional certificate fundamentals
        guide thinking human humans tool tools""".split(),
        )
    )
    | _COMMON
)


@dataclass(frozen=True)
class _Name:
    section: Section
    index: int
    name: str
    parts: tuple[str, ...]
    resource: str | None = None
    pieces: tuple[tuple[str, ...], ...] = ()
    by: tuple[str, ...] = ()
    provider: str = ""


class ItemNames:
    """The names of one guide's items, weighted by how few of the names share each word."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._names = tuple(_names(guide))
        counts = Counter(
            part for name in {(n.name, n.parts) for n in self._names} for part in set(name[1])
        )
        distinct = max(len({name.name for name in self._names}), 2)
        self._weights = {
            part: math.log(1 + distinct / count) * (0.5 if part in _COMMON else 1.0)
            for part, count in counts.items()
        }
        self.vocabulary = frozenset(counts)

    def find(self, tokens: Sequence[Token]) -> tuple[Item, ...]:
        """The items a question names, the surest first; a phase may be named by its number."""
        found = list(self._numbered(tokens))
        present = self._present(tokens)
        quoted = " ".join(token.word for token in tokens)
        for name in self._names:
            strength = max(self._strength(name, present, quoted), _said_piece(name, quoted))
            if strength >= _LEAST_STRENGTH:
                whole = 0.15 if " ".join(words(name.name)) in quoted else 0.0
                found.append(
                    Item(
                        guide=self._guide.slug,
                        section=name.section,
                        index=name.index,
                        name=name.name,
                        strength=strength + whole,
                        resource=name.resource,
                    )
                )
        found.sort(key=lambda item: -item.strength)
        return tuple(found)

    def _present(self, tokens: Sequence[Token]) -> set[str]:
        present = {token.stem for token in tokens}
        for token in tokens:
            if token.stem in self.vocabulary or token.word in FUNCTION_WORDS:
                continue
            if len(token.word) >= 5:
                present.update(
                    part for part in self.vocabulary if same_word(token.stem, part, slips=1)
                )
        return present

    def _strength(self, name: _Name, present: set[str], quoted: str) -> float:
        matched = sum(self._weights[part] for part in set(name.parts) if part in present)
        by_author = any(part in present for part in name.by) or (
            len(name.provider) > 3 and f" {name.provider} " in f" {quoted} "
        )
        if not matched and not by_author:
            return 0.0
        informative = [
            part
            for part in name.parts
            if part in present and part not in _GENERIC and not part.isdigit()
        ]
        said_whole = any(set(piece) <= present for piece in name.pieces)
        if not informative and not by_author and not said_whole:
            return 0.0
        total = sum(self._weights[part] for part in set(name.parts))
        coded = any(_CODE.fullmatch(part) for part in informative)
        return matched / (matched + 0.45 * (total - matched) + 0.8) + (
            0.5 if by_author or coded else 0.0
        )

    def _numbered(self, tokens: Sequence[Token]) -> Iterable[Item]:
        phases = self._guide.phases
        folded = " ".join(token.word for token in tokens)
        for match in _PHASE_NUMBER.finditer(folded):
            word = match.group("after") or match.group("before")
            number = len(phases) if word in {"last", "final"} else _NUMBERS.get(word, 0)
            for index, phase in enumerate(phases):
                if phase.number == number:
                    yield Item(
                        guide=self._guide.slug,
                        section=Section.PHASE,
                        index=index,
                        name=phase.name.value,
                        strength=2.0,
                    )


def _said_piece(name: _Name, quoted: str) -> float:
    """How sure it is that a skill to learn is meant by one of the pieces of its name, in full."""
    if name.section is not Section.SKILL_GAP or name.resource is not None:
        return 0.0
    pieces = (words(piece) for piece in _JOINT.split(name.name))
    said = any(len(piece) > 1 and f" {' '.join(piece)} " in f" {quoted} " for piece in pieces)
    return _CALLED_BY_PIECE if said else 0.0


def _names(guide: Guide) -> Iterable[_Name]:
    for index, known in enumerate(guide.transferable_skills):
        yield _name(Section.TRANSFERABLE_SKILL, index, known.name.value)
    for index, gap in enumerate(guide.skill_gaps):
        yield _name(Section.SKILL_GAP, index, gap.name.value)
        yield from _resources(Section.SKILL_GAP, index, gap.resources)
    for index, phase in enumerate(guide.phases):
        yield _name(Section.PHASE, index, phase.name.value)
        yield from _resources(Section.PHASE, index, phase.resources)


def _resources(section: Section, index: int, resources: Sequence[Resource]) -> Iterable[_Name]:
    for resource in resources:
        people = tuple(
            part for part in terms(resource.author or "") if len(part) > 3 and part not in _COMMON
        )
        provider = " ".join(words(resource.provider or ""))
        title = resource.title
        parts, pieces = _parts(title), _pieces(title)
        yield _Name(section, index, title, parts, title, pieces, people, provider)


def _name(section: Section, index: int, name: str) -> _Name:
    return _Name(section, index, name, _parts(name), pieces=_pieces(name))


def _pieces(name: str) -> tuple[tuple[str, ...], ...]:
    """The parts a name is joined from that have two words or more: together they name it."""
    found = (tuple(terms(piece)) for piece in _JOINT.split(name))
    return tuple(piece for piece in found if len(piece) > 1)


def _parts(name: str) -> tuple[str, ...]:
    found = tuple(part for part in terms(name) if part not in FUNCTION_WORDS)
    return found or tuple(terms(name))
