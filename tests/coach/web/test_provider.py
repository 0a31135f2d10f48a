"""Signing in through a provider: a real one on loopback, in good order and with each fault."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from coach.accounts import Accounts, Role
from coach.database import Database
from coach.web.identity import SESSION_COOKIE
from coach.web.provider import COOKIE, NOT_PROVEN, START, UNREACHABLE, Provider
from tests.coach.web.doors import HOST, OWN, browser, build_door, text
from tests.coach.web.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, oidc_provider


@pytest.fixture(scope="module")
def running() -> Iterator[OidcProvider]:
    with oidc_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: OidcProvider) -> OidcProvider:
    """The provider in good order."""
    running.fault = ""
    running.person = {"sub": "1", "email": "Ana@example.org", "email_verified": True}
    running.metadata = {"id_token_signing_alg_values_supported": ["RS256"]}
    return running


def at(provider: OidcProvider) -> Provider:
    return Provider(provider.issuer, CLIENT_ID, CLIENT_SECRET, f"{OWN}/")


@pytest.fixture
def door(database: Database, provider: OidcProvider) -> httpx.ASGITransport:
    return build_door(database, at(provider))


async def go(client: httpx.AsyncClient, to: str = "/who") -> str:
    """Follow the way out to the provider; the address it sends the browser back to."""
    out = await client.get(START, params={"next": to})
    assert out.status_code == 302, out.text
    async with httpx.AsyncClient() as outside:
        back = await outside.get(out.headers["location"])
    return back.headers["location"]


async def through(client: httpx.AsyncClient, to: str = "/who") -> httpx.Response:
    """All the way out and back."""
    return await client.get(await go(client, to))


async def account(client: httpx.AsyncClient) -> str | None:
    name: str | None = (await client.get("/who")).json()["account"]
    return name


async def test_whoever_the_provider_vouches_for_is_signed_in(
    door: httpx.ASGITransport, database: Database
) -> None:
    async with browser(door) as one, browser(door) as again:
        entered = await through(one)
        assert (entered.status_code, entered.headers["location"]) == (303, "/who")
        assert await account(one) == "ana@example.org"
        assert COOKIE not in one.cookies
        await through(again)
        assert await account(again) == "ana@example.org"
    (made,) = Accounts(database).accounts()
    assert made.role is Role.USER


async def test_way_out_asks_for_nothing_that_could_be_used_by_others(
    door: httpx.ASGITransport, provider: OidcProvider
) -> None:
    asked = []
    async with browser(door) as one:
        for _ in range(2):
            out = await one.get(START)
            asked.append(parse_qs(urlsplit(out.headers["location"]).query))
            assert CLIENT_SECRET not in out.headers["location"]
    assert asked[0]["redirect_uri"] == [f"{OWN}/sign-in/provider/callback"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 20
        assert asked[0][name] != asked[1][name]


async def test_way_back_may_meet_another_process(
    database: Database, provider: OidcProvider
) -> None:
    async with browser(build_door(database, at(provider))) as one:
        back = await go(one)
        cookies = one.cookies
    async with browser(build_door(database, at(provider))) as later:
        later.cookies = cookies
        assert (await later.get(back)).status_code == 303
        assert await account(later) == "ana@example.org"


@pytest.mark.parametrize(
    "fault",
    [
        "wrong nonce",
        "no nonce",
        "wrong signature",
        "unsigned",
        "signed with the shared secret",
        "wrong issuer",
        "wrong audience",
        "too old",
        "no subject",
        "no id token",
        "refused",
    ],
)
async def test_token_that_proves_nothing_signs_nobody_in(
    door: httpx.ASGITransport, database: Database, provider: OidcProvider, fault: str
) -> None:
    provider.fault = fault
    provider.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    async with browser(door) as one:
        answer = await through(one)

        assert (answer.status_code, NOT_PROVEN in text(answer)) == (403, True)
        assert SESSION_COOKIE not in one.cookies
        assert await account(one) is None
    assert Accounts(database).accounts() == []


async def test_answer_that_this_browser_did_not_ask_for_is_refused(
    door: httpx.ASGITransport, provider: OidcProvider
) -> None:
    redeemed = provider.redeemed
    async with browser(door) as thief, browser(door) as victim:
        theirs = await go(thief)
        await go(victim)
        for address in (theirs, theirs.replace("state=", "state=x"), theirs.split("&state")[0]):
            answer = await victim.get(address)
            assert (answer.status_code, NOT_PROVEN in text(answer)) == (403, True)
        assert await account(victim) is None
    assert provider.redeemed == redeemed, "the code was not even looked at"


async def test_answer_counts_once(door: httpx.ASGITransport) -> None:
    async with browser(door) as one:
        back = await go(one)
        assert (await one.get(back)).status_code == 303
        await one.post("/sign-out")
        assert (await one.get(back)).status_code == 403
        assert await account(one) is None


async def test_cookie_of_the_way_out_cannot_be_made_up(door: httpx.ASGITransport) -> None:
    async with browser(door) as one:
        back = await go(one)
        value = one.cookies[COOKIE]
        one.cookies.set(COOKIE, value[:-2] + "xx", domain=HOST, path=START)
        assert (await one.get(back)).status_code == 403


async def test_disabled_account_stays_out(door: httpx.ASGITransport, database: Database) -> None:
    async with browser(door) as one:
        await through(one)
        Accounts(database).disable("ana@example.org")
        answer = await through(one)
        assert (answer.status_code, "has been switched off" in text(answer)) == (403, True)
        assert await account(one) is None


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ({"email": "bob@example.org", "email_verified": False, "name": "Bob"}, "bob"),
        ({"email": "bob@example.org", "preferred_username": "bobby"}, "bobby"),
        ({"email": "ana@example.org", "email_verified": True}, "ana@example.org"),
        ({"email": "admin", "email_verified": True}, "admin 2"),
        ({}, "subject"),
        ({"preferred_username": "boss@example.org", "name": "Eve"}, "eve"),
        ({"preferred_username": "boss\uff20example.org"}, "subject"),
        ({"sub": "boss@example.org", "name": "boss@example.org"}, "somebody"),
    ],
    ids=[
        "unproven address",
        "called so",
        "proven address",
        "name of another",
        "nothing",
        "called like an address",
        "called like an address in other letters",
        "nothing but addresses",
    ],
)
async def test_account_is_called_by_what_is_proven_and_free(
    door: httpx.ASGITransport,
    database: Database,
    provider: OidcProvider,
    person: dict[str, object],
    name: str,
) -> None:
    Accounts(database).add("admin", Role.ADMIN, "correct horse battery")
    provider.person = {"sub": "subject", **person}
    async with browser(door) as one:
        await through(one)
        assert await account(one) == name


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_way_back_leads_to_our_own_pages_alone(door: httpx.ASGITransport, to: str) -> None:
    async with browser(door) as one:
        assert (await through(one, to)).headers["location"] == "/"


async def test_provider_that_calls_itself_another_is_not_asked(
    database: Database, provider: OidcProvider
) -> None:
    provider.fault = "other provider"
    async with browser(build_door(database, at(provider))) as one:
        answer = await one.get(START)
    assert (answer.status_code, UNREACHABLE in text(answer)) == (502, True)


async def test_provider_that_is_away_is_told_kindly(database: Database) -> None:
    away = Provider("http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET, OWN)
    async with browser(build_door(database, away)) as one:
        answer = await one.get(START)
        page = await one.get("/sign-in", params={"next": "/who?a=b"})
    assert (answer.status_code, UNREACHABLE in text(answer)) == (502, True)
    assert 'href="/sign-in/provider?next=/who%3Fa%3Db"' in page.text


def test_secret_is_not_told_by_printing() -> None:
    assert CLIENT_SECRET not in repr(Provider("https://a", CLIENT_ID, CLIENT_SECRET, OWN))
