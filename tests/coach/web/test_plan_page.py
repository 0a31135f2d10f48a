"""The plan page in the real browser: filled in, drawn, ticked, changed, saved, shared."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from icalendar import Calendar
from pdfminer.high_level import extract_text
from playwright.async_api import Browser, Page, expect

from tests.coach.web.browsing import App, NewPage
from tests.coach.web.plan_browsing import FIRST, OTHER, START, boxes, ends, hours, open_plan

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "acrobat-to-clown"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


async def downloaded(page: Page, name: str) -> bytes:
    await page.get_by_text("Save as", exact=True).click()
    async with page.expect_download() as coming:
        await page.get_by_role("button", name=name).click()
    return (await (await coming.value).path()).read_bytes()


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart, from 1 to 21, as WCAG counts it."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.strip("rgb()").split(",")]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
    await boxes(page).nth(1).check()
    await expect(page.locator("#summary")).to_contain_text("2 of ")
    await page.get_by_role("button", name="Use the link’s figures").click()
    await expect(page.locator("#summary")).to_contain_text("9 hours a week")
    await expect(boxes(page).first).to_be_checked()
    await expect(boxes(page).nth(1)).to_be_checked()


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


async def test_courses_done_and_the_time_zone_are_taken_and_kept(
    app: App, new_page: NewPage
) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6", start=START.isoformat())
    long = await ends(page)
    await page.get_by_text("Courses and books done").click()
    courses = page.locator("#finished input[type=checkbox]")
    count = await courses.count()
    for number in range(count):
        await courses.nth(number).check()
    await expect(page.locator("#finished-count")).to_have_text(f"{count} of {count}")
    await expect(page.locator("#summary strong")).not_to_have_text(long)
    await expect(page.locator("#checklist .done").first).to_be_visible()

    await page.locator("[data-field=time_zone] summary").click()
    zone = page.get_by_role("combobox", name="Time zone")
    await zone.fill("Asia/Tokyo")
    await zone.press("Tab")
    await expect(page.locator("#zone-shown")).to_have_text("Asia/Tokyo")
    assert await page.locator("#zones option").count() > 100
    await page.reload()
    await expect(page.locator("#finished-count")).to_have_text(f"{count} of {count}")
    await expect(page.locator("#zone-shown")).to_have_text("Asia/Tokyo")


async def test_enter_in_the_hours_of_a_task_changes_the_task(app: App, new_page: NewPage) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6")
    before = await ends(page)
    await page.locator("#chart .task-label").last.click()
    amount = page.get_by_label("Hours for this task")
    await amount.fill("300")
    await amount.press("Enter")

    await expect(page.locator("#summary strong")).not_to_have_text(before)
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await page.locator("#chart .task-label").last.click()
    await expect(amount).to_have_value("300")
    await amount.fill("-3")
    await amount.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("in figures")


async def test_plans_there_are_can_be_found_again(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await page.goto(f"{app.address}/plan")
    await expect(page.get_by_role("heading", name="Plans you keep")).to_be_hidden()
    await open_plan(app, page, OTHER)
    await page.goto(f"{app.address}/plan")
    await expect(page.locator("#guide option", has_text="your plan")).to_have_count(1)
    await page.locator("#plans").get_by_role("link").click()
    await expect(page.locator("#summary")).to_contain_text("Ends about")
    assert OTHER in page.url


async def test_each_file_can_be_read_back(app: App, new_page: NewPage) -> None:
    page = await open_plan(app, await new_page(app.address), hours="7", start=START.isoformat())
    await boxes(page).first.check()
    await expect(page.locator("#summary")).to_contain_text("1 of ")
    titles = await page.locator("#checklist label span").all_text_contents()

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
    await page.get_by_label("Compare with").select_option(OTHER)
    done = page.locator("#beside").get_by_role("row", name="Done about").get_by_role("cell")
    first, second = await done.first.bounding_box(), await done.last.bounding_box()
    assert first
    assert second
    assert first["x"] + first["width"] <= second["x"], "side by side, not one over the other"
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    ink, paper = await page.evaluate(
        """() => {
            const style = getComputedStyle(document.body);
            return [style.color, style.backgroundColor];
        }"""
    )
    dark = sum(map(int, paper.strip("rgb()").split(","))) < 200
    assert dark == (colours == "dark")
    assert ink != paper
    drawn = await page.evaluate(
        """() => ["text.month", ".bars:not(.phase) .bar", ".bars.phase .bar"].map(
            (name) => getComputedStyle(document.querySelector(`#chart ${name}`)).fill
        )"""
    )
    card = await page.locator(".card").first.evaluate(
        "one => getComputedStyle(one).backgroundColor"
    )
    for colour in drawn:
        assert contrast(colour, card) >= 3, "what is drawn stands out from the card"
    assert contrast(drawn[0], card) >= 4.5, "and its words can be read"


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
