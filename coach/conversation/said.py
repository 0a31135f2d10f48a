"""A turn of the person's with what came before it, as the rules that rewrite it see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from coach.conversation.reading import Reader
from coach.conversation.values import Rewrite, State
from coach.domain import Guide
from coach.lookup import choose_item
from coach.terms import fold, words
from coach.understanding import Field, Item, Understanding
from coach.understanding.patterns import plain


@dataclass(frozen=True)
class Said:
    """A turn and what came before it."""

    text: str
    state: State
    reader: Reader

    @cached_property
    def folded(self) -> str:
        """The text, folded."""
        return fold(self.text)

    @cached_property
    def plain(self) -> str:
        """The text, folded and without punctuation."""
        return plain(self.text)

    @cached_property
    def own(self) -> Understanding:
        """What the text says by itself, the guides in focus given."""
        return self.reader.understand(self.text, self.state.guides)

    @cached_property
    def guide(self) -> Guide | None:
        """The one guide in focus."""
        guides = self.state.guides
        return self.reader.catalogue.guides[guides[0]] if len(guides) == 1 else None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields the text names itself."""
        return tuple(field for ask in self.own.asks for field in ask.fields)

    @cached_property
    def bare(self) -> bool:
        """Whether the text names no field, no item and no subject of its own."""
        return not any(
            ask.fields or ask.key_terms or ask.topics or ask.aggregate or ask.claims
            or (ask.items and ask.items[0].strength >= 0.5)
            for ask in self.own.asks
        )  # fmt: skip

    @cached_property
    def named_items(self) -> tuple[Item, ...]:
        """The items the text itself names."""
        if self.guide is None:
            return ()
        found = (choose_item(self.guide, ask) for ask in self.own.asks)
        return tuple(item for item in found if item is not None)

    def about(self, text: str) -> Said:
        """The same conversation with another text said."""
        return Said(text, self.state, self.reader)

    @cached_property
    def length(self) -> int:
        """How many words the text has."""
        return len(words(self.text))


Rule = Callable[[Said], Rewrite | None]


def first_of(rules: Sequence[Rule], said: Said) -> Rewrite | None:
    """What the first rule that fits makes of a turn."""
    return next((found for rule in rules if (found := rule(said)) is not None), None)
