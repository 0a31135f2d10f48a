"""Bringing the database's tables to this version's, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from coach.database.engine import Database
from coach.errors import DatabaseUnusable

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that nothing else locks by: two processes that start at once migrate one by one.
_LOCK = 7_203_511


def migrate(database: Database) -> None:
    """Create the tables or bring them up to date.

    Raises:
        DatabaseUnusable: it cannot be reached, or a newer version of the coach has changed it.
    """
    with database.writing() as session:
        connection = session.connection()
        if not database.on_sqlite:
            session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        config = migration_config(connection)
        found = MigrationContext.configure(connection).get_current_revision()
        known = ScriptDirectory.from_config(config)
        if found == known.get_current_head():
            return
        if found is not None and found not in {one.revision for one in known.walk_revisions()}:
            raise DatabaseUnusable(
                "A newer version of Pathway Coach has changed this database.",
                where=database.engine.url.render_as_string(hide_password=True),
                remedy="Use that version, or another database.",
            )
        command.upgrade(config, "head")


def migration_config(connection: Connection) -> Config:
    """What Alembic needs to run our migrations over a connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
