"""Office files and books, PDF, DOCX, PPTX and EPUB, to text and a Document by way of Markdown.

The converters come from markitdown and are called one by one: its front end would also load
plugins, guess at kinds by a model and fetch addresses. What a file unpacks to is measured first.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

from coach.domain import Document
from coach.errors import ReadingError
from coach.reading import files, markdown
from coach.reading.text import Text

_ARCHIVED = {
    "word/document.xml": ".docx",
    "ppt/presentation.xml": ".pptx",
    "META-INF/container.xml": ".epub",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_PDF = b"%PDF-"
_MOST_MARKUP = 30_000_000  # bytes; parsed markup takes some 20 times as much memory
_MOST_UNPACKED = 200_000_000  # bytes, pictures included
_MARKUP = (".xml", ".rels", ".html", ".xhtml", ".htm", ".opf")
_STREAM = re.compile(rb"stream\r?\n")
_NOISE = re.compile(r"<!--.*?-->|!\[[^\]]*\]\([^)\n]*\)|\(cid:\d+\)|[\x00-\x08\x0b\x0e-\x1f]", re.S)
_ESCAPED = re.compile(r"(?<=[^\n])\\([*_])")
_DAMAGED = "The file is damaged or was cut off."
_COPY = "Open it in its own program, or get another copy of it."
_BOMB = "The file unpacks to far more than a guide holds."


def read_office(path: Path) -> tuple[str, Document]:
    """Read a PDF, DOCX, PPTX or EPUB file; which it is, is told from its content.

    Args:
        path: the file.

    Returns:
        The text it was converted to, and the Document in it; every span points into that text.

    Raises:
        ReadingError: it is damaged, encrypted, of another kind, unpacks to too much, or holds
            pictures alone.
    """
    words = text_of(files.load(path))
    title = re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize() or path.name
    text = Text(words)
    return words, markdown.to_document(text, title, None, markdown.outline(text))


def text_of(data: bytes) -> str:
    """The text of a PDF, DOCX, PPTX or EPUB file as Markdown.

    Raises:
        ReadingError: as ``read_office``.
    """
    words = _tidied(_converted(data, _kind(data)))
    if not words:
        raise ReadingError(
            "The file holds no text, perhaps only pictures of it.",
            remedy="Run text recognition (OCR) over it, or save it as text.",
        )
    return words


def _kind(data: bytes) -> str:
    """The extension that fits some bytes, once they are known to be safe to unpack."""
    if data.startswith(_PDF):
        if b"%%EOF" not in data[-4096:]:
            raise ReadingError(_DAMAGED, remedy=_COPY)
        _check_streams(data)
        return ".pdf"
    if data.startswith(_OLD_OFFICE):
        raise ReadingError(
            "The file is encrypted or in the format of an old Office.",
            remedy="Save it without a password as DOCX, PPTX or PDF.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ReadingError(_DAMAGED, remedy=_COPY) from error
    markup = sum(member.file_size for member in members if member.filename.endswith(_MARKUP))
    if markup > _MOST_MARKUP or sum(member.file_size for member in members) > _MOST_UNPACKED:
        raise ReadingError(_BOMB, remedy="Split it, or save its text alone.")
    if any(member.flag_bits & 1 for member in members):
        raise ReadingError("The file is encrypted.", remedy="Save it without a password.")
    names = {member.filename for member in members}
    kind = next((kind for name, kind in _ARCHIVED.items() if name in names), None)
    if kind is None:
        raise ReadingError(
            "The file is an archive or of a kind that is not read.",
            remedy="Save it as PDF, DOCX, PPTX, EPUB, HTML, Markdown or plain text.",
        )
    return kind


def _check_streams(data: bytes) -> None:
    """Refuse a PDF whose compressed streams unpack to too much; none is kept in memory."""
    total = 0
    view = memoryview(data)
    for found in _STREAM.finditer(data):
        if data[found.start() - 3 : found.start()] == b"end":
            continue
        unpacker = zlib.decompressobj()
        position = found.end()
        try:
            while position < len(data) and not unpacker.eof:
                rest: bytes | memoryview = view[position : position + 65536]
                position += 65536
                while rest and not unpacker.eof:
                    total += len(unpacker.decompress(rest, 1_000_000))
                    rest = unpacker.unconsumed_tail
                    if total > _MOST_UNPACKED:
                        raise ReadingError(_BOMB, remedy="Split it, or save its text alone.")
        except zlib.error:
            continue  # packed in another way, or not at all


def _converted(data: bytes, kind: str) -> str:
    for name in ("pdfminer", "pdfplumber"):  # they log every oddity of a file
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from markitdown import StreamInfo
        from markitdown.converters import (
            DocxConverter,
            EpubConverter,
            PdfConverter,
            PptxConverter,
        )
        from pdfminer.pdfdocument import PDFEncryptionError

        converters: dict[str, Any] = {
            ".pdf": PdfConverter,
            ".docx": DocxConverter,
            ".pptx": PptxConverter,
            ".epub": EpubConverter,
        }
        try:
            result = converters[kind]().convert(io.BytesIO(data), StreamInfo(extension=kind))
        except PDFEncryptionError as error:
            raise ReadingError(
                "The file is encrypted.", remedy="Save it without a password."
            ) from error
        except Exception as error:  # the parsers let errors of every kind through
            raise ReadingError(_DAMAGED, remedy=_COPY) from error
    return str(result.markdown)


def _tidied(words: str) -> str:
    """Markdown without comments, pictures, marks before letters and needless white space."""
    words = _NOISE.sub("", words.replace("\x0c", "\n\n").replace("\r\n", "\n"))
    words = _ESCAPED.sub(r"\1", words)
    lines = (line.rstrip() for line in words.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
