"""The chat page in a real browser, over a real index."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.coach.web.browsing import HOW_LONG, App, NewPage, ask, finished, question_box

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


async def scrolls_sideways(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


async def test_empty_chat_welcomes_and_offers_questions_that_the_guides_answer(
    app: App, new_page: NewPage
) -> None:
    page = await new_page(app.address)
    await expect(page).to_have_title("Pathway Coach: career moves, answered from guides")
    chips = page.locator("#welcome .chip")
    assert 4 <= await chips.count() <= 6
    text = await chips.first.inner_text()
    await chips.first.click()
    done = await finished(page, 0)
    await expect(done.locator(".question")).to_contain_text(text)
    await expect(done.locator(".refused")).to_have_count(0)
    await expect(page.locator("#welcome")).to_be_hidden()


async def test_headline_question_is_answered_with_its_source(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    answer = await ask(page, HOW_LONG)
    await expect(answer.locator(".answer-text")).to_contain_text("18-24 months")
    await expect(question_box(page)).to_have_value("")
    marker = answer.get_by_role("button", name="Show source 1").first
    await marker.click()
    source = page.locator('#sources .source[data-number="1"]')
    await expect(source).to_be_focused()
    await expect(source).to_contain_text("Backend Developer → Chief AI Officer")
    await expect(source.locator(".source-file")).to_have_text(
        re.compile(r"knowledge/backend-developer-to-chief-ai-officer\.md, lines? \d+")
    )
    await expect(source.locator("mark")).to_contain_text("18-24 months")
    await page.keyboard.press("Escape")
    await expect(page.locator("#sources")).to_be_hidden()
    await expect(marker).to_be_focused()


async def test_follow_ups_ask_and_give_way_to_new_ones(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    first = await ask(page, HOW_LONG)
    offered = await first.locator(".chip").all_inner_texts()
    assert len(offered) == 3
    await first.locator(".chip").first.click()
    second = await finished(page, 1)
    await expect(second.locator(".question")).to_contain_text(offered[0])
    await expect(first.locator(".chip")).to_have_count(0)
    assert await second.locator(".chip").all_inner_texts() != offered
    await second.locator(".chip").last.click()
    await finished(page, 2)


async def test_question_that_fits_several_guides_offers_them_to_choose_from(
    app: App, new_page: NewPage
) -> None:
    page = await new_page(app.address)
    asked = await ask(page, "How long does it take?")
    await expect(asked.locator(".answer-text")).to_contain_text("Which move do you mean?")
    assert "Backend Developer to Chief AI Officer" in await asked.locator(".chip").all_inner_texts()
    await asked.get_by_role("button", name="Backend Developer to Chief AI Officer").click()
    answer = await finished(page, 1)
    await expect(answer.locator(".answer-text")).to_contain_text("18-24 months")


async def test_conversation_carries_the_subject_on(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await ask(page, HOW_LONG)
    answer = await ask(page, "And which skills do I need?", 1)
    await expect(answer.locator(".sources")).to_contain_text("Chief AI Officer")


async def test_question_that_no_guide_answers_is_refused_kindly(
    app: App, new_page: NewPage
) -> None:
    page = await new_page(app.address)
    answer = await ask(page, "What would a Chief AI Officer earn in Berlin, in euros?")
    await expect(answer.locator(".refused")).to_have_count(1)
    await expect(answer.locator(".answer-text")).to_contain_text("Berlin")


async def test_empty_question_asks_nothing_and_hints(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await question_box(page).fill("   ")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("#notice")).to_contain_text("Type a question first.")
    await expect(page.locator(".exchange")).to_have_count(0)
    await question_box(page).press_sequentially("How")
    await expect(page.locator("#notice")).to_have_text("")


async def test_question_that_is_too_long_stays_to_be_shortened(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await question_box(page).fill("why " * 2500)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("#notice")).to_contain_text("keep a question under 2,000")
    assert len(await question_box(page).input_value()) == 10_000
    await ask(page, HOW_LONG)
    await expect(page.locator("#notice")).to_have_text("")


async def test_guide_card_tells_what_is_covered_and_picks_the_guide(
    app: App, new_page: NewPage
) -> None:
    page = await new_page(app.address)
    card = page.locator(".guide", has_text="Chief AI Officer")
    await expect(card.locator(".guide-facts")).to_have_text("Hard · 18–24 months")
    await card.locator("summary").click()
    await expect(card.locator(".covers")).to_contain_text("skills to learn")
    await card.get_by_role("button", name="Ask about this move").click()
    picker = page.get_by_role("combobox", name="Answer from")
    await expect(picker).to_have_value("Backend Developer → Chief AI Officer")
    for chip in await page.locator("#welcome .chip").all():
        await expect(chip).to_contain_text("Chief AI Officer")
    answer = await ask(page, "How long does it take?")
    await expect(answer.locator(".answer-text")).to_contain_text("18-24 months")


async def test_picker_offers_any_guide_first(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    picker = page.get_by_role("combobox", name="Answer from")
    await expect(picker).to_have_value("Any guide")
    await picker.click()
    await page.get_by_role("option", name="Registered Nurse → Health Informatics").click()
    answer = await ask(page, "How long does it take?")
    await expect(answer.locator(".sources")).to_contain_text("Registered Nurse")


async def test_retry_answers_again_in_place(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await ask(page, HOW_LONG)
    await page.get_by_role("button", name="Try again").click()
    await finished(page, 0)
    await expect(page.locator(".exchange")).to_have_count(1)
    await expect(page.locator(".answer-text")).to_contain_text("18-24 months")


async def test_copy_gives_text_and_sources(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address, permissions=["clipboard-read", "clipboard-write"])
    await ask(page, HOW_LONG)
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert "18-24 months" in copied
    assert "[1] Backend Developer → Chief AI Officer" in copied
    assert "**" not in copied


async def test_new_chat_starts_without_what_was_said(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await ask(page, HOW_LONG)
    await page.get_by_role("button", name="New chat").click()
    await expect(page.locator("#welcome")).to_be_visible()
    await expect(page.locator(".exchange")).to_have_count(0)
    answer = await ask(page, "And which skills do I need?")
    await expect(answer.locator(".sources")).not_to_contain_text("Chief AI Officer")


async def test_reload_keeps_the_conversation_and_a_second_tab_has_its_own(
    app: App, new_page: NewPage
) -> None:
    page = await new_page(app.address)
    await ask(page, HOW_LONG)
    await page.reload()
    await expect(page.locator(".exchange")).to_have_count(1)
    answer = await ask(page, "And which skills do I need?", 1)
    await expect(answer.locator(".sources")).to_contain_text("Chief AI Officer")
    tab = await page.context.new_page()
    await tab.goto(app.address)
    await expect(tab.locator("#welcome")).to_be_visible()
    other = await ask(tab, "And which skills do I need?")
    await expect(other.locator(".sources")).not_to_contain_text("Chief AI Officer")
    await expect(page.locator(".exchange")).to_have_count(2)


async def test_phone_shows_sources_over_the_chat_and_never_scrolls_sideways(
    app: App, new_page: NewPage
) -> None:
    page = await new_page(app.address, **PHONE)
    assert not await scrolls_sideways(page)
    answer = await ask(page, HOW_LONG)
    await expect(page.locator("#panel")).to_be_hidden()
    assert not await scrolls_sideways(page)
    await answer.locator(".marker").first.tap()
    await expect(page.locator("#sources mark").first).to_be_in_viewport()
    assert not await scrolls_sideways(page)
    await page.get_by_role("button", name="Close").tap()
    await expect(page.locator("#panel")).to_be_hidden()
    await page.get_by_role("button", name="Guides", exact=True).tap()
    await expect(page.locator(".guide").first).to_be_in_viewport()
    await page.touchscreen.tap(100, 80)
    await expect(page.locator("#panel")).to_be_hidden()


async def test_page_follows_the_system_into_the_dark(app: App, new_page: NewPage) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        page = await new_page(app.address, color_scheme=scheme)
        await ask(page, HOW_LONG)
        for part in ("body", "#panel", "#ask-card", "#question textarea"):
            background, ink = await page.locator(part).first.evaluate(
                """element => {
                    const light = (colour) => {
                        const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number);
                        return (red + green + blue) / 3;
                    };
                    let behind = element;
                    const colourOf = (node) => getComputedStyle(node).backgroundColor;
                    while (/rgba\\(.*, 0\\)/.test(colourOf(behind))) behind = behind.parentElement;
                    return [light(colourOf(behind)), light(getComputedStyle(element).color)];
                }"""
            )
            brightness[scheme, part] = background
            assert abs(background - ink) > 120, f"{part} cannot be read in the {scheme}"
    assert all(value > 200 for (scheme, _), value in brightness.items() if scheme == "light")
    assert all(value < 60 for (scheme, _), value in brightness.items() if scheme == "dark")


async def test_keyboard_alone_is_enough(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    await question_box(page).focus()
    await page.keyboard.type("How long does it take")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("from backend developer to CAIO?")
    assert "\n" in await question_box(page).input_value()
    await page.keyboard.press("Enter")
    await finished(page, 0)
    await expect(question_box(page)).to_be_focused()
    for _ in range(20):
        await page.keyboard.press("Shift+Tab")
        if await page.evaluate("document.activeElement.matches('.marker')"):
            break
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus can be seen"
    await page.keyboard.press("Enter")
    await expect(page.locator("#sources .source:focus")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator(".marker:focus")).to_have_count(1)


async def test_screen_reader_hears_the_answer_once_it_is_there(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    live = page.locator("#live")
    await ask(page, HOW_LONG)
    await expect(live).to_contain_text("18-24 months")
    await expect(live).not_to_contain_text(re.compile(r"\. ?\d\b"))
    await expect(live).to_have_attribute("aria-live", "polite")
    assert await page.locator("main, [role=main]").count() == 1
    unnamed = await page.evaluate(
        """[...document.querySelectorAll("button, textarea, input")]
            .filter((element) => element.checkVisibility())
            .filter((element) => !(element.ariaLabel || element.innerText
                || element.labels?.[0]?.textContent.trim()))
            .map((element) => element.outerHTML)"""
    )
    assert unnamed == []


async def test_page_speaks_no_jargon(app: App, new_page: NewPage) -> None:
    page = await new_page(app.address)
    answer = await ask(page, HOW_LONG)
    await answer.locator(".marker").first.click()
    text = (await page.locator("body").inner_text()).lower()
    for word in ("passage", "embedding", "retrieval", "index", "chunk", "gradio"):
        assert word not in text
