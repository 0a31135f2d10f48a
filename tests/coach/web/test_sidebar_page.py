"""The list of conversations in a real browser: finding, opening, naming, taking away, deleting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from coach.accounts import Accounts, Role
from coach.database import open_database
from tests.coach.web.browsing import App, NewPage, ask, end, exchange, finished, question_box, run

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = Path(__file__).parent / "scripted_app.py"
PASSWORD = "correct horse battery"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
HOSTILE = "<img src=x onerror='window.hacked=1'>\"><svg onload=window.hacked=2> {{x}}"


def serve(folder: Path) -> App:
    """Start the app over a database in the folder."""
    settings = {"database_url": f"sqlite:///{folder / 'kept.sqlite'}"}
    return run([SCRIPT, json.dumps(settings)], folder / "app.log", folder=folder)


@pytest.fixture(scope="module")
def listing_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    running = serve(tmp_path_factory.mktemp("listing"))
    yield running
    end(running)


def entries(page: Page) -> Locator:
    """Return the lines of the list."""
    return page.locator("#conversations-list > li")


async def choose(page: Page, title: str, *choices: str) -> None:
    """Open what can be done with a conversation and press buttons there."""
    await page.get_by_role("button", name=f"More for: {title}").click()
    for choice in choices:
        await page.get_by_role("group").get_by_role("button", name=choice, exact=True).click()


async def new_chat(page: Page) -> None:
    await page.get_by_role("button", name="New chat").click()
    await expect(page.locator(".exchange")).to_have_count(0)


async def test_conversations_outlive_a_restart_and_are_opened_from_the_list(
    tmp_path: Path, new_page: NewPage
) -> None:
    before = serve(tmp_path)
    page = await new_page(before.address)
    await ask(page, "whole")
    await ask(page, "And then?", 1)
    await new_chat(page)
    await ask(page, "Something else")
    await expect(entries(page)).to_have_text(["Something else⋯", "whole⋯"])
    end(before)
    after = serve(tmp_path)
    try:
        await page.goto(after.address)
        await page.get_by_role("button", name="whole", exact=True).click()
        await finished(page, 1)
        await expect(exchange(page, 0).locator(".answer-text")).to_contain_text("18-24 months")
        await expect(page.get_by_role("button", name="whole", exact=True)).to_have_attribute(
            "aria-current", "true"
        )
        await ask(page, "echo", 2)
        await expect(exchange(page, 2).locator(".answer-text")).to_contain_text("And then?")
        await expect(entries(page)).to_have_text(["whole⋯", "Something else⋯"])
    finally:
        end(after)


async def test_conversation_is_renamed_in_place_by_keyboard_alone(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "Hello?")
    more = page.get_by_role("button", name="More for: Hello?")
    await more.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Rename")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="New name")).to_be_focused()
    await page.keyboard.type("My move")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="More for: My move")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.locator(".choices")).to_have_count(0)
    await expect(page.get_by_role("button", name="More for: My move")).to_be_focused()
    await page.reload()
    await expect(entries(page)).to_have_text(["My move⋯"])


async def test_search_finds_by_title_question_and_answer(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "whole")
    await new_chat(page)
    await ask(page, "Nurses?")
    search = page.get_by_role("searchbox", name="Search your conversations")
    await search.fill("nurse")
    await expect(entries(page)).to_have_text(["Nurses?⋯"])
    await search.fill("üben")
    await expect(entries(page)).to_have_text(["whole⋯"])
    await search.fill("nothing like it")
    await expect(entries(page)).to_have_count(0)
    await expect(page.locator("#conversations-note")).to_have_text("Nothing found.")
    await search.fill("")
    await expect(entries(page)).to_have_count(2)


async def test_deleting_asks_first_and_empties_the_page_that_shows_it(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "Hello?")
    await choose(page, "Hello?", "Delete")
    await expect(page.get_by_role("button", name="Keep")).to_be_focused()
    await page.get_by_role("button", name="Keep").click()
    await expect(entries(page)).to_have_count(1)
    await choose(page, "Hello?", "Delete", "Delete for good")
    await expect(entries(page)).to_have_count(0)
    await expect(page.locator("#welcome")).to_be_visible()
    await expect(page.locator("#conversations-note")).to_have_text("Deleted.")
    await page.reload()
    await expect(page.locator("#conversations-note")).to_have_text(
        "What you ask will be listed here."
    )


async def test_conversation_is_saved_as_text_and_as_json(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "whole")
    await choose(page, "whole")
    saved = {}
    for kind in ("text", "JSON"):
        async with page.expect_download() as download:
            await page.get_by_role("link", name=f"Save as {kind}").click()
        file = await download.value
        text = await asyncio.to_thread((await file.path()).read_text, "utf-8")
        saved[kind] = (file.suggested_filename, text)
    name, text = saved["text"]
    assert name.endswith(".md")
    assert "# whole" in text
    assert "It takes **18-24 months** [1]. Üben hilft." in text
    name, text = saved["JSON"]
    assert name.endswith(".json")
    assert json.loads(text)["turns"][0]["question"] == "whole"


async def test_shared_link_is_read_by_others_until_it_is_ended(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "written")
    await ask(page, HOSTILE, 1)
    await choose(page, "written", "Share", "Make a link")
    link = await page.get_by_role("textbox", name="Link to share").input_value()
    assert link.startswith(f"{listing_app.address}/shared/")
    other = await (await new_page(listing_app.address)).context.new_page()
    answer = await other.goto(link)
    assert answer is not None
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    await expect(other.get_by_role("heading", level=1)).to_have_text("written")
    await expect(other.locator(".question p").last).to_have_text(HOSTILE)
    await other.get_by_role("link", name="Source 1").first.click()
    await expect(other.locator(".source mark").first).to_have_text("18-24 months")
    await expect(other.locator("textarea, input, [data-event], script, #shared img")).to_have_count(
        0
    )
    assert await other.evaluate("window.hacked") is None
    await other.set_viewport_size({"width": 390, "height": 844})
    assert not await other.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    await page.get_by_role("button", name="End sharing").click()
    await expect(page.locator("#conversations-note")).to_have_text(
        "The link does not work any more."
    )
    missing = await other.context.request.get(link)
    assert missing.status == 404
    assert "This link does not work any more" in await missing.text()


async def test_new_link_ends_the_one_before(listing_app: App, new_page: NewPage) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "whole")
    links = []
    for label in ("Make a link", "Make a new link"):
        await choose(page, "whole", "Share", label)
        links.append(await page.get_by_role("textbox", name="Link to share").input_value())
        await page.get_by_role("button", name="Done").click()
        await expect(page.get_by_role("button", name="More for: whole")).to_be_focused()
    get = page.context.request.get
    assert [(await get(link)).status for link in links] == [404, 200]


async def test_markup_in_a_title_is_text(listing_app: App, new_page: NewPage) -> None:
    page = await new_page(listing_app.address)
    await ask(page, HOSTILE)
    title = page.locator(".conversation-title")
    await expect(title).to_contain_text("<img src=x onerror=")
    await page.locator(".conversation-more").click()
    await page.get_by_role("button", name="Rename").click()
    await page.get_by_role("textbox", name="New name").fill(f"{HOSTILE} again")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(title).to_have_text(f"{HOSTILE} again")
    await title.click()
    await finished(page, 0)
    assert await page.evaluate("window.hacked") is None
    await expect(page.locator("#sidebar img, #sidebar svg")).to_have_count(0)


async def test_visitors_see_and_reach_no_conversation_but_their_own(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "whole")
    await expect(entries(page)).to_have_count(1)
    identifier = await entries(page).get_attribute("data-id")
    turn = await exchange(page, 0).get_attribute("data-turn")
    thief = await new_page(listing_app.address)
    await expect(entries(thief)).to_have_count(0)
    base = f"{listing_app.address}/conversations/{identifier}"
    send = thief.context.request
    from_here = {"origin": listing_app.address}
    assert (await send.get(f"{base}/export?format=json")).status == 404
    for path, body in {
        f"{base}/rename": {"title": "mine"},
        f"{base}/share": {},
        f"{base}/revoke": {},
        f"{base}/human": {},
        f"{base}/delete": {},
        f"{listing_app.address}/turns/{turn}/feedback": {"verdict": "down"},
    }.items():
        answer = await send.post(path, data=body, headers=from_here)
        assert answer.status == 404, path
    await page.reload()
    await expect(entries(page)).to_have_text(["whole⋯"])


async def test_list_is_closed_for_good_and_opened_again(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    toggle = page.get_by_role("button", name="Your conversations")
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await toggle.click()
    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.reload()
    await expect(page.locator("#welcome h2")).to_be_visible()
    await expect(page.locator("#sidebar")).to_be_hidden()
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    await ask(page, "whole")
    await new_chat(page)
    await toggle.click()
    await expect(entries(page)).to_have_text(["whole⋯"])


async def test_phone_shows_the_list_over_the_chat(listing_app: App, new_page: NewPage) -> None:
    page = await new_page(listing_app.address, **PHONE)
    await ask(page, "whole")
    await page.get_by_role("button", name="New chat").tap()
    await ask(page, "Hello?")
    sidebar = page.locator("#sidebar")
    await expect(sidebar).to_be_hidden()
    toggle = page.get_by_role("button", name="Your conversations")
    await toggle.tap()
    await expect(sidebar).to_be_visible()
    assert await page.evaluate("document.getElementById('talk').inert")
    sideways = "document.documentElement.scrollWidth > window.innerWidth"
    assert not await page.evaluate(sideways)
    await page.get_by_role("button", name="More for: whole").tap()
    await page.keyboard.press("Escape")
    await expect(sidebar).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sidebar).to_be_hidden()
    await toggle.tap()
    await page.get_by_role("button", name="whole", exact=True).tap()
    await expect(sidebar).to_be_hidden()
    await expect(exchange(page, 0).locator(".question")).to_contain_text("whole")
    await question_box(page).fill("goes on")
    assert not await page.evaluate(sideways)


async def test_person_downloads_and_deletes_all_that_is_theirs(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "whole")
    await new_chat(page)
    await ask(page, "Hello?")
    await page.get_by_text("Your data").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download all").click()
    saved = json.loads(await asyncio.to_thread((await (await download.value).path()).read_text))
    assert len(saved["conversations"]) == 2
    await page.get_by_role("button", name="Delete all", exact=True).click()
    await page.get_by_role("button", name="Keep").click()
    await expect(entries(page)).to_have_count(2)
    await page.get_by_role("button", name="Delete all", exact=True).click()
    await expect(page.get_by_role("button", name="Keep")).to_be_focused()
    await expect(page.get_by_role("button", name="Delete my account, too")).to_have_count(0)
    await page.get_by_role("button", name="Delete all for good").click()
    await expect(page.locator("#conversations-note")).to_have_text("All that was yours is deleted.")
    await expect(entries(page)).to_have_count(0)
    await expect(page.locator("#welcome")).to_be_visible()
    await ask(page, "whole")
    await expect(entries(page)).to_have_text(["whole⋯"])


async def test_person_signs_in_and_out_and_deletes_the_account(
    listing_app: App, new_page: NewPage
) -> None:
    page = await new_page(listing_app.address)
    await ask(page, "whole")
    sign_in = page.get_by_role("link", name="Sign in")
    await expect(sign_in).to_have_count(0)
    database = open_database(f"sqlite:///{listing_app.log.parent / 'kept.sqlite'}", Path())
    accounts = Accounts(database)
    await asyncio.to_thread(accounts.add, "ann@example.org", Role.USER, PASSWORD)
    await page.reload()
    await sign_in.click()
    await page.get_by_label("Name or e-mail address").fill("ann@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("#account")).to_contain_text("Signed in as ann@example.org")
    await expect(entries(page)).to_have_text(["whole⋯"])
    await page.get_by_role("button", name="whole", exact=True).click()
    await finished(page, 0)
    await page.get_by_text("Your data").click()
    await page.get_by_role("button", name="Delete all", exact=True).click()
    await page.get_by_role("button", name="Delete my account, too").click()
    await expect(page.locator("#conversations-note")).to_have_text("All that was yours is deleted.")
    assert await asyncio.to_thread(accounts.accounts) == []
    database.close()
