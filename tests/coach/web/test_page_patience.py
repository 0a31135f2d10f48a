"""Answers that take their time or break, over a coach made to do so."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.coach.web.browsing import App, NewPage, ask, end, exchange, question_box, run

SCRIPT = Path(__file__).parent / "scripted_app.py"

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def patient_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("patient")
    running = run([SCRIPT], folder / "app.log", folder=folder)
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


async def test_stopped_answer_ends_its_stream_within_a_second(
    patient_app: App, new_page: NewPage
) -> None:
    page = await new_page(patient_app.address)
    await begin(page, "wait for the stop")
    assert "closed: wait for the stop" not in patient_app.log.read_text()
    await page.get_by_role("button", name="Stop").click()
    stopped = time.monotonic()
    while "closed: wait for the stop" not in patient_app.log.read_text():
        assert time.monotonic() - stopped < 1
        await asyncio.sleep(0.02)


async def test_new_chat_while_an_answer_is_under_way_stays_empty(
    patient_app: App, new_page: NewPage
) -> None:
    page = await new_page(patient_app.address)
    await begin(page, "wait for a new chat")
    await page.get_by_role("button", name="New chat").click()
    await expect(page.locator("#welcome")).to_be_visible()
    await begin(page, "Hello again?")
    await expect(page.locator(".exchange")).to_have_count(1)
    await expect(exchange(page, 0)).to_have_attribute("data-state", "done")


async def test_too_many_questions_leave_the_text_in_the_box_and_say_how_long_to_wait(
    tmp_path: Path, new_page: NewPage
) -> None:
    app = run([SCRIPT, json.dumps({"turns_a_minute": 2})], tmp_path / "log", folder=tmp_path)
    try:
        page = await new_page(app.address)
        await ask(page, "Hello?")
        await ask(page, "Hello again?", 1)
        await question_box(page).fill("And a third?")
        await question_box(page).press("Enter")
        notice = page.locator("#notice")
        await expect(notice).to_have_text(
            re.compile(
                r"That was quick: please wait \d+ seconds? before the next question\. "
                r"Your text is still in the box\."
            )
        )
        await expect(question_box(page)).to_have_value("And a third?")
        for button in ("Go on?", "Try again"):
            await question_box(page).press_sequentially("!")
            await expect(notice).to_have_text("")
            await page.get_by_role("button", name=button).click()
            await expect(notice).to_contain_text("please wait")
            await expect(notice).not_to_contain_text("in the box")
        await expect(page.locator(".exchange")).to_have_count(2)
        await page.context.close()
    finally:
        end(app)
