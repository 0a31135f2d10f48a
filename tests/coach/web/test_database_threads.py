"""A database that takes calls and answers none: what waits for it, and what does not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from coach.accounts import Accounts
from coach.database import Database, open_database
from coach.web.database_threads import THREADS
from coach.web.identity import SESSION_COOKIE, IdentityMiddleware
from coach.web.server import NO_DATABASE, add_health
from coach.web.visitors import VisitorMiddleware
from tests.coach.web.doors import HOST, OWN
from tests.coach.web.scripted_app import ScriptedCoach

# Less than it takes the client of PostgreSQL to give up: see coach.database.
PATIENCE_SECONDS = 8


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Database]:
    """A database at an address where somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=2 * THREADS) as listener:
        port = listener.getsockname()[1]
        database = open_database(f"postgresql://nobody@127.0.0.1:{port}/none", tmp_path)
        yield database
    database.close()


def browser(database: Database) -> httpx.AsyncClient:
    """A browser that is signed in, before an app over a database."""
    app = FastAPI()
    add_health(app, ScriptedCoach(), database)
    app.add_middleware(IdentityMiddleware, accounts=Accounts(database))
    app.add_middleware(VisitorMiddleware)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=OWN)
    client.cookies.set(SESSION_COOKIE, "of old", domain=HOST, path="/")
    return client


async def test_hanging_database_takes_no_thread_from_the_search(hanging: Database) -> None:
    async with browser(hanging) as one:
        waiting = [asyncio.create_task(one.get("/healthz")) for _ in range(2 * THREADS)]
        await asyncio.sleep(0.5)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await asyncio.to_thread(lambda: "found") == "found"
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_readyz_says_so_before_a_load_balancer_gives_up(hanging: Database) -> None:
    async with browser(hanging) as one:
        one.cookies.clear()
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await one.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "reason": NO_DATABASE}
