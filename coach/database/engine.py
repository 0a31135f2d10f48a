"""Opening the database: SQLite in the data folder, or PostgreSQL by its address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
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
        that was left where the row once stood. So the file is written anew, if it is not so large
        that everyone would wait, and the log is emptied. Where somebody is in the way for long,
        the next call does it. Does nothing on PostgreSQL.

        Args:
            however_long: write the file anew whatever its size: about a second for each 80 MB.
        """
        if not self.on_sqlite:
            return
        try:
            with closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(
                    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
                )
                ((size,),) = cursor.fetchall()
                if however_long or size <= REWRITTEN_AT_ONCE:
                    cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                ((busy, _, _),) = cursor.fetchall()
        except SqliteError as error:
            log.warning("What was deleted may still stand in the database's files: %s", error)
        else:
            if busy:
                log.warning("What was deleted may still stand in the log: somebody reads it.")

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


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
                connect_args={"connect_timeout": BUSY_SECONDS},
                hide_parameters=True,
            )
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseUnusable(
            "This is not the address of a database.",
            where="COACH_DATABASE_URL",
            remedy="Give an address such as postgresql://user@host/name, or unset it.",
        ) from error


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)

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
