"""The parts of a guide's Markdown: headings with what is under them, and what each may hold.

Whatever has no place in the format is a problem, so that no text of a guide is lost unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from coach.domain import Sourced
from coach.errors import ReadingError
from coach.reading.markdown import Heading, Piece, plain
from coach.reading.problems import at_line
from coach.reading.text import Text

FORMAT = "knowledge/README.md shows the format."
_LABELLED = re.compile(r"([^:\n]+):\s+(?=\S)")


@dataclass
class Part:
    """A heading with the blocks and the lower headings under it; level 0 is the whole guide."""

    level: int
    title: str
    start: int
    end: int
    pieces: list[Piece] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Labelled:
    """A list item ``Label: value``; a label without a value has the place of its end."""

    label: str
    item: tuple[int, int]
    start: int
    end: int


def folded(words: str) -> str:
    """Words as headings and labels are compared: case, spaces and kinds of apostrophe aside."""
    return " ".join(words.replace("’", "'").casefold().split())


def listed(names: Iterable[str]) -> str:
    """Names for a sentence: "`A`, `B` and `C`"."""
    *most, last = [f"`{name}`" for name in names]
    return f"{', '.join(most)} and {last}" if most else last


def tree(text: Text, elements: Iterable[Heading | Piece]) -> Part:
    """The whole guide as a part, its headings nested by their levels."""
    whole = Part(0, "the guide", 0, len(text.text))
    path = [whole]
    for element in elements:
        if isinstance(element, Piece):
            path[-1].pieces.append(element)
            continue
        part = Part(
            element.level,
            plain(text.text[element.start : element.end]),
            element.start,
            element.end,
        )
        while path[-1].level >= part.level:
            path.pop()
        path[-1].parts.append(part)
        path.append(part)
    return whole


class PartReader:
    """Takes values from parts; what is wrong gathers in ``problems``."""

    def __init__(self, text: Text, problems: list[ReadingError]) -> None:
        self.text = text
        self.problems = problems

    def report(self, position: int, problem: str, remedy: str) -> None:
        """Note a problem at a position of the text."""
        self.problems.append(at_line(self.text.line(position), problem, remedy))

    def words(self, start: int, end: int) -> Sourced[str]:
        """The words at ``[start, end)``; lines that are broken within a paragraph are joined."""
        words = self.text.text[start:end]
        if "<!--" in words:
            self.report(
                start + words.index("<!--"),
                "A comment stands inside a text that is quoted.",
                "Move it above the heading, or remove it.",
            )
        if "\n" in words or "\r" in words:
            words = re.sub(r"(?<=\S)[ \t]*(?:\r\n|\r|\n)[ \t]*(?=[^\s*+-])", " ", words)
        return self.text.sourced(start, end, words)

    def title(self, part: Part) -> Sourced[str]:
        """The words of a part's heading."""
        return self.text.sourced(part.start, part.end, part.title)

    def nothing_but(self, part: Part, *kinds: str) -> None:
        """Report the blocks of a part that are of no kind it may hold."""
        for piece in part.pieces:
            if piece.kind not in kinds:
                self.report(
                    piece.start,
                    f"`{part.title}` cannot hold this {piece.kind} directly.",
                    f"Move it under one of the headings of the format, or remove it; {FORMAT}",
                )

    def prose(self, part: Part) -> Sourced[str] | None:
        """All that stands under a heading without headings of its own."""
        self.no_parts(part)
        if not part.pieces:
            self.report(part.start, f"There is nothing under `{part.title}`.", "Write its text.")
            return None
        return self.words(part.pieces[0].start, part.pieces[-1].end)

    def items(self, part: Part) -> tuple[Sourced[str], ...]:
        """The items of the list under a heading."""
        self.no_parts(part)
        self.nothing_but(part, "list")
        items = tuple(self.words(*item) for piece in part.pieces for item in piece.items)
        if not items and not part.pieces:
            self.report(
                part.start,
                f"There is no list under `{part.title}`.",
                "Write its items, each on a line that begins with a hyphen.",
            )
        return items

    def labelled(self, piece: Piece) -> Iterator[Labelled]:
        """The items of a list, each split into its label and its value."""
        for start, end in piece.items:
            match = _LABELLED.match(self.text.text, start, end)
            if match:
                yield Labelled(match[1].strip(), (start, end), match.end(), end)
            else:
                label = self.text.text[start:end].rstrip(": ")
                yield Labelled(label, (start, end), end, end)

    def no_parts(self, part: Part) -> None:
        """Report the headings under a part that has none in the format."""
        for lower in part.parts:
            self.report(
                lower.start,
                f"There is no heading `{lower.title}` under `{part.title}`.",
                f"Correct or remove it; {FORMAT}",
            )

    def labels(self, part: Part, names: Sequence[str]) -> dict[str, Labelled]:
        """The values of a part's list, each label of ``names`` once and no other."""
        self.nothing_but(part, "list")
        known = {folded(name): name for name in names}
        found: dict[str, Labelled] = {}
        for line in (line for piece in part.pieces for line in self.labelled(piece)):
            name = known.get(folded(line.label))
            if name is None or name in found:
                self.report(
                    line.item[0],
                    f"`{line.label[:60]}` has no place in `{part.title}`, or stands there twice.",
                    f"Give {listed(names)}, each once.",
                )
            else:
                found[name] = line
        for name in names:
            if name not in found:
                self.report(
                    part.start,
                    f"`{name}` is missing under `{part.title}`.",
                    f"Add a line `- {name}: ...`; {FORMAT}",
                )
        return found

    def named(
        self, part: Part, names: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, Part]:
        """The parts under a part by the names they must have; others are reported.

        Args:
            part: the part above them.
            names: every name there is, in order.
            optional: those of them that may be missing.
        """
        found = self._matched(part.parts, part.title, names)
        missing = [name for name in names if name not in found and name not in optional]
        if missing:
            self.report(
                part.start,
                f"{_are_missing(missing)} from `{part.title}`.",
                f"Add what is missing; {FORMAT}",
            )
        return found

    def sections(
        self, whole: Part, names: Sequence[str], optional: Sequence[str]
    ) -> dict[str, Part]:
        """The sections of a guide by name; a guide that stops early is reported as cut off."""
        parts = [
            section
            for part in whole.parts
            for section in (part.parts if part.level == 1 else [part])
        ]
        found = self._matched(parts, whole.title, names)
        missing = [name for name in names if name not in found and name not in optional]
        last = max(map(names.index, found), default=-1)
        if missing and names.index(missing[0]) > last:
            after = f"`{names[last]}`" if found else "its beginning"
            self.report(
                len(self.text.text.rstrip()),
                f"The guide breaks off after {after}: {_are_missing(missing)}.",
                "Copy the whole file again, or write the missing sections.",
            )
        elif missing:
            self.report(
                whole.start, f"{_are_missing(missing)} from the guide.", f"Write what is; {FORMAT}"
            )
        return found

    def _matched(self, parts: Iterable[Part], above: str, names: Sequence[str]) -> dict[str, Part]:
        known = {folded(name): name for name in names}
        found: dict[str, Part] = {}
        for part in parts:
            name = known.get(folded(part.title))
            if name is None:
                self.report(
                    part.start,
                    f"There is no heading `{part.title[:60]}` in the format under `{above}`.",
                    f"Use one of {listed(names)}.",
                )
            elif name in found:
                self.report(part.start, f"`{name}` stands here twice.", "Put the two together.")
            else:
                found[name] = part
        return found


def _are_missing(names: Sequence[str]) -> str:
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} missing"
