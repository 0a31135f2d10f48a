"""Two processes behind a real nginx, one PostgreSQL, one Chroma server: as docs/operations.md."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.chroma_server import chroma_server, free_port
from tests.coach.web.browsing import HOW_LONG, ROOT, App, ask, end, exchange, run
from tests.postgres_server import PostgresServer

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
SETTLING_SECONDS = 60


@dataclass
class Process:
    """One of the two, on a port that it comes back to."""

    port: int
    log: Path
    folder: Path
    environment: dict[str, str]
    app: App

    def start(self) -> None:
        """Start it again."""
        command: list[str | Path] = [ROOT / "app.py", "--port", str(self.port)]
        self.app = run(command, self.log, folder=self.folder, **self.environment)

    def kill(self) -> None:
        """End it as a crash does."""
        self.app.process.kill()
        self.app.process.wait()

    def turns(self) -> list[dict[str, Any]]:
        """What it has logged of turns."""
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [turn for turn in map(json.loads, lines) if turn["event"] == "turn"]


@dataclass(frozen=True)
class Site:
    """All that answers under one address."""

    address: str
    processes: tuple[Process, Process]


@contextmanager
def nginx(
    folder: Path, ports: tuple[int, int], *changes: tuple[str, str], status: int = 200
) -> Iterator[str]:
    """Run nginx with the configuration that is shipped, over two ports; give its address.

    Args:
        folder: where it writes.
        ports: of the two processes.
        changes: what is to be different in the configuration.
        status: what it answers once it runs.
    """
    if NGINX is None:
        pytest.fail("There is no nginx: run scripts/install-test-programs.")
    port = free_port()
    text = CONFIGURATION.read_text()
    for shipped, here in (
        ("127.0.0.1:7861", f"127.0.0.1:{ports[0]}"),
        ("127.0.0.1:7862", f"127.0.0.1:{ports[1]}"),
        ("listen 127.0.0.1:8080", f"listen 127.0.0.1:{port}"),
        ("/run/nginx.pid", str(folder / "nginx.pid")),
        *changes,
    ):
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, here)
    (folder / "nginx.conf").write_text(text)
    with (folder / "nginx.log").open("w") as output:
        process = subprocess.Popen(
            [NGINX, "-c", folder / "nginx.conf", "-g", "daemon off;"], stdout=output, stderr=output
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, status=status)
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, path: str = "/healthz", status: int = 200) -> httpx.Response:
    """Wait until an address answers with a status."""
    until = time.monotonic() + SETTLING_SECONDS
    while True:
        try:
            answer = httpx.get(f"{address}{path}", timeout=10)
        except httpx.TransportError as error:
            found = str(error)
        else:
            if answer.status_code == status:
                return answer
            found = answer.text
        if time.monotonic() > until:
            pytest.fail(f"{address}{path}: {found}")
        time.sleep(0.1)


@pytest.fixture(scope="module")
def site(
    knowledge: Path, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with chroma_server(folder) as chroma:
        environment = {
            "COACH_KNOWLEDGE": str(knowledge),
            "COACH_DATA": str(folder / "data"),
            "COACH_CHROMA_URL": chroma,
            "COACH_DATABASE_URL": postgres.new_database(),
        }
        processes = []
        for name in ("one", "other"):
            log = folder / f"{name}.log"
            command = [ROOT / "app.py", "--port", "0"]
            app = run(command, log, folder=folder, **environment)
            port = int(app.address.rsplit(":", 1)[1])
            processes.append(Process(port, log, folder, environment, app))
        one, other = processes
        with nginx(folder, (one.port, other.port)) as address:
            yield Site(address, (one, other))
        for process in processes:
            end(process.app)


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_a_conversation_goes_on_when_either_process_is_lost(
    site: Site, browser: Browser
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(site.address)
    await page.locator("#welcome h2").wait_for()
    await ask(page, HOW_LONG)

    # All requests of a visitor go to one process; the name that nginx gave them is in its log.
    (asked,) = [process for process in site.processes if process.turns()]
    (other,) = [process for process in site.processes if process is not asked]
    (turn,) = asked.turns()
    assert turn["kept"]
    assert len(turn["request_id"]) == 32
    conversation = turn["conversation_id"]

    asked.kill()
    await reopened(page, answers=1)
    await ask(page, "And how hard is it?", 1)
    assert [turn["conversation_id"] for turn in other.turns()] == [conversation]

    asked.start()
    wait_for(asked.app.address)
    other.kill()
    wait_for(site.address)
    await reopened(page, answers=2)
    await ask(page, "What will I miss?", 2)

    listed = await (await page.request.get(f"{site.address}/conversations")).json()
    assert [one["id"] for one in listed["conversations"]] == [conversation]
    exported = f"{site.address}/conversations/{conversation}/export?format=json"
    turns = (await (await page.request.get(exported)).json())["turns"]
    assert [turn["question"] for turn in turns] == [
        HOW_LONG,
        "And how hard is it?",
        "What will I miss?",
    ]
    assert (await page.request.get(f"{site.address}/metrics")).status == 404
    await context.close()


async def reopened(page: Page, answers: int) -> None:
    """Load the page again and see the conversation as it was."""
    await page.reload()
    await expect(exchange(page, answers - 1)).to_have_attribute("data-state", "done")
    await expect(exchange(page, answers)).to_have_count(0)


@pytest.mark.slow
def test_a_process_is_not_ready_while_the_database_is_away(
    site: Site, postgres: PostgresServer
) -> None:
    alive = (one.app for one in site.processes if one.app.process.poll() is None)
    address = next(alive).address
    assert wait_for(address, "/readyz").json()["status"] == "ready"

    postgres.stop()
    try:
        told = wait_for(address, "/readyz", 503).json()
    finally:
        postgres.start()

    assert told == {
        "status": "not ready",
        "reason": "The database of conversations cannot be reached.",
    }
    assert wait_for(address, "/readyz").json()["status"] == "ready"


def test_one_address_is_slowed_down_for_both_processes_together(tmp_path: Path) -> None:
    slower = ("rate=50r/s", "rate=1r/m"), ("burst=1000", "burst=3")
    # Nobody listens behind it: what is let through is answered with 502.
    with nginx(tmp_path, (free_port(), free_port()), *slower, status=502) as address:
        statuses = [httpx.get(address).status_code for _ in range(5)]
    assert statuses == [502, 502, 502, 429, 429]
