"""The coaches' pages in a real browser: keys, phone, dark mode, and text of others that is data."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from coach.accounts import Accounts, Role
from coach.database import Database, migrate, open_database
from coach.domain import Check, CheckStatus, Citation, Coverage, CoverageStatus, Hit
from coach.review.correcting import Corrections, drafted
from coach.review.queue import ReviewQueue
from coach.review.values import Outcome, Review
from coach.transcripts import Entry, FeedbackReason, Transcripts, Verdict
from coach.web.identity import SESSION_COOKIE
from tests.coach.transcripts.made import ANSWER, OWNER, PASSAGE, entry
from tests.coach.web.browsing import App, NewPage, ask

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = (
    "</textarea></blockquote></title><script>window.hacked=1</script>"
    "<img src=http://192.0.2.1/y.png onerror='window.hacked=2'>"
    '"><svg onload="window.hacked=3"> <a href=javascript:window.hacked=4>x</a> '
    "![i](http://192.0.2.1/x.png) {{ 7*7 }} {% raw %} '; window.hacked=5 //"
)
WITHOUT_WORDS = ("/asked", "/agreement")
PAGES = ("", "/gaps", "/asked", "/agreement", "/items/{turn}", "/items/{turn}/test")


@pytest.fixture(scope="module")
def database(knowledge: Path, app: App) -> Iterator[Database]:
    """The app's own database, with two coaches."""
    opened = open_database(None, knowledge.parent / "data")
    migrate(opened)
    for name in ("Ada", "Ben"):
        Accounts(opened).add(name, Role.COACH)
    yield opened
    opened.close()


def hostile_turn(database: Database) -> Entry:
    """A turn in which every text of others tries to be markup."""
    passage = PASSAGE.model_copy(
        update={
            "id": HOSTILE,
            "text": f"Timeline: {HOSTILE} 6-9 months",
            "headings": (HOSTILE, HOSTILE),
            "source": f"{HOSTILE}.md",
        }
    )
    clowns = PASSAGE.model_copy(update={"guide": "acrobat-to-clown", "headings": (HOSTILE,)})
    answer = ANSWER.model_copy(
        update={
            "text": f"**{HOSTILE}** [1]\n- {HOSTILE}",
            "refused": True,
            "guide": "acrobat-to-clown",
            "coverage": Coverage(status=CoverageStatus.PARTLY, missing=(HOSTILE,)),
            "citations": (
                Citation(marker=1, passage=passage, quote=HOSTILE, first_line=1, last_line=2),
            ),
            "hits": (Hit(passage=passage, score=1.0), Hit(passage=clowns, score=0.5)),
            "checks": (Check(sentence=HOSTILE, status=CheckStatus.FAILED, reason=HOSTILE),),
            "notice": HOSTILE,
            "model": HOSTILE[:200],
            "resolved_question": f"Meant: {HOSTILE}",
        }
    )
    turn = entry(HOSTILE, turn_id=secrets.token_urlsafe(16), answer=answer, problem=HOSTILE)
    transcripts = Transcripts(database)
    transcripts.record(turn)
    transcripts.give_feedback(
        OWNER, turn.turn_id, Verdict.DOWN, [FeedbackReason.WRONG], f"Comment: {HOSTILE}"
    )
    ada, ben = (Accounts(database).find(name) for name in ("Ada", "Ben"))
    assert ada is not None
    assert ben is not None
    queue = ReviewQueue(database)
    assert queue.claim(turn.turn_id, ben.id)
    review = Review(
        correct=0, complete=0, grounded=0, helpful=0, tone=0, tags=(HOSTILE,), notes=HOSTILE
    )
    diff = f"--- a\n+++ b\n@@\n-{HOSTILE}\n"
    draft = drafted(HOSTILE, [], [HOSTILE], {HOSTILE: HOSTILE}, diff)
    assert Corrections(database).save(turn.turn_id, ben.id, draft)
    assert queue.done(turn.turn_id, ben.id, review) is Outcome.KEPT
    assert queue.claim(turn.turn_id, ada.id)
    return turn


