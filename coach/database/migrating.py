"""Bringing the database's tables to this version's, by Alembic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text

from coach.database.engine import Database
from coach.database.tables import AccountRow, ConversationRow
from coach.errors import DatabaseUnusable

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that nothing else locks by: two processes that start at once migrate one by one.
_LOCK = 7_203_511


@dataclass(frozen=True)
class Standing:
    """How many rows a database holds, and whether its tables are those of this version."""

    current: bool
    conversations: int
    accounts: int


def migrate(database: Database) -> None:
    """Create the tables or bring them up to date.

    Raises:
        DatabaseUnusable: it cannot be reached, a newer version of the coach has changed it, or
            rows would have lost what they belong to; nothing is changed then.
    """
    with database.altering() as connection:
        if not database.on_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        found, head = _revisions(database, connection)
        if found != head:
            command.upgrade(migration_config(connection), "head")
            _check_keys(database, connection)


def standing(database: Database) -> Standing | None:
    """What a database holds, without changing it; None where it has no tables of ours.

    Raises:
        DatabaseUnusable: it cannot be reached, or a newer version of the coach has changed it.
    """
    with database.reading() as session:
        found, head = _revisions(database, session.connection())
        if found is None:
            return None
        return Standing(
            current=found == head,
            conversations=session.scalar(select(func.count()).select_from(ConversationRow)) or 0,
            accounts=session.scalar(select(func.count()).select_from(AccountRow)) or 0,
        )


def _revisions(database: Database, connection: Connection) -> tuple[str | None, str | None]:
    """The version of the tables that are there, and of those this version wants.

    Raises:
        DatabaseUnusable: a newer version of the coach has changed it.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    known = ScriptDirectory.from_config(migration_config(connection))
    if found is not None and found not in {one.revision for one in known.walk_revisions()}:
        raise DatabaseUnusable(
            "A newer version of Pathway Coach has changed this database.",
            where=database.engine.url.render_as_string(hide_password=True),
            remedy="Use that version, or another database.",
        )
    return found, known.get_current_head()


def _check_keys(database: Database, connection: Connection) -> None:
    """See that each row still has what it points to; PostgreSQL never leaves one without.

    Raises:
        DatabaseUnusable: one has not.
    """
    if database.on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseUnusable(
            "Its tables could not be brought up to date: something in it belongs to nothing.",
            where=database.engine.url.render_as_string(hide_password=True),
            remedy="Nothing was changed. Use the version before, and tell us.",
        )


def migration_config(connection: Connection) -> Config:
    """What Alembic needs to run our migrations over a connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
