"""Opening the database: who can read its file, and how long it is waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from coach.database import Database, migrate, open_database
from coach.errors import DatabaseUnusable
from coach.transcripts import Transcripts
from tests.coach.transcripts.made import OWNER, entry
from tests.postgres_server import PostgresServer


@pytest.fixture
def hasty(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """A database of PostgreSQL that is waited for a second."""
    monkeypatch.setattr("coach.database.engine.BUSY_SECONDS", 1)
    opened = open_database(postgres.new_database(), tmp_path)
    migrate(opened)
    yield opened
    opened.close()


def test_file_and_its_log_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        database = open_database(None, tmp_path / "data")
        migrate(database)
        Transcripts(database).record(entry())
        modes = {path.suffix: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
        database.close()
    finally:
        os.umask(before)

    assert modes == {".sqlite": 0o600, ".sqlite-wal": 0o600, ".sqlite-shm": 0o600}


def test_another_program_that_leaves_takes_nothing_from_the_one_that_stays(tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    migrate(database)
    with database.reading() as one, database.reading() as other:  # a connection each
        one.execute(text("SELECT 1"))
        other.execute(text("SELECT 1"))

    assert seen_from_outside(tmp_path) == 0
    Transcripts(database).record(entry())

    assert seen_from_outside(tmp_path) == 1, "the log was not taken for left behind"
    database.close()


def seen_from_outside(folder: Path) -> int:
    """The conversations that another program finds, which then leaves."""
    look = (
        "import sqlite3, sys; opened = sqlite3.connect(sys.argv[1]); "
        "print(*opened.execute('SELECT count(*) FROM conversations').fetchone()); opened.close()"
    )
    command = [sys.executable, "-c", look, folder / "conversations.sqlite"]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_file_that_is_there_keeps_the_rights_it_was_given(tmp_path: Path) -> None:
    file = tmp_path / "conversations.sqlite"
    file.touch()
    file.chmod(0o640)
    database = open_database(None, tmp_path)
    migrate(database)
    database.close()

    assert file.stat().st_mode & 0o777 == 0o640


def test_file_in_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'none' / 'kept.sqlite'}", tmp_path)

    with pytest.raises(DatabaseUnusable, match="unable to open"):
        database.ping()
    database.close()


def test_table_that_somebody_holds_is_waited_for_no_longer_than_set(hasty: Database) -> None:
    transcripts = Transcripts(hasty)
    with hasty.engine.begin() as holder:
        holder.execute(text("LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE"))

        with pytest.raises(DatabaseUnusable, match="statement timeout"):
            transcripts.record(entry())
        with pytest.raises(DatabaseUnusable, match="statement timeout"):
            transcripts.conversations(OWNER)

    transcripts.record(entry())
    assert len(transcripts.conversations(OWNER)) == 1


def test_long_work_takes_its_time_and_the_next_does_not(hasty: Database) -> None:
    with hasty.reading() as session:
        hasty.allow_long(session)
        session.execute(text("SELECT pg_sleep(1.5)"))

    with pytest.raises(DatabaseUnusable, match="statement timeout"), hasty.reading() as session:
        session.execute(text("SELECT pg_sleep(60)"))


def test_what_the_address_says_of_waiting_holds(postgres: PostgresServer, tmp_path: Path) -> None:
    address = f"{postgres.new_database()}?options=-c%20statement_timeout%3D77"
    database = open_database(address, tmp_path)

    with database.reading() as session:
        assert session.scalar(text("SHOW statement_timeout")) == "77ms"
    database.close()
