"""What stands before Gradio: who gets in, to which session, and what the page may do."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.responses import JSONResponse

from coach.web.front import BODY_BYTES, FULL, FrontMiddleware
from coach.web.visitors import VisitorMiddleware

JOIN = "/gradio_api/queue/join"


@pytest.fixture
def door() -> httpx.ASGITransport:
    """The visitors' middleware and the front before an app that tells what it was given."""
    app = FastAPI()

    @app.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(
            '<html><head><meta property="og:title" content="Other" /></head><body>'
            '<script>one</script><script type="module" src="two.js"></script></body></html>'
        )

    @app.post(JOIN)
    async def join(request: Request) -> JSONResponse:
        if (await request.json()).get("data") == "full":
            return JSONResponse({"detail": "Queue is full. Max size is 500."}, 503)
        return await tell(request)

    @app.api_route("/gradio_api/{path:path}", methods=["GET", "POST"])
    async def tell(request: Request) -> JSONResponse:
        body = await request.body()
        named = request.query_params.getlist("session_hash")
        return JSONResponse({"path": request.url.path, "named": named, "body": body.decode()})

    return httpx.ASGITransport(VisitorMiddleware(FrontMiddleware(app)))


def visitor(door: httpx.ASGITransport, address: str = "http://door") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=door, base_url=address)


async def named(client: httpx.AsyncClient, given: str) -> set[str]:
    """The names under which Gradio meets a session of a visitor, wherever its hash stands."""
    body = {"session_hash": given, "data": ["é"]}
    told = [
        json.loads((await client.post(path, json=body)).json()["body"])
        for path in (JOIN, "/gradio_api/run/predict")
    ]
    assert {str(one["data"]) for one in told} == {"['é']"}
    heard = await client.get("/gradio_api/queue/data", params={"session_hash": given})
    beaten = await client.get(f"/gradio_api/heartbeat/{given}")
    return {
        *(one["session_hash"] for one in told),
        *heard.json()["named"],
        beaten.json()["path"].rpartition("/")[2],
    }


async def test_each_visitor_has_sessions_of_their_own_whatever_they_are_called(
    door: httpx.ASGITransport,
) -> None:
    async with visitor(door) as one, visitor(door) as other:
        await one.get("/")
        await other.get("/")
        (mine,) = await named(one, "abc")
        assert await named(one, "abc") == {mine}
        assert mine not in await named(one, "abcd")
        assert mine not in await named(other, "abc")
        assert mine not in await named(other, mine), "the name itself opens nothing"
        twice = await other.get("/gradio_api/queue/data?session_hash=a&session%5Fhash=" + mine)
        assert mine not in twice.json()["named"]


async def test_no_number_or_length_of_names_wears_out_who_owns_a_session(
    door: httpx.ASGITransport,
) -> None:
    async with visitor(door) as one, visitor(door) as other:
        await one.get("/")
        await other.get("/")
        (mine,) = await named(one, "abc")
        for number in range(10_001):
            await other.get(f"/gradio_api/heartbeat/{number}")
        long = {"session_hash": "x" * (BODY_BYTES - 100), "data": []}
        told = json.loads((await other.post(JOIN, json=long)).json()["body"])
        assert len(told["session_hash"]) == len(mine), "nothing behind the front keeps the long one"
        assert mine not in await named(other, "abc")
        assert await named(one, "abc") == {mine}


@pytest.mark.parametrize("given", [None, 5, ["abc"], "\ud800"], ids=repr)
async def test_what_is_no_name_is_left_to_gradio(door: httpx.ASGITransport, given: object) -> None:
    async with visitor(door) as one:
        answer = await one.post(JOIN, content=json.dumps({"session_hash": given}))
        passed = json.loads(answer.json()["body"])["session_hash"]
    assert passed == given or len(passed) == 64


async def test_only_what_the_page_needs_is_let_through(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one:
        for path in (
            "upload",
            "info",
            "file=/etc/passwd",
            "call/ask",
            "reset",
            "heartbeat/../upload",
        ):
            assert (await one.post(f"/gradio_api/{path}")).status_code == 404


async def test_body_longer_than_any_question_is_refused(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one:
        assert (await one.post(JOIN, content=b"x" * (BODY_BYTES + 1))).status_code == 413
        for body in (b"not json", b"[]", b"[" * 100_000):
            assert (await one.post(JOIN, content=body)).status_code == 400


async def test_page_comes_under_our_head(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one:
        answer = await one.get("/")
    assert "<title>Pathway Coach" in answer.text
    assert "Other" not in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_only_the_scripts_of_the_page_may_run_and_each_time_under_another_name(
    door: httpx.ASGITransport,
) -> None:
    nonces = set()
    async with visitor(door) as one:
        for _ in range(3):
            answer = await one.get("/")
            scripts = answer.headers["content-security-policy"].split("script-src ")[1]
            allowed = re.findall(r"'nonce-([^']+)'", scripts)
            scripts_there = answer.text.count("<script")
            assert scripts_there >= 3, "ours in the head and two of the page"
            assert len(allowed) == 1
            assert re.findall(r'<script nonce="([^"]+)"', answer.text) == allowed * scripts_there
            assert "'unsafe-inline'" not in scripts.partition(";")[0]
            assert answer.headers["cache-control"] == "no-store"
            nonces.update(allowed)
    assert len(nonces) == 3


async def test_full_queue_is_told_kindly(door: httpx.ASGITransport) -> None:
    async with visitor(door) as one:
        answer = await one.post(JOIN, json={"data": "full"})
    assert answer.status_code == 503
    assert answer.json() == {"detail": FULL}
    assert int(answer.headers["retry-after"]) > 0
