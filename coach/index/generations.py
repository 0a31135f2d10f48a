"""Generations: each a Chroma collection of its own, made beside the one in use and proved sound.

The proof of a folder is its files' sizes and times when a probe had opened it. While they are the
same, it can be opened without a probe: nothing has written to it since.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.errors import IndexUnusable
from coach.index.chroma import Location, Vectors, remove
from coach.index.probe import probe
from coach.index.schema import translated

FOLDER = "chroma"
_GRAPH = "index_metadata.pickle"
_PARTS = (".bin", ".pickle")

# A copy of the last generation plus the difference: 2.5 s at 100,000 passages with 60 changed, a
# build from scratch 40 s. Under 2,000 passages a build is quicker than the copy's first deletion.
# Deleted vectors stay in the graph, so a folder that is worn is built anew.
_COPY_FROM = 2_000
_COPY_SHARE = 0.1
_WORN_SHARE = 0.2
_BATCH = 5_000
_SAMPLES = 20


@dataclass(frozen=True)
class Generation:
    """A row of the table of generations."""

    number: int
    location: Location
    proof: str | None

    def sound(self) -> bool:
        """Whether it was proved and, for a folder, whether nothing has written to it since."""
        if self.proof is None:
            return False
        folder = self.location.folder
        if folder is None:
            return True
        recorded = json.loads(self.proof)["files"]
        try:
            return all(_same(folder / name, *figures) for name, figures in recorded.items())
        except OSError:
            return False

    @property
    def worn(self) -> int:
        """How many vectors were deleted from it and from those it is a copy of."""
        return int(json.loads(self.proof)["worn"]) if self.proof else 0


def _same(path: Path, size: int, time: int) -> bool:
    status = path.stat()
    if path.suffix == ".sqlite3":
        # Opening a collection writes a row to this one, which SQLite keeps safe.
        return status.st_size >= size
    return (status.st_size, status.st_mtime_ns) == (size, time)


def current(connection: sqlite3.Connection, folder: Path) -> Generation | None:
    """The generation in use, None before the first."""
    rows = _rows(connection, folder, "WHERE number = (SELECT generation FROM meta)")
    return rows[0] if rows else None


def is_at(generation: Generation, chroma_url: str | None) -> bool:
    """Whether a generation is where it should be: on this server, or in a folder for None."""
    if chroma_url is None:
        return generation.location.folder is not None
    return generation.location.place == chroma_url.rstrip("/")


def build(
    connection: sqlite3.Connection,
    folder: Path,
    chroma_url: str | None,
    progress: Callable[[int, int], None],
    *,
    doubtful: bool = False,
) -> Generation:
    """Make a generation of the passages in ``target`` and prove it sound; it is not yet in use.

    Args:
        connection: to the SQLite file, with the writer's lock held, outside a transaction; its view
            ``target`` holds the ids of passages and the keys of their vectors.
        folder: the data folder.
        chroma_url: the server to make it on, None for a folder.
        progress: told how many vectors of how many are in.
        doubtful: nothing may be copied from the generation in use.

    Raises:
        IndexUnusable: Chroma or the disk failed.
    """
    made = _register(connection, folder, chroma_url)
    try:
        return _fill(connection, folder, made, progress, doubtful=doubtful)
    except BaseException:
        # Half of a generation would keep a full disk full. What stays, the next writer removes.
        with suppress(IndexUnusable):
            remove(made.location)
        raise


def _fill(
    connection: sqlite3.Connection,
    folder: Path,
    made: Generation,
    progress: Callable[[int, int], None],
    *,
    doubtful: bool,
) -> Generation:
    base = current(connection, folder)
    gone, added, count = _difference(connection)
    if (
        base is not None
        and base.location.folder is not None
        and made.location.folder is not None
        and not doubtful
        and base.sound()
        and count >= _COPY_FROM
        and len(gone) + added <= _COPY_SHARE * count
        and base.worn + len(gone) <= _WORN_SHARE * count
    ):
        with translated(folder):
            shutil.copytree(base.location.folder, made.location.folder)
        made = replace(made, location=replace(made.location, name=base.location.name))
        worn = base.worn + len(gone)
        rows = connection.execute(f"SELECT n.id, v.vector FROM ({_NEW}) n {_WITH_VECTORS}")
        vectors = Vectors.open(made.location)
    else:
        gone, added, worn = [], count, 0
        rows = connection.execute(f"SELECT n.id, v.vector FROM target n {_WITH_VECTORS}")
        vectors = _create(connection, made)
    with closing(vectors):
        vectors.delete(gone)
        done = 0
        while part := rows.fetchmany(_BATCH):
            vectors.add([name for name, _ in part], rows_to_matrix(vector for _, vector in part))
            done += len(part)
            progress(done, added)
    with translated(folder):
        _flush(made.location.folder)
    probe(made.location, count, _sample(connection, "target"))
    return replace(made, proof=_proof(made.location, worn))


def _create(connection: sqlite3.Connection, made: Generation) -> Vectors:
    try:
        return Vectors.create(made.location)
    except IndexUnusable:
        if made.location.folder is None:  # a server that is away has nothing to remove
            connection.execute("DELETE FROM generations WHERE number = ?", (made.number,))
        raise


_NEW = "SELECT id, vector FROM target EXCEPT SELECT id, vector FROM main.passages"
_GONE = "SELECT id, vector FROM main.passages EXCEPT SELECT id, vector FROM target"
_WITH_VECTORS = "JOIN main.vectors v ON v.key = n.vector"


def differs(connection: sqlite3.Connection) -> bool:
    """Whether the passages in ``target`` or their vectors are not those in use."""
    return any(
        connection.execute(f"SELECT EXISTS ({difference})").fetchone()[0]
        for difference in (_NEW, _GONE)
    )


def _difference(connection: sqlite3.Connection) -> tuple[list[str], int, int]:
    gone = [name for name, _ in connection.execute(_GONE)]
    (added,) = connection.execute(f"SELECT count(*) FROM ({_NEW})").fetchone()
    (count,) = connection.execute("SELECT count(*) FROM target").fetchone()
    return gone, added, count


def rows_to_matrix(rows: Iterable[bytes]) -> NDArray[np.float32]:
    """Stored vectors as the rows of a matrix."""
    parts = [np.frombuffer(row, dtype="<f4") for row in rows]
    return np.stack(parts) if parts else np.empty((0, 0), dtype=np.float32)


def _register(connection: sqlite3.Connection, folder: Path, chroma_url: str | None) -> Generation:
    # Written down before anything is made, so that the next writer finds what a killed one left.
    name = f"coach-{secrets.token_hex(8)}"
    row = connection.execute(
        "INSERT INTO generations (place, name) VALUES (?, ?)",
        ((chroma_url or "").rstrip("/"), name),
    )
    if row.lastrowid is None:
        raise AssertionError("an insertion has a row id")
    with translated(folder):
        (folder / FOLDER).mkdir(exist_ok=True)
    return _rows(connection, folder, f"WHERE number = {row.lastrowid}")[0]


def _rows(connection: sqlite3.Connection, folder: Path, condition: str) -> list[Generation]:
    rows = connection.execute(
        f"SELECT number, place, name, proof FROM generations {condition} ORDER BY number"
    )
    inside = folder.resolve() / FOLDER
    return [
        Generation(number, Location(place or str(inside / str(number)), name), proof)
        for number, place, name, proof in rows
    ]


def clean(connection: sqlite3.Connection, folder: Path, notice: Callable[[str], None]) -> None:
    """Remove what killed writers left, and generations before the one in use and the last.

    A server that cannot be reached keeps its collections until the next time.
    """
    in_use = current(connection, folder)
    proved = _rows(connection, folder, "WHERE proof IS NOT NULL")
    kept = {generation.number for generation in proved[-2:]}
    if in_use is not None:
        kept.add(in_use.number)
    for generation in _rows(connection, folder, ""):
        if generation.number in kept:
            continue
        try:
            remove(generation.location)
        except IndexUnusable as error:
            if generation.location.folder is not None:
                raise
            notice(str(error))
            continue
        connection.execute("DELETE FROM generations WHERE number = ?", (generation.number,))
    with translated(folder):
        if (folder / FOLDER).exists():
            for stray in (folder / FOLDER).iterdir():
                if not (stray.name.isdigit() and int(stray.name) in kept):
                    shutil.rmtree(stray)


def serves(connection: sqlite3.Connection, generation: Generation, *, doubtful: bool) -> bool:
    """Whether the generation in use can stay: sound in a folder, answering on a server."""
    if generation.location.folder is not None:
        return generation.sound() and not doubtful
    (count,) = connection.execute("SELECT count(*) FROM main.passages").fetchone()
    try:
        probe(generation.location, count, _sample(connection, "main.passages"))
    except IndexUnusable:
        return False
    return True


def _sample(connection: sqlite3.Connection, table: str) -> NDArray[np.float32]:
    # Evenly spread and the last one too: a full disk cuts off the end of a file.
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    places = sorted(
        {round(place) for place in np.linspace(0, count - 1, _SAMPLES)} if count else ()
    )
    rows = [
        connection.execute(
            f"SELECT v.vector FROM {table} n {_WITH_VECTORS} LIMIT 1 OFFSET ?", (place,)
        ).fetchone()
        for place in places
    ]
    return rows_to_matrix(vector for (vector,) in rows)


def _flush(folder: Path | None) -> None:
    if folder is None:
        return
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _proof(location: Location, worn: int) -> str:
    files = {}
    if location.folder is not None:
        for path in _files(location.folder):
            status = path.stat()
            name = path.relative_to(location.folder).as_posix()
            files[name] = [status.st_size, status.st_mtime_ns]
    return json.dumps({"files": files, "worn": worn})


def _files(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    # Until Chroma has written a graph it makes its files anew at each opening, from SQLite.
    # The journals of that one come and go.
    has_graph = any(path.name == _GRAPH for path in files)
    return sorted(
        path for path in files if path.suffix == ".sqlite3" or (has_graph and path.suffix in _PARTS)
    )
