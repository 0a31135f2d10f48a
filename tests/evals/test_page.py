"""The evals' pages in a real browser, over real runs and the real coach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from coach.accounts import Accounts, Role
from coach.database import open_database
from coach.web.identity import SESSION_COOKIE
from evals.judge import FILE as JUDGEMENTS
from evals.page import PREFIX
from evals.runs import load_records, save_description, save_records
from tests.coach.web.browsing import ROOT, App, end, run, start
from tests.coach.web.conftest import CHROMIUM, FLAGS
from tests.evals.made import (
    GUIDE,
    HOSTILE,
    failed_record,
    made_answer,
    made_case,
    made_judgements,
    made_record,
    made_run,
    said,
)

QUESTION = "How long would it take me to go from backend dev to CAIO?"
WRONG = "That takes 6 weeks. [1]"
ODD = "a/b c?d#é"
FIRST, SECOND = "20261121-100000-aaaaaaa", "20261122-100000-bbbbbbb"


def save(folder: Path, run_id: str, **changes: str) -> None:
    """Keep a run of four cases as the runner does."""
    folder.mkdir(parents=True)
    text = WRONG if run_id == FIRST else "It takes 18-24 months. [1]"
    save_description(folder, made_run(run_id, **changes))
    save_records(
        folder,
        [
            made_record("how-long", text, case=made_case("how-long", question=QUESTION)),
            made_record(
                "hostile",
                case=made_case("hostile", question=HOSTILE, history=said(HOSTILE, HOSTILE)),
                answer=made_answer(HOSTILE),
            ),
            made_record(ODD),
            failed_record("away"),
        ],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs, a baseline, and a guide to ask about."""
    folder = tmp_path_factory.mktemp("pages")
    save(folder / "runs" / FIRST, FIRST, created="2026-11-21T10:00:00+00:00")
    save(folder / "runs" / SECOND, SECOND, created="2026-11-22T10:00:00+00:00")
    judged = (
        one.model_dump_json() for one in made_judgements(load_records(folder / "runs" / FIRST))
    )
    (folder / "runs" / FIRST / JUDGEMENTS).write_text("".join(f"{line}\n" for line in judged))
    save(folder / "baseline", "of-old", created="2026-11-20T10:00:00+00:00")
    (folder / "runs" / "broken").mkdir()
    (folder / "runs" / "broken" / "run.json").write_text("{")
    (folder / "knowledge").mkdir()
    shutil.copy(ROOT / "knowledge" / f"{GUIDE}.md", folder / "knowledge")
    return folder


@pytest.fixture(scope="module")
def plain_app(folder: Path) -> Iterator[App]:
    """The app as users start it, which also makes the index."""
    app = start(folder / "data", folder / "knowledge", folder / "plain.log")
    yield app
    end(app)


@pytest.fixture(scope="module")
def session(folder: Path, plain_app: App) -> str:
    """The session of somebody of the team that runs evals."""
    database = open_database(None, folder / "data")
    accounts = Accounts(database)
    token = accounts.start_session(accounts.add("eve", Role.EVALS))
    database.close()
    return token


