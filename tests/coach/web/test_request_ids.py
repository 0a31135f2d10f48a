"""The name of a request, in its answer and in what is logged on its behalf."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from structlog.contextvars import get_contextvars

from coach.web.request_ids import HEADER, RequestIdMiddleware, on_behalf_of

OURS = re.compile(r"[0-9a-f]{32}")


async def tell(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.state.request_id} {get_contextvars()['request_id']}")


def client() -> httpx.AsyncClient:
    app = RequestIdMiddleware(Starlette(routes=[Route("/", tell)]))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door")


async def test_each_request_has_a_name_of_its_own_in_its_answer_and_in_the_log() -> None:
    async with client() as one:
        first, second = await asyncio.gather(one.get("/"), one.get("/"))

    for answer in (first, second):
        name = answer.headers[HEADER]
        assert OURS.fullmatch(name)
        assert answer.text == f"{name} {name}"
    assert first.text != second.text
    assert "request_id" not in get_contextvars()


async def test_a_proxys_name_is_kept() -> None:
    async with client() as one:
        answer = await one.get("/", headers={HEADER: "0123456789abcdef0123456789abcdef"})

    assert answer.headers[HEADER] == "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("given", ["short", "x" * 65, 'abcdefgh","level":"error', "a b c d e f"])
async def test_a_name_that_could_forge_a_line_is_replaced(given: str) -> None:
    async with client() as one:
        answer = await one.get("/", headers={HEADER: given})

    assert OURS.fullmatch(answer.headers[HEADER])


async def test_a_task_that_outlives_its_request_keeps_the_name() -> None:
    async def later() -> str:
        await asyncio.sleep(0)
        return str(get_contextvars()["request_id"])

    request = Request({"type": "http", "state": {"request_id": "abcdefgh"}})
    with on_behalf_of(request):
        task = asyncio.create_task(later())

    assert await task == "abcdefgh"
