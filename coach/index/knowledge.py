"""The index as an app holds it: opened once, read by many threads, mended by itself."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coach.errors import IndexBusy, IndexUnusable, KnowledgeIndexError
from coach.index import generations, schema
from coach.index.chroma import Vectors
from coach.index.generations import Generation
from coach.index.schema import translated
from coach.index.snapshot import Revision, Snapshot
from coach.index.writer import Writer, writing

_log = logging.getLogger(__name__)

# After a generation failed, how long exact search answers before it is tried again.
_RETRY_SECONDS = 30.0


class _OpenGeneration:
    """A generation and its collection, opened at the first search and closed after the last."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self._vectors: Vectors | None = None
        self._retry_at = 0.0
        self._lock = threading.Lock()
        self._users = 0
        self._retired = False

    def enter(self) -> None:
        """Count a snapshot that may search it."""
        with self._lock:
            self._users += 1

    def leave(self) -> None:
        """Uncount a snapshot; close the collection if it was the last of a retired generation."""
        with self._lock:
            self._users -= 1
            self._close_if_done()

    def retire(self) -> None:
        """Close the collection as soon as no snapshot uses it."""
        with self._lock:
            self._retired = True
            self._close_if_done()

    def _close_if_done(self) -> None:
        if self._retired and self._users == 0 and self._vectors is not None:
            self._vectors.close()
            self._vectors = None

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
        """The nearest ids with their cosines.

        Raises:
            IndexUnusable: the collection cannot be opened or searched now.
        """
        vectors = self._opened()
        try:
            return vectors.query(vector, limit)
        except IndexUnusable:
            with self._lock:
                self._retry_at = time.monotonic() + _RETRY_SECONDS
                if self._vectors is vectors:
                    self._vectors = None
            raise

    def _opened(self) -> Vectors:
        with self._lock:
            if self._vectors is None:
                where = self.generation.location.place
                if time.monotonic() < self._retry_at:
                    raise IndexUnusable("The vectors in Chroma failed just now.", where=where)
                self._retry_at = time.monotonic() + _RETRY_SECONDS
                if not self.generation.sound():
                    raise IndexUnusable("The vectors in Chroma were changed.", where=where)
                self._vectors = Vectors.open(self.generation.location)
                self._retry_at = 0.0
            return self._vectors


