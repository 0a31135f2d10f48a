"""The door: who gets in, with which cookie, to which session."""

from __future__ import annotations

import json
from http.cookies import SimpleCookie

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.responses import JSONResponse

from coach.web.front import BODY_BYTES, FrontMiddleware
from coach.web.visitors import COOKIE, VisitorMiddleware

JOIN = "/gradio_api/queue/join"


@pytest.fixture
def door() -> httpx.ASGITransport:
    """The two middlewares before an app that tells what it was given."""
    app = FastAPI()

    @app.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(
            '<html><head><meta property="og:title" content="Other" /></head><body/></html>'
        )

    @app.api_route("/gradio_api/{path:path}", methods=["GET", "POST"])
    async def tell(request: Request) -> JSONResponse:
        body = await request.body()
        return JSONResponse({"visitor": request.state.visitor, "body": body.decode()})

    app.add_middleware(FrontMiddleware)
    app.add_middleware(VisitorMiddleware)
    return httpx.ASGITransport(app)


def visitor(door: httpx.ASGITransport, address: str = "http://door") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=door, base_url=address)


async def test_visitor_keeps_the_id_of_the_first_visit(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one, visitor(door) as other:
        assert "set-cookie" in (await one.get("/")).headers
        first, second = await one.post(JOIN), await one.post(JOIN)
        assert "set-cookie" not in first.headers
        assert first.json()["visitor"] == second.json()["visitor"]
        assert (await other.post(JOIN)).json()["visitor"] != first.json()["visitor"]


async def test_cookie_that_the_browser_made_up_is_replaced(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one:
        own = (await one.post(JOIN)).json()["visitor"]
        stolen = one.cookies[COOKIE]
    for made_up in (own, f"{own}.", f"{own}.AAAA", stolen[:-1], "é", ""):
        async with visitor(door) as thief:
            headers = {"cookie": f"{COOKIE}={made_up}".encode()}
            answer = await thief.post(JOIN, headers=headers)
            assert answer.json()["visitor"] != own
            assert "set-cookie" in answer.headers


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
async def test_cookie_is_closed_to_scripts_and_secure_over_https(
    door: httpx.ASGITransport, scheme: str, secure: bool
) -> None:
    async with visitor(door, f"{scheme}://door") as one:
        cookie = SimpleCookie((await one.get("/")).headers["set-cookie"])[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert bool(cookie["secure"]) is secure


async def test_session_belongs_to_the_visitor_who_used_it_first(
    door: httpx.ASGITransport,
) -> None:
    async with visitor(door) as one, visitor(door) as other:
        await one.get("/")
        await other.get("/")
        body = {"session_hash": "abc", "data": ["é"]}
        assert json.loads((await one.post(JOIN, json=body)).json()["body"]) == body
        for answer in (
            await other.post(JOIN, json=body),
            await other.post("/gradio_api/run/predict", json=body),
            await other.get("/gradio_api/queue/data", params={"session_hash": "abc"}),
            await other.get("/gradio_api/heartbeat/abc"),
        ):
            assert answer.status_code == 403
        assert (await one.get("/gradio_api/heartbeat/abc")).status_code == 200


async def test_only_what_the_page_needs_is_let_through(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one:
        for path in ("upload", "info", "file=/etc/passwd", "call/ask", "heartbeat/../upload"):
            assert (await one.post(f"/gradio_api/{path}")).status_code == 404


async def test_body_longer_than_any_question_is_refused(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one:
        assert (await one.post(JOIN, content=b"x" * (BODY_BYTES + 1))).status_code == 413
        assert (await one.post(JOIN, content=b"not json")).status_code == 200


async def test_page_comes_under_our_head(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one:
        answer = await one.get("/")
    assert "<title>Pathway Coach" in answer.text
    assert "Other" not in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
