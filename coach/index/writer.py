"""The one writer of an index: stages what was read, keeps vectors as they come, then switches.

Readers see nothing of it until ``publish``, one transaction. What is staged lies in temporary
tables, on disk where it is much, and is gone when the process ends; vectors are kept at once.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from coach.domain import Guide, Passage, SourceText
from coach.errors import IndexBusy, ReadingError
from coach.index import generations, schema
from coach.index.generations import Generation
from coach.index.schema import translated
from coach.terms import fold, terms

LOCK = "ingest.lock"
_HOLDER = "ingest.pid"

_STAGE = """
CREATE TEMP TABLE leaving (path TEXT PRIMARY KEY);
CREATE TEMP TABLE new_files (path TEXT PRIMARY KEY, name TEXT, key TEXT, sha256 TEXT, text TEXT);
CREATE TEMP TABLE new_guides (slug TEXT PRIMARY KEY, move TEXT, path TEXT, content TEXT);
CREATE TEMP TABLE new_passages (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, path TEXT, position INTEGER, guide TEXT,
    vector BLOB, content TEXT, encoded TEXT, heading TEXT, body TEXT
);
CREATE TEMP VIEW target AS
    SELECT id, vector FROM main.passages WHERE path NOT IN (SELECT path FROM leaving)
    UNION ALL SELECT id, vector FROM new_passages;
"""
_UNENCODED = (
    "FROM new_passages n WHERE NOT EXISTS (SELECT 1 FROM main.vectors v WHERE v.key = n.vector)"
)
_PUBLISH = """
DELETE FROM stems WHERE rowid IN
    (SELECT number FROM main.passages WHERE path IN (SELECT path FROM leaving));
DELETE FROM main.passages WHERE path IN (SELECT path FROM leaving);
DELETE FROM main.guides WHERE path IN (SELECT path FROM leaving);
DELETE FROM main.files WHERE path IN (SELECT path FROM leaving);
INSERT INTO main.files SELECT path, name, key, sha256, text FROM new_files;
INSERT INTO main.guides SELECT slug, move, path, content FROM new_guides;
INSERT INTO main.passages (id, path, position, guide, vector, content)
    SELECT id, path, position, guide, vector, content FROM new_passages ORDER BY number;
INSERT INTO stems (rowid, heading, body)
    SELECT p.number, n.heading, n.body FROM new_passages n JOIN main.passages p ON p.id = n.id;
