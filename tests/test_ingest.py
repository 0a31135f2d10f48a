"""The command ``python ingest.py``, as a person runs it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "tests" / "data" / "pastry-chef-to-haccp-auditor.md"


def command(*arguments: object) -> list[str]:
    return [sys.executable, str(ROOT / "ingest.py"), *map(str, arguments)]


def ingest(folder: Path, *arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def passages(data: Path) -> int:
    with closing(sqlite3.connect(data / "knowledge.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM passages").fetchone()[0])


def test_the_folder_of_guides_is_indexed_by_default_and_told_on_standard_error(
    tmp_path: Path,
) -> None:
    (tmp_path / "knowledge").mkdir()
    shutil.copy(GUIDE, tmp_path / "knowledge")
    (tmp_path / "knowledge" / "README.md").write_text("For authors.")

    done = ingest(tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert f"Added: knowledge/{GUIDE.name}" in done.stderr
    assert "Skipped: knowledge/README.md" in done.stderr
    for label in ("Files", "Guides", "Passages", "Removed", "Seconds", "Passages a second"):
        assert f"│ {label} " in done.stderr
    assert passages(tmp_path / ".coach") > 10


def test_a_problem_is_told_with_its_line_and_the_others_are_indexed(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Trams run every ten minutes.")
    text = GUIDE.read_text(encoding="utf-8").replace("- Weeks: ", "- Weeks: many ", 1)
    (tmp_path / "bad.md").write_text(text, encoding="utf-8")

    done = ingest(tmp_path, "good.txt", "bad.md", "missing.md", "--data", "index")

    assert done.returncode == 1
    line = 1 + text[: text.index("- Weeks: many")].count("\n")
    assert f"Problem: bad.md:{line}: " in done.stderr
    assert "Problem: missing.md: There is no such file." in done.stderr
    assert "Traceback" not in done.stderr
    assert passages(tmp_path / "index") == 1


def test_an_error_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("not a folder")

    for done in (
        ingest(tmp_path, tmp_path, "--data", "index"),
        ingest(tmp_path, tmp_path, COACH_DATUM="index"),
        ingest(tmp_path, tmp_path, COACH_CHROMA_URL="http://127.0.0.1:9"),
    ):
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("Error: ")
        assert "Traceback" not in done.stderr


def test_watching_indexes_again_at_each_change_and_ends_cleanly(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Trams run every ten minutes.")
    data = tmp_path / "index"
    watching = subprocess.Popen(
        command(tmp_path, "--data", data, "--watch"), stderr=subprocess.PIPE, text=True
    )
    assert watching.stderr is not None
    said = []
    for line in watching.stderr:
        said.append(line)
        if line.startswith("Watching"):
            break
    assert passages(data) == 1
    end = time.monotonic() + 60
    number = 0
    while passages(data) == 1:
        # The watch may begin a moment after it is announced.
        (tmp_path / "b.txt").write_text(f"Trams are late, {number}.")
        number += 1
        assert time.monotonic() < end
        time.sleep(0.5)
    watching.send_signal(signal.SIGINT)
    _, rest = watching.communicate(timeout=30)

    assert watching.returncode == 0, "".join(said) + rest
    assert "Traceback" not in rest
