"""The plan page in the real browser: filled in, drawn, ticked, changed, saved, shared."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pdfminer.high_level import extract_text
from playwright.async_api import Browser, Locator, Page, expect

from coach.accounts import Accounts, Role
from coach.database import open_database
from coach.web.identity import SESSION_COOKIE
from tests.coach.web.browsing import App, NewPage

pytestmark = pytest.mark.asyncio(loop_scope="session")

OTHER = "accountant-to-business-intelligence-analyst"
FIRST = "backend-developer-to-chief-ai-officer"
HOSTILE = "acrobat-to-clown"
START = date.today() + timedelta(days=30)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


async def open_plan(app: App, page: Page, slug: str = FIRST, **asked: str) -> Page:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    await page.goto(f"{app.address}/plan?guide={slug}&{query}")
    await expect(page.locator("#summary")).to_contain_text("Ends about")
    return page


def hours(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Hours a week")


def boxes(page: Page) -> Locator:
    return page.locator("#checklist input[type=checkbox]")


async def ends(page: Page) -> str:
    return await page.locator("#summary strong").inner_text()


async def downloaded(page: Page, name: str) -> bytes:
    await page.get_by_text("Save as", exact=True).click()
    async with page.expect_download() as coming:
        await page.get_by_role("button", name=name).click()
    return (await (await coming.value).path()).read_bytes()


def signed_in(app: App, knowledge: Path, name: str, role: Role) -> dict[str, Any]:
    """The cookie of somebody signed in."""
    database = open_database(None, knowledge.parent / "data")
    accounts = Accounts(database)
    account = accounts.find(name) or accounts.add(name, role)
    token = accounts.start_session(account)
    database.close()
    return {"name": SESSION_COOKIE, "value": token, "url": app.address}


async def test_form_chart_tick_reload_and_other_hours(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await page.get_by_role("link", name="Plan").click()
    await page.get_by_label("The move").select_option(FIRST)
    await expect(page.locator("#summary")).to_contain_text("Ends about")
    await hours(page).fill("6")
    await page.get_by_label("Start", exact=True).fill(START.isoformat())
    await expect(page.locator("#summary")).to_contain_text(f"{START.day} {START:%B %Y}")
    chart = page.locator("#chart")
    assert await chart.locator("svg .bar").count() == await chart.get_by_role("button").count()
    assert await chart.locator("svg .range").count() == 4, "one a phase, from early to late"

    await boxes(page).first.check()
    await expect(page.locator("#summary")).to_contain_text("1 of ")
    six = await ends(page)
    await page.reload()
    await expect(boxes(page).first).to_be_checked()
    assert await hours(page).input_value() == "6"

    await hours(page).fill("12")
    await expect(page.locator("#summary strong")).not_to_have_text(six)
    await expect(boxes(page).first).to_be_checked()


async def test_what_cannot_be_planned_with_is_said_beside_the_field_and_loses_nothing(
    app: App, browser: Browser
) -> None:
    # Not by new_page: a browser notes each refusal as an error.
    context = await browser.new_context()
    page = await context.new_page()
    await open_plan(app, page, hours="6", start=START.isoformat())
    before = await ends(page)
    problem = page.locator("#hours-problem")
    for given, says in {
        "0": "needs some time each week",
        "-3": "needs some time each week",
        "200": "80 hours or fewer",
        "six": "no number",
    }.items():
        await hours(page).fill(given)
        await expect(problem).to_contain_text(says)
        assert await hours(page).input_value() == given
        assert await ends(page) == before, "the last plan stays in sight"
    await hours(page).fill("6")
    await expect(problem).to_be_empty()
    await page.get_by_label("Deadline").fill((START - timedelta(days=1)).isoformat())
    await expect(page.locator("#deadline-problem")).to_contain_text("before the start")
    await page.get_by_label("Deadline").fill("")
    await expect(page.locator("#deadline-problem")).to_be_empty()
    await page.locator("#file").set_input_files(
        {"name": "x.json", "mimeType": "application/json", "buffer": b"no plan"}
    )
    await expect(page.locator("#notices")).to_contain_text("no plan that was saved here")
    await context.set_offline(True)
    await boxes(page).first.check()
    await expect(page.locator("#problem")).to_contain_text("What you entered is still here")
    await context.set_offline(False)
    await page.reload()
    await expect(boxes(page).first).to_be_checked()
    assert await ends(page) == before
    await context.close()


async def test_what_is_open_is_planned_anew_from_today(app: App, new_page: NewPage) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6", start="2024-02-29")
    hint = page.locator("#notices .hint")
    await expect(hint).to_contain_text("The start is in the past")
    old = await ends(page)
    study = page.locator("#checklist li", has_text="about").first.get_by_role("checkbox")
    await study.check()
    await expect(page.locator("#summary")).to_contain_text("1 of ")

    await page.get_by_role("button", name="Plan the rest from today").click()

    await expect(hint).to_have_count(0)
    await expect(page.locator("#summary strong")).not_to_have_text(old)
    await expect(page.locator("#summary")).to_contain_text("1 of ")
    await expect(page.locator("#chart text.today")).to_have_text("Today")


async def test_keyboard_goes_along_the_chart_and_opens_the_guides_words(
    app: App, new_page: NewPage
) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6")
    labels = page.locator("#chart button")
    await labels.nth(0).focus()
    await page.keyboard.press("ArrowDown")
    await expect(labels.nth(1)).to_be_focused()
    await expect(page.get_by_role("tooltip")).to_contain_text(", line ")
    await page.keyboard.press("Enter")
    window = page.get_by_role("dialog")
    words = await window.locator("mark").inner_text()
    assert words.strip(".") in await window.get_by_role("heading").first.inner_text()
    await expect(window).to_contain_text(f"{FIRST}.md, line ")
    await page.keyboard.press("Escape")
    await expect(labels.nth(1)).to_be_focused()

    count = await labels.count()
    await labels.nth(0).press("Enter")
    assert await labels.count() < count, "a group closes"
    await page.get_by_role("button", name="Months").click()
    months = await page.locator("#chart svg").evaluate("one => one.clientWidth")
    await page.get_by_role("button", name="Quarters").click()
    assert await page.locator("#chart svg").evaluate("one => one.clientWidth") < months


async def test_skills_are_taken_when_sure_and_asked_when_doubtful(
    app: App, new_page: NewPage
) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6")
    words = page.get_by_label("A skill in your own words")
    await words.fill("Spark")
    await words.press("Enter")
    asked = page.locator("#matches")
    await expect(asked).to_contain_text("Is “Spark” all of")
    assert await page.locator("#held .chip[aria-pressed=true]").count() == 0
    long = await ends(page)
    await asked.get_by_role("button", name="Yes, solid").click()
    await expect(page.locator("#summary strong")).not_to_have_text(long)
    assert await page.locator("#held .chip[aria-pressed=true]").count() == 1
    await expect(page.locator("#skills .held")).to_contain_text("You have 1")
    await words.fill("knitting socks")
    await words.press("Enter")
    await expect(asked).to_contain_text("changes nothing")


async def test_a_cv_proposes_and_changes_nothing_until_one_agrees(
    app: App, new_page: NewPage
) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6")
    skill = await page.locator("#held li > span").first.inner_text()
    said = f"Backend developer since 2019\n<b onclick=hacked=1>x</b>\n{skill}\n".encode()
    cv = {"name": "cv.txt", "mimeType": "text/plain", "buffer": said}
    await page.locator("#cv").set_input_files(cv)
    proposal = page.locator("#proposals li", has_text=skill).first
    await expect(proposal.locator("q")).to_contain_text(skill)
    taken = page.locator("#held .chip[aria-pressed=true]")
    assert await taken.count() == 0
    await proposal.get_by_role("button", name="Yes, solid").click()
    await expect(taken).to_have_count(1)

    large = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"x" * 30_000_000}
    await page.locator("#cv").set_input_files(large)
    await expect(page.locator("[data-field=cv] .problem")).to_contain_text("too large")


async def test_another_move_is_set_beside_and_follows_the_hours(
    app: App, new_page: NewPage
) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6", start=START.isoformat())
    await page.get_by_label("Compare with").select_option(OTHER)
    beside = page.locator("#beside")
    done = beside.get_by_role("row", name="Done about")

    await expect(done.get_by_role("cell").first).to_have_text(
        (await ends(page)).removeprefix("Ends about ")
    )
    await expect(beside.get_by_role("row", name="Salary change")).to_contain_text("%")
    await expect(beside.get_by_role("row", name="Skills to learn only here")).to_be_visible()
    slow = await done.get_by_role("cell").last.inner_text()
    await hours(page).fill("12")
    await expect(done.get_by_role("cell").last).not_to_have_text(slow)
    await page.get_by_label("Compare with").select_option("")
    await expect(beside).to_be_empty()


async def test_a_link_from_the_chat_begins_a_plan_and_changes_none_that_is_there(
    app: App, new_page: NewPage
) -> None:
    page = await new_page(app.address)
    skill = "Data Engineering for AI"
    await page.goto(f"{app.address}/plan?guide={FIRST}&hours=5&days=56&solid={skill}")
    await expect(page.locator("#summary")).to_contain_text("5 hours a week")
    await expect(page.get_by_role("button", name="Monday")).to_have_attribute(
        "aria-pressed", "false"
    )
    await expect(page.get_by_role("button", name="Sunday")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(page.locator("#skills .held")).to_contain_text(skill)
    await boxes(page).first.check()
    await hours(page).fill("7")
    await expect(page.locator("#summary")).to_contain_text("7 hours a week")
    await page.reload()
    await expect(page.locator("#summary")).to_contain_text("7 hours a week")

    await page.goto(f"{app.address}/plan?guide={FIRST}&hours=9")
    await expect(page.locator("#summary")).to_contain_text("7 hours a week")
    await page.get_by_role("button", name="Use the link’s figures").click()
    await expect(page.locator("#summary")).to_contain_text("9 hours a week")
    await expect(boxes(page).first).to_be_checked()


async def test_pauses_weekdays_and_the_deadline_move_the_plan(app: App, new_page: NewPage) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6", start=START.isoformat())
    before = await ends(page)
    await page.get_by_text("Pauses").click()
    await page.get_by_role("button", name="Add a pause").click()
    await expect(page.locator("#summary strong")).not_to_have_text(before)
    await page.get_by_role("button", name="Remove pause 1").click()
    await expect(page.locator("#summary strong")).to_have_text(before)

    await page.get_by_label("Deadline").fill((START + timedelta(days=100)).isoformat())
    await expect(page.locator("#deadline-verdict")).to_contain_text("after it")
    await expect(page.locator("#chart text.deadline")).to_have_text("Deadline")
    days = page.locator("#weekdays")
    await days.get_by_role("button", name="Sunday").click()
    await days.get_by_role("button", name="Saturday").click()
    for bar in ("Saturday", "Sunday"):
        pressed = days.get_by_role("button", name=bar)
        await expect(pressed).to_have_attribute("aria-pressed", "false")


async def test_each_file_can_be_read_back(app: App, new_page: NewPage) -> None:
    page = await open_plan(app, await new_page(app.address), hours="7", start=START.isoformat())
    await boxes(page).first.check()
    await expect(page.locator("#summary")).to_contain_text("1 of ")
    titles = await page.locator("#checklist label span").all_inner_texts()

    events = Calendar.from_ical(await downloaded(page, "Calendar (.ics)")).walk("VEVENT")
    rows = list(csv.DictReader(io.StringIO((await downloaded(page, "Spreadsheet")).decode())))
    pdf = extract_text(io.BytesIO(await downloaded(page, "PDF")))
    markdown = (await downloaded(page, "Markdown")).decode()
    saved = await downloaded(page, "Plan to open here again")

    summaries = [str(event["summary"]).removeprefix("Done: ") for event in events]
    assert set(titles) <= set(summaries)
    assert {row["task"] for row in rows} == set(titles)
    assert sum(bool(row["done"]) for row in rows) == 1
    assert "7 hours a week" in pdf
    assert markdown.count("- [x]") == 1
    assert json.loads(saved)["preferences"]["hours_a_week"] == 7

    other = await open_plan(app, await new_page(app.address), hours="3")
    await other.locator("#file").set_input_files(
        {"name": "plan.json", "mimeType": "application/json", "buffer": saved}
    )
    await expect(other.locator("#notices")).to_contain_text("The saved plan is open.")
    await expect(boxes(other).first).to_be_checked()
    assert await hours(other).input_value() == "7"
    assert await ends(other) == await ends(page)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_page_fits_a_phone(app: App, new_page: NewPage, colours: str) -> None:
    page = await new_page(app.address, **PHONE, color_scheme=colours)
    await open_plan(app, page, hours="6")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.locator("#chart .group-label").first.click()
    assert await page.locator("#chart .task-label").count() > 0, "groups open on a phone"
    ink, paper = await page.evaluate(
        """() => {
            const style = getComputedStyle(document.body);
            return [style.color, style.backgroundColor];
        }"""
    )
    dark = sum(map(int, paper.strip("rgb()").split(","))) < 200
    assert dark == (colours == "dark")
    assert ink != paper


async def test_a_hostile_guide_is_shown_as_text(app: App, new_page: NewPage) -> None:
    page = await open_plan(app, await new_page(app.address), HOSTILE, hours="6")
    await page.locator("#chart .task-label").nth(0).hover()
    await page.locator("#checklist .link").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("<")
    await page.keyboard.press("Escape")
    await boxes(page).first.check()
    await downloaded(page, "PDF")

    assert await page.evaluate("window.hacked") is None
    assert await page.locator("#plan img, #plan iframe, dialog img, main script").count() == 0
    await expect(page.locator("h2#plan-title")).to_contain_text("<script>")


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
