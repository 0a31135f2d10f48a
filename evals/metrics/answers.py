"""Whether an answer holds the facts that a right answer holds, and at what length.

A fact is a nugget (TREC 2003 question answering: Voorhees 2003; "vital" and "okay" as in TREC RAG
2024: Pradeep et al. 2024, "Initial nugget evaluation results"). Here each is found by a pattern or
a figure, not by a judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from coach.case_checks import stands_in
from coach.cases import Nugget

_MARKER = re.compile(r"\[\d+(?:\s*[,;]\s*\d+)*\]")


def nugget_recall(nuggets: Sequence[Nugget], text: str) -> float | None:
    """The share of the nuggets that a text holds, 0 to 1; None where there are none.

    Of vital nuggets it is TREC RAG's strict vital score, of all of them its strict all score:
    there is no part credit for a single nugget.
    """
    if not nuggets:
        return None
    return sum(stands_in(nugget, text) for nugget in nuggets) / len(nuggets)


def vital(nuggets: Iterable[Nugget]) -> tuple[Nugget, ...]:
    """The nuggets without which an answer is not right."""
    return tuple(nugget for nugget in nuggets if nugget.importance == "vital")


def says_forbidden(patterns: Sequence[str], text: str) -> float | None:
    """1 if a text matches a pattern that no answer may match, ignoring case, else 0.

    None where nothing is forbidden.
    """
    if not patterns:
        return None
    return float(any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns))


def word_count(text: str) -> int:
    """The words of an answer, its markers left out: whatever holds a letter or a digit."""
    return sum(any(map(str.isalnum, part)) for part in _MARKER.sub(" ", text).split())


def words_per_nugget(nuggets: Sequence[Nugget], text: str) -> float | None:
    """The words of an answer for each nugget it holds; None where it holds none.

    Length against what it bought, as TREC's nugget precision allowed a length for each nugget
    (Voorhees 2003).
    """
    found = sum(stands_in(nugget, text) for nugget in nuggets)
    return word_count(text) / found if found else None
