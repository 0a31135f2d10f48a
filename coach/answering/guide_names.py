"""The names that a collection of guides holds: roles, makers, products. Gathered once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from coach.domain import Guide, Resource
from coach.terms import fold, words
from coach.understanding.vocabulary import COMMON_WORDS

_SEVERAL = re.compile(r",\s|\s+(?:and|on)\s+")
_WORD = re.compile(r"[^\W\d_][\w+#]*")


@dataclass(frozen=True, eq=False)
class GuideNames:
    """The names in some guides, every one folded."""

    guides: tuple[Guide, ...]

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """Every name of a role by the role; names that are part of others left out."""
        names = {
            " ".join(words(name)): role
            for guide in self.guides
            for role, aliases in (
                (guide.from_role, guide.from_aliases),
                (guide.to_role, guide.to_aliases),
            )
            for name in (role, *aliases)
        }
        held = {part for name in names if " " in name for part in name.split()}
        return {name: role for name, role in names.items() if name not in held}

    @cached_property
    def makers(self) -> frozenset[str]:
        """All who made a course or book, taken apart where several stand together."""
        together = (
            maker
            for guide in self.guides
            for resource in _resources(guide)
            for maker in (resource.author, resource.provider)
            if maker
        )
        singles = (part for makers in together for part in _SEVERAL.split(makers))
        return frozenset(" ".join(words(part)) for part in singles if words(part))

    @cached_property
    def products(self) -> frozenset[str]:
        """Words that the guides write with a capital within sentences, and never without one."""
        capital: set[str] = set()
        small: set[str] = set()
        for text in (text for guide in self.guides for text in _prose(guide)):
            for match in _WORD.finditer(text):
                word = match.group()
                if any(letter.isupper() for letter in word):
                    opens = match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".!?:"
                    if not opens or any(letter.isupper() for letter in word[1:]):
                        capital.add(fold(word))
                else:
                    small.add(fold(word))
        titles = (resource.title for guide in self.guides for resource in _resources(guide))
        capital.update(
            fold(word) for title in titles for word in _WORD.findall(title) if word[0].isupper()
        )
        return frozenset(capital - small - COMMON_WORDS)


class _Same(tuple[Guide, ...]):
    """Guides told apart by identity: hashing all they hold would cost more than it saves."""

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Same)
            and len(self) == len(other)
            and all(one is two for one, two in zip(self, other, strict=True))
        )


def names_of(guides: Mapping[str, Guide]) -> GuideNames:
    """The names in some guides, gathered at the first call with these."""
    return _gathered(_Same(guides.values()))


@lru_cache(maxsize=4)
def _gathered(guides: _Same) -> GuideNames:
    return GuideNames(tuple(guides))


def _resources(guide: Guide) -> Iterator[Resource]:
    for gap in guide.skill_gaps:
        yield from gap.resources
    for phase in guide.phases:
        yield from phase.resources


def _prose(guide: Guide) -> Iterator[str]:
    """The sentences of a guide: headings and names of skills, which have capitals, left out."""
    lists = (
        guide.overview,
        guide.loves,
        guide.misses,
        guide.challenges,
        guide.this_week,
        guide.this_month,
        guide.next_90_days,
        *(phase.tasks for phase in guide.phases),
    )
    yield from (value.value for values in lists for value in values)
    yield from (skill.use.value for skill in guide.transferable_skills)
    yield from (gap.how.value for gap in guide.skill_gaps)
    yield from (entry.answer.value for entry in guide.faq)
