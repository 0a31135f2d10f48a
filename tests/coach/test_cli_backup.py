"""``coach backup`` and ``coach restore`` as they are typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from coach.cli import app
from coach.database import Database
from coach.transcripts import Transcripts
from tests.coach.backup.filled import everything, fill
from tests.coach.transcripts.made import entry


@pytest.fixture(autouse=True)
def address(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_DATABASE_URL", database_url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "coach.zip"


def typed(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_database_goes_to_a_file_and_comes_back(database: Database, file: Path) -> None:
    ana, asked = fill(database)
    was = everything(database)

    written = typed("backup", file)
    Transcripts(database).delete(f"account:{ana.id}", asked[0].conversation_id)
    refused = typed("restore", file)
    restored = typed("restore", file, "--replace")

    assert written.exit_code == 0, written.output
    assert "2 conversations with 2 questions, and 2 accounts." in written.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert refused.exit_code == 1
    assert refused.stderr.startswith("coach: ")
    assert "--replace" in refused.stderr
    assert restored.exit_code == 0, restored.output
    assert "1 conversation with 1 question, and 2 accounts" in restored.stderr
    assert "Deleted again, for it had been deleted since: 1." in restored.stderr
    assert written.stdout == restored.stdout == ""
    assert len(everything(database)["audit"]) == len(was["audit"])


def test_what_is_too_old_by_the_setting_is_not_restored(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Transcripts(database).record(entry())
    typed("backup", file)
    monkeypatch.setenv("COACH_KEEP_DAYS", "1")

    restored = typed("restore", file, "--replace")

    assert "older than 1 days: 1." in restored.stderr
    assert Transcripts(database).everyones("cli") == []


def test_what_cannot_be_done_is_told_in_one_line(file: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine", "utf-8")

    said = {
        "no such file": typed("restore", file),
        "already": typed("backup", taken),
        "damaged": typed("restore", taken),
        "cannot be written": typed("backup", tmp_path / "none" / "coach.zip"),
    }

    for words, result in said.items():
        assert result.exit_code == 1
        assert result.stderr.startswith("coach: ")
        assert words in result.stderr
        assert result.stderr.count("\n") == 1
    assert taken.read_text("utf-8") == "mine"


def test_program_restores_into_a_database_that_is_not_there_yet(
    database: Database, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    typed("backup", file)
    monkeypatch.delenv("COACH_DATABASE_URL")
    program = [sys.executable, "-c", "from coach.cli import main; main()"]

    done = subprocess.run(
        [*program, "restore", file, "--data", tmp_path / "new"], capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "2 conversations with 2 questions" in done.stderr
    assert "sign in again" in done.stderr
