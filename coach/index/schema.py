"""The SQLite file of an index: its tables, how it is opened, how its errors are worded."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coach.errors import IndexIncompatible, IndexMissing, IndexUnusable

FILE = "knowledge.sqlite"
COMMAND = "python ingest.py"

# Raise it whenever the tables, or the values stored in them, change shape.
LAYOUT = 1

# A row of `vectors` is found by the hash of the encoder's id and the encoded text, so a text that
# moves, or an ingest that was killed, is never encoded again. The full-text table holds stems
# separated by spaces; the ascii tokenizer keeps all but ASCII punctuation, so with "+" and "#"
# allowed a stem is a token, "c++" and "é" too.
_TABLES = """
CREATE TABLE meta (
    layout INTEGER NOT NULL,
    encoder TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    reader TEXT NOT NULL,
    revision INTEGER NOT NULL,
    generation INTEGER
);
CREATE TABLE generations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    proof TEXT
);
CREATE TABLE files (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE guides (
    slug TEXT PRIMARY KEY,
    move TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL REFERENCES files (path),
    content TEXT NOT NULL
);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL REFERENCES files (path),
    position INTEGER NOT NULL,
    guide TEXT,
    vector BLOB NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX passages_by_path ON passages (path, position);
CREATE INDEX passages_by_guide ON passages (guide, position);
CREATE INDEX passages_by_vector ON passages (vector);
CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE VIRTUAL TABLE stems USING fts5 (heading, body, tokenize = "ascii tokenchars '+#'");
CREATE VIRTUAL TABLE frequencies USING fts5vocab ('stems', 'row');
"""


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn SQLite's and the file system's errors into ``IndexUnusable``."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        raise IndexUnusable(
            f"The index cannot be used: {error}.", where=str(folder), remedy=_remedy(code)
        ) from error
    except OSError as error:
        raise IndexUnusable(
            f"The index cannot be used: {error.strerror or error}.",
            where=str(error.filename or folder),
            remedy="Free space on that disk, or give a folder that can be written to with --data.",
        ) from error


def _remedy(code: int | None) -> str:
    primary = None if code is None else code & 0xFF
    if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return f"Free space on that disk and run `{COMMAND}` again; nothing was lost."
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return "Make the folder writable, or give another one with --data."
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"Delete the folder and run `{COMMAND}`."
    return f"Run `{COMMAND}`."


def connect(path: Path) -> sqlite3.Connection:
    """Open the file to write to, in autocommit mode."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def connect_to_read(folder: Path) -> sqlite3.Connection:
    """Open the file to read from, for use by one thread at a time or by several.

    Raises:
        IndexMissing: there is none.
        IndexUnusable: it cannot be read.
    """
    path = folder / FILE
    with translated(folder):
        identity(folder)
        address = path.resolve().as_uri()
        try:
            return _readable(f"{address}?mode=rw")
        except sqlite3.OperationalError:
            journal = path.with_name(f"{FILE}-wal")
            still = not journal.exists() or journal.stat().st_size == 0
            if not still or not os.statvfs(folder).f_flag & os.ST_RDONLY:
                raise
            # On a read-only disk SQLite cannot share the file, and nobody can be writing to it.
            return _readable(f"{address}?immutable=1")


def identity(folder: Path) -> tuple[int, int]:
    """What tells the file from another one of its name.

    Raises:
        IndexMissing: there is none.
        IndexUnusable: the folder cannot be read.
    """
    with translated(folder):
        try:
            status = (folder / FILE).stat()
        except FileNotFoundError:
            raise _missing(folder) from None
    return status.st_dev, status.st_ino


def _readable(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address, uri=True, timeout=30, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def check(connection: sqlite3.Connection, folder: Path, encoder_id: str, dimensions: int) -> None:
    """Refuse an index that this code and this encoder did not build; an empty one has 0 dimensions.

    Raises:
        IndexMissing: no ingest was completed.
        IndexIncompatible: another encoder or layout built it.
    """
    layout = layout_of(connection)
    if layout is None:
        raise _missing(folder)
    if layout != LAYOUT:
        raise IndexIncompatible(
            f"The index has layout {layout}; this version uses layout {LAYOUT}.",
            where=str(folder),
            remedy=f"Rebuild it with `{COMMAND}`.",
        )
    encoder, stored_dimensions, revision = connection.execute(
        "SELECT encoder, dimensions, revision FROM meta"
    ).fetchone()
    if revision == 0:
        raise _missing(folder)
    if encoder != encoder_id or stored_dimensions not in (dimensions, 0):
        raise IndexIncompatible(
            f"The index was built by the encoder {encoder} ({stored_dimensions} dimensions), "
            f"not by {encoder_id} ({dimensions}).",
            where=str(folder),
            remedy=f"Rebuild it with `{COMMAND}`, or set COACH_ENCODER to the one that built it.",
        )


def layout_of(connection: sqlite3.Connection) -> int | None:
    """The layout of a file, None of an empty one."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'"
    ).fetchone()
    if found is None:
        return None
    row = connection.execute("SELECT layout FROM meta").fetchone()
    return None if row is None else int(row[0])


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, in place of those of another layout; a current file stays as it is."""
    if layout_of(connection) == LAYOUT:
        return
    connection.execute("BEGIN IMMEDIATE")  # closing the connection undoes what is not committed
    for name in ("frequencies", "stems"):  # they own the tables that FTS5 keeps its data in
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    others = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (name,) in others:
        connection.execute(f'DROP TABLE "{name}"')
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES (?, '', 0, '', 0, NULL)", (LAYOUT,))
    connection.execute("COMMIT")


def _missing(folder: Path) -> IndexMissing:
    return IndexMissing(
        "There is no index here yet.", where=str(folder), remedy=f"Build it with `{COMMAND}`."
    )
