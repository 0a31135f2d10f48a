"""Markdown to headings and blocks with their places, and to a Document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from coach.domain import Block, Document, Sourced
from coach.reading.front_matter import Fields
from coach.reading.problems import at_line
from coach.reading.text import Text

_FENCE_OR_COMMENT = re.compile(r"(?<![^\r\n]) {0,3}(`{3,}|~{3,})|<!--")


@dataclass(frozen=True)
class Heading:
    """A heading: its level from 1 and the place of its words."""

    level: int
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A paragraph, whole list, table or code block, and its place.

    ``items`` are the places of a list's items at its first level, each without its bullet.
    """

    kind: Literal["paragraph", "list", "table", "code"]
    start: int
    end: int
    items: tuple[tuple[int, int], ...] = ()


def outline(text: Text, start: int = 0) -> list[Heading | Piece]:
    """The headings and blocks of Markdown, in order, from a position on.

    HTML comments and blocks of HTML are left out.

    Raises:
        ReadingError: it is nested too deeply to be read.
    """
    # Comments are made blank, so that every place is also one of the text itself.
    bare = Text(_without_comments(text.text, start))
    try:
        return _walk(bare, _parser().parse(bare.text))
    except RecursionError as error:
        raise at_line(1, "The Markdown is nested too deeply.", "Use fewer levels.") from error


@cache
def _parser() -> MarkdownIt:
    # Blocks alone: what stands inside a line is quoted as it is written.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _without_comments(text: str, start: int) -> str:
    """The text with every comment, and all before ``start``, made blank."""
    parts = [_blank(text[:start])]
    done = position = start
    while match := _FENCE_OR_COMMENT.search(text, position):
        if match[1]:
            closing = re.compile(rf"(?<![^\r\n]) {{0,3}}{match[1]}").search(text, match.end())
            position = closing.end() if closing else len(text)
        else:
            end = text.find("-->", match.end())
            position = len(text) if end < 0 else end + 3
            if end >= 0:
                parts += [text[done : match.start()], _blank(text[match.start() : position])]
                done = position
    return "".join([*parts, text[done:]])


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)


def _walk(text: Text, tokens: Sequence[Token]) -> list[Heading | Piece]:
    found: list[Heading | Piece] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        match token.type:
            case "heading_open":
                place = _words(text, tokens[position + 1])
                # Within a quotation a heading is one of its lines.
                if place and token.level == 0:
                    found.append(Heading(int(token.tag[1]), *place))
                elif place:
                    found.append(Piece("paragraph", *place))
                position += 2
            case "paragraph_open":
                if place := _words(text, tokens[position + 1]):
                    found.append(Piece("paragraph", *place))
                position += 2
            case "bullet_list_open" | "ordered_list_open":
                end = _closing(tokens, position)
                found.append(_list(text, tokens[position : end + 1]))
                position = end
            case "table_open":
                found.append(Piece("table", *_lines(text, token)))
                position = _closing(tokens, position)
            case "fence" | "code_block":
                place = _code(text, token)
                if place[0] < place[1]:
                    found.append(Piece("code", *place))
        position += 1
    return found


def _closing(tokens: Sequence[Token], opening: int) -> int:
    level = tokens[opening].level
    return next(
        place
        for place in range(opening + 1, len(tokens))
        if tokens[place].level == level and tokens[place].nesting == -1
    )


def _list(text: Text, tokens: Sequence[Token]) -> Piece:
    level = tokens[0].level + 1
    items = []
    opening = 0
    for place, token in enumerate(tokens):
        if token.level == level and token.type == "list_item_open":
            opening = place
        elif token.level == level and token.type == "list_item_close":
            items.append(_item(text, tokens[opening:place]))
    start, end = _lines(text, tokens[0])
    return Piece("list", start, end, tuple(item for item in items if item))


def _item(text: Text, tokens: Sequence[Token]) -> tuple[int, int] | None:
    words = next((_words(text, token) for token in tokens if token.type == "inline"), None)
    return (words[0], _lines(text, tokens[0])[1]) if words else None


def _words(text: Text, inline: Token) -> tuple[int, int] | None:
    """The place of a paragraph's or heading's words, without the marks before them."""
    if not inline.content.strip() or inline.map is None:
        return None
    first, last = inline.map[0], inline.map[1] - 1
    if first == last:
        words = inline.content.strip()
        start = text.text.rfind(words, *text.lines[first])
        end = start + len(words)
    else:
        words = inline.content.strip().split("\n", 1)[0].rstrip()
        start = text.text.rfind(words, *text.lines[first])
        end = text.trim(max(start, 0), text.lines[last][1])[1]
    return (start, end) if start >= 0 else text.trim(text.lines[first][0], text.lines[last][1])


def _lines(text: Text, token: Token) -> tuple[int, int]:
    first, after = token.map or (0, 1)
    return text.trim(text.lines[first][0], text.lines[max(first, after - 1)][1])


def _code(text: Text, token: Token) -> tuple[int, int]:
    first, after = token.map or (0, 1)
    if token.type == "fence":
        first += 1
        closing = text.text[slice(*text.lines[after - 1])].strip(" \t>")
        if closing and set(closing) <= set(token.markup):
            after -= 1
    if first >= after:
        return 0, 0
    return text.trim(text.lines[first][0], text.lines[after - 1][1])


def to_document(
    text: Text, title: str, fields: Fields | None, elements: Sequence[Heading | Piece]
) -> Document:
    """The Document that an outline and its front matter make.

    Args:
        text: the whole Markdown.
        title: the title where neither a heading nor the front matter gives one.
        fields: the front matter, if there is any.
        elements: the text below it, as ``outline`` gives it.

    Raises:
        ReadingError: the front matter is not YAML, or there is no text.
    """
    if fields and fields.broken:
        raise fields.broken
    blocks: list[Block] = []
    path: list[tuple[int, Sourced[str]]] = []
    headings: list[str] = []
    for element in elements:
        if isinstance(element, Heading):
            words = plain(text.text[element.start : element.end])
            path = [(level, above) for level, above in path if level < element.level]
            path.append((element.level, text.sourced(element.start, element.end, words)))
            headings.append(words)
        else:
            blocks.append(
                Block(
                    headings=tuple(heading for _, heading in path),
                    text=text.text[element.start : element.end],
                    span=text.span(element.start, element.end),
                )
            )
    if not blocks:
        raise at_line(1, "The file holds no text below its headings.", "Write some or remove it.")
    given = fields.values.get("title") if fields else None
    if headings:
        title = headings[0]
    elif isinstance(given, str) and given.strip():
        title = given.strip()
    return Document(title=title, blocks=tuple(blocks))


def plain(words: str) -> str:
    """One line of Markdown as a reader sees it: no marks of emphasis, code or links."""
    words = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", words)
    # The longest emphasis looked for is bounded, for a line may be as long as a file.
    words = re.sub(r"(\*{1,3}|`{1,3}|(?<!\w)_{1,3})(?=\S)([^*`]{1,200}?)\1", r"\2", words)
    words = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", words)
    return " ".join(words.split())
