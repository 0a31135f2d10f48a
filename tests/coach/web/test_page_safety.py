"""What the page must never do: run what it is given, or show one visitor to another."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Page, expect

from tests.coach.web.browsing import HOW_LONG, App, NewPage, ask, exchange, finished

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'>"
    '"><svg onload=window.hacked=3> [link](javascript:window.hacked=4) '
    "{{constructor}} ${window.hacked=5} `x` &lt;b&gt;"
)
FOREIGN = "script, img[onerror], svg, iframe, a, math, button[onclick], [onload], [onmouseover]"


async def injected(page: Page) -> list[str]:
    """Return what came into the page from text: markup of others, and whether it ran."""
    return await page.evaluate(
        """(foreign) => [
            ...[...document.querySelectorAll("#talk, #panel")].flatMap((part) =>
                [...part.querySelectorAll(".exchange, .source, .guide, .chip")].flatMap((own) =>
                    [...own.querySelectorAll(foreign)].map((element) => element.outerHTML))),
            ...(window.hacked === undefined ? [] : [`ran: ${window.hacked}`]),
        ]""",
        FOREIGN,
    )


async def test_markup_in_a_question_is_shown_as_typed(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await ask(page, HOSTILE)
    await expect(exchange(page, 0).locator(".question p")).to_have_text(HOSTILE)
    await ask(page, f"How long from backend developer to CAIO? {HOSTILE}", 1)
    await page.reload()
    await expect(exchange(page, 0).locator(".question p")).to_have_text(HOSTILE)
    assert await injected(page) == []


async def test_markup_in_a_guide_is_shown_as_written(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    card = page.locator(".guide", has_text="Acrobat")
    await expect(card).to_contain_text('Acrobat <img src=x onerror="window.hacked=2">')
    await card.locator("summary").click()
    await card.get_by_role("button", name="Ask about this move").click()
    questions = (
        "How long does it take to go from acrobat to clown?",
        "Is there demand for clowns?",
        "Which skills do I need to learn?",
        "What should I do this week?",
        "Tell me about falling on purpose",
        "Which books should I read?",
    )
    shown = ""
    for number, question in enumerate(questions):
        answer = await ask(page, question, number)
        shown += await answer.locator(".answer-text").inner_text()
        for marker in await answer.locator(".marker").all():
            await marker.click()
            shown += await page.locator("#sources").inner_text()
        assert await injected(page) == []
    for words in ("onmouseover=window.hacked=4", "<svg onload=", "{{constructor}}", "<iframe"):
        assert words in shown, "the guide's own words are there, as text"
    planted = page.locator('[data-value="hacked"]')
    await expect(planted).to_have_count(0)


async def test_visitor_is_known_by_a_cookie_that_scripts_cannot_read(
    app: App, new_page: NewPage
) -> None:
    page = await new_page(app.address)
    (cookie,) = await page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert not cookie["secure"], "plain http on this machine"
    assert await page.evaluate("document.cookie") == ""
    (other,) = await (await new_page(app.address)).context.cookies()
    assert other["value"] != cookie["value"]


async def test_conversation_of_another_visitor_stays_closed(app: App, new_page: NewPage) -> None:
    victim = await new_page(app.address)
    await ask(victim, HOW_LONG)
    stolen = await victim.evaluate("sessionStorage.getItem('pathway-conversation')")
    assert stolen
    thief = await new_page(app.address)
    await thief.evaluate("(id) => sessionStorage.setItem('pathway-conversation', id)", stolen)
    await thief.reload()
    await expect(thief.locator("#welcome")).to_be_visible()
    answer = await ask(thief, "And which skills do I need?")
    await expect(answer.locator(".sources")).not_to_contain_text("Chief AI Officer")
    await expect(victim.locator(".exchange")).to_have_count(1)


async def test_session_of_another_visitor_cannot_be_listened_to_or_used(
    app: App, new_page: NewPage
) -> None:
    victim = await new_page(app.address)
    async with victim.expect_request("**/queue/join*") as joined:
        await ask(victim, HOW_LONG)
    body = json.loads((await joined.value).post_data or "")
    thief = await new_page(app.address)
    session = body["session_hash"]
    send = thief.context.request
    base = f"{app.address}/gradio_api"
    used = await send.post(f"{base}/queue/join", data=body, headers={"origin": app.address})
    event = (await used.json())["event_id"]
    async with victim.expect_response("**/queue/data*"):
        await victim.get_by_role("button", name="Try again").click()
    listened = await (await send.get(f"{base}/queue/data?session_hash={session}")).text()
    heard = [json.loads(line[6:]) for line in listened.splitlines() if line.startswith("data: ")]
    assert {one.get("event_id") for one in heard} <= {event, None}, "of their own alone"
    assert event in {one.get("event_id") for one in heard}
    await finished(victim, 0)


async def test_page_offers_no_programming_interface(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    send = page.context.request
    for path in ("info", "openapi.json", "upload", "call/ask", "run/ask", "deep_link", "runs"):
        for method in ("GET", "POST"):
            answer = await send.fetch(
                f"{app.address}/gradio_api/{path}", method=method, headers={"origin": app.address}
            )
            assert answer.status == 404, path
    for path in ("docs", "openapi.json", "monitoring", "gradio_api/file=/etc/passwd"):
        assert (await send.get(f"{app.address}/{path}")).status == 404


async def test_page_may_load_nothing_from_elsewhere(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    answer = await page.context.request.get(app.address)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    text = await answer.text()
    assert "gradio.app" not in text
    assert "<title>Pathway Coach" in text
