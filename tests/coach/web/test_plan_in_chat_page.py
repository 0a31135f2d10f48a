"""A plan that is kept on the plan page, asked about on the chat page, in the real browser."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from coach.accounts import Accounts, Role
from coach.database import open_database
from coach.web.identity import SESSION_COOKIE
from tests.coach.web.browsing import App, NewPage, ask

pytestmark = pytest.mark.asyncio(loop_scope="session")

GUIDE = "registered-nurse-to-health-informatics-specialist"
START = date.today() + timedelta(days=30)
NEXT = "What should I do next?"


@pytest.fixture
def token(app: App, knowledge: Path) -> str:
    """The session of somebody who is signed in."""
    database = open_database(None, knowledge.parent / "data")
    accounts = Accounts(database)
    made = accounts.start_session(accounts.add("nina.keeps", Role.USER))
    database.close()
    return made


async def test_what_is_ticked_on_the_plan_page_is_not_told_again_in_the_chat(
    app: App, new_page: NewPage, token: str
) -> None:
    page = await new_page(app.address)
    cookie = {"name": SESSION_COOKIE, "value": token, "url": app.address}
    await page.context.add_cookies([cookie])
    async with page.expect_response("**/plan/keep"):
        await page.goto(f"{app.address}/plan?guide={GUIDE}&hours=7&start={START}")
    await page.goto(app.address)
    before = await ask(page, NEXT)
    kept = f"From the plan you keep: 7 hours a week from {START.day} {START:%B %Y}"
    await expect(before).to_contain_text(f"{kept}.")
    first = await before.locator("li").first.inner_text()
    words = first.split(": ", 1)[1].rsplit(".", 1)[0].strip()
    assert words

    await page.goto(f"{app.address}/plan?guide={GUIDE}")
    task = page.locator("#checklist li", has_text=words).first
    async with page.expect_response("**/plan/keep"):
        # Not check(): the task moves to the week in which it was done.
        await task.get_by_role("checkbox").click()
    await page.goto(app.address)
    await page.get_by_role("button", name="New chat").first.click()
    after = await ask(page, NEXT)

    await expect(after).to_contain_text(f"{kept}, 1 task done.")
    await expect(after.locator("li").first).not_to_contain_text(words)

    visitor = await new_page(app.address)
    stranger = await ask(visitor, "What should I do next week?")
    await expect(stranger).to_contain_text("Which move do you mean?")
