"""The figures for Prometheus and the log of a running app."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from coach.web.completion_requests import MODEL
from tests.coach.web.browsing import App, end, run

SCRIPT = Path(__file__).parent / "scripted_app.py"
KEY = "a-key-of-ours"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[App]:
    settings = json.dumps({"api_key": KEY, "metrics": True, "log_text": False})
    app = run([SCRIPT, settings], tmp_path / "app.log", folder=tmp_path)
    yield app
    end(app)


def asked(app: App, question: str) -> httpx.Response:
    body = {"model": MODEL, "messages": [{"role": "user", "content": question}]}
    return httpx.post(
        f"{app.address}/v1/chat/completions",
        json=body,
        headers={"authorization": f"Bearer {KEY}"},
        timeout=20,
    )


def test_turns_are_counted_and_logged_under_the_name_that_the_answer_bears(served: App) -> None:
    written, failed = asked(served, "written"), asked(served, "fail")

    figures = httpx.get(f"{served.address}/metrics").text.splitlines()
    assert 'coach_turns_total{mode="generating",source="api",state="done"} 1.0' in figures
    assert 'coach_turns_total{mode="quoting",source="api",state="failed"} 1.0' in figures
    assert "coach_turns_under_way 0.0" in figures
    assert "coach_failed_checks_total 1.0" in figures
    # One has a sentence that failed its check; the other may be of the random share.
    assert {"coach_review_queue 1.0", "coach_review_queue 2.0"} & set(figures)

    logged = [json.loads(line) for line in served.log.read_text().splitlines() if line[0] == "{"]
    turns = {line["request_id"]: line for line in logged if line["event"] == "turn"}
    assert turns[written.headers["x-request-id"]]["tokens"] == 500
    assert turns[failed.headers["x-request-id"]]["state"] == "failed"
    (trouble,) = [line for line in logged if line["level"] == "error"]
    assert trouble["request_id"] == failed.headers["x-request-id"]
    assert trouble["exception"].startswith("RuntimeError")
    assert "a secret of the machine" not in served.log.read_text()
    assert KEY not in served.log.read_text()


def test_figures_are_told_only_where_they_are_switched_on(tmp_path: Path) -> None:
    app = run([SCRIPT], tmp_path / "app.log", folder=tmp_path)
    try:
        assert httpx.get(f"{app.address}/metrics").status_code == 404
    finally:
        end(app)
