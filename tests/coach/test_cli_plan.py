"""``coach plan`` as a person runs it, with and without an index."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner, Result

from coach.cli import app
from coach.planning.notes import NO_PROMISE
from tests.coach.asking import KNOWLEDGE

FIRST = "backend-developer-to-chief-ai-officer"
START = "2027-01-04"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without an index; the guides are found by their setting."""
    monkeypatch.setenv("COACH_DATA", str(tmp_path / "none"))
    monkeypatch.setenv("COACH_KNOWLEDGE", str(KNOWLEDGE))


def run(*options: str) -> Result:
    return CliRunner().invoke(
        app, ["plan", "--guide", FIRST, "--hours", "6", "--start", START, *options]
    )


def test_a_table_has_dates_tasks_and_places() -> None:
    result = run("--deadline", "2028-12-31")

    assert result.exit_code == 0
    for words in ("Phase 4", "2029-03-30", "line 266", "About 7 hours a week", "56 weeks"):
        assert words in " ".join(result.stdout.split())


def test_a_table_says_that_dates_are_no_promise() -> None:
    assert NO_PROMISE in " ".join(run().stdout.split())


def test_names_of_a_guide_are_shown_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (KNOWLEDGE / f"{FIRST}.md").read_text()
    named = text.replace(
        "### Phase 1: Foundation & Self-Assessment", "### Phase 1: Base [/x] [bold]y"
    )
    assert named != text
    (tmp_path / f"{FIRST}.md").write_text(named)
    monkeypatch.setenv("COACH_KNOWLEDGE", str(tmp_path))

    result = run()

    assert result.exit_code == 0
    assert "Phase 1: Base [/x] [bold]y" in " ".join(result.stdout.split())


def test_the_guides_of_an_index_are_planned_with(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the folder of guides, which an index does not need."""
    plain = json.loads(run("--format", "json").stdout)
    monkeypatch.setenv("COACH_KNOWLEDGE", str(tmp_path))

    indexed = json.loads(run("--data", str(data), "--format", "json").stdout)
    without = run("--format", "json")

    assert indexed["tasks"] == plain["tasks"]
    assert without.exit_code == 1
    assert without.stdout == ""


def test_each_format_can_be_read_back() -> None:
    plan = json.loads(run("--format", "json").stdout)

    assert len(Calendar.from_ical(run("--format", "ics").stdout_bytes).walk("VEVENT")) > 20
    assert len(list(csv.reader(io.StringIO(run("--format", "csv").stdout)))) == 1 + len(
        plan["tasks"]
    )
    assert run("--format", "pdf").stdout_bytes.startswith(b"%PDF-")
    assert run("--format", "md").stdout.startswith("# From Backend Developer")


def test_a_skill_that_is_doubtful_or_unknown_is_said_and_the_plan_is_made() -> None:
    result = run("--have", "Spark", "--have", "juggling", "--have", "AI ethics", "--format", "json")

    assert '"Spark" may be part of "Data Engineering for AI"' in result.stderr
    assert '"juggling" is no skill of this guide' in result.stderr
    held = json.loads(result.stdout)["preferences"]["held"]
    assert held == [{"name": "Responsible AI & Ethics", "level": "solid"}]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--hours", "0"], "some time each week"),
        (["--hours", "200"], "Nobody can study 200 hours"),
        (["--start", "2020-01-01"], f"Give today, {date.today()}"),
        (["--start", "2027-02-29"], "no day of the calendar"),
        (["--deadline", "2026-12-31"], "deadline is before the start"),
        (["--guide", "cook-to-pilot"], "Choose one of: accountant-to-business"),
    ],
)
def test_what_cannot_be_planned_is_said_in_a_line(options: list[str], told: str) -> None:
    result = run(*options)

    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stdout == ""
