"""From a bad answer to a test that fails, then passes: as a person, a coach, the evals' team."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.coach.web.browsing import HOW_LONG, ROOT, App, NewPage, ask, end, exchange, start

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

PASSWORD = "a long enough secret"
WAS, IS = "18-24 months", "20-30 months"
GUIDES = (
    "backend-developer-to-chief-ai-officer.md",
    "registered-nurse-to-health-informatics-specialist.md",
)
COACH = Path(sys.executable).with_name("coach")


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of guides that nothing else reads: one of them is changed."""
    folder = tmp_path_factory.mktemp("loop") / "knowledge"
    folder.mkdir()
    for name in GUIDES:
        shutil.copy(ROOT / "knowledge" / name, folder)
    return folder


@pytest.fixture(scope="module")
def app(knowledge: Path) -> Iterator[App]:
    """An app with an empty queue."""
    running = start(knowledge.parent / "data", knowledge, knowledge.parent / "app.log")
    yield running
    end(running)


def run(knowledge: Path, *command: str, said: str = "", folder: Path = ROOT) -> None:
    """Run one of our commands over the app's own data."""
    done = subprocess.run(
        command,
        cwd=folder,
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


async def test_a_bad_answer_becomes_a_test_that_fails_and_then_passes(
    app: App, new_page: NewPage, knowledge: Path, tmp_path: Path
) -> None:
    add(knowledge, "carla@example.org", "coach")
    add(knowledge, "ulf@example.org", "user")

    # A person asks without signing in, does not like the first answer, and asks on.
    person = await new_page(app.address)
    await ask(person, HOW_LONG)
    answered = exchange(person, 0)
    await expect(answered).to_contain_text(WAS)
    await answered.get_by_role("button", name="Bad answer").click()
    await answered.get_by_role("button", name="Outdated").click()
    await ask(person, "What does it cost in euros?", 1)

    # A coach finds it first in the queue, before the newer one, corrects it and the guide.
    coach = await new_page(app.address)
    await sign_in(coach, app, "carla@example.org", "/review")
    queue = coach.locator("a[href*='/review/items/']")
    await expect(queue).to_have_count(2)
    await expect(queue.first).to_contain_text(HOW_LONG)
    await queue.first.click()
    await expect(coach.locator(".feedback")).to_contain_text("thumbs down")
    await coach.keyboard.press("c")
    await expect(coach.get_by_text("You have it.")).to_be_visible()
    await coach.get_by_label("The right answer").fill(f"Count on {IS}, beside your job.")
    await coach.get_by_label("Other facts it must state").fill(IS)
    passage = coach.locator(".passage", has_text=f"Timeline: {WAS}").first
    await passage.get_by_label("Holds the answer").check()
    await passage.get_by_text("Propose a change").click()
    change = passage.get_by_label("Changed text")
    await change.fill((await change.input_value()).replace(WAS, IS))
    await coach.get_by_role("button", name="Keep the correction").click()
    await expect(coach.get_by_role("status")).to_contain_text("The correction is kept.")

    # The person sees it, marked as a coach's.
    await person.reload()
    await expect(person.locator("#conversation")).to_contain_text("Corrected by a coach")
    await expect(person.locator("#conversation")).to_contain_text("beside your job")

    # The coach makes a test of it, and the evals' team runs it: the guide is as it was.
    await coach.get_by_role("link", name="Make it a test").click()
    await coach.get_by_role("button", name="Put it on the pending list").click()
    await expect(coach.locator(".case")).to_contain_text("No eval run had it yet.")
    cases = tmp_path / "cases"
    cases.mkdir()
    run(knowledge, sys.executable, "-m", "evals", "import", "--to", str(cases))
    of = ("--cases", str(cases), "--split", "all", "--out", str(tmp_path / "runs"))
    run(knowledge, sys.executable, "-m", "evals", "run", *of)
    await coach.reload()
    await expect(coach.locator(".case")).to_contain_text("Not answered rightly yet.")

    # The guide's author takes over the change, says the same in the front matter, and it passes.
    address = await coach.get_by_role("link", name="Download it").get_attribute("href")
    diff = await coach.request.get(f"{app.address}{address}")
    run(knowledge, "git", "apply", "-", said=await diff.text(), folder=knowledge.parent)
    guide = knowledge / GUIDES[0]
    guide.write_text(guide.read_text().replace("timeline_months: 18-24", "timeline_months: 20-30"))
    run(knowledge, sys.executable, "-m", "evals", "run", *of)
    await coach.reload()
    await expect(coach.locator(".case")).to_contain_text("Now answered rightly.")

    # Whoever is no coach sees none of it.
    other = await new_page(app.address)
    await sign_in(other, app, "ulf@example.org", "/")
    refused = await other.request.get(coach.url)
    assert refused.status == 403
    assert HOW_LONG not in await refused.text()
