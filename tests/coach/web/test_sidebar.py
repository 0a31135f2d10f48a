"""What the list of conversations and feedback ask of the server, over either database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

from coach.accounts import Accounts, Role
from coach.database import Database, open_database
from coach.domain import Answer, Coverage, CoverageStatus, Turn
from coach.transcripts import FeedbackReason, Transcripts
from coach.web.conversations import Conversation, Conversations
from coach.web.feedback import COMMENT_LENGTH, feedback_router
from coach.web.identity import IdentityMiddleware
from coach.web.keeping import AWAY
from coach.web.sharing import sharing_router
from coach.web.sidebar import GONE, sidebar_router
from coach.web.sign_in import SigningIn, sign_in_router
from coach.web.visitors import VisitorMiddleware

PASSWORD = "correct horse battery"


class WaitingCoach:
    """Begins an answer, and ends it unless it is asked to wait."""

    async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
        covered = Coverage(status=CoverageStatus.COVERED)
        yield Answer(text=f"Answer to {turn.question}", refused=False, coverage=covered)
        if turn.question == "wait":
            await asyncio.Event().wait()


def _owner(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.state.owner)


class Door:
    """The routes over a database, and a browser before them."""

    def __init__(self, database: Database) -> None:
        accounts, transcripts = Accounts(database), Transcripts(database)
        self.conversations = Conversations(transcripts)
        app = FastAPI()

        def can_sign_in() -> bool:
            return bool(accounts.accounts())

        signing_in = SigningIn(
            accounts,
            transcripts,
            self.conversations,
            session_hours=1,
            provider=False,
            secure=False,
        )
        app.include_router(sign_in_router(signing_in))
        app.include_router(sidebar_router(transcripts, self.conversations, can_sign_in))
        app.include_router(feedback_router(transcripts, self.conversations))
        app.include_router(sharing_router(transcripts))
        app.add_api_route("/", _owner)
        app.add_middleware(IdentityMiddleware, accounts=accounts)
        app.add_middleware(VisitorMiddleware)
        self.accounts, self.transcripts = accounts, transcripts
        self.browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://door.example"
        )

    async def owner(self) -> str:
        return (await self.browser.get("/")).text

    async def begin(self, owner: str, question: str) -> Conversation:
        conversation = self.conversations.start(owner)
        await conversation.ask(WaitingCoach(), question)
        return conversation

    async def hold(self, owner: str, question: str) -> Conversation:
        conversation = await self.begin(owner, question)
        async for _ in conversation.follow():
            pass
        return conversation

    async def titles(self, search: str = "") -> list[str]:
        answer = await self.browser.get("/conversations", params={"search": search})
        return [line["title"] for line in answer.json()["conversations"]]


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    made = Door(database)
    async with made.browser:
        yield made


async def test_list_has_the_last_used_first_and_is_searched(door: Door) -> None:
    me = await door.owner()
    first = await door.hold(me, "How long?")
    await door.hold(me, "100%?")
    await door.hold("visitor:other", "Mine alone")
    assert await door.titles() == ["100%?", "How long?"]
    assert await door.titles("LONG") == ["How long?"]
    assert await door.titles("answer to how") == ["How long?"]
    assert await door.titles("%") == ["100%?"]
    await first.ask(WaitingCoach(), "And then?")
    async for _ in first.follow():
        pass
    assert await door.titles() == ["How long?", "100%?"]


async def test_who_signs_in_takes_their_conversations_along(door: Door) -> None:
    await door.hold(await door.owner(), "How long?")
    listed = (await door.browser.get("/conversations")).json()
    assert (listed["account"], listed["sign_in"]) == (None, False)
    door.accounts.add("ann@example.org", Role.USER, PASSWORD)
    assert (await door.browser.get("/conversations")).json()["sign_in"]
    form = {"name": "ann@example.org", "password": PASSWORD}
    assert (await door.browser.post("/sign-in", data=form)).status_code == 303
    listed = (await door.browser.get("/conversations")).json()
    assert (listed["account"], listed["sign_in"]) == ("ann@example.org", False)
    assert await door.titles() == ["How long?"]
    await door.browser.post("/sign-out")
    assert await door.titles() == []


@pytest.mark.parametrize("role", Role)
async def test_who_reviews_answers_is_led_there(door: Door, role: Role) -> None:
    door.accounts.add("cora@example.org", role, PASSWORD)
    form = {"name": "cora@example.org", "password": PASSWORD}
    assert (await door.browser.post("/sign-in", data=form)).status_code == 303
    listed = (await door.browser.get("/conversations")).json()
    assert listed["reviews"] == (role in {Role.COACH, Role.ADMIN})


async def test_deleting_stops_an_answer_under_way_and_nothing_of_it_is_kept(door: Door) -> None:
    me = await door.owner()
    conversation = await door.hold(me, "How long?")
    await conversation.ask(WaitingCoach(), "wait")
    path = f"/conversations/{conversation.identifier}"
    assert (await door.browser.post(f"{path}/delete")).status_code == 204
    assert not conversation.busy
    assert await door.titles() == []
    again = await door.browser.post(f"{path}/delete")
    assert (again.status_code, again.json()["detail"]) == (404, GONE)


async def test_what_cannot_be_a_title_or_feedback_is_refused(door: Door) -> None:
    conversation = await door.hold(await door.owner(), "How long?")
    turn = conversation.exchanges[-1].turn_id
    for path, body in (
        (f"/conversations/{conversation.identifier}/rename", {"title": ""}),
        (f"/conversations/{conversation.identifier}/rename", {"title": "x" * 201}),
        (f"/turns/{turn}/feedback", {"verdict": "sideways"}),
        (f"/turns/{turn}/feedback", {"verdict": "down", "reasons": ["boring"]}),
        (f"/turns/{turn}/feedback", {"verdict": "down", "comment": "x" * (COMMENT_LENGTH + 1)}),
    ):
        assert (await door.browser.post(path, json=body)).status_code == 422, body
    assert await door.titles() == ["How long?"]
    assert conversation.exchanges[-1].feedback is None


async def test_feedback_is_shown_as_it_is_kept(door: Door) -> None:
    me = await door.owner()
    conversation = await door.hold(me, "How long?")
    said = {"verdict": "down", "reasons": ["wrong", "wrong"], "comment": " Not\0 so. "}
    turn = conversation.exchanges[-1].turn_id
    assert (await door.browser.post(f"/turns/{turn}/feedback", json=said)).status_code == 204
    shown = conversation.exchanges[-1].feedback
    assert shown is not None
    assert (shown.reasons, shown.comment) == ((FeedbackReason.WRONG,), "Not so.")
    kept = door.transcripts.load(me, conversation.identifier)
    assert kept is not None
    assert kept.turns[-1].feedback == shown


async def test_what_somebody_asked_stays_in_no_cache(door: Door) -> None:
    conversation = await door.hold(await door.owner(), "How long?")
    for path in ("", f"/{conversation.identifier}/export"):
        answer = await door.browser.get(f"/conversations{path}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"


async def test_database_that_is_away_is_told_of_kindly(tmp_path: Path) -> None:
    nowhere = open_database("postgresql://nobody@127.0.0.1:9/nothing", tmp_path)
    door = Door(nowhere)
    async with door.browser:
        for answer in (
            await door.browser.get("/conversations"),
            await door.browser.get("/conversations/one/export"),
            await door.browser.post("/turns/one/feedback", json={"verdict": "up"}),
        ):
            assert (answer.status_code, answer.json()["detail"]) == (503, AWAY)
        shared = await door.browser.get("/shared/one")
        assert shared.status_code == 503
        assert AWAY in shared.text
    nowhere.close()