async def signed_in(new_page: NewPage, app: App, database: Database, **settings: object) -> Page:
    """The queue, in the browser of a coach; signing in so often would be throttled."""
    ada = Accounts(database).find("Ada")
    assert ada is not None
    page = await new_page(app.address, **settings)
    token = Accounts(database).start_session(ada)
    await page.context.add_cookies(
        [{"name": SESSION_COOKIE, "value": token, "url": app.address, "httpOnly": True}]
    )
    await page.goto(f"{app.address}/review")
    await expect(page.get_by_role("heading", name="Review")).to_be_visible()
    return page


async def test_text_of_others_is_shown_and_never_run(
    app: App, new_page: NewPage, database: Database
) -> None:
    turn = hostile_turn(database)
    page = await signed_in(new_page, app, database)
    for address in PAGES:
        await page.goto(f"{app.address}/review{address}?state=all".format(turn=turn.turn_id))
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate("window.hacked") is None, address
        own = "img[alt=''][src$='logo.svg']"
        assert await page.locator(f"main img, svg, iframe, img:not({own})").count() == 0, address
        assert await page.locator("script").count() == 1, address
        for attribute in ("onerror", "onload", "onmouseover", "style"):
            assert await page.locator(f"[{attribute}]").count() == 0, address
        links = await page.locator("a").evaluate_all("all => all.map(a => a.protocol)")
        assert set(links) <= {"http:"}, address
        shown = await page.get_by_text("window.hacked").count() > 0
        assert shown == (address not in WITHOUT_WORDS), address


async def test_hostile_answer_can_be_read_filtered_and_reviewed(
    app: App, new_page: NewPage, database: Database
) -> None:
    turn = hostile_turn(database)
    page = await signed_in(new_page, app, database)
    await page.get_by_text("Filter", exact=True).click()
    await page.get_by_label("Words").fill(HOSTILE[:100])
    await page.get_by_label("State").select_option("all")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.get_by_label("Words")).to_have_value(HOSTILE[:100])

    await page.goto(f"{app.address}/review/items/{turn.turn_id}?guide=acrobat-to-clown&section=faq")
    await expect(page.locator(".focus .question")).to_have_text(HOSTILE)
    await expect(page.get_by_label("The right answer")).to_have_value(HOSTILE)
    await expect(page.locator(".right")).to_contain_text("<math><mtext><script>window.hacked=13")
    await page.get_by_text("Propose a change").last.click()
    assert await page.evaluate("window.hacked") is None


async def test_coach_works_an_item_off_by_keys(
    app: App, new_page: NewPage, database: Database
) -> None:
    visitor = await new_page(app.address)
    await ask(visitor, "What does it cost in euros to become a clown?")
    now = datetime.now(UTC)
    turn = entry(f"Is it late? {now}", answer=ANSWER, asked_at=now)
    Transcripts(database).record(turn)
    Transcripts(database).ask_human(OWNER, turn.conversation_id)
    page = await signed_in(new_page, app, database)

    await page.get_by_role("link", name=f"Is it late? {now}").click()
    await page.keyboard.press("c")
    await expect(page.get_by_text("You have it.")).to_be_visible()
    for key in ("3", "2", "ArrowUp", "1", "3", "3", "3"):
        await page.keyboard.press(key)
    levels = await page.locator("input[type=radio]:checked").evaluate_all(
        "all => all.map(one => one.name + one.value)"
    )
    assert levels == ["correct2", "complete0", "grounded2", "helpful2", "tone2"]
    await page.get_by_label("Notes").fill("d and c and s are letters here")
    await expect(page.get_by_label("Notes")).to_have_value("d and c and s are letters here")
    await page.get_by_role("heading", name="Review an answer").click()
    await page.keyboard.press("d")
    await page.wait_for_url(lambda url: turn.turn_id not in url)

    ada = Accounts(database).find("Ada")
    assert ada is not None
    opened = ReviewQueue(database).read(turn.turn_id, ada.id)
    assert opened is not None
    assert opened.reviews[0].review.complete == 0
    assert opened.reviews[0].review.notes == "d and c and s are letters here"


