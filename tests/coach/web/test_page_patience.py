"""Answers that take their time or break, over a coach made to do so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.coach.web.browsing import App, NewPage, ask, end, exchange, question_box, run

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def patient_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("patient")
    script = Path(__file__).parent / "scripted_app.py"
    running = run([script], folder / "app.log", folder=folder)
    yield running
    end(running)


async def begin(page: Page, question: str, number: int = 0) -> None:
    await question_box(page).fill(question)
    await question_box(page).press("Enter")
    await expect(exchange(page, number).locator(".answer-text")).to_contain_text("Half an answer.")


async def test_answer_shows_as_it_comes_and_stop_keeps_what_was_shown(
    patient_app: App, new_page: NewPage
) -> None:
    page = await new_page(patient_app.address)
    await begin(page, "wait")
    await expect(exchange(page, 0)).to_have_attribute("data-state", "answering")
    await expect(page.get_by_role("button", name="Ask", exact=True)).to_be_hidden()
    await page.get_by_role("button", name="Stop").click()
    await expect(exchange(page, 0)).to_have_attribute("data-state", "stopped")
    await expect(exchange(page, 0)).to_contain_text("You stopped this answer.")
    await expect(exchange(page, 0).locator(".answer-text")).to_contain_text("Half an answer.")
    await expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    await ask(page, "Go on?", 1)


async def test_question_meanwhile_is_answered_and_the_draft_stays(
    patient_app: App, new_page: NewPage
) -> None:
    page = await new_page(patient_app.address)
    await ask(page, "Hello?")
    await question_box(page).fill("wait, I am still typing")
    chip = exchange(page, 0).get_by_role("button", name="Go on?")
    await chip.click()
    await expect(exchange(page, 1)).to_have_attribute("data-state", "done")
    await expect(question_box(page)).to_have_value("wait, I am still typing")
    await question_box(page).press("Enter")
    await expect(exchange(page, 2).locator(".answer-text")).to_contain_text("Half an answer.")
    await ask(page, "Go on?", 3)
    await expect(exchange(page, 2)).to_have_attribute("data-state", "stopped")


async def test_reload_finds_the_answer_under_way(patient_app: App, new_page: NewPage) -> None:
    page = await new_page(patient_app.address)
    await begin(page, "wait")
    await page.reload()
    await expect(exchange(page, 0)).to_have_attribute("data-state", "answering")
    await page.get_by_role("button", name="Stop").click()
    await expect(exchange(page, 0)).to_contain_text("You stopped this answer.")


async def test_failure_is_a_kind_line_and_no_trace(patient_app: App, new_page: NewPage) -> None:
    page = await new_page(patient_app.address)
    await begin(page, "fail")
    await expect(exchange(page, 0).locator(".problem")).to_have_text(
        "Something went wrong on our side. Please try again."
    )
    await expect(page.locator("body")).not_to_contain_text("secret")
    assert "a secret of the machine" in patient_app.log.read_text()


async def test_page_without_guides_still_opens(patient_app: App, new_page: NewPage) -> None:
    page = await new_page(patient_app.address)
    await expect(page.locator("#guides-panel")).to_contain_text("No guides yet.")
    await expect(page.locator(".chip")).to_have_count(0)
