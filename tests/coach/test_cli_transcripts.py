"""``coach transcripts`` on both databases, and what ``coach chat`` and ``coach ask`` keep."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from coach.accounts import Accounts, Role
from coach.cli import app
from coach.database import Database
from coach.database.engine import FILE
from coach.database.tables import AuditRow, SessionRow
from coach.domain import Check, CheckStatus
from coach.privacy import Privacy
from coach.transcripts import (
    FeedbackReason,
    Transcript,
    Transcripts,
    TurnState,
    Verdict,
)
from tests.coach.asking import COMMAND, run_coach
from tests.coach.model_servers import ModelServer, stalling
from tests.coach.transcripts.made import ANSWER, ASKED, OWNER, entry

PHRASE = "How long from nurse to health informatics?"


@pytest.fixture
def kept(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Transcripts:
    """The conversations that the commands see."""
    monkeypatch.setenv("COACH_DATABASE_URL", database_url)
    return Transcripts(database)


def transcripts(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["transcripts", *map(str, arguments)])


def summaries(address: str) -> list[dict[str, object]]:
    """What ``list --json`` says."""
    done = run_coach("transcripts", "list", "--json", COACH_DATABASE_URL=address)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def test_list_shows_everyones_conversations_the_last_used_first(kept: Transcripts) -> None:
    assert "no conversations yet" in transcripts("list").stderr
    kept.record(old := entry("old"))
    kept.record(new := entry("new", owner="cli", asked_at=ASKED + timedelta(days=1)))

    said = transcripts("list")

    assert said.exit_code == 0, said.output
    first, second = said.stdout.splitlines()
    assert first.split() == [new.conversation_id, "2026-11-03", "09:30", "chat", "1", "new"]
    assert second.startswith(old.conversation_id)
    assert transcripts("list", "--limit", "1").stdout.splitlines() == [first]
    assert transcripts("list", "--search", "OLD").stdout.splitlines() == [second]
    assert "no such" in transcripts("list", "--search", "nothing of the kind").stderr
    (one, _) = json.loads(transcripts("list", "--json").stdout)
    assert (one["id"], one["title"], one["turns"]) == (new.conversation_id, "new", 1)


def test_show_tells_how_each_answer_came_about(kept: Transcripts, database: Database) -> None:
    dropped = Check(sentence="In 3 days.", status=CheckStatus.FAILED, reason="Not in the source.")
    kept.record(asked := entry(answer=ANSWER.model_copy(update={"checks": (dropped,)})))
    kept.give_feedback(OWNER, asked.turn_id, Verdict.DOWN, (FeedbackReason.WRONG,), "Too short.")
    kept.record(
        entry(
            "And pay?",
            conversation_id=asked.conversation_id,
            answer=None,
            state=TurnState.FAILED,
            problem="This took too long.",
        )
    )
    kept.ask_human(OWNER, asked.conversation_id)

    said = transcripts("show", asked.conversation_id)

    assert said.exit_code == 0, said.output
    for part in (
        "> How long does it take?",
        "read as: How long from baker to welder?",
        "It takes 6-9 months. [1]",
        "done, 2.0 s, coverage covered, openai:some, 321 tokens",
        "2.500  Baker to welder > Timeline  (knowledge/guide.md)",
        "not shown: In 3 days. Not in the source.",
        "feedback: thumbs down, wrong, Too short.",
        "problem: This took too long.",
        "A human was asked for on",
    ):
        assert part in said.stdout
    with database.reading() as session:
        (noted,) = session.scalars(select(AuditRow)).all()
    assert (noted.account_id, noted.action) == ("cli", "read")
    assert noted.conversation_id == asked.conversation_id


def test_export_prints_markdown_or_json(kept: Transcripts) -> None:
    kept.record(asked := entry())

    assert transcripts("export", asked.conversation_id).stdout.startswith("# How long does it")
    text = transcripts("export", asked.conversation_id, "--json").stdout
    assert Transcript.model_validate_json(text) == kept.load(OWNER, asked.conversation_id)


def test_a_conversation_is_deleted_by_its_id(kept: Transcripts, database: Database) -> None:
    kept.record(asked := entry())

    said = transcripts("delete", asked.conversation_id)

    deleted = f"Conversation {asked.conversation_id} deleted.\n"
    assert (said.exit_code, said.stderr) == (0, deleted)
    assert kept.load(OWNER, asked.conversation_id) is None
    with database.reading() as session:
        (noted,) = session.scalars(select(AuditRow)).all()
    assert (noted.account_id, noted.action) == ("cli", "deleted")


@pytest.mark.parametrize("command", ["show", "export", "delete"])
def test_an_unknown_conversation_is_told(
    kept: Transcripts, database: Database, command: str
) -> None:
    said = transcripts(command, "nowhere")

    assert said.exit_code == 1
    assert said.stderr == (
        "coach: There is no conversation nowhere. `coach transcripts list` shows those there are.\n"
    )
    with database.reading() as session:
        assert session.scalars(select(AuditRow)).all() == []


def test_purge_deletes_what_was_last_used_before_a_day(kept: Transcripts) -> None:
    kept.record(entry("old"))
    kept.record(entry("new", asked_at=ASKED + timedelta(days=1)))

    said = transcripts("purge", "--before", "2026-11-03")

    assert (said.exit_code, said.stderr) == (0, "1 conversation deleted.\n")
    assert [one.title for one in kept.everyones("cli")] == ["new"]


def test_purge_keeps_conversations_for_as_long_as_is_set(
    kept: Transcripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    kept.record(entry("old", asked_at=now - timedelta(days=31)))
    kept.record(entry("new", asked_at=now - timedelta(days=29)))
    assert transcripts("purge").stderr == "0 conversations deleted.\n"

    monkeypatch.setenv("COACH_KEEP_DAYS", "30")

    assert transcripts("purge").stderr == "1 conversation deleted.\n"
    assert [one.title for one in kept.everyones("cli")] == ["new"]


def test_purge_does_all_that_the_daily_one_does(kept: Transcripts, database: Database) -> None:
    now = datetime.now(UTC)
    ana = Accounts(database, session_hours=0).add("ana", Role.USER, "correct horse battery")
    Accounts(database, session_hours=0).start_session(ana)
    kept.record(entry("nobody's", owner="account:gone", asked_at=now))
    kept.record(entry("somebody's", owner=f"account:{ana.id}", asked_at=now))

    assert transcripts("purge", "--before", "2026-01-01").stderr == "1 conversation deleted.\n"

    assert [one.title for one in kept.everyones("cli")] == ["somebody's"]
    with database.reading() as session:
        assert session.scalars(select(SessionRow)).all() == []


def test_purge_while_another_process_does_it_is_told(kept: Transcripts, database: Database) -> None:
    with Privacy(database)._alone():
        said = transcripts("purge")

    if database.on_sqlite:
        assert said.exit_code == 0
    else:
        assert (said.exit_code, said.stderr) == (
            1,
            "coach: Another process does it just now. Try again in a minute.\n",
        )


def test_a_database_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("This is no database. " * 200)

    done = run_coach("transcripts", "list", "--data", tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith("coach: sqlite:///")
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_chat_keeps_its_conversation(data: Path, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / FILE}"
    said = f"{PHRASE}\nand how hard is it?\n{'x' * 3000}\n\n"

    done = run_coach("chat", "--data", data, given=said, COACH_DATABASE_URL=address)

    assert done.returncode == 0, done.stderr
    (summary,) = summaries(address)
    assert (summary["source"], summary["title"], summary["turns"]) == ("cli", PHRASE, 3)
    shown = run_coach("transcripts", "show", str(summary["id"]), COACH_DATABASE_URL=address)
    assert "problem: The question has 3000 characters" in shown.stdout
    assert "failed, " in shown.stdout


def test_a_chat_that_cannot_be_kept_answers_all_the_same(data: Path, tmp_path: Path) -> None:
    path = tmp_path / FILE
    address = f"sqlite:///{path}"
    assert run_coach("transcripts", "list", COACH_DATABASE_URL=address).returncode == 0
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE turns")

    done = run_coach("chat", "--data", data, given=f"{PHRASE}\n\n", COACH_DATABASE_URL=address)

    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
    assert "coach: This question is not kept." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_chat_that_is_interrupted_keeps_the_question_under_way(
    data: Path, tmp_path: Path
) -> None:
    address = f"sqlite:///{tmp_path / FILE}"
    with ModelServer(stalling()) as server:
        settings = {
            "COACH_DATABASE_URL": address,
            "COACH_MODEL": "openai:small",
            "COACH_MODEL_URL": server.url,
        }
        chat = subprocess.Popen(
            [COMMAND, "chat", "--data", data],
            env=os.environ | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert chat.stdin is not None
        chat.stdin.write(f"{PHRASE}\n")
        chat.stdin.flush()
        assert server.asked.wait(60)

        chat.send_signal(signal.SIGINT)
        _, errors = chat.communicate(timeout=60)

    assert chat.returncode == 0, errors
    assert "Traceback" not in errors
    (summary,) = summaries(address)
    shown = run_coach("transcripts", "show", str(summary["id"]), COACH_DATABASE_URL=address)
    assert f"> {PHRASE}\n  stopped, " in shown.stdout


def test_asking_keeps_nothing_unless_told_to(data: Path, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / FILE}"
    plain = run_coach("ask", PHRASE, "--json", "--data", data, COACH_DATABASE_URL=address)
    assert plain.returncode == 0, plain.stderr
    assert not (tmp_path / FILE).exists()

    kept = run_coach("ask", PHRASE, "--json", "--keep", "--data", data, COACH_DATABASE_URL=address)

    assert kept.returncode == 0, kept.stderr
    answers = [json.loads(done.stdout) for done in (plain, kept)]
    assert answers[0] | {"timings_ms": {}} == answers[1] | {"timings_ms": {}}
    (summary,) = summaries(address)
    assert (summary["title"], summary["turns"], summary["source"]) == (PHRASE, 1, "cli")


def test_each_line_of_a_batch_is_kept_as_a_conversation_of_its_own(
    data: Path, tmp_path: Path
) -> None:
    address = f"sqlite:///{tmp_path / FILE}"
    lines = [{"id": 1, "question": PHRASE}, {"id": 2, "question": "Is it hard to become a CAIO?"}]

    done = run_coach(
        "ask", "--batch", "-", "--keep", "--data", data,
        given="\n".join(map(json.dumps, lines)), COACH_DATABASE_URL=address,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 2]
    assert {summary["title"] for summary in summaries(address)} == {
        line["question"] for line in lines
    }


def test_asking_to_keep_where_that_cannot_be_says_so_and_still_answers(
    data: Path, tmp_path: Path
) -> None:
    path = tmp_path / FILE
    address = f"sqlite:///{path}"
    assert summaries(address) == []
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE turns")

    done = run_coach("ask", PHRASE, "--keep", "--data", data, COACH_DATABASE_URL=address)

    assert done.returncode == 1
    assert "[1]" in done.stdout
    assert "coach: This question is not kept." in done.stderr
