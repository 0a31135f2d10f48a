"""An answer in the making: lines of text, each with the markers of the words it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from coach.domain import Citation, Passage, Range, Span
from coach.lookup import passage_at

_LABEL = re.compile(r"[^:#*\n-][^:\n]{0,40}: $")


class Draft:
    """Collects lines and citations.

    A passage has one marker, numbered in the order of first use; its quote runs from the first to
    the last of the words cited from it.
    """

    def __init__(self, passages_of: Callable[[str], Sequence[Passage]]) -> None:
        self._passages_of = passages_of
        self._cited: dict[str, tuple[Passage, int, int]] = {}
        self.lines: list[str] = []
        self.absent: list[str] = []
        self.derived: list[str] = []
        self.given = 0

    def add(self, line: str) -> None:
        """Add a line as it is, unless it stands there already."""
        self.given += 1
        if line not in self.lines:
            self.lines.append(line)

    def add_absent(self, line: str) -> None:
        """Add a line that says what the guides do not hold."""
        self.absent.append(line)
        self.add(line)

    def add_derived(self, line: str) -> None:
        """Add a line with figures that were computed."""
        self.derived.append(line)
        self.add(line)

    def cite(self, guide: str, spans: Iterable[Span]) -> str:
        """Note that a guide's words are used and give the markers to set behind them: "[1][2]"."""
        used: dict[str, None] = {}
        for span in spans:
            passage = passage_at(self._passages_of(guide), span)
            if passage is not None:
                start = _from_label(passage, span.start)
                used[self._note(passage, start, min(span.end, passage.span.end))] = None
        return "".join(used)

    def cite_words(self, passage: Passage, words: str) -> str:
        """Note that words of a passage are used; they must stand in its text."""
        offset = passage.text.find(words)
        if offset < 0:
            raise ValueError("The words do not stand in the passage.")
        start = passage.span.start + offset
        return self._note(passage, start, start + len(words))

    def _note(self, passage: Passage, start: int, end: int) -> str:
        known = self._cited.get(passage.id)
        if known is not None:
            start, end = min(start, known[1]), max(end, known[2])
        self._cited[passage.id] = (passage, start, end)
        return f"[{list(self._cited).index(passage.id) + 1}]"

    @property
    def text(self) -> str:
        """The lines, list items close together, paragraphs apart."""
        text = ""
        for line in self.lines:
            if text:
                text += "\n" if line.startswith("- ") else "\n\n"
            text += line
        return text

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the markers stand for, in their order."""
        found = []
        for marker, (passage, start, end) in enumerate(self._cited.values(), start=1):
            before = passage.text[: start - passage.span.start]
            quote = passage.text[start - passage.span.start : end - passage.span.start]
            first = passage.span.first_line + before.count("\n")
            found.append(
                Citation(
                    marker=marker,
                    passage=passage,
                    quote=quote,
                    first_line=first,
                    last_line=first + quote.count("\n"),
                )
            )
        return tuple(found)


def _from_label(passage: Passage, start: int) -> int:
    """Where the label of a value begins ("Phase 2: ", "Weeks: "), for the quote to hold it."""
    line = passage.text[: start - passage.span.start].rpartition("\n")[2]
    label = _LABEL.search(line)
    return start - len(label.group()) if label else start


def figures(amount: Range, unit: str = "") -> str:
    """A range as people write it: "18-24 months", "1 week", "20 weeks"."""
    low, high = f"{amount.low:g}", f"{amount.high:g}"
    text = low if low == high else f"{low}-{high}"
    if not unit:
        return text
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"


def total(amounts: Iterable[Range]) -> Range:
    """Ranges added up, low to low and high to high."""
    parts = list(amounts)
    return Range(low=sum(part.low for part in parts), high=sum(part.high for part in parts))


def percent(amount: Range) -> str:
    """A change in percent with its sign: "+150%", "+10% to +20%"."""
    low, high = f"{amount.low:+g}%", f"{amount.high:+g}%"
    return low if low == high else f"{low} to {high}"


def joined(names: Sequence[str], word: str = "and") -> str:
    """Names as a sentence lists them: "SQL, Python and R"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def as_sentence(text: str) -> str:
    """A text on one line, ended by a stop."""
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?", ":")) else f"{line}."
