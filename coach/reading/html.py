"""HTML to the text a person sees, and from that to a Guide or a Document.

The text is laid out as a browser copies it: a line a block, an empty line around headings and
paragraphs, a bullet before a list item, and inline parts without space between them run together.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString
from bs4.exceptions import ParserRejectedMarkup
from lxml.etree import HTMLParser, LxmlError

from coach.domain import Block, Document, Guide, Sourced
from coach.errors import ReadingError
from coach.reading.page import is_page, read_page
from coach.reading.problems import at_line
from coach.reading.text import Text

_UNSEEN = {
    *("script", "style", "template", "noscript", "head", "nav", "svg", "math", "iframe", "object"),
    *("embed", "canvas", "audio", "video", "map", "dialog", "datalist", "select", "textarea"),
    *("input", "rp", "slot", "frameset", "noframes", "applet", "title"),
}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "li", "main"),
    *("ol", "option", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr"),
    *("ul", "caption", "center", "button"),
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACED = {*_HEADINGS, "p", "ul", "ol", "dl", "table", "blockquote", "pre", "section", "article"}
_CELLS = {"td", "th"}
_LISTS = {"ul", "ol", "table", "dl"}
_GROUPS = {*_LISTS, "p", "pre"}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_HIDDEN_CLASSES = {"sr-only", "visually-hidden", "screen-reader-text"}
_DEEPEST = 1000
_LONGEST_TITLE = 80
_BULLET = "  • "


@dataclass
class _Row:
    """A line of the text: what it says, the level of its heading, and the list it belongs to."""

    parts: list[str] = field(default_factory=list)
    level: int = 0
    group: int = 0
    is_item: bool = False
    gap_before: bool = False

    @property
    def words(self) -> str:
        return " ".join("".join(self.parts).split())


def read_html(markup: str) -> tuple[str, Guide | Document]:
    """Read a page of HTML.

    Scripts, styles, comments, templates, navigation and hidden parts never become text.

    Args:
        markup: the HTML.

    Returns:
        The text as a person sees it, and what it holds; every span points into that text. The
        title of a document is its main heading, else the page's title, else its first words.

    Raises:
        ReadingError: there is no text, or the guide in it cannot be read.
    """
    try:
        soup = _parse(markup)
        page_title = " ".join(soup.title.get_text().split()) if soup.title else ""
        rows = _Layout().walk(soup)
    except (ParserRejectedMarkup, LxmlError, RecursionError, ValueError, AssertionError) as error:
        raise ReadingError(
            "The HTML cannot be read.", remedy="Save the page again, or as plain text."
        ) from error
    if not rows:
        raise at_line(1, "The page holds no text that a person would see.", "Save it as text.")
    source, places = _laid_out(rows)
    text = Text(source)
    if is_page(source):
        return source, read_page(text)
    return source, _document(text, rows, places, page_title)


class _Depth:
    """Follows how deeply a page is nested; the time to build its tree grows with that."""

    def __init__(self) -> None:
        self._open = 0

    def start(self, tag: str, attributes: object) -> None:
        self._open += 1
        if self._open > _DEEPEST:
            raise ReadingError(
                "The HTML is nested too deeply.", remedy="Save the page again, or as plain text."
            )

    def end(self, tag: str) -> None:
        self._open -= 1

    def close(self) -> None:
        """Required of a parser's target."""


def _parse(markup: str) -> BeautifulSoup:
    parser = HTMLParser(target=_Depth())
    parser.feed(markup)
    parser.close()
    with warnings.catch_warnings():  # Beautiful Soup warns of markup that looks like an address
        warnings.simplefilter("ignore")
        return BeautifulSoup(markup, "lxml")


