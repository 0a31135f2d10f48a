"""A stream of text cut into sentences as they complete."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKERS = r"(?:\s*\[[\d,;\s]{1,20}\])*"
# A sentence has ended when something that cannot belong to it has begun.
_END = re.compile(rf"(?P<stop>[.!?][\"'”’)*]*{_MARKERS})(?P<gap>[ \t]+)(?=[^\s\[a-z])|(?P<line>\n)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|dr|mr|mrs|ms|prof|st|no|approx|inc|u\.s|ph\.d|[a-z])|^\s*\d{1,2})\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """A complete sentence or line, and what parts it from the one before: "", " " or newlines."""

    gap: str
    text: str


class SentenceStream:
    """Takes text as it comes and gives the sentences that are complete."""

    def __init__(self) -> None:
        self._waiting = ""
        self._gap = ""

    def feed(self, text: str) -> list[Piece]:
        """Add text; the sentences it completes, in order."""
        self._waiting += text
        found: list[Piece] = []
        searched = 0
        while match := _END.search(self._waiting, searched):
            head = self._waiting[: match.end("stop") if match["stop"] else match.start()]
            if match["stop"] and _ABBREVIATION.search(head):
                searched = match.end()
                continue
            found += self._cut(head)
            self._gap += match["gap"] or "\n"
            self._waiting = self._waiting[match.end() :]
            searched = 0
        return found

    def end(self) -> list[Piece]:
        """What is left when the text has ended."""
        rest, self._waiting = self._waiting, ""
        return self._cut(rest)

    def _cut(self, text: str) -> list[Piece]:
        if not text.strip():
            return []
        gap, self._gap = self._gap, ""
        lines = gap.count("\n")
        return [Piece("\n" * min(lines, 2) if lines else gap[:1], text.strip())]
