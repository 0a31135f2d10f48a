"""Taking away and deleting all that is one's own, over either database, and the daily purge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

from coach.accounts import Accounts, Role
from coach.database import Database, open_database
from coach.privacy import Privacy
from coach.transcripts import Transcripts
from coach.web.conversations import Conversations
from coach.web.identity import SESSION_COOKIE, IdentityMiddleware
from coach.web.keeping import AWAY
from coach.web.privacy import keeping_to, privacy_router
from coach.web.security import SecurityMiddleware
from coach.web.server import build_app
from coach.web.visitors import VisitorMiddleware
from tests.coach.transcripts.made import OWNER, entry
from tests.coach.web.doors import HOST, OWN
from tests.coach.web.scripted_app import ScriptedCoach


def _owner(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.state.owner)


class Door:
    """The routes over a database, and browsers before them."""

    def __init__(self, database: Database) -> None:
        self.accounts, self.transcripts = Accounts(database), Transcripts(database)
        self.conversations = Conversations(self.transcripts)
        self._app = FastAPI()
        self._app.include_router(privacy_router(Privacy(database), self.conversations))
        self._app.add_api_route("/", _owner)
        self._app.add_middleware(IdentityMiddleware, accounts=self.accounts)
        self._app.add_middleware(VisitorMiddleware)
        self._app.add_middleware(SecurityMiddleware)

    def browser(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self._app)
        return httpx.AsyncClient(transport=transport, base_url=OWN, headers={"origin": OWN})


@pytest.fixture
def door(database: Database) -> Door:
    return Door(database)


async def owner_of(browser: httpx.AsyncClient) -> str:
    return (await browser.get("/")).text


async def test_each_takes_away_their_own_alone(door: Door) -> None:
    async with door.browser() as one, door.browser() as other:
        for number, browser in enumerate((one, other)):
            asked = entry(f"Question {number}?", owner=await owner_of(browser))
            door.transcripts.record(asked)
        taken = await one.get("/data/export")

    assert taken.status_code == 200
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["cache-control"] == "no-store"
    assert taken.headers["content-disposition"].startswith('attachment; filename="pathway-coach-2')
    (conversation,) = taken.json()["conversations"]
    assert [turn["question"] for turn in conversation["turns"]] == ["Question 0?"]


async def test_each_deletes_their_own_alone_and_the_answer_under_way_with_it(door: Door) -> None:
    async with door.browser() as one, door.browser() as other:
        mine, theirs = [await owner_of(browser) for browser in (one, other)]
        for owner in (mine, theirs):
            door.transcripts.record(entry(owner=owner))
        under_way = door.conversations.start(mine)
        coach: Any = ScriptedCoach()
        await under_way.ask(coach, "wait")
        going_on = door.conversations.start(theirs)
        await going_on.ask(coach, "wait")

        deleted = await one.post("/data/delete", json={})

        assert deleted.status_code == 204
        assert door.transcripts.conversations(mine) == []
        assert len(door.transcripts.conversations(theirs)) == 1
        assert not under_way.busy
        assert going_on.busy
        assert await owner_of(one) == mine
        await going_on.end()


async def test_account_goes_only_when_asked_for_and_its_browser_is_signed_out(door: Door) -> None:
    ana = door.accounts.add("ana", Role.USER)
    async with door.browser() as browser:
        token = door.accounts.start_session(ana)
        browser.cookies.set(SESSION_COOKIE, token, domain=HOST, path="/")
        door.transcripts.record(entry(owner=await owner_of(browser)))

        await browser.post("/data/delete", json={})
        assert door.transcripts.everyones("cli") == []
        assert await owner_of(browser) == f"account:{ana.id}"

        deleted = await browser.post("/data/delete", json={"account": True})
        assert deleted.status_code == 204
        assert door.accounts.accounts() == []
        assert SESSION_COOKIE not in browser.cookies
        assert (await owner_of(browser)).startswith("visitor:")


async def test_no_other_site_can_delete_anything(door: Door) -> None:
    async with door.browser() as browser:
        door.transcripts.record(entry(owner=await owner_of(browser)))
        elsewhere = {"origin": "http://elsewhere.example", "sec-fetch-site": "cross-site"}

        refused = await browser.post("/data/delete", json={}, headers=elsewhere)

    assert refused.status_code == 403
    assert len(door.transcripts.everyones("cli")) == 1


@pytest.mark.parametrize("sent", [{"json": {"account": "perhaps"}}, {"content": b"{"}, {}])
async def test_what_is_not_understood_deletes_nothing(door: Door, sent: dict[str, Any]) -> None:
    async with door.browser() as browser:
        door.transcripts.record(entry(owner=await owner_of(browser)))

        refused = await browser.post("/data/delete", **sent)

    assert refused.status_code == 422
    assert len(door.transcripts.everyones("cli")) == 1


async def test_database_that_is_away_is_told_kindly(tmp_path: Path) -> None:
    away = open_database("postgresql://nobody@127.0.0.1:9/none", tmp_path)
    async with Door(away).browser() as browser:
        answers = [await browser.get("/data/export"), await browser.post("/data/delete", json={})]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(answer.json() == {"detail": AWAY} for answer in answers)
    away.close()


def record_old(transcripts: Transcripts) -> None:
    asked = datetime.now(UTC) - timedelta(days=31)
    transcripts.record(entry(asked_at=asked))


async def until(true: Callable[[], bool]) -> None:
    def wait() -> None:
        deadline = time.monotonic() + 30
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    await asyncio.to_thread(wait)


@pytest.fixture
async def app(database: Database) -> FastAPI:  # Gradio wants a loop
    coach: Any = ScriptedCoach()
    return build_app(coach, database=database, question_limit=100, turns_a_minute=10, keep_days=30)


async def test_app_deletes_what_is_too_old_when_it_starts(app: FastAPI, database: Database) -> None:
    transcripts = Transcripts(database)
    record_old(transcripts)
    transcripts.record(recent := entry(asked_at=datetime.now(UTC), owner="visitor:recent"))

    async with app.router.lifespan_context(app):
        await until(lambda: not transcripts.conversations(OWNER))

    assert [one.id for one in transcripts.everyones("cli")] == [recent.conversation_id]


async def test_purge_comes_again_and_survives_a_failure(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("coach.web.privacy.DAY_SECONDS", 0.05)
    transcripts = Transcripts(database)
    record_old(transcripts)
    async with keeping_to(Privacy(database), 30):
        await until(lambda: not transcripts.conversations(OWNER))
        record_old(transcripts)
        await until(lambda: not transcripts.conversations(OWNER))
    caplog.clear()

    nowhere = open_database("postgresql://nobody@127.0.0.1:9/none", Path())
    async with keeping_to(Privacy(nowhere), 30):
        await until(lambda: caplog.text.count("could not be deleted") >= 2)
    nowhere.close()
