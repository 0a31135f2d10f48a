"""Requests of a minute from one address: which count, and what those beyond are told."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from coach.web.limits import REQUESTS_FOR_A_TURN, VISITORS_AT_AN_ADDRESS, RequestLimits
from coach.web.request_limits import RequestLimitMiddleware
from coach.web.theme import ASSETS

MOST = VISITORS_AT_AN_ADDRESS * REQUESTS_FOR_A_TURN


@pytest.fixture
def app() -> RequestLimitMiddleware:
    """The limit of one question a minute before an app that answers everything."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def anything(path: str) -> str:
        return path

    return RequestLimitMiddleware(app, limits=RequestLimits(1))


def browser(app: RequestLimitMiddleware, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://coach")


async def test_address_that_asks_for_too_much_is_told_kindly_when_to_come_back(
    app: RequestLimitMiddleware,
) -> None:
    async with browser(app) as one, browser(app, "192.0.2.2") as other:
        for number in range(MOST):
            assert (await one.get(f"/{number}")).status_code == 200
        told = await one.post("/gradio_api/queue/join", json={})
        shown = await one.get("/", headers={"accept": "text/html,*/*"})
        assert (await other.get("/")).status_code == 200

    for answer in (told, shown):
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert answer.headers["cache-control"] == "no-store"
    assert "Please try again in" in told.json()["detail"]
    assert "Please try again in" in shown.text
    assert shown.headers["content-type"].startswith("text/html")


async def test_files_are_not_counted(app: RequestLimitMiddleware) -> None:
    async with browser(app) as one:
        for _ in range(MOST + 1):
            assert (await one.get(f"{ASSETS}/chat.js")).status_code == 200
        assert (await one.get("/")).status_code == 200


@pytest.mark.parametrize(
    ("path", "times"),
    [
        ("/plan/cv", VISITORS_AT_AN_ADDRESS),
        ("/plan/export", VISITORS_AT_AN_ADDRESS),
        ("/data/export", VISITORS_AT_AN_ADDRESS),
        ("/conversations?search=pay", VISITORS_AT_AN_ADDRESS),
        ("/conversations?search=", MOST),
        ("/plan.json", MOST),
    ],
)
async def test_what_is_much_work_counts_as_a_question(
    app: RequestLimitMiddleware, path: str, times: int
) -> None:
    async with browser(app) as one:
        statuses = [(await one.post(path)).status_code for _ in range(times + 1)]
    assert statuses == [200] * times + [429]


async def test_the_app_behind_it_is_told_to_start() -> None:
    told = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        told.append(scope["type"])

    # As servers tell it: without a path.
    middle = RequestLimitMiddleware(app, limits=RequestLimits(1))
    await middle({"type": "lifespan"}, None, None)

    assert told == ["lifespan"]