class KnowledgeIndex:
    """The guides and passages of a data folder. Safe to use from several threads.

    A finished ingest shows in the next snapshot. While the vectors in Chroma cannot be opened,
    exact search over those in SQLite answers, and a thread mends them.
    """

    def __init__(
        self, folder: Path, *, encoder_id: str, dimensions: int, chroma_url: str | None
    ) -> None:
        self._folder = folder
        self._encoder_id = encoder_id
        self._dimensions = dimensions
        self._chroma_url = chroma_url
        self._lock = threading.Lock()
        self._file: tuple[int, int] | None = None
        self._idle: list[sqlite3.Connection] = []
        self._revision: Revision | None = None
        self._generation: _OpenGeneration | None = None
        self._mending: threading.Thread | None = None
        self._mended_at = 0.0
        self._closed = False

    @classmethod
    def open(
        cls, folder: Path, *, encoder_id: str, dimensions: int, chroma_url: str | None = None
    ) -> Self:
        """Open an index that an ingest has made.

        Args:
            folder: the data folder.
            encoder_id: the id of the encoder of questions.
            dimensions: the length of its vectors.
            chroma_url: the address of a Chroma server, None for Chroma in the data folder.

        Raises:
            IndexMissing: there is none.
            IndexIncompatible: another encoder or an older version built it.
            IndexUnusable: it cannot be read.
        """
        index = cls(folder, encoder_id=encoder_id, dimensions=dimensions, chroma_url=chroma_url)
        with index.snapshot():
            return index

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent state to read from, for as long as the context lasts; keep it short.

        Raises:
            IndexMissing: the index was removed.
            IndexIncompatible: it was rebuilt by another encoder.
            IndexUnusable: it cannot be read.
        """
        connection = self._lease()
        try:
            with translated(self._folder):
                connection.execute("BEGIN")
                schema.check(connection, self._folder, self._encoder_id, self._dimensions)
                revision, generation = self._state(connection)
            try:
                yield Snapshot(
                    connection,
                    self._folder,
                    revision,
                    partial(self._search, generation),
                )
            finally:
                if generation is not None:
                    generation.leave()
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Close all files. Snapshots still in use stay usable and close theirs when they end."""
        with self._lock:
            self._closed = True
            self._forget()
            mending = self._mending
        if mending is not None:
            mending.join()

    def _lease(self) -> sqlite3.Connection:
        file = schema.identity(self._folder)
        with self._lock:
            if file != self._file:  # somebody deleted the folder and made another
                self._forget()
                self._file = file
            if self._idle:
                return self._idle.pop()
        return schema.connect_to_read(self._folder)

    def _forget(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        self._revision = None
        if self._generation is not None:
            self._generation.retire()
            self._generation = None

    def _give_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            return
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _state(self, connection: sqlite3.Connection) -> tuple[Revision, _OpenGeneration | None]:
        (number,) = connection.execute("SELECT revision FROM meta").fetchone()
        with self._lock:
            if self._revision is None or number > self._revision.number:
                self._revision = Revision(connection, self._folder, number, self._revision)
                self._change_generation(connection)
            if number == self._revision.number:
                if self._generation is not None:
                    self._generation.enter()
                return self._revision, self._generation
        # A transaction that began just before the last switch: rare, so it searches exactly.
        return Revision(connection, self._folder, number, self._revision), None

    def _change_generation(self, connection: sqlite3.Connection) -> None:
        found = generations.current(connection, self._folder)
        if found is not None and not generations.is_at(found, self._chroma_url):
            found = None
        before = self._generation
        if before is not None and before.generation == found:
            return
        self._generation = None if found is None else _OpenGeneration(found)
        if before is not None:
            before.retire()

    def _search(
        self, generation: _OpenGeneration | None, vector: NDArray[np.float32], limit: int
    ) -> list[tuple[str, float]] | None:
        reason = "There are no vectors in Chroma at the place that the settings name."
        if generation is not None:
            try:
                return generation.search(vector, limit)
            except IndexUnusable as error:
                reason = str(error)
        self._mend(reason)
        return None

    def _mend(self, reason: str) -> None:
        with self._lock:
            if self._closed or (self._mending is not None and self._mending.is_alive()):
                return
            if self._mended_at and time.monotonic() < self._mended_at + _RETRY_SECONDS:
                return
            self._mended_at = time.monotonic()
            _log.warning("%s Searching exactly meanwhile, and mending it.", reason)
            self._mending = threading.Thread(target=self._rebuild, name="mend-vectors", daemon=True)
            self._mending.start()

    def _rebuild(self) -> None:
        try:
            rebuild(
                self._folder,
                encoder_id=self._encoder_id,
                chroma_url=self._chroma_url,
                progress=self._stop_if_closed,
            )
        except (IndexBusy, _StoppedError):
            pass  # the ingest that is running mends it, or the next app does
        except KnowledgeIndexError as error:
            _log.warning("%s", error)

    def _stop_if_closed(self, done: int, total: int) -> None:
        if self._closed:
            raise _StoppedError


class _StoppedError(Exception):
    """The index was closed while a thread mended it."""


def rebuild(
    folder: Path,
    *,
    encoder_id: str,
    chroma_url: str | None,
    progress: Callable[[int, int], None],
) -> None:
    """Make the vectors in Chroma anew from those in SQLite, where they were found unusable.

    Raises:
        IndexBusy: another process is writing to the index.
        IndexUnusable: Chroma or the disk failed.
    """
    with writing(folder, waiting=None), closing(Writer.open(folder, encoder_id)) as writer:
        if writer.encoder != encoder_id:
            return
        writer.clean(_log.warning)
        made = writer.build(chroma_url, progress, doubtful=True)
        if made is not None:
            writer.publish(made, reader=writer.reader, dimensions=writer.dimensions)
