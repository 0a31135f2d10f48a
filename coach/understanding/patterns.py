"""How the words that questions are recognised by are put into patterns."""

from __future__ import annotations

import re
from re import Pattern

from coach.terms import fold

# What a question begins with.
QUESTION_WORD = (
    r"(?:what|which|who|whose|how|when|where|why|is|are|do|does|did|can|could|should|will"
    r"|would|has|have|tell|give|list|show|explain)"
)
# Between two sentences of a question, as people type them.
SENTENCE_END = re.compile(r"(?<=[.?!;])\s+|\n+")


def any_of(*alternatives: str) -> Pattern[str]:
    """A pattern for any of some whole phrases, each a regular expression."""
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b")


def plain(text: str) -> str:
    """Folded text with single spaces and without end punctuation."""
    return re.sub(r"\s+", " ", re.sub(r"[!?.,;:…()\"]+", " ", fold(text))).strip()
