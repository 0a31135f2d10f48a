"""Which files an ingest reads: those given and those below the folders given."""

from __future__ import annotations

import errno
import mimetypes
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coach.errors import ReadingError

_AUTHORS_GUIDE = "readme.md"
_NO_TEXT = ("image/", "audio/", "video/", "font/")


@dataclass(frozen=True)
class FoundFile:
    """A file to read.

    Attributes:
        path: where it is, links resolved.
        name: the path as it was given, joined with the path below it.
        key: the path below the folder that was given. Where two folders hold one path, the
            folder's name goes before it, so that no two files have one key.
    """

    path: Path
    name: str
    key: str


@dataclass(frozen=True)
class Skipped:
    """A file left out by its nature, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class _Candidate:
    file: Path
    root: Path
    key: str


def discover(
    paths: Sequence[Path], *, data: Path
) -> tuple[list[FoundFile], list[Skipped], list[ReadingError]]:
    """Find the files at some paths, sorted by name; what cannot be found is a problem.

    Hidden files and folders, ``README.md`` and pictures, sounds and the like are skipped, and
    ``data``, the folder of the index. Links are
    followed; a file that two paths lead to is read once.
    """
    candidates: list[_Candidate] = []
    skipped: list[Skipped] = []
    problems: list[ReadingError] = []
    for path in paths:
        if path.is_dir():
            walk = _Walk(path, data.resolve(), skipped, problems)
            candidates += walk.candidates(path, ())
        else:
            candidates.append(_Candidate(path, path.parent, path.name))
    found: dict[Path, FoundFile] = {}
    roots: dict[str, str] = {}
    for candidate in sorted(candidates, key=lambda candidate: candidate.file.as_posix()):
        name = candidate.file.as_posix()
        try:
            real = candidate.file.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            problems.append(_unresolved(name, error))
            continue
        if real in found:
            if found[real].name != name:
                skipped.append(Skipped(name, f"the same file as {found[real].name}"))
            continue
        found[real] = FoundFile(real, name, candidate.key)
        roots[name] = candidate.root.resolve().name
    return _with_own_keys(list(found.values()), roots), skipped, problems


class _Walk:
    """Goes through one folder that was given."""

    def __init__(
        self, root: Path, data: Path, skipped: list[Skipped], problems: list[ReadingError]
    ) -> None:
        self._root = root
        self._data = data
        self._skipped = skipped
        self._problems = problems
        self._seen: dict[Path, str] = {}

    def candidates(self, folder: Path, above: tuple[Path, ...]) -> Iterator[_Candidate]:
        """The files in a folder; ``above`` are the folders that hold it, links resolved."""
        real = folder.resolve()
        if real in above:
            self._problems.append(
                ReadingError(
                    "The link leads back to a folder that holds it.",
                    where=folder.as_posix(),
                    remedy="Remove the link, or point it elsewhere.",
                )
            )
            return
        if real in self._seen:
            reason = f"the same folder as {self._seen[real]}"
            self._skipped.append(Skipped(folder.as_posix(), reason))
            return
        self._seen[real] = folder.as_posix()
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            self._problems.append(
                ReadingError(
                    f"The folder cannot be read: {error.strerror}.",
                    where=folder.as_posix(),
                    remedy="Give yourself the right to read it.",
                )
            )
            return
        for entry in entries:
            unfit = self._unfit(entry)
            if unfit is not None:
                self._skipped.append(Skipped(entry.as_posix(), unfit))
            elif entry.is_dir():
                yield from self.candidates(entry, (*above, real))
            else:
                key = entry.relative_to(self._root).as_posix()
                yield _Candidate(entry, self._root, key)

    def _unfit(self, entry: Path) -> str | None:
        if entry.name.startswith("."):
            return "hidden"
        if entry.is_dir():
            return "the index itself" if entry.resolve() == self._data else None
        if entry.name.lower() == _AUTHORS_GUIDE:
            return "a note for the authors of guides"
        kind = mimetypes.guess_type(entry.name)[0] or ""
        return "holds no text" if kind.startswith(_NO_TEXT) else None


def _with_own_keys(files: list[FoundFile], roots: dict[str, str]) -> list[FoundFile]:
    shared = {key for key, count in Counter(file.key for file in files).items() if count > 1}
    longer = [
        replace(file, key=f"{roots[file.name]}/{file.key}") if file.key in shared else file
        for file in files
    ]
    shared = {key for key, count in Counter(file.key for file in longer).items() if count > 1}
    return [replace(file, key=file.name) if file.key in shared else file for file in longer]


def _unresolved(name: str, error: OSError | RuntimeError) -> ReadingError:
    # Python 3.11 reports a loop of links as RuntimeError, later versions as OSError.
    if isinstance(error, FileNotFoundError):
        return ReadingError(
            "There is no such file.", where=name, remedy="Check the path, or mend the link."
        )
    if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
        return ReadingError(
            "The link leads back to itself.",
            where=name,
            remedy="Remove the link, or point it at a file.",
        )
    return ReadingError(
        f"The file cannot be read: {error.strerror}.",
        where=name,
        remedy="Give yourself the right to read it.",
    )
