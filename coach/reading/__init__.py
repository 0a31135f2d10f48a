"""One file to a Guide or a Document; what it is, is told from its content."""

from __future__ import annotations

import re
from pathlib import Path

from coach.domain import Document, Guide, Reading, SourceText
from coach.errors import ReadingError
from coach.reading import files, front_matter, guide, markdown, page, plain
from coach.reading.problems import in_file
from coach.reading.text import Text

__all__ = ["inspect", "read"]

_MARKDOWN = {".md", ".markdown", ".mdown", ".mkd"}
_HTML = {".html", ".htm", ".xhtml"}
_OFFICE_MARKS = (b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*+(?:<!doctype\s+html|<html|<head|<body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_PIECE = re.compile(
    r"\s*<(?:div|section|article|main|header|h[1-6]|p|table|ul|ol|span|script|style)\b",
    re.IGNORECASE,
)
_ATX_HEADING = re.compile(r"(?<![^\r\n])#{1,6}[ \t]+\S")

Content = Guide | Document
Problems = tuple[ReadingError, ...]


def read(path: Path, *, name: str, key: str) -> Reading:
    """Read one file.

    Args:
        path: the file.
        name: the path that citations show.
        key: the path inside the folder that was given, for the ids of passages.

    Raises:
        ReadingError: the file cannot be read, or is a guide with problems: the first of them,
            with its line.
    """
    reading, problems = inspect(path, name=name, key=key)
    if reading is not None:
        return reading
    first, *others = problems
    if not others:
        raise first
    count = f"{len(others)} more problem{'s' if len(others) > 1 else ''}"
    remedy = f"{first.remedy} `coach check {name}` lists {count} of this file."
    raise ReadingError(first.problem, where=first.where, remedy=remedy)


def inspect(path: Path, *, name: str, key: str) -> tuple[Reading | None, Problems]:
    """Read one file, as ``read`` does, to its Reading or to every problem that prevents it."""
    try:
        text, content, problems = _read(path)
    except ReadingError as error:
        return None, (in_file(error, name),)
    if content is None:
        return None, tuple(in_file(problem, name) for problem in problems)
    return Reading(source=SourceText(name=name, key=key, text=text), content=content), ()


def _read(path: Path) -> tuple[str, Content | None, Problems]:
    data = files.load(path)
    if data.startswith(_OFFICE_MARKS):
        from coach.reading.office import read_office

        return *read_office(path), ()
    text = Text(files.decode(data))
    suffix = path.suffix.lower()
    if _is_html(text.text, suffix):
        from coach.reading.html import read_html

        return *read_html(text.text), ()
    title = re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize() or path.name
    fields = front_matter.find(text)
    if fields is None and page.is_page(text.text):
        return text.text, page.read_page(text), ()
    if not (fields or suffix in _MARKDOWN or _ATX_HEADING.search(text.text)):
        return text.text, plain.read_plain(text, title), ()
    elements = markdown.outline(text, fields.end if fields else 0)
    if guide.is_guide(fields, text, elements):
        return text.text, *guide.read_guide(text, path.stem, fields, elements)
    if page.is_page(text.text):
        return text.text, page.read_page(text), ()
    return text.text, markdown.to_document(text, title, fields, elements), ()


def _is_html(text: str, suffix: str) -> bool:
    if _HTML_START.match(text):
        return True
    # Markdown may begin and end with tags too, but its headings have marks of their own.
    is_piece = bool(
        _HTML_PIECE.match(text) and text.rstrip().endswith(">") and not _ATX_HEADING.search(text)
    )
    return is_piece or (suffix in _HTML and re.search(r"</?[a-z]", text) is not None)
