"""A CV on the plan page, in the real browser: what it proposes, and what it never does."""

from __future__ import annotations

import httpx
import pytest
from playwright.async_api import Browser, Request, expect

from tests.coach.web.browsing import App, NewPage
from tests.coach.web.plan_browsing import FIRST, OTHER, ends, open_plan
from tests.offline.offline import Attempts

pytestmark = pytest.mark.asyncio(loop_scope="session")

LARGE = b"x" * 30_000_000
# A tag that the end of the line leaves open: the element around it would close it.
OPEN_TAG = "<img src=x onerror=window.hacked=1 "


def cv(*lines: str) -> dict[str, str | bytes]:
    return {
        "name": "Ada Example.txt",
        "mimeType": "text/plain",
        "buffer": "\n".join(lines).encode(),
    }


async def test_a_cv_proposes_and_changes_nothing_until_one_agrees(
    app: App, new_page: NewPage
) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6")
    skills = page.locator("#held li > span")
    skill, another = await skills.first.inner_text(), await skills.nth(1).inner_text()
    role = "Backend developer, Orange Ltd, 2019 to 2023"
    await page.locator("#cv").set_input_files(
        cv(role, f"{skill} {OPEN_TAG}", f"Knows {another}", "Registered nurse since 2012")
    )
    proposals = page.locator("#proposals li")
    proposal = proposals.filter(has_text=f"Do you have “{skill}”").first
    await expect(proposal.locator("q")).to_contain_text(OPEN_TAG.strip())
    assert await page.locator("#proposals img").count() == 0
    assert await page.evaluate("window.hacked") is None
    here = proposals.filter(has_text="This move starts there.")
    await expect(here.locator("q")).to_have_text(role)
    elsewhere = proposals.filter(has_text="Registered Nurse")
    await expect(elsewhere.get_by_role("link").first).to_be_visible()
    await page.get_by_text("Years it tells of").click()
    await expect(proposals.filter(has_text="About 4 years").locator("q")).to_have_text(role)

    taken = page.locator("#held .chip[aria-pressed=true]")
    assert await taken.count() == 0
    await proposal.get_by_role("button", name="Yes, solid").click()
    await expect(taken).to_have_count(1)
    denied = proposals.filter(has_text=f"Do you have “{another}”").first
    await denied.get_by_role("button", name="No").click()
    await expect(denied).to_have_count(0)
    assert await taken.count() == 1


async def test_a_cv_leads_to_a_move_with_what_was_agreed_to(app: App, new_page: NewPage) -> None:
    page = await open_plan(app, await new_page(app.address), hours="6")
    skill = await page.locator("#held li > span").first.inner_text()
    long = await ends(page)
    await page.evaluate("localStorage.clear()")
    await page.goto(f"{app.address}/plan")
    await page.locator("#cv").set_input_files(cv("Backend developer since 2019", f"Knows {skill}"))
    found = page.locator("#proposals")
    await expect(found.locator("q").first).to_have_text("Backend developer since 2019")
    await found.get_by_role("button", name="Chief AI Officer").click()
    await found.get_by_role("button", name="Yes, solid").click()
    assert await page.evaluate("localStorage.length") == 0, "nothing is kept yet"
    await found.get_by_role("link", name="Plan this move").click()

    await expect(page.locator("#skills .held")).to_contain_text(skill)
    assert FIRST in page.url
    assert await ends(page) != long

    await page.goto(f"{app.address}/plan")
    await page.locator("#cv").set_input_files(cv("Keeps bees and paints boats."))
    await expect(page.locator("#proposals")).to_contain_text("names nothing that our guides")


async def test_nothing_of_a_cv_or_a_plan_leaves_the_machine(
    app: App, new_page: NewPage, attempts_to_leave: Attempts
) -> None:
    page = await new_page(app.address)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    await open_plan(app, page, hours="6")
    await page.locator("#cv").set_input_files(cv("Backend developer since 2019"))
    await expect(page.locator("#proposals")).to_contain_text("Backend Developer")
    await page.get_by_label("A skill in your own words").fill("Spark")
    await page.get_by_role("button", name="Look up").click()
    await expect(page.locator("#matches")).to_contain_text("Spark")
    await page.get_by_label("Compare with").select_option(OTHER)
    await expect(page.locator("#beside")).to_contain_text("Done about")

    assert any(one.url.endswith("/plan/cv") for one in sent)
    assert all(one.url.startswith((f"{app.address}/", "data:", "blob:")) for one in sent)
    assert not [one.url for one in sent if "Ada" in one.url], "addresses get into logs"
    assert attempts_to_leave.take() == [], "nor does the server ask anybody"


@pytest.mark.parametrize("checked", [True, False])
async def test_a_cv_that_is_too_large_is_told_beside_its_field(
    app: App, browser: Browser, checked: bool
) -> None:
    # Not by new_page: a browser notes the refusal as an error.
    context = await browser.new_context()
    page = await context.new_page()
    if not checked:
        await page.add_init_script("Object.defineProperty(Blob.prototype, 'size', {get: () => 1})")
    await open_plan(app, page, hours="6")
    before = await ends(page)
    refused: list[int] = []
    page.on("response", lambda answer: refused.append(answer.status) if not answer.ok else None)
    large = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": LARGE}
    await page.locator("#cv").set_input_files(large)

    problem = page.locator("[data-field=cv] .problem")
    await expect(problem).to_contain_text("too large: a CV is some pages of text")
    await expect(problem).to_contain_text("2 MB or less")
    assert refused == ([] if checked else [413])
    assert await ends(page) == before
    await context.close()


async def test_the_app_refuses_what_is_too_large_for_it(app: App) -> None:
    async with httpx.AsyncClient(base_url=app.address, headers={"origin": app.address}) as client:
        answer = await client.post("/plan/cv", content=LARGE)

    assert answer.status_code == 413