async def test_correction_by_picking_becomes_a_test(
    app: App, new_page: NewPage, database: Database
) -> None:
    visitor = await new_page(app.address)
    question = "How much does it cost, in euros, to become a chief AI officer?"
    await ask(visitor, question)
    page = await signed_in(new_page, app, database)
    await page.get_by_role("link", name=question).first.click()
    await page.get_by_role("button", name="Claim").click()
    await (
        page.locator(".look")
        .get_by_label("Guide")
        .select_option("backend-developer-to-chief-ai-officer")
    )
    await page.locator(".look").get_by_label("Section").select_option("timeline")
    await page.get_by_role("button", name="Look there").click()
    passage = page.locator(".passage", has_text="18-24 months").first
    await passage.get_by_label("Holds the answer").check()
    await passage.get_by_text("Facts it must state").click()
    await passage.get_by_label("18-24 months").first.check()
    await page.get_by_role("button", name="Keep the correction").click()
    await expect(page.get_by_role("status")).to_contain_text("The correction is kept.")
    await page.get_by_role("link", name="Make it a test").click()
    await expect(page.get_by_text(question).first).to_be_visible()
    await page.get_by_role("button", name="Put it on the pending list").click()
    await expect(page.locator(".case")).to_contain_text("On the pending list")


async def test_nothing_typed_is_left_by_mistake(
    app: App, new_page: NewPage, database: Database
) -> None:
    now = datetime.now(UTC)
    turn = entry(f"Is it lost? {now}", answer=ANSWER, asked_at=now)
    Transcripts(database).record(turn)
    Transcripts(database).ask_human(OWNER, turn.conversation_id)
    page = await signed_in(new_page, app, database)
    await page.goto(f"{app.address}/review/items/{turn.turn_id}")
    await page.keyboard.press("c")
    answer, tags = page.get_by_label("The right answer"), page.get_by_label("Tags")
    await answer.fill("Not yet kept")
    for name in ("Skip", "Give back"):
        await page.get_by_role("button", name=name).click()
        await expect(page.get_by_role("alert")).to_have_text(re.compile("is not kept yet"))
        await answer.press_sequentially("!")
        await expect(page.get_by_role("alert")).to_be_hidden()

    await page.get_by_role("button", name="Look there").click()
    await page.wait_for_load_state()
    await expect(answer).to_have_value("Not yet kept!!")
    assert page.url == f"{app.address}/review/items/{turn.turn_id}"
    await tags.fill("late")
    await tags.press("Enter")
    await page.wait_for_load_state()
    await expect(answer).to_have_value("Not yet kept!!")
    await page.get_by_role("heading", name="Review an answer").click()
    for _ in range(5):
        await page.keyboard.press("3")
    await page.get_by_role("button", name="Keep the correction").click()
    await expect(page.get_by_role("status")).to_contain_text("The correction is kept.")
    assert await page.locator("input[type=radio]:checked").count() == 5
    await expect(tags).to_have_value("late")
    await page.get_by_label("Notes").fill("A thought")
    for _ in range(2):
        await page.get_by_role("button", name="Skip").click()
    await page.wait_for_url(lambda url: turn.turn_id not in url)


async def test_pages_fit_a_phone_and_follow_dark_mode(
    app: App, new_page: NewPage, database: Database
) -> None:
    turn = hostile_turn(database)
    phone = {"viewport": {"width": 375, "height": 800}, "color_scheme": "dark"}
    page = await signed_in(new_page, app, database, **phone)
    for address in PAGES:
        await page.goto(f"{app.address}/review{address}".format(turn=turn.turn_id))
        assert await page.evaluate("document.documentElement.scrollWidth") <= 375, address
        colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert colour == "rgb(18, 23, 21)", address
