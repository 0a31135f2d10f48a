"""What each role may do: every address of the app and every handler of its page, asked by all.

The lists are the app's own: a new address without a line in ``MAY`` fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.routing import BaseRoute

from coach.accounts import Accounts, Role
from coach.database import Database, migrate, open_database
from coach.encoder import Encoder
from coach.plans import Plans
from coach.transcripts import Transcripts
from coach.web.chat import NOT_HERE
from coach.web.identity import SESSION_COOKIE
from coach.web.plans import plans_router
from coach.web.provider import Provider
from coach.web.review import review_router
from coach.web.server import build_app
from coach.web.theme import ASSETS
from evals.page import evals_router
from tests.coach.transcripts.made import entry
from tests.coach.web.doors import HOST, OWN
from tests.coach.web.scripted_app import ScriptedCoach

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "correct horse battery"
ROLES: tuple[Role | None, ...] = (None, *Role)
EVERYBODY = frozenset(ROLES)
EVALS = frozenset({Role.EVALS, Role.ADMIN})
COACHES = frozenset({Role.COACH, Role.ADMIN})
SIGNED_IN = frozenset(Role)


@dataclass(frozen=True)
class May:
    """Who gets beyond the door, and the status they meet there when they ask for nothing."""

    who: frozenset[Role | None]
    then: int


MAY = {
    ("GET", "/healthz"): May(EVERYBODY, 200),
    ("GET", "/readyz"): May(EVERYBODY, 200),
    ("GET", "/sign-in"): May(EVERYBODY, 200),
    ("POST", "/sign-in"): May(EVERYBODY, 403),  # without name and password
    ("POST", "/sign-out"): May(EVERYBODY, 303),
    ("GET", "/sign-in/provider"): May(EVERYBODY, 502),  # which cannot be reached
    ("GET", "/sign-in/provider/callback"): May(EVERYBODY, 502),
    # By a key, which no role brings.
    ("POST", "/v1/chat/completions"): May(EVERYBODY, 401),
    ("GET", "/v1/models"): May(EVERYBODY, 401),
    ("GET", "/v1/models/{name}"): May(EVERYBODY, 401),
    **{
        (method, "/v1/{path:path}"): May(EVERYBODY, 404)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    },
    # Everybody's own conversations; there are none of theirs here.
    ("GET", "/conversations"): May(EVERYBODY, 200),
    ("GET", "/conversations/{identifier}/export"): May(EVERYBODY, 404),
    ("POST", "/conversations/{identifier}/rename"): May(EVERYBODY, 422),
    ("POST", "/conversations/{identifier}/delete"): May(EVERYBODY, 404),
    ("POST", "/conversations/{identifier}/share"): May(EVERYBODY, 404),
    ("POST", "/conversations/{identifier}/revoke"): May(EVERYBODY, 404),
    ("POST", "/conversations/{identifier}/human"): May(EVERYBODY, 404),
    ("POST", "/turns/{turn_id}/feedback"): May(EVERYBODY, 422),  # without a verdict
    ("GET", "/shared/{token}"): May(EVERYBODY, 404),
    ("GET", "/data/export"): May(EVERYBODY, 200),
    ("POST", "/data/delete"): May(EVERYBODY, 422),  # without saying what
    ("GET", "/plan"): May(EVERYBODY, 200),
    **{
        ("POST", f"/plan{path}"): May(EVERYBODY, 400)  # without a plan
        for path in (".json", "/compare", "/match", "/import", "/cv")
    },
    ("POST", "/plan/export"): May(EVERYBODY, 422),  # without a format
    **{
        ("POST", f"/plan/{act}"): May(SIGNED_IN, 400)
        for act in ("keep", "delete", "share", "revoke", "undo")
    },
    ("GET", "/plan/shared/{token}"): May(COACHES, 404),
    **{
        ("POST", f"/plan/shared/{{token}}/{act}"): May(COACHES, 400)
        for act in ("comment", "adjust")
    },
    ("GET", "/review"): May(COACHES, 200),
    ("POST", "/review/next"): May(COACHES, 303),
    ("GET", "/review/items/{turn_id}"): May(COACHES, 404),
    ("GET", "/review/items/{turn_id}/test"): May(COACHES, 404),
    ("GET", "/review/items/{turn_id}/guide.diff"): May(COACHES, 404),
    **{
        ("POST", f"/review/items/{{turn_id}}/{act}"): May(COACHES, 303)
        for act in ("claim", "release", "skip", "done", "correction")
    },
    **{
        ("POST", f"/review/items/{{turn_id}}/{act}"): May(COACHES, 404)
        for act in ("look", "test", "test/check")
    },
    **{
        ("GET", f"/review/{page}"): May(COACHES, 200)
        for page in ("gaps", "gaps.csv", "gaps.md", "asked", "agreement")
    },
    ("GET", "/evals"): May(EVALS, 200),
    ("GET", "/evals/compare"): May(EVALS, 404),
    ("GET", "/evals/runs/{name}"): May(EVALS, 404),
    ("GET", "/evals/runs/{name}/cases/{case_id:path}"): May(EVALS, 404),
    ("POST", "/evals/runs/{name}/cases/{case_id:path}"): May(EVALS, 404),
    ("GET", "/evals/{path:path}"): May(EVALS, 404),
}
# Of Gradio's own addresses, those that its page needs; everybody may chat.
OF_GRADIO = {
    "/",
    "/app_id",
    "/assets/{path:path}",
    "/config",
    "/favicon.ico",
    "/heartbeat/{session_hash}",
    "/queue/data",
    "/queue/join",
    "/robots.txt",
    "/run/predict",
    "/startup-events",
    "/static/{path:path}",
    "/svelte/{path:path}",
    "/theme.css",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(None, tmp_path_factory.mktemp("roles"))
    migrate(opened)
    yield opened
    opened.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(
    database: Database, real_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> FastAPI:
    """The whole app, with all that a setting turns on."""
    runs: Path = tmp_path_factory.mktemp("runs")
    coach: Any = ScriptedCoach()
    coach.vectors = real_encoder.encode  # what coaches see is grouped by it
    coach.passages = lambda ids: ()
    return build_app(
        coach,
        database=database,
        question_limit=100,
        turns_a_minute=100,
        api_key="key",
        public_url=OWN,
        provider=Provider("http://127.0.0.1:9", "coach", "secret", OWN),
        routers=[
            review_router(coach, database, runs),
            plans_router(coach, Plans(database)),
            evals_router(coach, seconds=1, runs=runs, baseline=runs / "baseline"),
        ],
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(
    app: FastAPI, database: Database
) -> AsyncIterator[dict[Role | None, httpx.AsyncClient]]:
    """A browser for each role, and one in which nobody is signed in."""
    accounts = Accounts(database)
    browsers: dict[Role | None, httpx.AsyncClient] = {}
    for role in ROLES:
        browsers[role] = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url=OWN,
            headers={"origin": OWN},
        )
        await browsers[role].get("/config")
        if role is not None:
            accounts.add(role, role, PASSWORD)
    yield browsers
    for browser in browsers.values():
        await browser.aclose()


def sign_in(people: dict[Role | None, httpx.AsyncClient], database: Database) -> None:
    """Give everybody a session; signing out is among what is tried."""
    accounts = Accounts(database)
    for role, browser in people.items():
        account = accounts.find(role) if role else None
        if account is not None:
            token = accounts.start_session(account)
            browser.cookies.set(SESSION_COOKIE, token, domain=HOST, path="/")


def routes(found: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Each method and path, those of included routers too, mounts left out."""
    for route in found:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes(included.routes)
        for method in sorted(getattr(route, "methods", None) or ()):
            if method not in {"HEAD", "OPTIONS"}:
                yield method, getattr(route, "path", "")


