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
        if await request.body() == b"full":
            return JSONResponse({"detail": "Queue is full. Max size is 500."}, 503)
        return await tell(request)

    @app.api_route("/gradio_api/{path:path}", methods=["GET", "POST"])
    async def tell(request: Request) -> JSONResponse:
        body = await request.body()
        return JSONResponse({"visitor": request.state.visitor, "body": body.decode()})

    return httpx.ASGITransport(VisitorMiddleware(FrontMiddleware(app)))


def visitor(door: httpx.ASGITransport, address: str = "http://door") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=door, base_url=address)


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
        answer = await one.post(JOIN, content=b"full")
    assert answer.status_code == 503
    assert answer.json() == {"detail": FULL}
    assert int(answer.headers["retry-after"]) > 0
