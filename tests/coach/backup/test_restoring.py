"""Backups of either database, restored into either: the same, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from coach.accounts import Accounts, Role
from coach.backup import restore_backup, write_backup
from coach.backup.restoring import Restored
from coach.database import Database, migrate, open_database
from coach.database.tables import AuditRow, Base, SessionRow
from coach.errors import BackupError, DatabaseUnusable
from coach.plans import Plans
from coach.privacy import Privacy
from coach.transcripts import Transcripts
from tests.coach.backup.filled import NOW, PASSWORD, everything, fill, untold
from tests.coach.transcripts.made import OWNER, entry
from tests.postgres_server import PostgresServer

KEEP_DAYS = 365


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "coach.zip"


@pytest.fixture(params=["sqlite", "postgresql"])
def target(
    request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path
) -> Iterator[Database]:
    """Another database, empty: each test that takes both runs over each pair of kinds."""
    url = None if request.param == "sqlite" else postgres.new_database()
    opened = open_database(url, tmp_path / "target")
    migrate(opened)
    yield opened
    opened.close()


def back_up(database: Database, file: Path) -> None:
    write_backup(database, file, untold)


def restore(database: Database, file: Path, *, replace: bool = False) -> Restored:
    return restore_backup(database, file, untold, keep_days=KEEP_DAYS, replace=replace)


def test_backup_restored_elsewhere_is_the_same(
    database: Database, target: Database, file: Path
) -> None:
    fill(database)
    seen: list[tuple[int, int]] = []
    made = write_backup(database, file, lambda done, total: seen.append((done, total)))

    done = restore_backup(target, file, untold, keep_days=KEEP_DAYS)

    was = everything(database)
    assert everything(target) == was
    assert all(was.values()), "Something stands in every table."
    assert (done.conversations, done.turns, done.accounts) == (2, 2, 2)
    assert (done.deleted_again, done.purged) == (0, 0)
    assert seen[-1] == (made.rows, made.rows)
    # It can be gone on with: new rows find new numbers, and people sign in anew.
    with target.reading() as session:
        assert session.scalars(select(SessionRow)).all() == []
    assert Accounts(target).sign_in("ana", PASSWORD) is not None
    with target.writing() as session:
        session.add(AuditRow(at=NOW, account_id="a", action="read"))


def test_more_rows_than_a_batch_come_through(
    database: Database, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.backup.archive.BATCH", 2)
    fill(database, turns=8)
    back_up(database, file)
    other = open_database(None, tmp_path / "other")
    migrate(other)
    told: list[int] = []

    restore_backup(other, file, lambda done, _: told.append(done), keep_days=KEEP_DAYS)

    assert everything(other) == everything(database)
    assert len(told) > 10
    assert told == sorted(told)
    other.close()


def test_database_that_is_not_empty_is_left_alone_unless_it_is_to_be_replaced(
    database: Database, file: Path
) -> None:
    fill(database)
    back_up(database, file)
    was = everything(database)
    added = entry("Newer?", asked_at=NOW)
    Transcripts(database).record(added)
    now = everything(database)

    with pytest.raises(BackupError, match="not empty"):
        restore(database, file)
    assert everything(database) == now

    restore(database, file, replace=True)
    assert everything(database) == was


def test_what_was_deleted_since_is_deleted_again(database: Database, file: Path) -> None:
    ana, asked = fill(database, turns=5)
    back_up(database, file)
    bob = Accounts(database).find("bob")
    assert bob is not None
    Transcripts(database).delete(f"account:{ana.id}", asked[0].conversation_id)
    Privacy(database).delete_all(f"account:{bob.id}", with_account=True)
    now = everything(database)

    done = restore(database, file, replace=True)

    assert everything(database) == now
    # A conversation, Bob and his plan.
    assert (done.deleted_again, done.conversations, done.accounts) == (3, 3, 1)
    # And a turn that was under way brings none of it back.
    Transcripts(database).record(asked[0])
    assert everything(database) == now


def test_who_was_shut_out_since_stays_out_and_ended_links_stay_ended(
    database: Database, file: Path
) -> None:
    accounts, transcripts = Accounts(database), Transcripts(database)
    ana, asked = fill(database, turns=5)
    owner = f"account:{ana.id}"
    ended, going = (transcripts.share(owner, one.conversation_id) for one in asked[:2])
    accounts.add("carl", Role.ADMIN, PASSWORD)
    plans = Plans(database)
    ended_plan = plans.share(ana.id, "a-to-b")
    back_up(database, file)
    plans.revoke(ana.id, "a-to-b")
    transcripts.revoke(owner, asked[0].conversation_id)
    accounts.disable("ana")
    accounts.set_role("carl", Role.USER)
    accounts.set_password("carl", "another good password")
    with database.writing() as session:
        read = AuditRow(at=datetime.now(UTC), account_id="c", action="read", conversation_id="x")
        session.add(read)

    restore(database, file, replace=True)

    assert ended is not None
    assert going is not None
    assert ended_plan is not None
    assert plans.shared(ended_plan, ana.id) is None
    assert transcripts.shared(ended) is None
    assert transcripts.shared(going) is not None
    assert accounts.sign_in("ana", PASSWORD) is None
    assert accounts.sign_in("carl", PASSWORD) is None
    assert accounts.sign_in("carl", "another good password") is not None
    assert accounts.find("carl").role is Role.USER  # type: ignore[union-attr]
    with database.reading() as session:
        assert session.scalars(select(AuditRow.conversation_id).order_by(AuditRow.id)).all() == [
            None,
            "x",
        ]


def test_what_was_noted_while_the_backup_was_made_stays_in_the_audit_once(
    database: Database, file: Path
) -> None:
    ana, asked = fill(database, turns=5)
    transcripts = Transcripts(database)
    transcripts.inspect(asked[0].conversation_id, "before")
    read: list[int] = []

    def inspect_meanwhile(done: int, total: int) -> None:
        if not read:
            read.append(done)
            transcripts.inspect(asked[0].conversation_id, "meanwhile")

    write_backup(database, file, inspect_meanwhile)
    transcripts.inspect(asked[0].conversation_id, "since")
    for _ in range(2):
        restore(database, file, replace=True)

    with database.reading() as session:
        noted = session.scalars(select(AuditRow.account_id)).all()
    assert sorted(noted) == sorted([ana.id, "before", "meanwhile", "since"])


def test_accounts_made_since_the_backup_stay(database: Database, file: Path) -> None:
    fill(database)
    accounts = Accounts(database)
    old = accounts.add("dora", Role.ADMIN, PASSWORD)
    back_up(database, file)
    Privacy(database).delete_all(f"account:{old.id}", with_account=True)
    # Another of the same name, and one of a provider.
    dora = accounts.add("dora", Role.USER, "another good password")
    eve = accounts.provider_account("https://provider.example", "8", "Eve")

    done = restore(database, file, replace=True)

    assert (accounts.find("dora"), accounts.find("eve")) == (dora, eve)
    assert accounts.sign_in("dora", PASSWORD) is None
    assert accounts.sign_in("dora", "another good password") is not None
    assert done.accounts == 4


def test_account_whose_name_another_has_in_the_backup_gives_way(
    database: Database, target: Database, file: Path
) -> None:
    ana, _ = fill(database)
    back_up(database, file)
    other = Accounts(target).add("ana", Role.ADMIN, PASSWORD)

    restore(target, file, replace=True)

    assert other.id != ana.id
    assert Accounts(target).find("ana") == ana


def test_conversation_that_was_purged_since_does_not_come_back(
    database: Database, file: Path
) -> None:
    ana, asked = fill(database, turns=5)
    back_up(database, file)
    Privacy(database).purge(NOW - timedelta(hours=2, minutes=30))
    left = [one.id for one in Transcripts(database).conversations(f"account:{ana.id}")]
    assert 0 < len(left) < len(asked)

    restore(database, file, replace=True)

    assert [one.id for one in Transcripts(database).conversations(f"account:{ana.id}")] == left


def test_what_is_too_old_is_not_kept_even_for_a_moment_longer(
    database: Database, file: Path, target: Database
) -> None:
    for days in (1, KEEP_DAYS + 1, 2 * KEEP_DAYS):
        Transcripts(database).record(entry(asked_at=NOW - timedelta(days=days)))
    back_up(database, file)

    done = restore(target, file)

    assert (done.purged, done.conversations) == (2, 1)
    assert len(Transcripts(target).conversations(OWNER)) == 1


def test_damaged_backup_changes_nothing(database: Database, file: Path) -> None:
    fill(database)
    back_up(database, file)
    was = everything(database)
    whole = file.read_bytes()
    middle = len(whole) // 2
    for damage in (
        b"",
        b"something else",
        whole[:-1],
        whole[:middle],
        whole[middle:],
        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
    ):
        file.write_bytes(damage)
        with pytest.raises(BackupError, match="damaged"):
            restore(database, file, replace=True)
    assert everything(database) == was


@pytest.mark.parametrize("rows", [1, 5])
def test_restore_that_is_killed_leaves_what_was_there(
    database: Database, database_url: str, file: Path, tmp_path: Path, rows: int
) -> None:
    fill(database, turns=8)
    back_up(database, file)
    Transcripts(database).record(entry("Newer?", asked_at=NOW))
    was = everything(database)
    program = f"""
