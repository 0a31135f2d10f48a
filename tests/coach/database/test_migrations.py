"""The tables on both databases: made, taken back, equal to the classes, and never a newer one's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from pytest_alembic import MigrationContext, create_alembic_fixture, tests
from pytest_alembic.config import Config
from sqlalchemy import Engine, MetaData, insert, inspect, text

from coach.database import Database, migrate, open_database
from coach.database.migrating import MIGRATIONS, migration_config
from coach.errors import DatabaseUnusable
from coach.planning import Preferences
from coach.plans import Plans

alembic_runner = create_alembic_fixture(Config({"script_location": str(MIGRATIONS)}))


@pytest.fixture
def alembic_engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(database_url, tmp_path)
    yield opened.engine
    opened.close()


def test_there_is_one_line_of_migrations(alembic_runner: MigrationContext) -> None:
    tests.test_single_head_revision(alembic_runner)


def test_they_go_up_from_nothing(alembic_runner: MigrationContext) -> None:
    tests.test_upgrade(alembic_runner)


def test_the_tables_are_those_of_the_classes(alembic_runner: MigrationContext) -> None:
    tests.test_model_definitions_match_ddl(alembic_runner)


def test_they_go_up_and_down_again(alembic_runner: MigrationContext) -> None:
    tests.test_up_down_consistency(alembic_runner)


def test_going_back_leaves_no_table(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(migration_config(connection), "base")

    assert inspect(database.engine).get_table_names() == ["alembic_version"]


def test_rows_outlive_each_step_up_and_down(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, tmp_path)
    with database.altering() as connection:
        command.upgrade(migration_config(connection), "0001")
    fill_first(database)
    was = rows(database)
    assert set(was) == {"accounts", "conversations", "turns", "feedback"}

    migrate(database)
    assert rows(database) == was
    Plans(database).save("ana", "a-to-b", Preferences(hours_a_week=6, start=date(2027, 1, 4)), None)
    assert set(rows(database)) == {*was, "plans"}

    with database.altering() as connection:
        command.downgrade(migration_config(connection), "0001")
    assert rows(database) == was
    migrate(database)
    assert rows(database) == was
    database.close()


HEAD = max(path.stem[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
NEXT = f"""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{HEAD}"

def upgrade():
    with op.batch_alter_table("conversations") as table:
        table.alter_column("title", type_=sa.String(300), existing_nullable=False)
"""
LOSING = f"""
from alembic import op

revision, down_revision = "next", "{HEAD}"

def upgrade():
    op.execute("DELETE FROM conversations")
"""


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a migration after the last one can be written."""
    copied = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    monkeypatch.setattr("coach.database.migrating.MIGRATIONS", copied)
    return copied / "versions" / "next.py"


def test_a_column_that_is_altered_costs_no_row_of_any_table(
    database: Database, next_migration: Path
) -> None:
    fill_first(database)
    was = rows(database)
    next_migration.write_text(NEXT)

    migrate(database)

    assert rows(database) == was
    columns = {
        one["name"]: one["type"] for one in inspect(database.engine).get_columns("conversations")
    }
    assert str(columns["title"]) == "VARCHAR(300)"
    # And what belongs to a conversation goes with it again.
    with database.writing() as session:
        session.execute(text("DELETE FROM conversations"))
    assert set(rows(database)) == {"accounts"}


def test_a_migration_that_leaves_rows_without_what_they_belong_to_is_taken_back(
    tmp_path: Path, next_migration: Path
) -> None:
    database = open_database(None, tmp_path / "data")
    with database.altering() as connection:
        command.upgrade(migration_config(connection), HEAD)
    fill_first(database)
    was = rows(database)
    next_migration.write_text(LOSING)

    with pytest.raises(DatabaseUnusable, match="belongs to nothing"):
        migrate(database)

    assert rows(database) == was
    database.close()


def fill_first(database: Database) -> None:
    """Put rows that belong to one another into tables of the first migration."""
    at = datetime(2026, 1, 2, tzinfo=UTC)
    when = {"created_at": at, "updated_at": at}
    turn = {
        "id": "t", "conversation_id": "c", "position": 0, "asked_at": at, "finished_at": at,
        "question": "Q?", "resolved_question": "Q?", "state": "done", "answer": "A.",
        "refused": False, "mode": "quoting", "dropped": 0, "tokens": 0, "record": {},
    }  # fmt: skip
    tables = MetaData()
    tables.reflect(database.engine)
    with database.writing() as session:
        for name, row in (
            ("accounts", {"id": "ana", "name": "ana", "role": "user", "created_at": at}),
            ("conversations", {"id": "c", "owner": "o", "source": "chat", "title": "T", **when}),
            ("turns", turn),
            ("feedback", {"turn_id": "t", "verdict": "up", "reasons": [], "comment": "", **when}),
        ):
            session.execute(insert(tables.tables[name]).values(row))


def rows(database: Database) -> dict[str, list[tuple[str, ...]]]:
    """All rows there are, by table."""
    found = {}
    with database.engine.connect() as connection:
        for name in set(inspect(connection).get_table_names()) - {"alembic_version"}:
            held = connection.execute(text(f"SELECT * FROM {name}"))
            found[name] = [tuple(map(str, row)) for row in held]
    return {name: held for name, held in found.items() if held}


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        session.execute(
            text("INSERT INTO audit (at, account_id, action) VALUES ('2026-01-02', 'a', 'read')")
        )

    migrate(database)

    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM audit")).scalar() == 1


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseUnusable, match="newer version"):
        migrate(database)


def test_two_processes_that_start_at_once_both_find_the_tables(
    database_url: str, tmp_path: Path
) -> None:
    program = (
        "from pathlib import Path; from coach.database import migrate, open_database;"
        f"migrate(open_database({database_url!r}, Path({str(tmp_path)!r})))"
    )
    started = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(3)]

    assert [process.wait(60) for process in started] == [0] * 3