DELETE FROM main.vectors WHERE key NOT IN (SELECT vector FROM main.passages);
"""


@dataclass(frozen=True)
class KnownFile:
    """A file in the index; ``moves`` and ``slug`` are those of its guide, None of a document."""

    path: str
    name: str
    key: str
    sha256: str
    slug: str | None
    move: str | None


@contextmanager
def writing(folder: Path, *, waiting: Callable[[str], None] | None) -> Iterator[None]:
    """Hold the lock that only one writer has.

    Args:
        folder: the data folder; made if it is not there.
        waiting: told in a sentence who is waited for; None does not wait.

    Raises:
        IndexBusy: another process holds it and ``waiting`` is None.
        IndexUnusable: the folder cannot be written to.
    """
    with translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK)
        holder = folder / _HOLDER
        try:
            lock.acquire(timeout=0)
        except Timeout:
            sentence = f"Process {_read(holder)} is writing to the index in {folder}."
            if waiting is None:
                raise IndexBusy(
                    sentence, where=str(folder), remedy="Wait until it has ended."
                ) from None
            waiting(f"{sentence} Waiting for it.")
            lock.acquire()
    try:
        with translated(folder):
            holder.write_text(str(os.getpid()))
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _read(holder: Path) -> str:
    try:
        return holder.read_text() or "another one"
    except OSError:
        return "another one"


def move_of(guide: Guide) -> str:
    """What two guides for one move have in common."""
    return " -> ".join(" ".join(fold(role).split()) for role in (guide.from_role, guide.to_role))


class Writer:
    """Writes to an index; use it inside ``writing``.

    ``encoder``, ``dimensions`` and ``reader`` say what built the index as it is in use, and
    ``revision`` is 0 before the first.

    Its methods raise ``IndexUnusable`` when the disk is full, the folder read-only or the file
    damaged.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, encoder_id: str) -> None:
        self._folder = folder
        self._connection = connection
        self._encoder_id = encoder_id
        row = connection.execute("SELECT encoder, dimensions, reader, revision FROM meta")
        self.encoder, self.dimensions, self.reader, self.revision = row.fetchone()

    @classmethod
    def open(cls, folder: Path, encoder_id: str) -> Self:
        """Open or make the SQLite file; one of an older layout is emptied first."""
        with translated(folder):
            connection = schema.connect(folder / schema.FILE)
            try:
                # Slower than a reader's, and survives a power cut.
                connection.execute("PRAGMA synchronous = FULL")
                schema.create(connection)
                connection.executescript(_STAGE)
            except BaseException:
                connection.close()
                raise
        return cls(folder, connection, encoder_id)

    def close(self) -> None:
        """Close the file; what was staged and not published is gone."""
        self._connection.close()

    def files(self) -> dict[str, KnownFile]:
        """The files in the index, by resolved path."""
        with translated(self._folder):
            rows = self._connection.execute(
                "SELECT f.path, f.name, f.key, f.sha256, g.slug, g.move"
                " FROM main.files f LEFT JOIN main.guides g ON g.path = f.path"
            )
            return {row[0]: KnownFile(*row) for row in rows}

    def stored(self, path: str) -> tuple[SourceText, Guide | None, list[Passage]]:
        """The text, the guide and the passages of a file in the index."""
        with translated(self._folder):
            file = self._connection.execute(
                "SELECT name, key, text FROM main.files WHERE path = ?", (path,)
            ).fetchone()
            guide = self._connection.execute(
                "SELECT content FROM main.guides WHERE path = ?", (path,)
            ).fetchone()
            passages = self._connection.execute(
                "SELECT content FROM main.passages WHERE path = ? ORDER BY position", (path,)
            ).fetchall()
        return (
            SourceText(name=file[0], key=file[1], text=file[2]),
            Guide.model_validate_json(guide[0]) if guide else None,
            [Passage.model_validate_json(content) for (content,) in passages],
        )

    def stage(
        self,
        path: str,
        sha256: str,
        source: SourceText,
        guide: Guide | None,
        passages: Sequence[Passage],
        encoded: Sequence[str],
    ) -> None:
        """Put a file in place of what the index has of it, at the next ``publish``.

        Args:
            path: where the file is, links resolved.
            sha256: the hash of its bytes.
            source: its text and its names.
            guide: what it holds, None for a document.
            passages: its passages in the order of its text.
            encoded: the text of each passage as the encoder gets it.

        Raises:
            ReadingError: two of its passages, or one of it and one of another file, have one id.
        """
        rows = [
            self._row(path, position, passage, text)
            for position, (passage, text) in enumerate(zip(passages, encoded, strict=True))
        ]
        execute = self._connection.execute
        with translated(self._folder):
            execute("BEGIN")
            try:
                execute(
                    "INSERT INTO new_files VALUES (?, ?, ?, ?, ?)",
                    (path, source.name, source.key, sha256, source.text),
                )
                if guide is not None:
                    execute(
                        "INSERT INTO new_guides VALUES (?, ?, ?, ?)",
                        (guide.slug, move_of(guide), path, guide.model_dump_json()),
                    )
                self._connection.executemany(
                    "INSERT INTO new_passages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
                )
                execute("INSERT OR IGNORE INTO leaving VALUES (?)", (path,))
            except BaseException as error:
                execute("ROLLBACK")
                if isinstance(error, sqlite3.IntegrityError):
                    raise ReadingError(
                        "Two passages have one id.",
                        where=source.name,
                        remedy="Remove the text that is there twice.",
                    ) from error
                raise
            execute("COMMIT")

    def _row(self, path: str, position: int, passage: Passage, encoded: str) -> tuple[object, ...]:
        return (
            passage.id,
            path,
            position,
            passage.guide,
            hashlib.sha256(f"{self._encoder_id}\0{encoded}".encode()).digest(),
            passage.model_dump_json(),
            encoded,
            " ".join(terms(passage.heading)),
            " ".join(terms(passage.text)),
        )

    def drop(self, path: str) -> None:
        """Take a file out of the index, at the next ``publish``."""
        with translated(self._folder):
            self._connection.execute("INSERT OR IGNORE INTO leaving VALUES (?)", (path,))

    def unencoded(self, size: int) -> Iterator[dict[bytes, str]]:
        """The staged texts that have no vector yet, in parts of at most ``size``, by key."""
        last = 0
        while True:
            with translated(self._folder):
                rows = self._connection.execute(
                    f"SELECT number, vector, encoded {_UNENCODED} AND number > ?"
                    " ORDER BY number LIMIT ?",
                    (last, size),
                ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield {key: text for _, key, text in rows}

    def count_unencoded(self) -> int:
        """How many texts of staged passages have no vector yet."""
        with translated(self._folder):
            return int(
                self._connection.execute(
                    f"SELECT count(DISTINCT n.vector) {_UNENCODED}"
                ).fetchone()[0]
            )

    def keep(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Store vectors, one row a key, at once and for good."""
        rows = vectors.astype("<f4", copy=False)
        with translated(self._folder):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR IGNORE INTO main.vectors VALUES (?, ?)",
                zip(keys, (row.tobytes() for row in rows), strict=True),
            )
            self._connection.execute("COMMIT")

    def build(
        self,
        chroma_url: str | None,
        progress: Callable[[int, int], None],
        *,
        doubtful: bool = False,
    ) -> Generation | None:
        """Make the generation that the staged passages need; None when the one in use will do.

        Args:
            chroma_url: the server to make it on, None for the data folder.
            progress: told how many vectors of how many are in.
            doubtful: the one in use failed, whatever its proof says.
        """
        with translated(self._folder):
            in_use = generations.current(self._connection, self._folder)
            if (
                in_use is not None
                and generations.is_at(in_use, chroma_url)
                and not generations.differs(self._connection)
                and generations.serves(self._connection, in_use, doubtful=doubtful)
            ):
                return None
            return generations.build(
                self._connection, self._folder, chroma_url, progress, doubtful=doubtful
            )

    def clean(self, notice: Callable[[str], None]) -> None:
        """Remove what killed writers left, and generations older than the last."""
        with translated(self._folder):
            generations.clean(self._connection, self._folder, notice)

    def publish(self, made: Generation | None, *, reader: str, dimensions: int) -> None:
        """Show readers everything staged, and a new generation if there is one, in one step."""
        execute = self._connection.execute
        with translated(self._folder):
            execute("BEGIN IMMEDIATE")
            try:
                for statement in _PUBLISH.split(";\n"):
                    execute(statement)
                if made is not None:
                    execute(
                        "UPDATE generations SET name = ?, proof = ? WHERE number = ?",
                        (made.location.name, made.proof, made.number),
                    )
                    execute("UPDATE meta SET generation = ?", (made.number,))
                execute(
                    "UPDATE meta SET encoder = ?, dimensions = ?, reader = ?,"
                    " revision = revision + 1",
                    (self._encoder_id, dimensions, reader),
                )
                execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    execute("ROLLBACK")
                raise

    def totals(self) -> tuple[int, int, int]:
        """The numbers of files, guides and passages in the index."""
        with translated(self._folder):
            row = self._connection.execute(
                "SELECT (SELECT count(*) FROM main.files), (SELECT count(*) FROM main.guides),"
                " (SELECT count(*) FROM main.passages)"
            ).fetchone()
        return row[0], row[1], row[2]
