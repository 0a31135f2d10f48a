"""What Gradio cannot handle goes into our log, and nothing that anybody typed with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.coach.web.browsing import App, end, run

SCRIPT = Path(__file__).parent / "scripted_app.py"
TYPED = "ann@example.org, whose number is 0171 1234567"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[App]:
    settings = json.dumps({"log_text": False})
    app = run([SCRIPT, settings], tmp_path / "app.log", folder=tmp_path)
    yield app
    end(app)


@pytest.fixture
def visitor(served: App) -> Iterator[httpx.Client]:
    origin = {"origin": served.address}
    with httpx.Client(base_url=served.address, headers=origin, timeout=20) as client:
        client.get("/")
        yield client


def handlers(visitor: httpx.Client, inputs: int, *, queue: bool) -> list[int]:
    """The page's handlers on the server of that many inputs."""
    found: list[dict[str, Any]] = visitor.get("/config").json()["dependencies"]
    return [
        one["id"]
        for one in found
        if one["backend_fn"] and len(one["inputs"]) == inputs and one["queue"] is queue
    ]


def test_failing_handlers_are_lines_of_the_log_without_what_was_typed(
    served: App, visitor: httpx.Client
) -> None:
    (ask,) = handlers(visitor, 3, queue=True)
    (choose,) = handlers(visitor, 0, queue=False)
    too_few = {"fn_index": ask, "data": [TYPED], "session_hash": "tab"}
    assert visitor.post("/gradio_api/queue/join", json=too_few).status_code == 200
    visitor.get("/gradio_api/queue/data", params={"session_hash": "tab"})
    wrong = {"fn_index": choose, "data": [], "event_data": {"value": [TYPED]}}
    assert visitor.post("/gradio_api/run/predict", json=wrong).status_code == 500

    lines = served.log.read_text().splitlines()
    logged = [json.loads(line) for line in lines if not line.startswith("open http://")]
    assert [line["level"] for line in logged] == ["error", "error"]
    assert [line["exception"].partition("\n")[0] for line in logged] == ["ValueError", "TypeError"]
    assert "ann@" not in str(lines)


def test_guide_that_a_tab_does_not_know_yet_is_no_error(served: App, visitor: httpx.Client) -> None:
    """The choices of a tab that Gradio has forgotten are those of the app's start."""
    for number in handlers(visitor, 1, queue=False):
        body = {"fn_index": number, "data": ["a guide of today"], "session_hash": "tab"}
        assert visitor.post("/gradio_api/run/predict", json=body).status_code == 200
    for number in handlers(visitor, 3, queue=True):
        body = {"fn_index": number, "data": ["Hello?", "a-to-b", ""], "session_hash": "tab"}
        assert visitor.post("/gradio_api/queue/join", json=body).status_code == 200
    told = visitor.get("/gradio_api/queue/data", params={"session_hash": "tab"}).text
    assert "Half an answer." in told
    assert '"level": "error"' not in served.log.read_text()
