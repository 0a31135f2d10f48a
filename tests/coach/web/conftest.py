"""One app process over a small real index, and one real browser, for all tests of the pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.coach.web.browsing import ROOT, App, NewPage, end, start

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
GUIDES = (
    "backend-developer-to-chief-ai-officer.md",
    "registered-nurse-to-health-informatics-specialist.md",
    "accountant-to-business-intelligence-analyst.md",
)
# What Gradio's own script says when a page is left while it waits for an answer.
LEFT_MEANWHILE = re.compile(r"AbortError|Connection errored out")
HOSTILE_GUIDE = Path(__file__).parent / "hostile_guide.md"


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of real guides and one that tries to inject."""
    folder = tmp_path_factory.mktemp("web") / "knowledge"
    folder.mkdir()
    for name in GUIDES:
        shutil.copy(ROOT / "knowledge" / name, folder)
    shutil.copy(HOSTILE_GUIDE, folder / "acrobat-to-clown.md")
    return folder


@pytest.fixture(scope="session")
def app(knowledge: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started where there was no index."""
    running = start(knowledge.parent / "data", knowledge, knowledge.parent / "app.log")
    yield running
    end(running)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The real browser."""
    if CHROMIUM is None:
        pytest.fail("The tests of the pages need Chromium; see CONTRIBUTING.md.")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The address of an empty SQLite database: the stores have tests of their own on both kinds."""
    return f"sqlite:///{tmp_path / 'conversations.sqlite'}"


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """Opens pages, each as another visitor; none may reach outside, log an error or alert."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def note(text: str) -> None:
        if not LEFT_MEANWHILE.search(text):
            wrong.append(text)

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: note(f"error: {error}"))
        page.on("dialog", lambda dialog: note(f"dialog: {dialog.message}"))
        page.on("console", lambda entry: note(entry.text) if entry.type == "error" else None)

    def look_at(url: str) -> None:
        if urlsplit(url).hostname not in {None, "127.0.0.1"}:
            note(f"outside: {url}")

    async def open_page(address: str, **settings: Any) -> Page:
        context = await browser.new_context(
            **{"viewport": {"width": 1280, "height": 860}, **settings}
        )
        contexts.append(context)
        context.on("page", watch)
        context.on("request", lambda request: look_at(request.url))
        page = await context.new_page()
        await page.goto(address)
        await page.locator("#welcome h2").wait_for()
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert wrong == []