class _Layout:
    """The lines of a page as its parts are passed, top to bottom."""

    def __init__(self) -> None:
        self.rows: list[_Row] = []
        self._row = _Row()
        self._level = 0
        self._preformatted = 0
        self._groups: list[int] = []
        self._item_waits = False
        self._gap = False

    def walk(self, soup: BeautifulSoup) -> list[_Row]:
        """The lines of a page."""
        open_tags: list[tuple[Tag, Iterator[PageElement]]] = [(soup, iter(soup.contents))]
        while open_tags:
            tag, children = open_tags[-1]
            child = next(children, None)
            if child is None:
                open_tags.pop()
                self._leave(tag)
            elif isinstance(child, Tag):
                if not _is_unseen(child):
                    self._enter(child)
                    open_tags.append((child, iter(child.contents)))
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self._write(str(child))
        self._break()
        return self.rows

    def _enter(self, tag: Tag) -> None:
        name = tag.name
        if name in _CELLS and self._row.words:
            self._row.parts.append(" | ")
        if name == "br" or name in _BLOCKS or name in _HEADINGS:
            self._break()
        if name in _SPACED:
            self._gap = True
        if name in _GROUPS:
            self._groups.append(len(self.rows) + 1)
        self._level = _HEADINGS.get(name, self._level)
        self._item_waits = name == "li" or (self._item_waits and name not in _LISTS)
        self._preformatted += name == "pre"

    def _leave(self, tag: Tag) -> None:
        name = tag.name
        if name in _BLOCKS or name in _HEADINGS:
            self._break()
        if name in _SPACED:
            self._gap = True
        if name in _GROUPS:
            self._groups.pop()
        if name in _HEADINGS:
            self._level = 0
        if name == "li":
            self._item_waits = False
        self._preformatted -= name == "pre"

    def _write(self, words: str) -> None:
        first, *others = words.split("\n") if self._preformatted else [words]
        self._row.parts.append(first)
        for line in others:
            self._break()
            self._row.parts.append(line)
        if words.strip():
            self._row.level = self._level

    def _break(self) -> None:
        """End the line, if it says something."""
        row, self._row = self._row, _Row()
        if not row.words:
            return
        row.group = self._groups[0] if self._groups else 0
        row.is_item = self._item_waits and not row.level
        row.gap_before = self._gap
        self._item_waits = self._gap = False
        self.rows.append(row)


def _is_unseen(tag: Tag) -> bool:
    if tag.name == "dialog":
        return not tag.has_attr("open")
    if tag.name == "button":  # a question that folds its answer away is one; the others do things
        return not (tag.get_text().strip().endswith("?") or tag.find_parent(list(_HEADINGS)))
    classes = tag.get_attribute_list("class")
    return (
        tag.name in _UNSEEN
        or tag.has_attr("hidden")
        or str(tag.get("aria-hidden", "")).lower() == "true"
        or _HIDDEN_STYLE.search(str(tag.get("style", ""))) is not None
        or not _HIDDEN_CLASSES.isdisjoint(str(name) for name in classes)
    )


def _laid_out(rows: list[_Row]) -> tuple[str, list[tuple[int, int]]]:
    """The text of some lines, and the place of the words of each."""
    parts: list[str] = []
    places = []
    length = 0
    for row in rows:
        lead = ("\n" if row.gap_before and parts else "") + (_BULLET if row.is_item else "")
        start = length + len(lead)
        places.append((start, start + len(row.words)))
        parts.append(f"{lead}{row.words}\n")
        length += len(parts[-1])
    return "".join(parts), places


def _document(
    text: Text, rows: list[_Row], places: list[tuple[int, int]], page_title: str
) -> Document:
    path: list[tuple[int, Sourced[str]]] = []
    headings: list[tuple[int, str]] = []
    blocks: list[Block] = []
    group = 0
    for row, (start, end) in zip(rows, places, strict=True):
        if row.level:
            path = [(level, above) for level, above in path if level < row.level]
            path.append((row.level, text.sourced(start, end)))
            headings.append((row.level, row.words))
            group = 0
            continue
        if row.group and row.group == group:  # the next line of the same list, table or paragraph
            start = blocks.pop().span.start
        elif row.is_item:
            start -= len(_BULLET.lstrip())
        group = row.group
        blocks.append(
            Block(
                headings=tuple(heading for _, heading in path),
                text=text.text[start:end],
                span=text.span(start, end),
            )
        )
    if not blocks:  # nothing but headings: they are the text
        start, end = text.trim(0, len(text.text))
        blocks.append(Block(headings=(), text=text.text[start:end], span=text.span(start, end)))
    main = next((words for level, words in headings if level == 1), "")
    first = headings[0][1] if headings else rows[0].words[:_LONGEST_TITLE]
    return Document(title=main or page_title or first, blocks=tuple(blocks))
