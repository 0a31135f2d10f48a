"""The file of a backup: written whole or not at all, checked to the last byte before it is used.

It is a zip archive: ``TABLE.jsonl`` for each table, a JSON object a row, and last
``manifest.json`` (see ``Manifest``). Which kind of database it was made from makes no difference.
Sessions are left out: after a restore everyone signs in again.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, func, select

from coach.database import Database
from coach.database.tables import Base, Moment, SessionRow
from coach.domain import Value
from coach.errors import BackupError

FORMAT = 1
BATCH = 200  # rows; one with a long answer is some 20 kB
LEFT_BEHIND_SECONDS = 3600

_MANIFEST = "manifest.json"
_PART = ".part"

Progress = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""


class TablePart(Value):
    """What the archive has of a table: how many rows, and the SHA-256 of their bytes in hex."""

    rows: int
    sha256: str


class Manifest(Value):
    """What an archive says of itself.

    Attributes:
        format: of the archive, ``FORMAT``.
        revision: of the tables, as Alembic knows it.
        made_at: the moment it shows, in UTC.
        tables: by name.
    """

    format: int
    revision: str
    made_at: datetime
    tables: dict[str, TablePart]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(part.rows for part in self.tables.values())


def kept_tables() -> list[Table]:
    """The tables of a backup, each behind those that its rows point to."""
    left_out = SessionRow.__tablename__
    return [table for table in Base.metadata.sorted_tables if table.name != left_out]


def revision_of(connection: Connection) -> str:
    """The revision of a database's tables; empty where there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def write_backup(database: Database, file: Path, progress: Progress) -> Manifest:
    """Write all of a database, as it is at one moment, to a new file that its owner alone reads.

    The file gets its name when it is whole. People can go on using the app meanwhile.

    Args:
        database: with its tables made.
        file: where to; there is none of that name yet.
        progress: told after each batch of rows.

    Raises:
        BackupError: there is such a file, or it cannot be written.
        DatabaseUnusable: the database cannot be read.
    """
    if file.exists():
        raise BackupError(
            "There is a file of this name already.",
            where=str(file),
            remedy="Give the backup another name.",
        )
    try:
        with database.reading() as session, _new_file(file) as stream:
            # One moment for all tables: what SQLite gives by itself.
            level = {} if database.on_sqlite else {"isolation_level": "REPEATABLE READ"}
            connection = session.connection(execution_options=level)
            database.allow_long(connection)
            return _write(connection, stream, progress)
    except OSError as error:
        raise BackupError(
            f"The backup cannot be written: {error.strerror or error}.",
            where=str(file),
            remedy="See that its folder is there, can be written and has room, then try again.",
        ) from error


def checked_manifest(file: Path) -> Manifest:
    """What a backup says of itself, after every byte of it has been checked.

    Raises:
        BackupError: it is not there, is damaged, or another version has made it.
    """
    try:
        with ZipFile(file) as archive:
            said = json.loads(archive.read(_MANIFEST))
            if said["format"] == FORMAT:
                manifest = Manifest.model_validate(said)
                found = {name: _part(archive, name) for name in manifest.tables}
    except FileNotFoundError as error:
        raise BackupError(
            "There is no such file.", where=str(file), remedy="Give the name of a backup."
        ) from error
    except Exception as error:  # damaged bytes make zipfile raise errors of a dozen kinds
        raise damaged(file) from error
    if said["format"] != FORMAT:
        raise other_version(file)
    if found != manifest.tables or set(found) != {table.name for table in kept_tables()}:
        raise damaged(file)
    return manifest


def damaged(file: Path) -> BackupError:
    """What to say of a file that is not as it was written."""
    return BackupError(
        "This is no backup, or it is damaged; nothing was changed.",
        where=str(file),
        remedy="Take another copy of it, or an older backup.",
    )


def other_version(file: Path) -> BackupError:
    """What to say of a file whose tables are not ours."""
    return BackupError(
        "Another version of Pathway Coach has made this backup; nothing was changed.",
        where=str(file),
        remedy="Restore it with that version. A newer one then takes the database over.",
    )


def rows_in(archive: ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    """A table's rows as the database takes them, in batches of at most ``BATCH``."""
    moments = [column.name for column in table.columns if isinstance(column.type, Moment)]
    with archive.open(_member(table.name)) as lines:
        while batch := list(islice(lines, BATCH)):
            rows = [json.loads(line) for line in batch]
            for row in rows:
                for name in moments:
                    row[name] = row[name] and datetime.fromisoformat(row[name])
            yield rows


def _write(connection: Connection, stream: IO[bytes], progress: Progress) -> Manifest:
    made_at = datetime.now(UTC)
    revision = revision_of(connection)
    tables = kept_tables()
    counts = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
    total, done = sum(counts), 0
    parts: dict[str, TablePart] = {}
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for table in tables:
            digest, rows = hashlib.sha256(), 0
            with archive.open(_member(table.name), "w", force_zip64=True) as member:
                for lines in _lines(connection, table):
                    text = b"".join(lines)
                    digest.update(text)
                    member.write(text)
                    rows += len(lines)
                    progress(done + rows, total)
            done += rows
            parts[table.name] = TablePart(rows=rows, sha256=digest.hexdigest())
        manifest = Manifest(format=FORMAT, revision=revision, made_at=made_at, tables=parts)
        archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))
    return manifest


def _lines(connection: Connection, table: Table) -> Iterator[list[bytes]]:
    found = connection.execute(select(table), execution_options={"yield_per": BATCH})
    for batch in found.mappings().partitions():
        yield [json.dumps(dict(row), default=_plain).encode() + b"\n" for row in batch]


def _plain(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _part(archive: ZipFile, name: str) -> TablePart:
    digest, rows = hashlib.sha256(), 0
    with archive.open(_member(name)) as lines:
        for line in lines:
            digest.update(line)
            rows += 1
    return TablePart(rows=rows, sha256=digest.hexdigest())


def _member(table: str) -> str:
    return f"{table}.jsonl"


@contextmanager
def _new_file(file: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when the block has ended well, with mode 0600; else it is gone."""
    _sweep(file)
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=_PART, dir=file.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(descriptor)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _sweep(file: Path) -> None:
    """Remove what a backup that was killed has left; one under way has been written to just now."""
    for part in file.parent.glob(f".{glob.escape(file.name)}.*{_PART}"):
        if part.stat().st_mtime < time.time() - LEFT_BEHIND_SECONDS:
            part.unlink(missing_ok=True)