import os, signal
from pathlib import Path
from coach.backup import archive, restore_backup
from coach.database import open_database
archive.BATCH = 1
def die(done, total):
    if done == {rows}:
        os.kill(os.getpid(), signal.SIGKILL)
database = open_database({database_url!r}, Path({str(tmp_path)!r}))
restore_backup(database, Path({str(file)!r}), die, keep_days=365, replace=True)
"""
    killed = subprocess.run([sys.executable, "-c", program], check=False)

    assert killed.returncode == -9
    assert everything(database) == was
    restore(database, file, replace=True)
    assert len(everything(database)["turns"]) == 7


def test_full_disk_leaves_what_was_there(tmp_path: Path, file: Path) -> None:
    source = open_database(None, tmp_path / "source")
    migrate(source)
    fill(source, turns=40)
    back_up(source, file)
    small = open_database(None, tmp_path / "small")
    migrate(small)
    Transcripts(small).record(entry("Mine?"))
    was = everything(small)
    small.engine.dispose()

    @event.listens_for(small.engine, "connect")
    def fill_the_disk(connection: object, record: object) -> None:
        connection.execute("PRAGMA max_page_count = 60")  # type: ignore[attr-defined]

    with pytest.raises(DatabaseUnusable, match="full"):
        restore(small, file, replace=True)

    assert everything(small) == was
    source.close()
    small.close()


def test_database_that_can_only_be_read_is_told(
    database: Database, file: Path, tmp_path: Path
) -> None:
    fill(database)
    back_up(database, file)
    was = everything(database)

    @event.listens_for(database.engine, "connect")
    def lock(connection: object, record: object) -> None:
        statement = (
            "PRAGMA query_only = ON"
            if database.on_sqlite
            else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
        )
        connection.execute(statement)  # type: ignore[attr-defined]
        if not database.on_sqlite:
            connection.commit()  # type: ignore[attr-defined]

    database.engine.dispose()
    with pytest.raises(DatabaseUnusable, match=r"read-?only"):
        restore(database, file, replace=True)
    assert everything(database) == was


def test_somebody_in_the_way_for_long_ends_the_restore(
    postgres: PostgresServer, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.backup.restoring.LOCK_SECONDS", 1)
    database = open_database(postgres.new_database(), tmp_path)
    migrate(database)
    fill(database)
    back_up(database, file)
    with database.reading() as session:
        session.execute(text("SELECT * FROM turns"))
        with pytest.raises(DatabaseUnusable, match="lock timeout"):
            restore(database, file, replace=True)
    database.close()


def test_backup_with_another_versions_tables_is_refused(database: Database, file: Path) -> None:
    change = "UPDATE alembic_version SET version_num ="
    with database.writing() as session:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text(f"{change} '9999'"))
    back_up(database, file)
    with database.writing() as session:
        session.execute(text(f"{change} '{revision}'"))

    with pytest.raises(BackupError, match="Another version"):
        restore(database, file)


def test_every_table_is_in_a_backup_but_who_is_signed_in(database: Database, file: Path) -> None:
    back_up(database, file)

    assert set(everything(database)) == set(Base.metadata.tables) - {"sessions"}


def test_replaced_rows_leave_no_byte_in_an_sqlite_file(tmp_path: Path, file: Path) -> None:
    database = open_database(None, tmp_path / "data")
    migrate(database)
    back_up(database, file)
    Transcripts(database).record(entry("Secretword?", asked_at=NOW))

    restore(database, file, replace=True)

    held = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"Secretword" not in held
    database.close()
