"""Questions against the catalogue: which guide, which fields, which items. The one word matcher."""

from coach.understanding.catalogue import Catalogue
from coach.understanding.meaning import Guess, Phrasings, doubtful_texts, recognise
from coach.understanding.orders import without_orders
from coach.understanding.parsing import understand
from coach.understanding.values import (
    Aggregate,
    Ask,
    Claim,
    Field,
    Item,
    Manner,
    Move,
    Understanding,
)

__all__ = [
    "Aggregate",
    "Ask",
    "Catalogue",
    "Claim",
    "Field",
    "Guess",
    "Item",
    "Manner",
    "Move",
    "Phrasings",
    "Understanding",
    "doubtful_texts",
    "recognise",
    "understand",
    "without_orders",
]
