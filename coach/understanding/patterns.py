"""How the words that questions are recognised by are put into patterns."""

from __future__ import annotations

import re
from re import Pattern


def any_of(*alternatives: str) -> Pattern[str]:
    """A pattern for any of some whole phrases, each a regular expression."""
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b")
