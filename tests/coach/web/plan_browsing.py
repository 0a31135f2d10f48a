"""Opening plans in the real browser, as the tests of their page do."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from coach.accounts import Accounts, Role
from coach.database import open_database
from coach.web.identity import SESSION_COOKIE
from tests.coach.web.browsing import App

OTHER = "accountant-to-business-intelligence-analyst"
FIRST = "backend-developer-to-chief-ai-officer"
START = date.today() + timedelta(days=30)


async def open_plan(app: App, page: Page, slug: str = FIRST, **asked: str) -> Page:
    """Open a plan, with what a link asks for, and wait until it is drawn."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    await page.goto(f"{app.address}/plan?guide={slug}&{query}")
    await expect(page.locator("#summary")).to_contain_text("Ends about")
    return page


def hours(page: Page) -> Locator:
    """Return the field for hours a week."""
    return page.get_by_role("textbox", name="Hours a week")


def boxes(page: Page) -> Locator:
    """Return the boxes of the tasks."""
    return page.locator("#checklist input[type=checkbox]")


async def ends(page: Page) -> str:
    """Return the day the plan says it ends about."""
    return await page.locator("#summary strong").inner_text()


def signed_in(app: App, knowledge: Path, name: str, role: Role) -> dict[str, Any]:
    """The cookie of somebody signed in."""
    database = open_database(None, knowledge.parent / "data")
    accounts = Accounts(database)
    account = accounts.find(name) or accounts.add(name, role)
    token = accounts.start_session(account)
    database.close()
    return {"name": SESSION_COOKIE, "value": token, "url": app.address}
