"""Problems of a file that is being read: where its reader says the line, and later the file too."""

from __future__ import annotations

import re

from coach.errors import ReadingError


def at_line(line: int, problem: str, remedy: str) -> ReadingError:
    """A problem at a line, counted from 1, of a file that the reader does not know the name of."""
    return ReadingError(problem, where=f"line {line}", remedy=remedy)


def in_file(error: ReadingError, name: str) -> ReadingError:
    """The same problem with the file's name: "line 3" gives "name:3"."""
    line = line_of(error)
    where = name if line is None else f"{name}:{line}"
    return ReadingError(error.problem, where=where, remedy=error.remedy)


def line_of(error: ReadingError) -> int | None:
    """The line a problem was found at, before or after its file was named; None without one."""
    match = re.search(r"(?:^line |:)([0-9]+)$", error.where)
    return int(match[1]) if match else None
