"""The guides of one index generation, made ready for reading questions against them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from coach.domain import Guide
from coach.terms import words
from coach.understanding.items import ItemNames
from coach.understanding.role_names import RoleNames

_LONG_TITLE = 3


class Catalogue:
    """The guides with their roles' and items' names; built once a generation, then only read."""

    def __init__(self, guides: Mapping[str, Guide]) -> None:
        self.guides = guides
        self._items: dict[str, ItemNames] = {}

    @cached_property
    def roles(self) -> RoleNames:
        """The names of every role."""
        return RoleNames.of(self.guides)

    @cached_property
    def titles(self) -> frozenset[str]:
        """The titles of three words and more that resources have, folded, words only."""
        found = (
            words(resource.title)
            for guide in self.guides.values()
            for resources in (
                *(gap.resources for gap in guide.skill_gaps),
                *(phase.resources for phase in guide.phases),
            )
            for resource in resources
        )
        return frozenset(" ".join(title) for title in found if len(title) >= _LONG_TITLE)

    def items(self, slug: str) -> ItemNames:
        """The names of one guide's skills, phases and resources."""
        if slug not in self._items:
            self._items[slug] = ItemNames(self.guides[slug])
        return self._items[slug]
