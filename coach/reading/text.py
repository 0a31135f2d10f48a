"""A text and the places in it: every value a reader gives says where it was read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar, overload

from coach.domain import Sourced, Span

T = TypeVar("T")
# Naming the class of a kind of value anew each time would cost more than making the value.
_sourced: Any = cache(Sourced.__class_getitem__)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Text:
    """A text as a reader reads it; lines end in LF, CRLF or CR and are counted from 1."""

    text: str

    @cached_property
    def lines(self) -> Sequence[tuple[int, int]]:
        """The ``(start, end)`` of each line without its line end; never empty."""
        lines = []
        start = 0
        for line_end in _LINE_END.finditer(self.text):
            lines.append((start, line_end.start()))
            start = line_end.end()
        lines.append((start, len(self.text)))
        return lines

    @cached_property
    def _line_starts(self) -> list[int]:
        return [start for start, _ in self.lines]

    def line(self, position: int) -> int:
        """The number of the line that holds the character at ``position``, from 1."""
        return bisect_right(self._line_starts, position)

    def span(self, start: int, end: int) -> Span:
        """The span of the characters ``[start, end)``."""
        return Span(
            start=start,
            end=end,
            first_line=self.line(start),
            last_line=self.line(max(start, end - 1)),
        )

    @overload
    def sourced(self, start: int, end: int) -> Sourced[str]: ...

    @overload
    def sourced(self, start: int, end: int, value: T) -> Sourced[T]: ...

    def sourced(self, start: int, end: int, value: Any = None) -> Sourced[Any]:
        """What stands at ``[start, end)``, without the white space around it.

        Args:
            start: the first character.
            end: one past the last character.
            value: what the words mean; the words themselves if it is not given.
        """
        start, end = self.trim(start, end)
        span = self.span(start, end)
        if value is None:
            value = self.text[start:end]
        sourced: Sourced[Any] = _sourced(type(value))(value=value, span=span)
        return sourced

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """The part of ``[start, end)`` without the white space around it."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        return start, start + len(piece.strip())
