"""All that is a person's: given, deleted with its bytes, not kept too long; on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from coach.accounts import Account, Accounts, Role
from coach.database import Database, migrate, open_database
from coach.database.tables import (
    AccountDeletionRow,
    AccountRow,
    AuditRow,
    Base,
    ConversationRow,
    DeletionRow,
    FeedbackRow,
    PendingCaseRow,
    ReviewItemRow,
    ReviewRow,
    SessionRow,
    TurnRow,
)
from coach.privacy import Privacy
from coach.transcripts import FeedbackReason, Transcripts, Verdict
from tests.coach.transcripts.made import OWNER, STRANGER, entry
from tests.postgres_server import PostgresServer

PASSWORD = "correct horse battery"
NOW = datetime.now(UTC)


@pytest.fixture
def privacy(database: Database) -> Privacy:
    return Privacy(database)


@pytest.fixture
def transcripts(database: Database) -> Transcripts:
    return Transcripts(database)


@pytest.fixture
def ana(database: Database) -> Account:
    return Accounts(database).add("ana@example.org", Role.COACH, PASSWORD)


def count(database: Database, rows: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(rows)) or 0


def review_by(database: Database, account: Account, turn_id: str) -> None:
    """As a coach does: a review, a held item, a case made of it, and a row of the audit."""
    with database.writing() as session:
        session.add(
            ReviewRow(
                turn_id=turn_id, account_id=account.id, correct=2, complete=1, grounded=2,
                helpful=1, tone=2, tags=["short"], notes="Could say more.", created_at=NOW,
            )
        )  # fmt: skip
        conversation = session.scalar(select(TurnRow.conversation_id).where(TurnRow.id == turn_id))
        session.add(
            AuditRow(at=NOW, account_id=account.id, action="read", conversation_id=conversation)
        )
        session.add(
            PendingCaseRow(
                id="case", turn_id=turn_id, state="pending", case={"question": "?"}, created_at=NOW
            )
        )


def test_export_has_everything_of_the_owner_and_nothing_of_others(
    database: Database, privacy: Privacy, transcripts: Transcripts, ana: Account
) -> None:
    owner = f"account:{ana.id}"
    mine, hers = entry("My question?", owner=owner), entry("Her question?", owner=STRANGER)
    for one in (mine, hers):
        transcripts.record(one)
    transcripts.give_feedback(owner, mine.turn_id, Verdict.DOWN, [FeedbackReason.WRONG], "My line")
    review_by(database, ana, hers.turn_id)
    with database.writing() as session:
        session.add(
            AuditRow(at=NOW, account_id="x", action="read", conversation_id=mine.conversation_id)
        )
    assert Accounts(database).sign_in("ana@example.org", PASSWORD) is not None

    text = privacy.export_all(owner)

    found = json.loads(text)
    assert found["account"]["name"] == "ana@example.org"
    assert found["account"]["role"] == "coach"
    assert len(found["sessions"]) == 1
    (conversation,) = found["conversations"]
    (turn,) = conversation["turns"]
    assert turn["question"] == "My question?"
    assert turn["answer"]["text"] == mine.answer.text  # type: ignore[union-attr]
    assert turn["feedback"]["comment"] == "My line"
    assert [one["conversation_id"] for one in found["readings"]] == [mine.conversation_id]
    assert [one["notes"] for one in found["reviews"]] == ["Could say more."]
    assert "Her question?" not in text
    assert "argon2" not in text
    with database.reading() as session:
        for secret in session.scalars(select(SessionRow.token_hash)):
            assert secret not in text


def test_export_of_a_visitor_has_no_account_and_of_nobody_nothing(
    privacy: Privacy, transcripts: Transcripts
) -> None:
    transcripts.record(entry())

    found, none = (json.loads(privacy.export_all(one)) for one in (OWNER, STRANGER))

    assert found["account"] is None
    assert len(found["conversations"]) == 1
    assert {name: value for name, value in none.items() if value} == {"made_at": none["made_at"]}


def test_deleting_all_leaves_others_and_the_account_alone(
    database: Database, privacy: Privacy, transcripts: Transcripts, ana: Account
) -> None:
    owner = f"account:{ana.id}"
    asked = [entry(owner=owner) for _ in range(3)]
    for one in (*asked, entry(owner=STRANGER)):
        transcripts.record(one)
        transcripts.give_feedback(owner, one.turn_id, Verdict.DOWN)
    review_by(database, ana, asked[0].turn_id)
    token = Accounts(database).sign_in("ana@example.org", PASSWORD)
    assert token is not None

    assert privacy.delete_all(owner) == 3
    assert privacy.delete_all(owner) == 0

    assert len(transcripts.conversations(STRANGER)) == 1
    left = {rows: count(database, rows) for rows in (ConversationRow, TurnRow)}
    assert set(left.values()) == {1}
    assert count(database, FeedbackRow) == count(database, ReviewItemRow) == 0
    assert count(database, DeletionRow) == 3
    assert Accounts(database).account_of(token) == ana
    # Made of it for the evals, and who read it: both without its words.
    assert count(database, PendingCaseRow) == count(database, AuditRow) == 1


def test_deleting_the_account_takes_sessions_and_reviews_with_it(
    database: Database, privacy: Privacy, transcripts: Transcripts, ana: Account
) -> None:
    accounts = Accounts(database)
    bob = accounts.add("bob", Role.USER, PASSWORD)
    token, other = (accounts.sign_in(name, PASSWORD) for name in ("ana@example.org", "bob"))
    assert token is not None
    assert other is not None
    hers = entry(owner=STRANGER)
    transcripts.record(hers)
    review_by(database, ana, hers.turn_id)

    privacy.delete_all(f"account:{ana.id}", with_account=True)
    privacy.delete_all(f"account:{ana.id}", with_account=True)

    assert accounts.account_of(token) is None
    assert accounts.account_of(other) == bob
    assert accounts.accounts() == [bob]
    assert count(database, ReviewRow) == 0
    assert count(database, TurnRow) == 1
    with database.reading() as session:
        assert session.scalars(select(AccountDeletionRow.account_id)).all() == [ana.id]


def test_visitor_who_asks_for_it_loses_no_account_of_others(
    database: Database, privacy: Privacy, ana: Account
) -> None:
    privacy.delete_all(OWNER, with_account=True)

    assert Accounts(database).accounts() == [ana]


def test_only_what_is_too_old_goes_and_sessions_that_are_over(
    database: Database, privacy: Privacy, transcripts: Transcripts, ana: Account
) -> None:
    for days in (29, 31, 400):
        transcripts.record(entry(asked_at=NOW - timedelta(days=days)))
    assert Accounts(database).sign_in("ana@example.org", PASSWORD) is not None
    with database.writing() as session:
        session.add(
            SessionRow(
                token_hash="old", account_id=ana.id, created_at=NOW, expires_at=NOW
            )
        )  # fmt: skip

    assert privacy.keep_to(30) == 2
    assert privacy.keep_to(30) == 0

    (kept,) = transcripts.conversations(OWNER)
    assert kept.updated_at > NOW - timedelta(days=30)
    with database.reading() as session:
        assert session.scalars(select(SessionRow.expires_at)).one() > NOW
    assert count(database, DeletionRow) == 2


def test_conversation_kept_while_its_account_was_deleted_goes_with_the_next_purge(
    database: Database, privacy: Privacy, transcripts: Transcripts, ana: Account
) -> None:
    privacy.delete_all(f"account:{ana.id}", with_account=True)
    bob = Accounts(database).add("bob", Role.USER)
    lost = entry(owner=f"account:{ana.id}", asked_at=NOW)
    for one in (lost, entry(owner=f"account:{bob.id}", asked_at=NOW), entry(asked_at=NOW)):
        transcripts.record(one)

    assert privacy.keep_to(30) == 1

    assert count(database, ConversationRow) == 2
    transcripts.record(lost)
    assert count(database, ConversationRow) == 2


def test_only_one_of_several_processes_purges_on_postgresql(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.new_database()
    one, other = (open_database(url, tmp_path) for _ in range(2))
    migrate(one)
    Transcripts(one).record(entry(asked_at=NOW - timedelta(days=31)))

    with Privacy(one)._alone() as alone:
        assert alone
        assert Privacy(other).keep_to(30) is None
    assert Privacy(other).keep_to(30) == 1
    assert Privacy(one).keep_to(30) == 0
    one.close()
    other.close()


def test_postgresql_has_room_to_write_over_what_was_purged(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    database = open_database(postgres.new_database(), tmp_path)
    migrate(database)
    for _ in range(20):
        Transcripts(database).record(entry(asked_at=NOW - timedelta(days=31)))

    assert Privacy(database).keep_to(30) == 20

    with database.reading() as session:
        assert session.scalar(text("SELECT pg_relation_size('turns')")) == 0
    database.close()


class TestBytes:
    """What is deleted stands in no file of an SQLite database."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "data"

    @pytest.fixture
    def kept(self, folder: Path) -> Iterator[Database]:
        opened = open_database(None, folder)
        migrate(opened)
        yield opened
        opened.close()

    def test_of_question_answer_title_comment_and_name(self, kept: Database, folder: Path) -> None:
        transcripts = Transcripts(kept)
        accounts = Accounts(kept)
        ana = accounts.add("ana-the-name@example.org", Role.USER, PASSWORD)
        accounts.sign_in(ana.name, PASSWORD)
        asked = entry("Questionword?", owner=f"account:{ana.id}")
        answer = asked.answer.model_copy(update={"text": "Answerword."})  # type: ignore[union-attr]
        asked = asked.model_copy(update={"answer": answer})
        for one in (entry("Strangerword?", owner=STRANGER), asked):
            transcripts.record(one)
        transcripts.rename(asked.owner, asked.conversation_id, "Titleword")
        transcripts.give_feedback(asked.owner, asked.turn_id, Verdict.DOWN, (), "Commentword")
        words = ["Questionword", "Answerword", "Titleword", "Commentword", ana.name]
        assert occurring(folder, words) == words

        Privacy(kept).delete_all(asked.owner, with_account=True)

        assert occurring(folder, words) == []
        assert occurring(folder, ["Strangerword"]) == ["Strangerword"]


def occurring(folder: Path, words: list[str]) -> list[str]:
    """The words that stand in the database's file, its log or its shared memory."""
    files = sorted(folder.iterdir())
    assert {path.suffix for path in files} >= {".sqlite", ".sqlite-wal", ".sqlite-shm"}
    held = b"".join(path.read_bytes() for path in files)
    return [word for word in words if word.encode() in held]


def test_nothing_of_people_is_logged(
    privacy: Privacy,
    transcripts: Transcripts,
    database: Database,
    ana: Account,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    owner = f"account:{ana.id}"
    transcripts.record(entry("Secretword?", owner=owner))

    privacy.export_all(owner)
    privacy.delete_all(owner, with_account=True)
    privacy.keep_to(1)

    assert count(database, AccountRow) == 0
    assert "Secretword" not in caplog.text
    assert ana.name not in caplog.text