def address(path: str) -> str:
    """An address that a path stands for."""
    return re.sub(r"\{[^}]+\}", "none", path)


async def test_every_address_has_a_line_here(app: FastAPI) -> None:
    assert set(routes(app.routes)) == set(MAY)
    mounted = {getattr(route, "path", None) for route in app.routes if hasattr(route, "app")}
    assert {path for path in mounted if path not in {p for _, p in MAY}} == {ASSETS, ""}


@pytest.mark.parametrize(("method", "path"), MAY, ids=lambda value: value)
async def test_each_role_may_do_what_stands_here_and_no_more(
    people: dict[Role | None, httpx.AsyncClient], database: Database, method: str, path: str
) -> None:
    sign_in(people, database)
    may = MAY[method, path]
    outside = 303 if method == "GET" else 401
    expected = {
        role: may.then if role in may.who else 403 if role is not None else outside
        for role in ROLES
    }

    met = {
        role: (await browser.request(method, address(path))).status_code
        for role, browser in people.items()
    }

    assert met == expected


async def test_of_gradio_only_what_the_page_needs_answers_whoever_asks(
    app: FastAPI, people: dict[Role | None, httpx.AsyncClient], database: Database
) -> None:
    sign_in(people, database)
    gradio = app.routes[-1].app._app  # type: ignore[attr-defined]
    there = {(method, path.removeprefix("/gradio_api")) for method, path in routes(gradio.routes)}
    closed = sorted(one for one in there if (one[1].rstrip("/") or "/") not in OF_GRADIO)
    assert {path for _, path in there} >= {"/upload", "/queue/join", "/call/{api_name}"}
    for method, path in closed:
        for prefix in ("", "/gradio_api"):
            for role, browser in people.items():
                answer = await browser.request(method, prefix + address(path))
                # Outside of Gradio's own prefix, an address can be one of ours.
                ours = prefix == "" and address(path) in {address(own) for _, own in MAY}
                assert ours or answer.status_code in {404, 405}, (role, method, path)


