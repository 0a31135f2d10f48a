"""What holds for every response and request: its headers, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from coach.web.security import BROKEN, SecurityMiddleware

OWN = "http://door"
PUBLIC = "https://coach.example.org"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


async def tell(request: Request) -> Response:
    return PlainTextResponse(
        "done",
        headers={
            "Access-Control-Allow-Origin": request.headers.get("origin", "*"),
            "Access-Control-Allow-Credentials": "true",
        },
    )


async def with_policy(request: Request) -> Response:
    return PlainTextResponse("done", headers={"content-security-policy": "default-src 'self'"})


async def fail(request: Request) -> Response:
    raise RuntimeError("a secret of the machine")


@pytest.fixture
def door() -> Iterator[httpx.ASGITransport]:
    app = Starlette(
        routes=[
            Route("/own-policy", with_policy),
            Route("/fail", fail),
            Route("/{path:path}", tell, methods=METHODS),
        ]
    )
    app.add_middleware(SecurityMiddleware, public_url=f"{PUBLIC}/")
    return httpx.ASGITransport(app, raise_app_exceptions=False)


async def ask(
    door: httpx.ASGITransport, method: str, path: str = "/", **headers: str
) -> httpx.Response:
    async with httpx.AsyncClient(transport=door, base_url=OWN) as client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.request(method, path, headers=named)


@pytest.mark.parametrize("path", ["/", "/own-policy", "/fail", "/v1/models"])
async def test_every_response_is_protected(door: httpx.ASGITransport, path: str) -> None:
    headers = (await ask(door, "GET", path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["content-security-policy"]


async def test_no_page_may_be_framed_or_load_from_elsewhere(door: httpx.ASGITransport) -> None:
    policy = (await ask(door, "GET")).headers["content-security-policy"]

    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_policy_of_a_page_of_its_own_stays(door: httpx.ASGITransport) -> None:
    headers = (await ask(door, "GET", "/own-policy")).headers

    assert headers["content-security-policy"] == "default-src 'self'"


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_no_other_site_is_told_that_it_may_read(
    door: httpx.ASGITransport, method: str
) -> None:
    answer = await ask(door, method, origin="http://evil.example")

    assert [name for name in answer.headers if name.startswith("access-control-")] == []


async def test_failure_is_told_kindly_and_without_secrets(door: httpx.ASGITransport) -> None:
    answer = await ask(door, "GET", "/fail")

    assert answer.status_code == 500
    assert answer.text == BROKEN


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"sec_fetch_site": "none"}, 200),
        ({"sec_fetch_site": "same-site", "origin": "http://other.door"}, 403),
        ({"sec_fetch_site": "cross-site", "origin": "http://evil.example"}, 403),
        ({"sec_fetch_site": "cross-site", "origin": OWN}, 403),
        ({"sec_fetch_site": "made up", "origin": OWN}, 403),
        ({"origin": OWN}, 200),
        ({"origin": PUBLIC}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://door.evil.example"}, 403),
        ({"origin": "http://evil.example/http://door"}, 403),
        ({"origin": "http://door:8080"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({}, 403),
        ({"host": "", "origin": "null"}, 403),
    ],
    ids=str,
)
async def test_only_our_own_pages_change_anything(
    door: httpx.ASGITransport, method: str, headers: dict[str, str], expected: int
) -> None:
    assert (await ask(door, method, **headers)).status_code == expected


async def test_programs_with_a_key_come_from_nowhere(door: httpx.ASGITransport) -> None:
    assert (await ask(door, "POST", "/v1/chat/completions")).status_code == 200
    assert (await ask(door, "POST", "/v1")).status_code == 403
    assert (await ask(door, "POST", "//v1/chat/completions")).status_code == 403
