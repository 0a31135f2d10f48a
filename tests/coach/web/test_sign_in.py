"""Signing in and out with a password, on both databases: who gets in and what comes along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from coach.accounts import Accounts, Role
from coach.database import Database, open_database
from coach.domain import Answer, Turn
from coach.transcripts import Entry, Origin, Transcripts, TurnState
from coach.web.conversations import Conversations
from coach.web.identity import SESSION_COOKIE, account_owner
from coach.web.limits import SIGN_INS_FOR_A_NAME, SIGN_INS_FROM_AN_ADDRESS
from coach.web.sign_in import NOT_NOW, WRONG, own_path
from tests.coach.web.doors import HOST, browser, build_door, text
from tests.coach.web.scripted_app import HALF

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(database: Database) -> Accounts:
    accounts = Accounts(database)
    accounts.add("ana", Role.USER, PASSWORD)
    return accounts


@pytest.fixture
def door(database: Database, accounts: Accounts) -> httpx.ASGITransport:
    return build_door(database)


async def sign_in(
    client: httpx.AsyncClient, name: str = "ana", password: str = PASSWORD, to: str = "/who"
) -> httpx.Response:
    return await client.post("/sign-in", data={"name": name, "password": password, "next": to})


async def who(client: httpx.AsyncClient) -> dict[str, str | None]:
    told: dict[str, str | None] = (await client.get("/who")).json()
    return told


def turn(owner: str, conversation: str) -> Entry:
    now = datetime.now(UTC)
    return Entry(
        turn_id=f"turn of {conversation}",
        conversation_id=conversation,
        owner=owner,
        source=Origin.CHAT,
        asked_at=now - timedelta(seconds=1),
        finished_at=now,
        question="How long does it take?",
        state=TurnState.STOPPED,
    )


async def test_whoever_signs_in_is_known_until_they_sign_out(
    door: httpx.ASGITransport, accounts: Accounts
) -> None:
    ana = accounts.find("ana")
    assert ana is not None
    async with browser(door) as one:
        await one.get("/")
        before = await who(one)
        entered = await sign_in(one)
        inside = await who(one)
        left = await one.post("/sign-out")
        after = await who(one)

    assert str(before["owner"]).startswith("visitor:")
    assert before["visitor"] not in str(before["owner"]), "only its hash is kept"
    assert (entered.status_code, entered.headers["location"]) == (303, "/who")
    assert (inside["account"], inside["owner"]) == ("ana", account_owner(ana))
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert after == before


async def test_session_cookie_is_closed_to_scripts_and_other_sites(
    door: httpx.ASGITransport,
) -> None:
    async with browser(door) as one:
        cookie = SimpleCookie((await sign_in(one)).headers["set-cookie"])[SESSION_COOKIE]
        secure = await one.post(
            "https://door.example/sign-in", data={"name": "ana", "password": PASSWORD, "next": "/"}
        )

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 2 * 3600
    assert not cookie["secure"]
    assert SimpleCookie(secure.headers["set-cookie"])[SESSION_COOKIE]["secure"]


async def test_each_sign_in_begins_anew_and_ends_the_browsers_last_session(
    door: httpx.ASGITransport, accounts: Accounts
) -> None:
    async with browser(door) as one, browser(door) as other:
        await sign_in(one)
        first = one.cookies[SESSION_COOKIE]
        await sign_in(other)
        await sign_in(one)
        second = one.cookies[SESSION_COOKIE]
        await one.post("/sign-out")

        assert first != second
        assert accounts.account_of(first) is None
        assert accounts.account_of(second) is None
        assert (await who(other))["account"] == "ana", "another device stays signed in"


async def test_cookie_that_somebody_planted_signs_nobody_in(door: httpx.ASGITransport) -> None:
    async with browser(door) as one:
        one.cookies.set(SESSION_COOKIE, "planted", domain=HOST, path="/")
        assert (await who(one))["account"] is None
        entered = await sign_in(one)
    assert SimpleCookie(entered.headers["set-cookie"])[SESSION_COOKIE].value != "planted"


async def test_what_was_asked_before_comes_along_and_nothing_of_others(
    door: httpx.ASGITransport, database: Database
) -> None:
    transcripts = Transcripts(database)
    async with browser(door) as one, browser(door) as other:
        for client in (one, other):
            await client.get("/")
        transcripts.record(turn(str((await who(one))["owner"]), "mine"))
        transcripts.record(turn(str((await who(other))["owner"]), "another's"))
        visitor = str((await who(one))["owner"])
        await sign_in(one)
        account = str((await who(one))["owner"])

    assert [found.id for found in transcripts.conversations(account)] == ["mine"]
    assert transcripts.conversations(visitor) == []


class WaitingCoach:
    """Begins an answer and never ends it."""

    async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
        yield HALF
        await asyncio.Event().wait()


async def test_answer_under_way_comes_along_too(database: Database, accounts: Accounts) -> None:
    transcripts = Transcripts(database)
    conversations = Conversations(transcripts)
    async with browser(build_door(database, conversations=conversations)) as one:
        await one.get("/")
        visitor = str((await who(one))["owner"])
        conversation = conversations.start(visitor)
        await conversation.ask(WaitingCoach(), "How long does it take?")
        async for exchanges in conversation.follow():
            if exchanges[-1].answer is not None:
                break
        await sign_in(one, password="wrong horse battery")
        assert conversation.busy, "somebody else's attempt ends nothing"
        await sign_in(one)
        account = str((await who(one))["owner"])

    assert not conversation.busy
    (found,) = transcripts.conversations(account)
    assert found.id == conversation.identifier
    assert transcripts.conversations(visitor) == []


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ana", "wrong horse battery"),
        ("bob", PASSWORD),
        ("", PASSWORD),
        ("ana", ""),
        ("\0", PASSWORD),
    ],
    ids=["wrong password", "no such account", "no name", "no password", "no name at all"],
)
async def test_whoever_is_not_who_they_say_is_told_kindly_and_no_more(
    door: httpx.ASGITransport, name: str, password: str
) -> None:
    async with browser(door) as one:
        answer = await sign_in(one, name, password)

        assert answer.status_code == 403
        assert WRONG in text(answer)
        assert password == "" or password not in answer.text
        assert SESSION_COOKIE not in one.cookies
        assert (await who(one))["account"] is None


async def test_disabled_account_gets_in_no_more(
    door: httpx.ASGITransport, accounts: Accounts
) -> None:
    async with browser(door) as one:
        await sign_in(one)
        accounts.disable("ana")
        assert (await who(one))["account"] is None
        answer = await sign_in(one)
    assert (answer.status_code, WRONG in text(answer)) == (403, True)


async def test_attempts_for_one_name_are_throttled_in_any_case(door: httpx.ASGITransport) -> None:
    async with browser(door) as one:
        tried = [await sign_in(one, name, "wrong") for name in ("bob", "Bob", "BOB ", "bOb", "boB")]
        assert len(tried) == SIGN_INS_FOR_A_NAME
        assert {answer.status_code for answer in tried} == {403}
        answer = await sign_in(one, "bob", "wrong")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert "Too many attempts. Please wait" in answer.text
        assert (await sign_in(one)).status_code == 303, "others are not kept out"


async def test_attempts_from_one_address_are_throttled_whatever_the_name(
    door: httpx.ASGITransport,
) -> None:
    async with browser(door) as one:
        statuses = [
            (await sign_in(one, f"n{number}", "wrong")).status_code
            for number in range(SIGN_INS_FROM_AN_ADDRESS + 1)
        ]
    assert statuses == [403] * SIGN_INS_FROM_AN_ADDRESS + [429]


@pytest.mark.parametrize(
    ("way_back", "leads_to"),
    [
        ("/", "/"),
        ("/evals/compare?a=1&b=2", "/evals/compare?a=1&b=2"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        (" //evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
    ],
)
def test_way_back_leads_to_our_own_pages_alone(way_back: str, leads_to: str) -> None:
    assert own_path(way_back) == leads_to


async def test_page_escapes_what_was_typed_and_keeps_the_way_back(
    door: httpx.ASGITransport,
) -> None:
    typed = '"><script>alert(1)</script>'
    async with browser(door) as one:
        shown = await one.get("/sign-in", params={"next": f"/who?{typed}"})
        again = await sign_in(one, typed, "wrong", to=f"/{typed}")

    for page in (shown, again):
        assert "<script" not in page.text
        assert page.headers["cache-control"] == "no-store"
    assert "&lt;script&gt;" in again.text
    assert 'name="next" value="/who?' in shown.text


async def test_whoever_is_signed_in_is_told_so_instead(door: httpx.ASGITransport) -> None:
    async with browser(door) as one:
        await sign_in(one)
        page = await one.get("/sign-in")
    assert "You are signed in as <strong>ana</strong>" in page.text
    assert 'name="password"' not in page.text


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_pages_for_coaches_are_for_coaches(
    door: httpx.ASGITransport, accounts: Accounts, method: str
) -> None:
    async with browser(door) as one:
        nobody = await one.request(method, "/coaches?a=b&c=d")
        await sign_in(one)
        user = await one.request(method, "/coaches")
        accounts.set_role("ana", Role.COACH)
        coach = await one.request(method, "/coaches")

    if method == "GET":
        assert nobody.status_code == 303
        assert nobody.headers["location"] == "/sign-in?next=/coaches%3Fa%3Db%26c%3Dd"
    else:
        assert nobody.status_code == 401
    assert user.status_code == 403
    assert "this page is for others" in user.text
    assert coach.json() == {"account": "ana"}


async def test_database_that_is_away_is_told_kindly(tmp_path: Path) -> None:
    away = open_database("postgresql://nobody@127.0.0.1:9/none", tmp_path)
    async with browser(build_door(away)) as one:
        answer = await sign_in(one)
        one.cookies.set(SESSION_COOKIE, "of old", domain=HOST, path="/")
        unknown = await one.get("/who")
        one.cookies.delete(SESSION_COOKIE)
        visitor = await one.get("/who")
    away.close()

    assert (answer.status_code, NOT_NOW in text(answer)) == (503, True)
    assert unknown.status_code == 503
    assert "127.0.0.1" not in unknown.text + answer.text
    assert visitor.status_code == 200
