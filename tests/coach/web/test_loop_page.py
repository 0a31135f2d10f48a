"""From a bad answer to a test that passes, all in one: as a person, a coach and the evals' team."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.coach.web.browsing import HOW_LONG, ROOT, App, NewPage, ask, exchange

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

PASSWORD = "a long enough secret"
FACT = "18-24 months"
COACH = Path(sys.executable).with_name("coach")


def run(knowledge: Path, *command: str, said: str = "") -> None:
    """Run one of our commands over the app's own data."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={
            **os.environ,
            "COACH_DATA": str(knowledge.parent / "data"),
            "COACH_KNOWLEDGE": str(knowledge),
        },
        input=said,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def add(knowledge: Path, name: str, role: str) -> None:
    options = ("users", "add", name, "--role", role, "--password-stdin")
    run(knowledge, str(COACH), *options, said=f"{PASSWORD}\n")


async def sign_in(page: Page, app: App, name: str, to: str) -> None:
    await page.goto(f"{app.address}/sign-in?next={to}")
    await page.get_by_label("Name or e-mail address").fill(name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{app.address}{to}")


async def test_a_bad_answer_becomes_a_test_that_passes(
    app: App, new_page: NewPage, knowledge: Path, tmp_path: Path
) -> None:
    add(knowledge, "carla@example.org", "coach")
    add(knowledge, "ulf@example.org", "user")

    # A person asks without signing in, and does not like the answer.
    person = await new_page(app.address)
    await ask(person, HOW_LONG)
    answered = exchange(person, 0)
    await answered.get_by_role("button", name="Bad answer").click()
    await answered.get_by_role("button", name="Missed the point").click()

    # A coach finds it first in the queue, and corrects it.
    coach = await new_page(app.address)
    await sign_in(coach, app, "carla@example.org", "/review")
    await coach.locator("a[href*='/review/items/']", has_text=HOW_LONG).first.click()
    await expect(coach.locator(".feedback")).to_contain_text("thumbs down")
    await coach.keyboard.press("c")
    await expect(coach.get_by_text("You have it.")).to_be_visible()
    await coach.get_by_label("The right answer").fill("Count on 18-24 months, beside your job.")
    await coach.locator(".passage", has_text=FACT).first.get_by_role("checkbox").check()
    await coach.get_by_label("Facts it must state").fill(FACT)
    await coach.get_by_role("button", name="Keep the correction").click()
    await expect(coach.get_by_role("status")).to_contain_text("The correction is kept.")

    # The person sees it, marked as a coach's.
    await person.reload()
    await expect(person.locator("#conversation")).to_contain_text("Corrected by a coach")
    await expect(person.locator("#conversation")).to_contain_text("beside your job")

    # The coach makes a test of it, and the evals' team runs it.
    await coach.get_by_role("link", name="Make it a test").click()
    await coach.get_by_role("button", name="Put it on the pending list").click()
    await expect(coach.locator(".case")).to_contain_text("No eval run had it yet.")
    cases = tmp_path / "cases"
    cases.mkdir()
    run(knowledge, sys.executable, "-m", "evals", "import", "--to", str(cases))
    of = ("--cases", str(cases), "--split", "all", "--out", str(tmp_path / "runs"))
    run(knowledge, sys.executable, "-m", "evals", "run", *of)
    await coach.reload()
    await expect(coach.locator(".case")).to_contain_text("Now answered rightly.")

    # Whoever is no coach sees none of it.
    other = await new_page(app.address)
    await sign_in(other, app, "ulf@example.org", "/")
    refused = await other.request.get(coach.url)
    assert refused.status == 403
    assert HOW_LONG not in await refused.text()
