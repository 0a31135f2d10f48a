"""What is deleted is gone from the files' bytes, not from the tables alone."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import TimeoutError as NoConnection

from coach.database import Database, migrate, open_database
from coach.database.engine import FILE
from coach.privacy import Privacy
from coach.transcripts import Entry, Transcripts, Verdict
from tests.coach.transcripts.made import ANSWER, ASKED, OWNER, entry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def kept(folder: Path) -> Iterator[Database]:
    opened = open_database(None, folder)
    migrate(opened)
    yield opened
    opened.close()


def occurring(folder: Path, words: list[str]) -> list[str]:
    """The words that stand in any file of the database: the file, its log, its shared memory."""
    files = sorted(folder.iterdir())
    assert {path.suffix for path in files} >= {".sqlite", ".sqlite-wal", ".sqlite-shm"}
    held = b"".join(path.read_bytes() for path in files)
    return [word for word in words if word.encode() in held]


def record(transcripts: Transcripts, number: int, **fields: str) -> tuple[Entry, list[str]]:
    """A turn with a word of its own in each place where a person's text is kept."""
    words = [f"{place}{number:05d}" for place in ("question", "answer", "title", "comment")]
    question, answer, title, comment = words
    filler = "and on " * random.Random(number).randrange(400)
    made = ANSWER.model_copy(update={"text": f"{answer} {filler}", "resolved_question": question})
    asked = entry(f"{question} {filler}"[:600], answer=made, **fields)
    transcripts.record(asked)
    transcripts.rename(OWNER, asked.conversation_id, title)
    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN, (), f"{comment} {filler}"[:300])
    return asked, words


def test_no_byte_of_a_deleted_conversation_is_left(kept: Database, folder: Path) -> None:
    transcripts = Transcripts(kept)
    asked, words = record(transcripts, 1)
    _, others = record(transcripts, 2)
    assert occurring(folder, words) == words

    transcripts.delete(OWNER, asked.conversation_id)

    assert occurring(folder, words) == []
    assert occurring(folder, others) == others


def test_nor_among_many_of_all_sizes_deleted_in_any_order(kept: Database, folder: Path) -> None:
    transcripts = Transcripts(kept)
    recorded = [record(transcripts, number) for number in range(60)]
    random.Random(7).shuffle(recorded)
    gone, staying = recorded[:30], recorded[30:]

    for asked, _ in gone:
        transcripts.delete(OWNER, asked.conversation_id)

    assert occurring(folder, [word for _, words in gone for word in words]) == []
    left = [word for _, words in staying for word in words]
    assert occurring(folder, left) == left


def test_nor_of_a_comment_and_a_title_that_were_changed_before(
    kept: Database, folder: Path
) -> None:
    transcripts = Transcripts(kept)
    asked, words = record(transcripts, 1)
    transcripts.rename(OWNER, asked.conversation_id, "Another")
    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.UP, (), "fine")

    transcripts.delete(OWNER, asked.conversation_id)

    assert occurring(folder, [*words, "Another", "fine"]) == []


def test_nor_in_a_large_file_after_the_daily_purge(
    kept: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.database.engine.REWRITTEN_AT_ONCE", 0)
    transcripts = Transcripts(kept)
    recorded = [record(transcripts, number) for number in range(10)]
    transcripts.delete(OWNER, recorded[0][0].conversation_id)
    size = (folder / FILE).stat().st_size

    transcripts.purge(ASKED)

    assert occurring(folder, recorded[0][1]) == []
    assert len(transcripts.conversations(OWNER)) == 9
    assert (folder / FILE).stat().st_size < size


def test_nor_after_deleting_all_or_a_purge(kept: Database, folder: Path) -> None:
    transcripts = Transcripts(kept)
    _, old = record(transcripts, 1)
    transcripts.purge(ASKED.replace(year=2027))
    assert occurring(folder, old) == []

    words = [word for number in range(2, 6) for word in record(transcripts, number)[1]]
    Privacy(kept).delete_all(OWNER)
    assert occurring(folder, words) == []


def test_a_reader_in_the_way_delays_it_to_the_next_deletion(
    kept: Database, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    transcripts = Transcripts(kept)
    asked, words = record(transcripts, 1)
    other, _ = record(transcripts, 2)
    with kept.engine.connect() as reader:
        reader.exec_driver_sql("SELECT * FROM turns").all()

        @event.listens_for(kept.engine, "connect")
        def be_impatient(connection: sqlite3.Connection, record: object) -> None:
            connection.execute("PRAGMA busy_timeout = 0")

        transcripts.delete(OWNER, asked.conversation_id)
    assert occurring(folder, words) == words
    assert "may still stand in the log" in caplog.text

    transcripts.delete(OWNER, other.conversation_id)

    assert occurring(folder, words) == []


def test_a_purge_rewrites_the_file_only_where_something_was_deleted_since(
    kept: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcripts = Transcripts(kept)
    asked, words = record(transcripts, 1)
    record(transcripts, 2)
    said: list[str] = []
    kept.engine.dispose()

    @event.listens_for(kept.engine, "connect")
    def listen(connection: sqlite3.Connection, record: object) -> None:
        connection.set_trace_callback(said.append)

    transcripts.purge(ASKED)
    assert "VACUUM" not in said
    monkeypatch.setattr("coach.database.engine.REWRITTEN_AT_ONCE", 0)
    transcripts.delete(OWNER, asked.conversation_id)
    assert "VACUUM" not in said

    transcripts.purge(ASKED)
    assert said.count("VACUUM") == 1
    assert occurring(folder, words) == []
    transcripts.purge(ASKED)
    assert said.count("VACUUM") == 1


def test_what_is_deleted_while_the_file_is_rewritten_counts_for_the_next_purge(
    kept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.database.engine.REWRITTEN_AT_ONCE", 0)
    transcripts = Transcripts(kept)
    recorded = [record(transcripts, number)[0] for number in range(2)]
    transcripts.delete(OWNER, recorded[0].conversation_id)
    waiting = [recorded[1]]
    kept.engine.dispose()

    @event.listens_for(kept.engine, "connect")
    def delete_behind_it(connection: sqlite3.Connection, record: object) -> None:
        def listen(statement: str) -> None:
            # The rewriting is done, and what was deleted is about to be counted as forgotten.
            if statement == "BEGIN IMMEDIATE" and waiting and "VACUUM" in said:
                other = open_database(str(kept.engine.url), Path())
                one = waiting.pop()
                Transcripts(other).delete(OWNER, one.conversation_id)
                other.close()
            said.append(statement)

        connection.set_trace_callback(listen)

    said: list[str] = []
    transcripts.purge(ASKED)

    assert not waiting
    with kept.reading() as session:
        assert session.scalar(text("PRAGMA user_version")) == 2
    transcripts.purge(ASKED)
    with kept.reading() as session:
        assert session.scalar(text("PRAGMA user_version")) == 0


def test_a_deletion_is_no_failure_where_the_files_cannot_be_tidied(
    kept: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    transcripts = Transcripts(kept)
    asked, _ = record(transcripts, 1)

    def busy() -> None:
        raise NoConnection("QueuePool limit of size 5 overflow 10 reached")

    with monkeypatch.context() as patch:
        patch.setattr(kept.engine, "raw_connection", busy)
        assert transcripts.delete(OWNER, asked.conversation_id)

    assert transcripts.conversations(OWNER) == []
    assert "may still stand" in caplog.text
