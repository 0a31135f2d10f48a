"""Running the app and using its page, as the tests of the pages do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

ROOT = Path(__file__).parents[3]
HOW_LONG = "How long would it take me to go from backend dev to CAIO?"

NewPage = Callable[..., Awaitable[Page]]


@dataclass(frozen=True)
class App:
    """A running app."""

    process: subprocess.Popen[str]
    address: str
    log: Path


def start(data: Path, knowledge: Path, log: Path) -> App:
    """Start the app and wait until it says where it is."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, ROOT / "app.py", "--port", "0", "--data", data],
            cwd=knowledge.parent,
            env={**os.environ, "COACH_KNOWLEDGE": knowledge.name},
            stderr=output,
            stdout=output,
            text=True,
        )
    while process.poll() is None:
        said = log.read_text()
        if "open http://" in said:
            address = said.rsplit("open ", 1)[1].split()[0]
            return App(process, address, log)
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail(f"The app ended: {log.read_text()}")


def end(app: App) -> None:
    """End an app that a test has started."""
    app.process.terminate()
    try:
        app.process.wait(20)
    except subprocess.TimeoutExpired:
        app.process.kill()
        app.process.wait()


def question_box(page: Page) -> Locator:
    """Return where questions are typed."""
    return page.get_by_role("textbox", name="Your question")


def exchange(page: Page, number: int) -> Locator:
    """Return a question and its answer, counted from 0."""
    return page.locator(f'.exchange[data-number="{number}"]')


async def ask(page: Page, question: str, number: int = 0) -> Locator:
    """Type a question, send it and return its exchange once it is answered."""
    await question_box(page).fill(question)
    await question_box(page).press("Enter")
    return await finished(page, number)


async def finished(page: Page, number: int) -> Locator:
    """Return an exchange once it is answered."""
    done = exchange(page, number)
    await expect(done).to_have_attribute("data-state", "done")
    return done
