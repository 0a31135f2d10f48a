"""What the page says of how an answer came about, over a coach made to say it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.coach.web.browsing import App, NewPage, ask, end, exchange, run
from tests.coach.web.scripted_app import HOSTILE, NOTICE
from tests.coach.web.test_page_safety import injected

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
TITLE = "Written by a language model, checked against the guide"


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("checks")
    script = Path(__file__).parent / "scripted_app.py"
    running = run([script], folder / "app.log", folder=folder)
    yield running
    end(running)


async def test_checks_open_by_keyboard_and_tell_what_was_found(
    scripted: App, new_page: NewPage
) -> None:
    page = await new_page(scripted.address)
    written = await ask(page, "written")
    summary = written.get_by_text(TITLE, exact=True)
    await expect(written.locator(".check").first).to_be_hidden()
    await summary.focus()
    await page.keyboard.press("Enter")
    checks = written.locator(".check")
    await expect(checks).to_have_count(3)
    await expect(checks.nth(0)).to_contain_text("In the guide")
    await expect(checks.nth(0).locator(".check-sentence")).to_have_text("It takes 18-24 months.")
    await expect(checks.nth(0)).to_contain_text("What it says stands in “Timeline”.")
    await expect(checks.nth(1)).to_contain_text("It states no fact.")
    await expect(checks.nth(2)).to_contain_text("Left out")
    await expect(checks.nth(2)).to_contain_text("Its source does not say $500,000.")
    await expect(written.locator(".checks")).to_contain_text("1 was left out")
    await expect(written.locator(".answer-text")).not_to_contain_text("$500,000")
    await page.keyboard.press("Enter")
    await expect(checks.first).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_checks_can_be_read_on_a_phone_by_day_and_night(
    scripted: App, new_page: NewPage, scheme: str
) -> None:
    page = await new_page(scripted.address, color_scheme=scheme, **PHONE)
    written = await ask(page, "written")
    await written.get_by_text(TITLE, exact=True).tap()
    await expect(written.locator(".check").last).to_be_visible()
    assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    for part in (".check-status", ".check-sentence", ".check-reason"):
        background, ink = await written.locator(part).first.evaluate(
            """element => {
                const light = (colour) => {
                    const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number);
                    return (red + green + blue) / 3;
                };
                const card = element.closest(".check");
                return [getComputedStyle(card).backgroundColor, getComputedStyle(element).color]
                    .map(light);
            }"""
        )
        assert abs(background - ink) > 90, f"{part} cannot be read"
        assert (background > 128) == (scheme == "light")


async def test_nothing_a_model_writes_becomes_a_link_an_image_or_markup(
    scripted: App, new_page: NewPage
) -> None:
    page = await new_page(scripted.address)
    written = await ask(page, "written")
    await written.get_by_text(TITLE, exact=True).click()
    assert await injected(page) == []
    assert await page.locator("#conversation :is(a, img, b, i:not(.dots i))").count() == 0
    shown = HOSTILE.replace(" [1]", "\u00a01")
    assert await written.locator(".answer-text").inner_text() == shown
    await expect(written.locator(".check").last).to_contain_text("<a href=javascript:")


async def test_quoted_answer_says_why_it_was_not_written(scripted: App, new_page: NewPage) -> None:
    page = await new_page(scripted.address)
    quoted = await ask(page, "quoted")
    await expect(quoted.locator(".quiet")).to_have_text(NOTICE)
    await expect(page.locator("#live")).to_contain_text(NOTICE)
    await expect(quoted.locator(".checks")).to_have_count(0)


async def test_quoted_answer_of_a_coach_without_a_model_says_nothing(
    scripted: App, new_page: NewPage
) -> None:
    page = await new_page(scripted.address)
    await ask(page, "whole")
    await expect(exchange(page, 0).locator(".quiet, .checks")).to_have_count(0)
