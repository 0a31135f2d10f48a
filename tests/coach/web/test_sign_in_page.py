"""Signing in with the real browser, under the policies that the app sends."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from coach.accounts import Accounts, Role
from coach.database import open_database
from coach.web.security import NOT_FROM_HERE
from tests.coach.web.browsing import HOW_LONG, App, NewPage, ask

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "correct horse battery"
OTHER = "http://127.0.0.1:9"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "color_scheme": "dark"}


@pytest.fixture(scope="module")
def name(app: App, knowledge: Path) -> str:
    """Somebody who can sign in to the app."""
    database = open_database(None, knowledge.parent / "data")
    account = Accounts(database).add("ana@example.org", Role.USER, PASSWORD)
    database.close()
    return account.name


async def test_keyboard_alone_signs_in_and_the_chat_works_and_signs_out(
    app: App, new_page: NewPage, name: str
) -> None:
    page = await new_page(app.address)
    await page.goto(f"{app.address}/sign-in")
    await expect(page.get_by_label("Name or e-mail address")).to_be_focused()
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{app.address}/")
    await ask(page, HOW_LONG)
    (session,) = (one for one in await page.context.cookies() if one["name"] == "pathway_session")
    assert session["httpOnly"]
    assert session["sameSite"] == "Lax"

    await page.goto(f"{app.address}/sign-in")
    await expect(page.get_by_text(f"You are signed in as {name}")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{app.address}/")
    cookies = await page.context.cookies()
    assert [one["name"] for one in cookies] == ["pathway_visitor"]


async def test_page_fits_a_phone_and_can_be_read_in_the_dark(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address, **PHONE)
    await page.goto(f"{app.address}/sign-in")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(18, 23, 21)"
    for field in await page.locator("input:not([type=hidden]), button").all():
        box = await field.bounding_box()
        assert box is not None
        assert box["height"] >= 44, "big enough for a thumb"


async def test_other_site_can_neither_act_nor_read_nor_frame(app: App, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(app.address)  # whose cookies are there now
    await page.route(f"{OTHER}/", lambda route: route.fulfill(content_type="text/html", body="-"))
    for path in ("/sign-out", "/gradio_api/queue/join", "/gradio_api/run/predict"):
        await page.goto(f"{OTHER}/")
        async with page.expect_navigation() as sent:
            await page.evaluate(
                """(url) => {
                    const form = document.createElement("form");
                    form.method = "post";
                    form.action = url;
                    document.body.append(form);
                    form.submit();
                }""",
                app.address + path,
            )
        answer = await sent.value
        assert (answer.status, await answer.text()) == (403, NOT_FROM_HERE)
    await page.goto(f"{OTHER}/")
    read = await page.evaluate(
        """(url) => fetch(url, {credentials: "include"}).then(() => "read", () => "refused")""",
        f"{app.address}/config",
    )
    assert read == "refused"
    await page.evaluate(
        """(url) => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.onload = resolve;
            frame.src = url;
            document.body.append(frame);
        })""",
        f"{app.address}/sign-in",
    )
    assert await page.frames[1].locator("form").count() == 0
    await context.close()