@pytest.fixture(scope="module")
def app(folder: Path, plain_app: App) -> Iterator[App]:
    """The app with the pages, over the runs."""
    given = [folder / "runs", folder / "baseline", folder / "data"]
    path = os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])
    program = ["-m", "tests.evals.pages_app", *given]
    app = run(program, folder / "app.log", folder=folder, PYTHONPATH=path)
    yield app
    end(app)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The real browser."""
    assert CHROMIUM is not None, "The tests of the pages need Chromium; see CONTRIBUTING.md."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, session: str) -> AsyncIterator[Page]:
    """A page of the browser; it may not reach outside, log an error or alert."""
    wrong: list[str] = []
    page = await browser.new_page()
    cookie = {"name": SESSION_COOKIE, "value": session, "url": "http://127.0.0.1"}
    await page.context.add_cookies([cookie])
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("console", lambda entry: wrong.append(entry.text))
    page.on("request", lambda asked: None if "127.0.0.1" in asked.url else wrong.append(asked.url))
    yield page
    await page.close()
    assert wrong == []


def case_address(app: App, case_id: str, name: str = SECOND) -> str:
    return f"{app.address}{PREFIX}/runs/{name}/cases/{quote(case_id)}"


def opened(address: str, session: str, **headers: str) -> tuple[int, str]:
    """The status and content of a GET, or of a POST where headers are given."""
    cookie = {"Cookie": f"{SESSION_COOKIE}={session}"}
    method = "POST" if headers else "GET"
    try:
        asked = Request(address, method=method, headers={**headers, **cookie})
        with urlopen(asked, timeout=30) as response:
            return int(response.status), response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.asyncio(loop_scope="module")
async def test_overview_lists_the_runs_newest_first_and_says_which_cannot_be_read(
    app: App, page: Page
) -> None:
    await page.goto(app.address + PREFIX)

    rows = page.get_by_role("table").locator("tbody tr")
    names = [(await row.get_by_role("link").inner_text()) for row in await rows.all()]
    assert names == [SECOND, FIRST, "baseline"]
    await expect(rows.nth(1)).to_contain_text("0.667")
    await expect(page.locator(".error")).to_contain_text("broken: This run cannot be read")
    await expect(
        page.get_by_role("img", name="The primary scores of 3 runs on dev")
    ).to_be_visible()


@pytest.mark.asyncio(loop_scope="module")
async def test_from_the_list_to_a_run_and_to_a_case_with_its_trace(app: App, page: Page) -> None:
    await page.goto(app.address + PREFIX)
    await page.get_by_role("link", name=SECOND).click()
    await expect(page.get_by_role("heading", name="The worst cases")).to_be_visible()
    await page.get_by_text("4 cases", exact=True).click()
    await page.get_by_role("link", name="how-long").click()

    await expect(page.locator(".question")).to_have_text(QUESTION)
    await expect(page.locator(".answer")).to_have_text("It takes 18-24 months. [1]")
    await expect(page.locator("blockquote")).to_have_text("18-24 months")
    await expect(page.get_by_text("0.61", exact=True)).to_be_visible()
    await expect(page.get_by_text("Its figure stands in “Timeline”.")).to_be_visible()
    await expect(page.get_by_text("Vital nuggets 1", exact=True)).to_be_visible()


@pytest.mark.asyncio(loop_scope="module")
async def test_judged_figures_of_a_run_stand_beside_their_agreement(app: App, page: Page) -> None:
    await page.goto(f"{app.address}{PREFIX}/runs/{FIRST}")

    row = page.get_by_role("row", name="Nuggets held")
    await expect(page.get_by_role("heading", name="Judged by openai:judge")).to_be_visible()
    await expect(row).to_contain_text("Krippendorff's alpha 1.00.")
    await expect(row.get_by_role("cell").last).to_have_text("0")
    await page.goto(f"{app.address}{PREFIX}/runs/{SECOND}")
    await expect(page.get_by_role("heading", name="Scores")).to_be_visible()
    assert await page.get_by_text("Judged by").count() == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_two_runs_side_by_side_show_the_case_that_flipped(app: App, page: Page) -> None:
    await page.goto(app.address + PREFIX)
    await page.get_by_label("Compare").select_option(FIRST)
    await page.get_by_label("with").select_option(SECOND)
    await page.get_by_role("button", name="Compare").click()

    await page.locator("summary", has_text="Vital nuggets: 0 → 1").click()
    answers = page.locator("details[open] .answer")
    await expect(answers.nth(0)).to_have_text(WRONG)
    await expect(answers.nth(1)).to_have_text("It takes 18-24 months. [1]")


@pytest.mark.asyncio(loop_scope="module")
async def test_case_asked_again_shows_the_new_answer_beside_the_stored_one(
    app: App, page: Page
) -> None:
    await page.goto(case_address(app, "how-long", FIRST))
    await page.get_by_role("button", name="Run again").click()

    stored = page.get_by_role("region", name="Stored answer")
    fresh = page.get_by_role("region", name="New answer")
    await expect(stored.locator(".answer")).to_have_text(WRONG)
    await expect(fresh.locator(".answer")).to_contain_text("18-24 months")
    await expect(stored.get_by_text("Vital nuggets 0", exact=True)).to_be_visible()
    await expect(fresh.get_by_text("Vital nuggets 1", exact=True)).to_be_visible()
    await expect(fresh.get_by_text("Quote exactness 1", exact=True)).to_be_visible()


@pytest.mark.asyncio(loop_scope="module")
async def test_text_of_a_case_is_shown_and_never_run(app: App, page: Page) -> None:
    await page.goto(case_address(app, "hostile"))

    await expect(page.locator(".question")).to_have_text(HOSTILE)
    await expect(page.locator(".answer")).to_have_text(HOSTILE)
    assert await page.locator("script, img, main [onerror]").count() == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_case_with_an_odd_name_has_its_page(app: App, page: Page) -> None:
    await page.goto(f"{app.address}{PREFIX}/runs/{SECOND}")
    await page.get_by_text("4 cases", exact=True).click()
    await page.get_by_role("link", name=ODD).click()

    await expect(page.get_by_role("heading", name=f"Case {ODD}")).to_be_visible()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("address", ["", f"/runs/{SECOND}", f"/compare?a={FIRST}&b={SECOND}"])
async def test_pages_fit_a_phone_and_follow_dark_mode(app: App, page: Page, address: str) -> None:
    await page.set_viewport_size({"width": 375, "height": 800})
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{app.address}{PREFIX}{address}")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 375
    colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(18, 23, 21)"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{own}"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "{own}"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Accept": "*/*"}, 403),
    ],
    ids=str,
)
def test_other_sites_cannot_have_a_case_asked_again(
    app: App, session: str, headers: dict[str, str], expected: int
) -> None:
    sent = {name: value.format(own=app.address) for name, value in headers.items()}

    assert opened(case_address(app, "how-long"), session, **sent)[0] == expected


@pytest.mark.parametrize(
    "address",
    [
        "/evals/runs/none",
        "/evals/runs/..",
        "/evals/runs/%2e%2e%2fbaseline",
        f"/evals/runs/{SECOND}/cases/none",
        f"/evals/compare?a={SECOND}&b=none",
        "/evals/compare",
        "/evals/nothing",
        "/evalsandmore",
    ],
)
def test_what_is_not_there_is_not_found(app: App, session: str, address: str) -> None:
    assert opened(app.address + address, session)[0] == 404


def test_run_that_grows_is_shown_as_it_is_now(app: App, session: str, folder: Path) -> None:
    growing = folder / "runs" / "20261123-100000-growing"
    growing.mkdir()
    save_description(growing, made_run(growing.name, complete=False))
    address = f"{app.address}{PREFIX}/runs/{growing.name}"
    try:
        assert opened(address, session)[0] == 404
        save_records(growing, [made_record("one")])
        assert "1 (unfinished)" in opened(address, session)[1]
    finally:
        shutil.rmtree(growing)


def test_chat_page_stays_where_it_is(app: App) -> None:
    assert opened(app.address, "")[0] == 200


def test_whoever_is_not_signed_in_is_asked_to_sign_in(app: App) -> None:
    status, content = opened(f"{app.address}{PREFIX}/runs/{SECOND}", "made up")

    assert status == 200
    assert "<h1>Sign in</h1>" in content
    assert f'value="{PREFIX}/runs/{SECOND}"' in content


def test_pages_are_off_unless_a_setting_turns_them_on(
    plain_app: App, session: str, folder: Path
) -> None:
    assert opened(plain_app.address + PREFIX, session)[0] == 404

    command = [ROOT / "app.py", "--port", "0", "--data", folder / "data"]
    app = run(command, folder / "on.log", folder=folder, COACH_EVALS_PAGE="true")
    try:
        assert "Runs" in opened(app.address + PREFIX, session)[1]
    finally:
        end(app)


def test_app_says_kindly_that_a_package_of_the_evals_is_missing() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None; import app\n"
        "try: app.evals_pages(None, 1.0)\n"
        "except app.SettingsError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == (
        "COACH_EVALS_PAGE: The evals page needs matplotlib, which is not installed. "
        "Install it with `make install`, or unset the variable.\n"
    )
