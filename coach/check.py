"""Every problem of a collection of guides, each with its file, its line and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coach.discovery import discover
from coach.domain import Guide, Value
from coach.errors import ReadingError
from coach.reading import inspect
from coach.reading.problems import line_of
from coach.terms import fold


class Problem(Value):
    """Something wrong with a file; ``line`` counts from 1 and is None for the whole file."""

    file: str
    line: int | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.problem} {self.remedy}"


def problems(paths: Sequence[Path], *, data: Path = Path(".coach")) -> tuple[Problem, ...]:
    """Every problem of the files at some paths, in the order of files and lines.

    The files are those that an ingest of the same paths would read.

    Args:
        paths: files and folders.
        data: the folder of the index, which is left out.
    """
    files, _, lost = discover(paths, data=data)
    found = [_problem(error) for error in lost]
    moves: dict[tuple[str, str], str] = {}
    slugs: dict[str, str] = {}
    for file in files:
        name = file.name
        reading, errors = inspect(file.path, name=name, key=file.key)
        found += [_problem(error) for error in errors]
        if reading is None or not isinstance(reading.content, Guide):
            continue
        guide = reading.content
        line = guide.title.span.first_line
        first = moves.setdefault((fold(guide.from_role), fold(guide.to_role)), name)
        same_slug = slugs.setdefault(guide.slug, name)
        if first != name:
            move = f"{guide.from_role} to {guide.to_role}"
            found.append(
                Problem(
                    file=name,
                    line=line,
                    problem=f"This is a second guide from {move}: {first} is the first.",
                    remedy="Keep one of the two.",
                )
            )
        elif same_slug != name:
            found.append(
                Problem(
                    file=name,
                    line=line,
                    problem=f"Another guide has the name `{guide.slug}`: {same_slug}.",
                    remedy="Rename one of the two files.",
                )
            )
    return tuple(found)


def _problem(error: ReadingError) -> Problem:
    line = line_of(error)
    file = error.where if line is None else error.where.rpartition(":")[0]
    return Problem(file=file, line=line, problem=error.problem, remedy=error.remedy)
