"""The tables on both databases: made, taken back, equal to the classes, and never a newer one's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from pytest_alembic import MigrationContext, create_alembic_fixture, tests
from pytest_alembic.config import Config
from sqlalchemy import Engine, inspect, text

from coach.database import Database, migrate, open_database
from coach.database.migrating import MIGRATIONS, migration_config
from coach.errors import DatabaseUnusable

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
