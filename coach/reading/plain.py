"""Plain text to a Document: paragraphs, under headings where they are unmistakable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.domain import Block, Document, Sourced
from coach.reading.text import Text

_UNDERLINE = re.compile(r"(={3,}|-{3,})\s*")
_LONGEST_HEADING = 80


def read_plain(text: Text, title: str) -> Document:
    """The Document that plain text holds: its paragraphs are the lines between blank lines.

    A heading is one line underlined with = or -, or one line in capitals that stands alone. The
    first heading is the title; ``title`` is, where there is none.
    """
    blocks: list[Block] = []
    path: tuple[tuple[int, Sourced[str]], ...] = ()
    titles: list[str] = []
    for lines in _paragraphs(text):
        level = _level(text, lines)
        if level:
            heading = text.sourced(*lines[0])
            path = (*(above for above in path if above[0] < level), (level, heading))
            titles.append(heading.value)
            # An underlined heading and its text may stand without a blank line between them.
            lines = lines[2:]
        if lines:
            start, end = text.trim(lines[0][0], lines[-1][1])
            headings = tuple(heading for _, heading in path)
            blocks.append(
                Block(headings=headings, text=text.text[start:end], span=text.span(start, end))
            )
    if not blocks:
        # Nothing but headings: they are the text.
        start, end = text.trim(0, len(text.text))
        blocks.append(Block(headings=(), text=text.text[start:end], span=text.span(start, end)))
    return Document(title=titles[0] if titles else title, blocks=tuple(blocks))


def _paragraphs(text: Text) -> Iterator[list[tuple[int, int]]]:
    paragraph: list[tuple[int, int]] = []
    for start, end in text.lines:
        if text.text[start:end].strip():
            paragraph.append((start, end))
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _level(text: Text, lines: list[tuple[int, int]]) -> int:
    """The level of the heading that a paragraph starts with, from 1; 0 if it starts with none."""
    words = text.text[slice(*lines[0])].strip()
    if len(words) > _LONGEST_HEADING:
        return 0
    underline = _UNDERLINE.fullmatch(text.text[slice(*lines[1])]) if len(lines) > 1 else None
    if underline:
        return 1 if underline[1][0] == "=" else 2
    letters = sum(letter.isalpha() for letter in words)
    alone = len(lines) == 1 and words.isupper() and not words.endswith((".", "!", "?", ",", ";"))
    return 3 if alone and letters >= 4 else 0
