"""Thumbs, reasons, a line of text and the wish for a human, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from coach.database import Database, open_database
from coach.database.tables import ConversationRow, CorrectionRow, ReviewItemRow, TurnRow
from coach.transcripts import FeedbackReason, StoredTurn, Transcripts, Verdict
from coach.transcripts.queueing import Reason
from tests.coach.web.browsing import App, NewPage, ask, end, exchange, finished, run

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = Path(__file__).parent / "scripted_app.py"
HOSTILE = "<img src=x onerror='window.hacked=1'>\"><svg onload=window.hacked=2> {{x}} [1]"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(None, tmp_path_factory.mktemp("feedback"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def feedback_app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("feedback-app")
    settings = {"database_url": database.engine.url.render_as_string()}
    running = run([SCRIPT, json.dumps(settings)], folder / "app.log", folder=folder)
    yield running
    end(running)


async def kept(page: Page, database: Database) -> StoredTurn:
    """The turn that the page shows first, as it is in the database."""
    identifier = await page.evaluate("window.pathwayCoach.current()")
    with database.reading() as session:
        owner = session.get_one(ConversationRow, identifier).owner
    transcript = Transcripts(database).load(owner, identifier)
    assert transcript is not None
    return transcript.turns[0]


async def reason_in_queue(page: Page, database: Database) -> str | None:
    with database.reading() as session:
        item = session.get(ReviewItemRow, (await kept(page, database)).id)
        return item.reason if item else None


async def test_thumb_is_given_changed_and_still_there_after_a_reload(
    feedback_app: App, new_page: NewPage, database: Database
) -> None:
    page = await new_page(feedback_app.address)
    await ask(page, "Hello?")
    up = page.get_by_role("button", name="Good answer")
    down = page.get_by_role("button", name="Bad answer")
    said = page.locator(".feedback-said")
    await up.click()
    await expect(said).to_have_text("Thank you.")
    await expect(up).to_have_attribute("aria-pressed", "true")
    feedback = (await kept(page, database)).feedback
    assert feedback is not None
    assert feedback.verdict is Verdict.UP
    await down.click()
    await expect(up).to_have_attribute("aria-pressed", "false")
    await page.get_by_role("button", name="Unclear").click()
    await page.get_by_role("button", name="Missed the point").click()
    await page.get_by_role("textbox", name="Tell us more").fill(HOSTILE)
    await page.get_by_role("button", name="Send").click()
    await expect(said).to_contain_text("Thank you.")
    await expect(down).to_be_focused()
    feedback = (await kept(page, database)).feedback
    assert feedback is not None
    assert feedback.verdict is Verdict.DOWN
    assert feedback.reasons == (FeedbackReason.MISSED_POINT, FeedbackReason.UNCLEAR)
    assert feedback.comment == HOSTILE
    assert await reason_in_queue(page, database) == Reason.THUMBS_DOWN
    await page.reload()
    await expect(down).to_have_attribute("aria-pressed", "true")
    await down.click()
    await expect(page.get_by_role("button", name="Unclear")).to_have_attribute(
        "aria-pressed", "true"
    )
    text = page.get_by_role("textbox", name="Tell us more")
    await expect(text).to_have_value(HOSTILE)
    await text.fill("Better so")
    await text.press("Enter")
    await expect(page.locator(".feedback-form")).to_have_count(0)
    feedback = (await kept(page, database)).feedback
    assert feedback is not None
    assert feedback.comment == "Better so"
    assert await page.evaluate("window.hacked") is None


async def test_feedback_by_keyboard_alone(
    feedback_app: App, new_page: NewPage, database: Database
) -> None:
    page = await new_page(feedback_app.address)
    await ask(page, "Hello?")
    await page.get_by_role("button", name="Bad answer").focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Wrong")).to_be_focused()
    await page.keyboard.press("Space")
    await page.keyboard.press("Escape")
    await expect(page.locator(".feedback-form")).to_have_count(0)
    await expect(page.get_by_role("button", name="Bad answer")).to_be_focused()
    feedback = (await kept(page, database)).feedback
    assert feedback is not None
    assert (feedback.verdict, feedback.reasons) == (Verdict.DOWN, ())


async def test_draft_of_feedback_outlives_the_next_answer(
    feedback_app: App, new_page: NewPage, database: Database
) -> None:
    page = await new_page(feedback_app.address)
    await ask(page, "Hello?")
    await page.get_by_role("button", name="Bad answer").click()
    text = page.get_by_role("textbox", name="Tell us more")
    await text.fill("Half a thou")
    await ask(page, "And then?", 1)
    await expect(text).to_have_value("Half a thou")
    await page.get_by_role("button", name="Send").click()
    await expect(exchange(page, 0).locator(".feedback-said")).to_contain_text("Thank you.")
    feedback = (await kept(page, database)).feedback
    assert feedback is not None
    assert feedback.comment == "Half a thou"
    await expect(exchange(page, 0).locator('[data-thumb="down"]')).to_have_attribute(
        "aria-pressed", "true"
    )


async def test_asking_a_person_puts_the_conversation_at_the_head_of_the_queue(
    feedback_app: App, new_page: NewPage, database: Database
) -> None:
    page = await new_page(feedback_app.address)
    await ask(page, "Hello?")
    await page.get_by_role("button", name="Ask a person").click()
    await expect(page.locator(".feedback-said")).to_contain_text("will read this conversation")
    assert await reason_in_queue(page, database) == Reason.HUMAN_ASKED
    asked = page.get_by_role("button", name="A coach was asked")
    await expect(asked).to_have_attribute("aria-disabled", "true")
    await page.reload()
    await expect(asked).to_be_visible()


async def test_correction_of_a_coach_shows_under_the_answer(
    feedback_app: App, new_page: NewPage, database: Database
) -> None:
    page = await new_page(feedback_app.address)
    await ask(page, "Hello?")
    turn = await kept(page, database)
    now = datetime.now(UTC)
    with database.writing() as session:
        assert session.get(TurnRow, turn.id) is not None
        session.add(
            CorrectionRow(
                turn_id=turn.id,
                text=f"It takes **two years**. {HOSTILE}",
                passages=[],
                facts=[],
                guide_edit="",
                created_at=now,
                updated_at=now,
            )
        )
    await page.reload()
    await finished(page, 0)
    shown = page.get_by_role("complementary", name="Corrected by a coach")
    await expect(shown).to_contain_text("It takes two years.")
    await expect(shown).to_contain_text(HOSTILE)
    assert await page.evaluate("window.hacked") is None
