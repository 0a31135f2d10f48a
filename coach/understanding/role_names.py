"""The names of the guides' roles, ready to be found in a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coach.domain import Guide
from coach.terms import fold, stem, terms, words

Side = Literal["from", "to"]

# Words that many roles share: alone they name none.
GENERIC = frozenset(
    terms(
        """manager developer engineer analyst specialist designer officer technician tester
        project data software web product technical health mechanical information security
        business intelligence machine learning chief ai it help desk quality senior junior lead
        head director assistant registered instructional computer support expert professional
        system systems programmer worker consultant administrator staff user interface experience"""
    )
)
# Short forms by the stem of the word they stand for.
SHORT_FORMS = {
    stem(short): stem(full)
    for short, full in (
        ("dev", "developer"),
        ("devs", "developer"),
        ("eng", "engineer"),
        ("mgr", "manager"),
        ("mgmt", "management"),
    )
}


# The last words of role names that people use for one another.
_ALIKE = tuple(stem(word) for word in ("developer", "engineer", "programmer", "coder"))


def _alike(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The other names of a role whose name ends in a word for a developer."""
    if len(phrase) < 2 or phrase[-1] not in _ALIKE:
        return []
    return [(*phrase[:-1], last) for last in _ALIKE if last != phrase[-1]]


@dataclass(frozen=True)
class RoleNames:
    """Every name of every role, ready to be found in a question."""

    guides: Mapping[str, Guide]
    phrases: dict[tuple[str, ...], set[tuple[str, Side]]] = field(default_factory=dict)
    by_first: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    vocabulary: dict[str, str] = field(default_factory=dict)

    def is_word(self, word: str) -> bool:
        """Whether a word stands in a role's name, plural or not: "teaches" is no "teaching"."""
        singular = word[:-1] if word.endswith("s") else word
        return any(form in self.vocabulary for form in (word, singular, f"{word}s"))

    @classmethod
    def of(cls, guides: Mapping[str, Guide]) -> RoleNames:
        """Collect names and aliases, and the single words that belong to one role only."""
        phrases: dict[tuple[str, ...], set[tuple[str, Side]]] = defaultdict(set)
        roles_of_word: dict[str, set[str]] = defaultdict(set)
        holders: dict[str, set[tuple[str, Side]]] = defaultdict(set)
        vocabulary: dict[str, str] = {}
        for slug, guide in guides.items():
            names: tuple[tuple[Side, str, tuple[str, ...]], ...] = (
                ("from", guide.from_role, guide.from_aliases),
                ("to", guide.to_role, guide.to_aliases),
            )
            for side, role, aliases in names:
                for name in (role, *aliases):
                    phrase = tuple(SHORT_FORMS.get(part, part) for part in terms(name))
                    if phrase:
                        phrases[phrase].add((slug, side))
                    vocabulary.update(
                        (word, part) for word, part in zip(words(name), phrase, strict=True)
                    )
                for part in terms(role):
                    if part not in GENERIC:
                        roles_of_word[part].add(fold(role))
                        holders[part].add((slug, side))
        for guide in guides.values():
            for role in (guide.from_role, guide.to_role):
                phrase = tuple(SHORT_FORMS.get(part, part) for part in terms(role))
                for other in _alike(phrase):
                    phrases.setdefault(other, phrases[phrase])
        for part, roles in roles_of_word.items():
            if len(roles) == 1 and (part,) not in phrases:
                phrases[(part,)] = holders[part]
        by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase in sorted(phrases, key=len, reverse=True):
            by_first[phrase[0]].append(phrase)
        return cls(guides, dict(phrases), dict(by_first), vocabulary)


@dataclass(frozen=True)
class Mention:
    """A role named in a question: which guides have it on which side, and the side it was given.

    A ``weak`` mention is one common word ("dev"), which counts only where it fits.
    """

    start: int
    end: int
    holders: frozenset[tuple[str, Side]]
    stated: Side | None
    weak: bool

    def guides(self, side: Side) -> set[str]:
        """The guides that have this role on one side."""
        return {slug for slug, held in self.holders if held == side}
