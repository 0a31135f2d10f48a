"""The file of a backup: whole under its name or not there, and for its owner's eyes alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from coach.backup.archive import LEFT_BEHIND_SECONDS, checked_manifest, write_backup
from coach.database import Database, migrate, open_database
from coach.errors import BackupError
from coach.transcripts import Transcripts
from tests.coach.backup.filled import fill, untold
from tests.coach.transcripts.made import entry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(None, tmp_path / "data")
    migrate(opened)
    fill(opened)
    yield opened
    opened.close()


def test_file_is_its_owners_alone_and_there_is_no_other(sqlite: Database, folder: Path) -> None:
    old = os.umask(0)
    try:
        write_backup(sqlite, folder / "coach.zip", untold)
    finally:
        os.umask(old)

    (file,) = folder.iterdir()
    assert file.name == "coach.zip"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_of_that_name_is_never_written_over(sqlite: Database, folder: Path) -> None:
    file = folder / "coach.zip"
    file.write_text("mine", "utf-8")

    with pytest.raises(BackupError, match="already"):
        write_backup(sqlite, file, untold)

    assert file.read_text("utf-8") == "mine"


@pytest.mark.parametrize("place", ["none/coach.zip", "file/coach.zip"])
def test_folder_that_cannot_be_written_is_told(sqlite: Database, folder: Path, place: str) -> None:
    (folder / "file").write_text("", "utf-8")

    with pytest.raises(BackupError, match="cannot be written"):
        write_backup(sqlite, folder / place, untold)


def program(data: Path, file: Path, progress: str) -> str:
    return f"""
import os, resource, signal
from pathlib import Path
from coach.backup import archive, write_backup
from coach.database import open_database
archive.BATCH = 1
def progress(done, total):
    {progress}
write_backup(open_database(None, Path({str(data)!r})), Path({str(file)!r}), progress)
"""


def test_backup_that_is_killed_leaves_no_file_of_its_name_and_the_next_tidies_up(
    sqlite: Database, folder: Path, tmp_path: Path
) -> None:
    file = folder / "coach.zip"
    deadly = program(tmp_path / "data", file, "done == 5 and os.kill(os.getpid(), signal.SIGKILL)")
    killed = subprocess.run([sys.executable, "-c", deadly], check=False)
    assert killed.returncode == -9
    (left,) = folder.iterdir()
    assert left.name.endswith(".part")
    assert left.stat().st_mode & 0o777 == 0o600

    write_backup(sqlite, file, untold)
    assert left.exists(), "It may be another backup's, under way."
    an_hour_ago = time.time() - LEFT_BEHIND_SECONDS - 1
    os.utime(left, (an_hour_ago, an_hour_ago))
    file.unlink()
    write_backup(sqlite, file, untold)

    assert list(folder.iterdir()) == [file]


def test_disk_that_is_full_leaves_no_file(sqlite: Database, folder: Path, tmp_path: Path) -> None:
    full = program(
        tmp_path / "data",
        folder / "coach.zip",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))",
    )

    failed = subprocess.run([sys.executable, "-c", full], capture_output=True, text=True)

    assert failed.returncode == 1
    assert "BackupError" in failed.stderr
    assert "cannot be written" in failed.stderr
    assert list(folder.iterdir()) == []


def test_all_is_of_one_moment(database: Database, folder: Path) -> None:
    fill(database)
    added: list[int] = []

    def go_on(done: int, total: int) -> None:
        if not added:
            added.append(done)
            Transcripts(database).record(entry("Later?"))

    made = write_backup(database, folder / "coach.zip", go_on)

    assert (made.tables["conversations"].rows, made.tables["turns"].rows) == (2, 2)
    assert checked_manifest(folder / "coach.zip") == made
    assert len(Transcripts(database).everyones("cli")) == 3


def repacked(file: Path, changes: dict[str, bytes | None]) -> None:
    """Pack a backup anew, sound as a zip archive, with other content."""
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in (members | changes).items():
            if content is not None:
                archive.writestr(name, content)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"turns.jsonl": b""}, "damaged"),
        ({"turns.jsonl": None}, "damaged"),
        ({"manifest.json": None}, "damaged"),
        ({"manifest.json": b"{}"}, "damaged"),
        ({"manifest.json": b"[1"}, "damaged"),
        ({"manifest.json": b'{"format": 1, "revision": "0001", "tables": {}}'}, "damaged"),
        (
            {
                "manifest.json": b'{"format": 1, "revision": "0001", '
                b'"made_at": "2026-01-02T00:00:00Z", "tables": {}}'
            },
            "damaged",
        ),
        ({"manifest.json": b'{"format": 2, "something": "new"}'}, "Another version"),
    ],
    ids=["emptied", "table gone", "unsaid", "{}", "cut", "no date", "no tables", "newer"],
)
def test_archive_that_is_not_what_it_says_is_refused(
    sqlite: Database, folder: Path, changes: dict[str, bytes | None], said: str
) -> None:
    file = folder / "coach.zip"
    write_backup(sqlite, file, untold)
    repacked(file, changes)

    with pytest.raises(BackupError, match=said):
        checked_manifest(file)


def test_no_changed_byte_goes_unnoticed(sqlite: Database, folder: Path) -> None:
    file = folder / "coach.zip"
    made = write_backup(sqlite, file, untold)
    whole = file.read_bytes()
    refused = 0
    for place in range(0, len(whole), 7):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            # Some bytes of a zip archive, such as a member's date, say nothing of what is in it.
            assert checked_manifest(file) == made
        except BackupError:
            refused += 1
    assert refused > len(whole) / 7 / 2
