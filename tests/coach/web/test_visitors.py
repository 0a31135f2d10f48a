"""The cookie that a visitor is known by."""

from __future__ import annotations

from http.cookies import SimpleCookie

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from coach.web.visitors import COOKIE, COOKIE_SECONDS, VisitorMiddleware

JOIN = "/gradio_api/queue/join"


def process(*, secure: bool = False) -> httpx.ASGITransport:
    """One of the app's processes, which answers with the visitor's id."""

    async def tell(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.state.visitor)

    app = Starlette(routes=[Route("/{path:path}", tell, methods=["GET", "POST"])])
    return httpx.ASGITransport(VisitorMiddleware(app, secure=secure))


def visitor(door: httpx.ASGITransport, address: str = "http://door") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=door, base_url=address)


async def test_visitor_keeps_the_id_of_the_first_visit() -> None:
    door = process()
    async with visitor(door) as one, visitor(door) as other:
        first, asset, question = await one.get("/"), await one.get("/a.js"), await one.post(JOIN)

        assert first.text == asset.text == question.text
        assert "set-cookie" not in asset.headers
        assert "set-cookie" not in question.headers
        assert (await other.post(JOIN)).text != first.text


async def test_id_holds_in_other_processes_and_after_a_restart() -> None:
    async with visitor(process()) as one:
        id_then = (await one.get("/")).text
        cookie = one.cookies[COOKIE]
    async with visitor(process()) as later:
        later.cookies.set(COOKIE, cookie)
        again = await later.get("/")
    assert again.text == id_then
    assert SimpleCookie(again.headers["set-cookie"])[COOKIE].value == cookie, "a year from now"


@pytest.mark.parametrize("given", ["", "short", "x" * 21, "x" * 23, "é" * 22, "a;b" * 8, "." * 22])
async def test_cookie_that_is_none_of_ours_is_replaced(given: str) -> None:
    async with visitor(process()) as one:
        answer = await one.post(JOIN, headers={"cookie": f"{COOKIE}={given}".encode()})
    assert answer.text != given
    assert SimpleCookie(answer.headers["set-cookie"])[COOKIE].value == answer.text


async def test_ids_have_128_bits_and_differ() -> None:
    ids = set()
    for _ in range(50):
        async with visitor(process()) as one:
            ids.add((await one.get("/")).text)
    assert len(ids) == 50
    assert all(len(one) == 22 for one in ids)


@pytest.mark.parametrize(
    ("scheme", "set_so", "secure"),
    [("http", False, False), ("https", False, True), ("http", True, True)],
    ids=["http", "https", "http behind a proxy with https"],
)
async def test_cookie_is_closed_to_scripts_and_other_sites_and_lasts_a_year(
    scheme: str, set_so: bool, secure: bool
) -> None:
    async with visitor(process(secure=set_so), f"{scheme}://door") as one:
        cookie = SimpleCookie((await one.get("/")).headers["set-cookie"])[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) == COOKIE_SECONDS
    assert bool(cookie["secure"]) is secure
