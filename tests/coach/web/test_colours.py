"""One set of colours for all pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from coach.web.pages import TEMPLATES
from coach.web.server import ASSETS_FOLDER
from coach.web.theme import HEAD
from tests.coach.web.browsing import App, NewPage

COLOURS = "colours.css"
NAME = re.compile(r"(--[a-z-]+):")
LINK = re.compile(r'rel="stylesheet" href="[^"]*/(\w+\.css)"')
# As the browser works them out, whatever else is linked.
READ = """() => ["--paper", "--ink", "--line", "--edge", "--green", "--warn"].map(
    (name) => getComputedStyle(document.body).getPropertyValue(name))"""


def names(sheet: Path) -> set[str]:
    return set(NAME.findall(sheet.read_text()))


def test_no_page_has_its_own_idea_of_a_shared_colour() -> None:
    shared = names(ASSETS_FOLDER / COLOURS)
    others = [sheet for sheet in ASSETS_FOLDER.glob("*.css") if sheet.name != COLOURS]

    assert len(shared) > 10
    assert {sheet.name: names(sheet) & shared for sheet in others if names(sheet) & shared} == {}


def test_every_page_links_the_colours_before_its_own_style() -> None:
    heads = {"chat": HEAD, **{file.name: file.read_text() for file in TEMPLATES.glob("*.html")}}
    linked = {name: LINK.findall(head) for name, head in heads.items() if LINK.search(head)}

    assert len(linked) == 5
    assert {name: links for name, links in linked.items() if links[0] != COLOURS} == {}


async def colours(page: Page, address: str) -> list[str]:
    await page.goto(address)
    read: list[str] = await page.evaluate(READ)
    return read


@pytest.mark.asyncio(loop_scope="session")
async def test_pages_look_alike_by_day_and_by_night(app: App, new_page: NewPage) -> None:
    seen = []
    for scheme in ("light", "dark"):
        page = await new_page(app.address, color_scheme=scheme)
        chat, *others = [
            await colours(page, f"{app.address}{path}") for path in ("/", "/plan", "/sign-in")
        ]
        assert all(chat)
        assert others == [chat, chat]
        seen.append(chat)
    assert seen[0] != seen[1]
