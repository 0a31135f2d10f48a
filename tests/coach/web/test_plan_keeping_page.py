"""Keeping plans in the real browser: in the account, from two browsers, through failures."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from coach.accounts import Accounts, Role
from coach.database import open_database
from tests.coach.web.browsing import App, NewPage
from tests.coach.web.plan_browsing import (
    FIRST,
    OTHER,
    START,
    boxes,
    ends,
    hours,
    open_plan,
    signed_in,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "correct horse battery"


async def kept(app: App, page: Page, **asked: str) -> None:
    """Open a plan and wait until the account has it."""
    async with page.expect_response("**/plan/keep"):
        await open_plan(app, page, **asked)


async def test_a_kept_plan_is_in_another_browser_and_a_coach_adjusts_it(
    app: App, new_page: NewPage, knowledge: Path
) -> None:
    page = await new_page(app.address)
    ana = signed_in(app, knowledge, "ana.plans", Role.USER)
    await page.context.add_cookies([ana])
    async with page.expect_response("**/plan/keep"):
        await open_plan(app, page, hours="6", start=START.isoformat())
    async with page.expect_response("**/plan/keep"):
        await boxes(page).first.check()
    other = await new_page(app.address)
    await other.context.add_cookies([ana])
    await open_plan(app, other)
    await expect(boxes(other).first).to_be_checked()

    await page.get_by_role("button", name="Share with a coach").click()
    link = await page.get_by_label("Link to your plan").input_value()
    desk = await new_page(app.address)
    await desk.context.add_cookies([signed_in(app, knowledge, "cora.plans", Role.COACH)])
    await desk.goto(link)
    await expect(desk.locator("#summary")).to_contain_text("Ends about")
    assert await hours(desk).is_disabled()
    await desk.locator("#chart .task-label").last.click()
    await desk.get_by_label("Hours for this task").fill("300")
    await desk.get_by_role("button", name="Change the task").click()
    await expect(desk.locator("#changes")).to_contain_text("About 300 hours")
    await desk.locator("#chart .task-label").last.click()
    await desk.get_by_label("A comment for the person").fill("Worth <b>every</b> hour")
    await desk.get_by_role("button", name="Send the comment").click()
    await expect(desk.locator("#changes")).to_contain_text("Worth <b>every</b> hour")
    adjusted = await ends(desk)

    await open_plan(app, page)
    assert await ends(page) == adjusted
    seen = page.locator("#changes")
    await expect(seen).to_contain_text("cora.plans")
    await expect(boxes(page).first).to_be_checked()
    await seen.get_by_role("button", name="Undo").click()
    await expect(seen).to_contain_text("Undone.")
    await expect(page.locator("#summary strong")).not_to_have_text(adjusted)


async def test_two_browsers_change_one_plan_and_both_changes_are_in_it(
    app: App, browser: Browser, knowledge: Path
) -> None:
    # Not by new_page: a browser notes each refusal as an error.
    cookie = signed_in(app, knowledge, "bea.plans", Role.USER)
    desk, phone = await browser.new_context(), await browser.new_context()
    for context in (desk, phone):
        await context.add_cookies([cookie])
    one, other = await desk.new_page(), await phone.new_page()
    await kept(app, one, hours="6", start=START.isoformat())
    await open_plan(app, other)

    skills = one.locator("#held li"), other.locator("#held li")
    async with one.expect_response("**/plan/keep"):
        await boxes(one).first.check()
    async with one.expect_response("**/plan/keep"):
        await skills[0].first.get_by_role("button", name="solid").click()
    await boxes(other).nth(1).check()
    await expect(other.locator("#notices")).to_contain_text("changed elsewhere meanwhile")
    await skills[1].nth(1).get_by_role("button", name="some").click()
    await hours(other).fill("9")
    await expect(other.locator("#summary")).to_contain_text("9 hours a week")
    await expect(other.locator("#held-count")).to_contain_text("2 of ")
    await expect(boxes(other).first).to_be_checked()

    await hours(one).fill("9")
    await expect(one.locator("#notices")).to_contain_text("changed elsewhere meanwhile")
    await expect(one.locator("#held-count")).to_contain_text("2 of ")
    for page in (one, other):
        await page.reload()
        await expect(page.locator("#summary")).to_contain_text("9 hours a week")
        for number in (0, 1):
            await expect(boxes(page).nth(number)).to_be_checked()
    await desk.close()
    await phone.close()


async def test_a_session_that_ends_loses_nothing(
    app: App, browser: Browser, knowledge: Path
) -> None:
    database = open_database(None, knowledge.parent / "data")
    Accounts(database).add("cleo.plans", Role.USER, PASSWORD)
    cookie = signed_in(app, knowledge, "cleo.plans", Role.USER)
    context = await browser.new_context()
    await context.add_cookies([cookie])
    page = await context.new_page()
    await kept(app, page, hours="6", start=START.isoformat())
    Accounts(database).sign_out(cookie["value"])
    database.close()

    await boxes(page).first.check()
    await hours(page).fill("8")
    line = page.locator("#unkept")
    await expect(line).to_contain_text("You are not signed in any more. Nothing is lost")
    await expect(page.locator("#summary")).to_contain_text("8 hours a week")
    await line.get_by_role("link", name="Sign in again").click()
    await page.get_by_label("Name or e-mail address").fill("cleo.plans")
    await page.get_by_label("Password").fill(PASSWORD)
    async with page.expect_response("**/plan/keep") as keeping:
        await page.get_by_role("button", name="Sign in").click()

    assert (await keeping.value).ok
    assert f"guide={FIRST}" in page.url
    await expect(page.locator("#notices")).to_contain_text("It is in this plan now.")
    await expect(line).to_have_count(0)
    await expect(boxes(page).first).to_be_checked()
    await page.reload()
    await expect(page.locator("#summary")).to_contain_text("8 hours a week")
    await expect(page.locator("#notices")).to_be_empty()
    await context.close()


async def test_another_who_signs_in_meanwhile_gets_nothing_of_an_open_plan(
    app: App, browser: Browser, knowledge: Path
) -> None:
    context = await browser.new_context()
    await context.add_cookies([signed_in(app, knowledge, "dora.plans", Role.USER)])
    page = await context.new_page()
    await kept(app, page, hours="6")
    await context.add_cookies([signed_in(app, knowledge, "emil.plans", Role.USER)])
    await boxes(page).first.check()
    await expect(page.locator("#unkept")).to_contain_text("not signed in any more")

    await page.goto(f"{app.address}/plan")
    await expect(page.get_by_role("link", name="emil.plans")).to_be_visible()
    await expect(page.get_by_role("heading", name="Plans you keep")).to_be_hidden()
    await kept(app, page)
    await expect(boxes(page).first).not_to_be_checked()
    await context.close()


@pytest.mark.parametrize("reloaded", [True, False])
async def test_what_cannot_be_kept_now_is_kept_later(
    app: App, browser: Browser, knowledge: Path, new_page: NewPage, reloaded: bool
) -> None:
    name = f"fay.{reloaded}.plans".lower()
    cookie = signed_in(app, knowledge, name, Role.USER)
    context = await browser.new_context()
    await context.add_cookies([cookie])
    page = await context.new_page()
    await kept(app, page, hours="6", start=START.isoformat())
    await page.route("**/plan/keep", lambda route: route.abort())
    await boxes(page).first.check()
    await expect(page.locator("#unkept")).to_contain_text("not in your account yet")
    await context.set_offline(True)
    await boxes(page).nth(1).check()
    await expect(page.locator("#problem")).to_contain_text("What you entered is still here")

    await page.unroute("**/plan/keep")
    async with page.expect_response("**/plan/keep"):
        await context.set_offline(False)
        if reloaded:
            await page.reload()

    await expect(page.locator("#unkept")).to_have_count(0)
    await expect(page.locator("#problem")).to_be_hidden()
    other = await new_page(app.address)
    await other.context.add_cookies([cookie])
    await open_plan(app, other)
    for number in (0, 1):
        await expect(boxes(other).nth(number)).to_be_checked()
    await context.close()


async def test_a_plan_from_before_signing_in_stays_on_offer_until_it_is_taken(
    app: App, new_page: NewPage, knowledge: Path
) -> None:
    cookie = signed_in(app, knowledge, "gus.plans", Role.USER)
    first = await new_page(app.address)
    await first.context.add_cookies([cookie])
    await kept(app, first, hours="6", start=START.isoformat())
    async with first.expect_response("**/plan/keep"):
        await boxes(first).first.check()

    page = await new_page(app.address)
    await open_plan(app, page, hours="7", start=START.isoformat())
    await boxes(page).nth(1).check()
    await expect(page.locator("#summary")).to_contain_text("1 of ")
    await page.context.add_cookies([cookie])
    await open_plan(app, page, hours="9")
    await expect(page.locator("#summary")).to_contain_text("6 hours a week")
    async with page.expect_response("**/plan/keep"):
        await boxes(page).nth(2).check()
    async with page.expect_response("**/plan/keep"):
        await page.get_by_role("button", name="Use the link’s figures").click()
    await expect(page.locator("#summary")).to_contain_text("9 hours a week")
    await page.reload()
    async with page.expect_response("**/plan/keep"):
        await page.get_by_role("button", name="Use that one").click()
    await expect(page.locator("#summary")).to_contain_text("7 hours a week")
    await expect(page.locator("#summary")).to_contain_text("3 of ")

    await page.reload()
    await expect(page.locator("#summary")).to_contain_text("7 hours a week")
    for number in (0, 1, 2):
        await expect(boxes(page).nth(number)).to_be_checked()
    await expect(page.get_by_role("button", name="Use that one")).to_have_count(0)


async def test_plans_of_the_account_are_listed(
    app: App, new_page: NewPage, knowledge: Path
) -> None:
    cookie = signed_in(app, knowledge, "hal.plans", Role.USER)
    page = await new_page(app.address)
    await page.context.add_cookies([cookie])
    async with page.expect_response("**/plan/keep"):
        await open_plan(app, page, OTHER)

    other = await new_page(app.address)
    await other.context.add_cookies([cookie])
    await other.goto(f"{app.address}/plan")
    await expect(other.locator("#plans").get_by_role("link")).to_have_count(1)
    await other.locator("#plans").get_by_role("link").click()
    await expect(other.locator("#summary")).to_contain_text("Ends about")
    assert OTHER in other.url