async def test_every_handler_of_the_chat_page_is_everybodys_and_shows_nothing_of_others(
    people: dict[Role | None, httpx.AsyncClient], database: Database
) -> None:
    sign_in(people, database)
    transcripts = Transcripts(database)
    theirs = entry("Is this a secret of somebody else?", owner="visitor:somebody else")
    transcripts.record(theirs)
    for role, browser in people.items():
        await browser.get("/gradio_api/startup-events")
        config = (await browser.get("/config")).json()
        handlers = {one["id"]: one for one in config["dependencies"]}
        assert {one["api_visibility"] for one in handlers.values()} <= {"private", "undocumented"}
        served = {number: one for number, one in handlers.items() if one["backend_fn"]}
        assert {one["queue"] for one in served.values()} == {True, False}
        told = ""
        for number, handler in served.items():
            body = {
                "fn_index": number,
                "data": [theirs.conversation_id] * len(handler["inputs"]),
                "session_hash": f"tab of {role}",
                "event_data": {"value": theirs.conversation_id},
            }
            joined = await browser.post("/gradio_api/queue/join", json=body)
            assert joined.status_code == 200, (role, handler)
            heard = await browser.get(
                "/gradio_api/queue/data", params={"session_hash": body["session_hash"]}
            )
            assert ended_well(heard.text), (role, handler, heard.text)
            at_once = await browser.post("/gradio_api/run/predict", json=body)
            assert at_once.status_code == (404 if handler["queue"] else 200), (role, handler)
            told += heard.text + at_once.text
        assert "Half an answer." in told, "what is asked is answered"
        assert NOT_HERE in told
        assert "secret" not in told
        for number in (max(handlers) + 1, -1, 10**6):
            body = {"fn_index": number, "data": [], "session_hash": f"tab of {role}"}
            joined = await browser.post("/gradio_api/queue/join", json=body)
            assert joined.status_code >= 400, (role, number)
    kept = transcripts.load(theirs.owner, theirs.conversation_id)
    assert kept is not None
    assert [turn.question for turn in kept.turns] == [theirs.question], "and nobody adds to it"


def ended_well(stream: str) -> bool:
    """Whether all that a page was told of came to its end without an error."""
    told = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    ends = [one["success"] for one in told if one["msg"] == "process_completed"]
    return ends != [] and all(ends)


async def test_config_names_nothing_that_another_role_sees(
    people: dict[Role | None, httpx.AsyncClient], database: Database
) -> None:
    sign_in(people, database)
    configs = [(await browser.get("/config")).json() for browser in people.values()]

    assert all(config["dependencies"] == configs[0]["dependencies"] for config in configs)
    assert all(len(config["components"]) == len(configs[0]["components"]) for config in configs)
