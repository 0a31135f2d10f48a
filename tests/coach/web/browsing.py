"""Running the app and using its page, as the tests of the pages do."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

# A machine that is busy with other tests draws late.
expect.set_options(timeout=20_000)

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
    """Start the app over a data folder and a folder of guides."""
    command = [ROOT / "app.py", "--port", "0", "--data", data]
    return run(command, log, folder=knowledge.parent, COACH_KNOWLEDGE=knowledge.name)


def run(command: list[str | Path], log: Path, *, folder: Path, **environment: str) -> App:
    """Start a program that serves the page and wait until it says where."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env={**os.environ, **environment},
            stderr=output,
            stdout=output,
            text=True,
        )
    while process.poll() is None:
        said = log.read_text()
        if "open http://" in said:
            return App(process, said.rsplit("open ", 1)[1].split()[0], log)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
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
