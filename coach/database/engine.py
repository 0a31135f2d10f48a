"""Opening the database: SQLite in the data folder, or PostgreSQL by its address."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from typing import cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from coach.errors import DatabaseUnusable

FILE = "conversations.sqlite"
BUSY_SECONDS = 10
# Bytes of an SQLite file that can be written anew while people wait: some two seconds.
REWRITTEN_AT_ONCE = 150_000_000

_WRITING = "writing"

log = logging.getLogger(__name__)


class Database:
    """One engine and its sessions. All methods block: call them in a thread from async code.

    Args:
        engine: of SQLite or PostgreSQL.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._readers = sessionmaker(engine, expire_on_commit=False)
        writing = engine.execution_options(**{_WRITING: True})
        self._writers = sessionmaker(writing, expire_on_commit=False)

    @property
    def on_sqlite(self) -> bool:
        """Whether this is SQLite, and not PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing.

        Raises:
            DatabaseUnusable: the database cannot be reached or read.
        """
        with _told(self.engine), self._readers() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: all of it is kept, or nothing where an error leaves it.

        On SQLite the transaction has the write lock from its start, so that what it read still
        holds when it writes.

        Raises:
            DatabaseUnusable: the database cannot be reached or written.
        """
        with _told(self.engine), self._writers.begin() as session:
            yield session

    @contextmanager
    def deleting(self) -> Iterator[Session]:
        """A session as ``writing`` gives it, to delete in; see ``forget_deleted`` for what follows.

        That there is something to forget is noted in the same transaction, so that it is done by
        the next call where this one ends in the middle.

        Raises:
            DatabaseUnusable: the database cannot be reached or written.
        """
        changed = False
        with self.writing() as session:
            before = self._changes(session)
            yield session
            session.flush()
            changed = self._changes(session) != before
            if changed and self.on_sqlite:
                left = session.scalar(text("PRAGMA user_version")) or 0
                session.execute(text(f"PRAGMA user_version = {left + 1}"))
        if changed:
            self.forget_deleted()

    @contextmanager
    def altering(self) -> Iterator[Connection]:
        """A connection in one transaction that may put a table in place of another.

        That is how SQLite alters one. It deletes nothing that points to the old one, as it would
        otherwise: what points to nothing afterwards has to be looked for.

        Raises:
            DatabaseUnusable: the database cannot be reached or written.
        """
        with _told(self.engine), self.engine.connect() as connection:
            writing = connection.execution_options(**{_WRITING: True})
            with self._keys_unwatched(writing), writing.begin():
                self.allow_long(writing)
                yield writing

    def allow_long(self, session: Session | Connection) -> None:
        """Let each statement of a transaction take as long as it needs: ``BUSY_SECONDS`` else."""
        if not self.on_sqlite:
            session.execute(text("SET LOCAL statement_timeout = 0"))

    def ping(self) -> None:
        """Reach the database.

        Raises:
            DatabaseUnusable: it cannot be reached.
        """
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def forget_deleted(self, *, however_long: bool = False) -> None:
        """Leave no byte of what was deleted in the files of an SQLite database.

        What is deleted is overwritten at once, but the log still has it, and now and then a copy
        that was left where the row once stood. So the file is written anew, if anything was deleted
        since it last was and it is not so large that everyone would wait, and the log is emptied.
        Where somebody is in the way for long, the next call does it. Does nothing on PostgreSQL.

        Args:
            however_long: write the file anew whatever its size: about a second for each 80 MB.
        """
        if not self.on_sqlite:
            return
        try:
            with closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(
                    "SELECT page_count * page_size, user_version "
                    "FROM pragma_page_count(), pragma_page_size(), pragma_user_version()"
                )
                ((size, deletions),) = cursor.fetchall()
                if deletions and (however_long or size <= REWRITTEN_AT_ONCE):
                    cursor.execute("VACUUM")
                    _note_rewritten(cursor, deletions)
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                ((busy, _, _),) = cursor.fetchall()
        except (SqliteError, SQLAlchemyError) as error:
            # The deletion itself is done: nobody is to be told that it failed.
            log.warning("What was deleted may still stand in the database's files: %s", error)
        else:
            if busy:
                log.warning("What was deleted may still stand in the log: somebody reads it.")

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _changes(self, session: Session) -> int:
        """How many rows a session's connection has changed so far; only differences mean much."""
        if not self.on_sqlite:
            return 0
        return _driver(session.connection()).total_changes

    @contextmanager
    def _keys_unwatched(self, connection: Connection) -> Iterator[None]:
        """Keep SQLite from following foreign keys; it can be told so outside transactions alone."""
        if not self.on_sqlite:
            yield
            return
        driver = _driver(connection)
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def open_database(url: str | None, data: Path) -> Database:
    """Open the database at ``url``, by default an SQLite file in the folder ``data``.

    Nothing is created or migrated: see ``coach.database.migrate``.

    Raises:
        DatabaseUnusable: the address is none, or of a kind that is not served here.
    """
    address = f"sqlite:///{data / FILE}" if url is None else url
    try:
        parsed = make_url(address)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise DatabaseUnusable(
                "Only SQLite and PostgreSQL are served.",
                where=parsed.render_as_string(hide_password=True),
                remedy="Give an address such as postgresql://user@host/name.",
            )
        if parsed.get_backend_name() == "sqlite":
            data.mkdir(parents=True, exist_ok=True)
            return Database(_sqlite(parsed))
        return Database(
            create_engine(
                parsed,
                pool_pre_ping=True,
                pool_size=10,
                max_overflow=20,
                pool_timeout=BUSY_SECONDS,
                connect_args=_patience(parsed),
                hide_parameters=True,
            )
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseUnusable(
            "This is not the address of a database.",
            where="COACH_DATABASE_URL",
            remedy="Give an address such as postgresql://user@host/name, or unset it.",
        ) from error


def _patience(url: URL) -> dict[str, str | int]:
    """How long PostgreSQL is waited for, where its address does not say: see libpq's parameters."""
    milliseconds = BUSY_SECONDS * 1000
    ours: dict[str, str | int] = {
        "connect_timeout": BUSY_SECONDS,
        "tcp_user_timeout": milliseconds,
        # A server that has vanished answers none of these.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "options": f"-c statement_timeout={milliseconds}",
    }
    return {name: value for name, value in ours.items() if name not in url.query}


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def make_private(dialect: object, record: object, where: list[str], given: object) -> None:
        # SQLite would let everyone read it. Its log gets the rights of the file. One that is there
        # is never opened: to close it would take every lock that this process holds on it.
        if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
            with suppress(OSError):  # it is there, or SQLite tells it better
                os.close(os.open(where[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def prepare(connection: SqliteConnection, record: object) -> None:
        # The driver would begin a transaction too late, at the first write: see below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        # SQLite's own knows the letters of ASCII alone: a search would miss MÜLLER.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _driver(connection: Connection) -> SqliteConnection:
    """What SQLAlchemy's connection to SQLite stands on."""
    return cast(SqliteConnection, connection.connection.dbapi_connection)


def _note_rewritten(cursor: DBAPICursor, deletions: int) -> None:
    """Note that nothing is left to forget, unless something was deleted since that was counted."""
    cursor.execute("BEGIN IMMEDIATE")
    try:
        cursor.execute("PRAGMA user_version")
        ((now,),) = cursor.fetchall()
        if now == deletions:
            cursor.execute("PRAGMA user_version = 0")
    finally:
        cursor.execute("COMMIT")


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """Tell of a failing database in our own words."""
    try:
        yield
    except SQLAlchemyError as error:
        where = engine.url.render_as_string(hide_password=True)
        cause = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
        raise DatabaseUnusable(
            f"The database cannot be used: {cause or 'no reason given'}.",
            where=where,
            remedy="See that it runs and can be written, then try again.",
        ) from error
