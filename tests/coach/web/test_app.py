"""The app as a process: how it starts, says that it is well, and ends."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.async_api import expect

from tests.coach.web.browsing import HOW_LONG, ROOT, App, NewPage, ask, end, question_box, start


def read(address: str) -> tuple[int, dict[str, object]]:
    """Return the status and content of a JSON address."""
    try:
        with urlopen(address, timeout=10) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def other_app(app: App, knowledge: Path, tmp_path: Path) -> App:
    """A second app over a copy of the index, to be treated badly."""
    shutil.copytree(knowledge.parent / "data", tmp_path / "data")
    running = start(tmp_path / "data", knowledge, tmp_path / "app.log")
    yield running
    end(running)


def test_app_without_an_index_builds_it_and_serves(app: App, knowledge: Path) -> None:
    assert "There is no index yet; building it from knowledge." in app.log.read_text()
    assert read(f"{app.address}/healthz") == (200, {"status": "up"})
    assert read(f"{app.address}/readyz") == (200, {"status": "ready", "guides": 4})


@pytest.mark.asyncio(loop_scope="session")
async def test_app_whose_index_is_gone_is_up_but_not_ready_and_says_so_kindly(
    other_app: App, tmp_path: Path, new_page: NewPage
) -> None:
    page = await new_page(other_app.address)
    shutil.rmtree(tmp_path / "data")
    assert read(f"{other_app.address}/healthz")[0] == 200
    status, content = read(f"{other_app.address}/readyz")
    assert status == 503
    assert "no index" in str(content["reason"])
    assert str(tmp_path) not in str(content)
    await question_box(page).fill(HOW_LONG)
    await question_box(page).press("Enter")
    await expect(page.locator(".problem")).to_contain_text("cannot be opened just now")
    await expect(page.locator("body")).not_to_contain_text("Traceback")
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_ends_the_app_quickly_and_without_a_trace(
    other_app: App, new_page: NewPage, number: signal.Signals
) -> None:
    page = await new_page(other_app.address)
    await ask(page, HOW_LONG)
    started = time.monotonic()
    other_app.process.send_signal(number)
    assert other_app.process.wait(20) == 0
    assert time.monotonic() - started < 5
    assert "Traceback" not in other_app.log.read_text()
    await page.context.close()


def run_app(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the app where it is expected to end by itself."""
    return subprocess.run(
        [sys.executable, ROOT / "app.py", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_app_whose_index_is_damaged_ends_with_what_to_do(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "knowledge.sqlite").write_bytes(b"not a database" * 1000)
    ended = run_app("--data", str(data), folder=tmp_path)
    assert ended.returncode == 1
    assert "Error: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_app_on_a_taken_port_ends_with_one_line(app: App, knowledge: Path) -> None:
    port = app.address.rsplit(":", 1)[1]
    ended = run_app("--port", port, "--data", "data", folder=knowledge.parent)
    assert ended.returncode == 1
    assert f"Error: 127.0.0.1:{port}: " in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_serving_never_imports_torch(app: App) -> None:
    maps = Path(f"/proc/{app.process.pid}/maps")
    if not maps.exists():
        pytest.skip("This system does not list what a process has loaded.")
    loaded = maps.read_text()
    assert "onnxruntime" in loaded
    assert "libtorch" not in loaded
