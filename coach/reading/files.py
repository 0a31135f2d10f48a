"""A file's bytes, and the text in them; what cannot be read is refused in plain words."""

from __future__ import annotations

import codecs
import errno
import re
import stat
from pathlib import Path

from coach.errors import ReadingError
from coach.reading.problems import at_line

SIZE_LIMIT = 50_000_000
"""Files of this many bytes and more are refused: no guide is that long."""

_EMPTY = "Write something in it, or remove it."
_AS_TEXT = "Save it as UTF-8 text, or remove it."
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?"
    rb"((?:iso-8859-|windows-125|koi8-|shift_|euc-|gb|big)[0-9a-z]+)",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE = 20_000


def load(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        ReadingError: it is missing, empty, too large, a loop of links, not a file, or not ours to
            read.
    """
    try:
        # A pipe or a device might never end, so it is refused before it is opened.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ReadingError("This is not a file.", remedy="Name a file that holds text.")
        if status.st_size >= SIZE_LIMIT:
            raise ReadingError(
                f"The file is too large: {status.st_size / 1e6:,.0f} MB.",
                remedy=f"Split it into files of less than {SIZE_LIMIT // 1_000_000} MB.",
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(error) from error
    if not data:
        raise at_line(1, "The file is empty.", _EMPTY)
    return data


def _unreadable(error: OSError | ValueError) -> ReadingError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ELOOP:
        return ReadingError(
            "The link leads back to itself.", remedy="Remove the link, or point it at a file."
        )
    if number == errno.ENOENT:
        return ReadingError("There is no such file.", remedy="Check the path, or mend the link.")
    if number in (errno.EACCES, errno.EPERM):
        return ReadingError(
            "The file may not be read.", remedy="Give yourself the right to read it."
        )
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return ReadingError(
        f"The file cannot be read: {reason}.", remedy="Check the path and the disk."
    )


def decode(data: bytes) -> str:
    """The text in some bytes: UTF-8, UTF-16, UTF-32, or the encoding that an HTML page declares.

    No other encoding is guessed: a wrong guess would quote letters that nobody wrote.

    Raises:
        ReadingError: the bytes are no text, or text in another encoding.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), _unmarked(data))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        declared = _declared(data)
        if declared is None:
            raise _undecodable(data, error) from error
        text = declared
    text = text.removeprefix("\ufeff")
    if "\x00" in text or _is_binary(text[:_SAMPLE].encode()) or text.startswith("{\\rtf"):
        raise at_line(1, "The file is binary, not text.", _AS_TEXT)
    if not text.strip():
        raise at_line(1, "The file is empty: it holds nothing but white space.", _EMPTY)
    return text


def _unmarked(data: bytes) -> str:
    # UTF-16 without its mark: in European text every other byte is zero.
    even, odd = data[:_SAMPLE:2], data[1:_SAMPLE:2]
    if odd.count(0) > 0.8 * len(odd) and not even.count(0):
        return "utf-16-le"
    if even.count(0) > 0.8 * len(even) and odd and not odd.count(0):
        return "utf-16-be"
    return "utf-8"


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_SAMPLE])
    try:
        return data.decode(match[1].decode("ascii")) if match else None
    except (LookupError, UnicodeDecodeError):
        return None


def _undecodable(data: bytes, error: UnicodeDecodeError) -> ReadingError:
    line = 1 + len(re.findall(r"\r\n?|\n", data[: error.start].decode(error.encoding, "replace")))
    if _is_binary(data[:_SAMPLE]):
        return at_line(1, "The file is binary, not text.", _AS_TEXT)
    if error.reason in ("unexpected end of data", "truncated data"):
        return at_line(
            line,
            "The file ends in the middle of a letter: it was cut off, or is not UTF-8.",
            "Copy the whole file again, or save it as UTF-8.",
        )
    return at_line(line, f"The file is not UTF-8 text{_likely(data)}.", "Save it as UTF-8.")


def _likely(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return "" if best is None else f" (it may be {best.encoding})"


def _is_binary(sample: bytes) -> bool:
    return b"\x00" in sample or len(_CONTROL.findall(sample)) > len(sample) / 50
