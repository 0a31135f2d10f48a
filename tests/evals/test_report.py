"""The report of a run: one file that shows its figures and cases, and holds no surprise."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from bs4 import BeautifulSoup
from playwright.async_api import Page, async_playwright

from coach.cases import Gold
from coach.domain import Section
from evals.agreement import Judging
from evals.breakdowns import breakdown, figures, worst
from evals.records import CaseRecord
from evals.report import write_report
from evals.statistics import Interval
from tests.coach.web.conftest import CHROMIUM, FLAGS
from tests.evals.made import (
    GUIDE,
    HOSTILE,
    OTHER,
    failed_record,
    made_answer,
    made_case,
    made_judged,
    made_record,
    made_run,
    said,
)

WRONG = "That takes 6 weeks. [1]"


def mixed() -> list[CaseRecord]:
    """Some good answers, two bad ones and an error."""
    good = [made_record(f"good-{number}") for number in range(6)]
    return [*good, made_record("bad-1", WRONG), made_record("bad-2", WRONG), failed_record("away")]


def read(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


def text_of(file: Path) -> str:
    return " ".join(read(file).get_text(" ").split())


def summaries(page: BeautifulSoup, heading: str) -> list[str]:
    """The questions of the cases folded up under a heading, up to the next one."""
    found = page.find(["h2", "h3"], string=re.compile(heading))
    assert found is not None
    questions = []
    for one in found.find_next_siblings():
        if one.name in ("h2", "h3"):
            break
        if "case" in one.get("class", []):
            questions.append(one.summary.strong.text)
    return questions


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    """A page of the real browser, whose script would run if there were any."""
    assert CHROMIUM is not None, "The tests of the pages need Chromium; see CONTRIBUTING.md."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield await browser.new_page(viewport={"width": 375, "height": 800}, color_scheme="dark")
        await browser.close()


def test_report_gives_each_score_with_its_interval_and_cases(tmp_path: Path) -> None:
    shown = text_of(write_report(made_run(), mixed(), tmp_path))

    assert "Right guide The first hit is from a guide that holds the answer. 1.000" in shown
    # Wilson's interval of 8 of 8.
    assert "1.000 0.676 to 1.000 8 cases" in shown
    assert re.search(r"Vital nuggets Share of the facts [a-z ]+\. 0\.750 0\.\d+ to 1\.000", shown)


def test_report_lists_errors_apart_and_the_worst_cases_first(tmp_path: Path) -> None:
    records = mixed()
    page = read(write_report(made_run(), records, tmp_path))

    assert summaries(page, "The worst cases") == [
        records[6].case.question,
        records[7].case.question,
    ]
    assert "The index is away. Try again." in page.get_text()
    assert page.find(id="errors") is not None


def test_report_against_another_run_shows_the_cases_that_flipped_with_both_answers(
    tmp_path: Path,
) -> None:
    before = [made_record("a"), made_record("b", WRONG), made_record("c")]
    after = [made_record("a", WRONG), made_record("b"), made_record("c")]
    file = write_report(made_run("two"), after, tmp_path, against=(made_run("one"), before))

    page = read(file)
    assert summaries(page, "Cases that lost") == ["How long does it take (a)?"]
    assert summaries(page, "Cases that won") == ["How long does it take (b)?"]
    lost = page.find("h3", string=re.compile("Cases that lost")).find_next_sibling("details")
    answers = [answer.text for answer in lost.find_all(class_="answer")]
    assert answers == ["It takes 18-24 months. [1]", WRONG]
    seen = " ".join(lost.get_text(" ").split())
    assert "Vital nuggets: 1 → 0" in seen
    assert "18-24 months vital said" in seen
    assert "18-24 months vital not said" in seen
    assert "Timeline: 18-24 months" in seen


def test_report_shows_judged_figures_beside_their_agreement(tmp_path: Path) -> None:
    shown = made_judged("nugget", alpha=0.81, share=Interval(low=0.5, high=0.9, mean=0.75))
    hidden = made_judged("citation", alpha=None, share=None)
    judging = Judging("openai:judge", (shown, hidden))

    page = read(write_report(made_run(), mixed(), tmp_path, judging=judging))

    heading = page.find("h3", string="Judged by openai:judge")
    assert heading is not None
    rows = heading.parent.tbody.find_all("tr")
    first, second = (" ".join(row.get_text(" ").split()) for row in rows)
    assert first == (
        "Nuggets held 0.750 0.500 to 0.900 Agreement with 45 reference labels: Krippendorff's "
        "alpha 0.81. 12 3"
    )
    assert second == (
        "Sentences held by sources – Not shown, since its agreement with the reference labels is "
        "not defined. 12 3"
    )
    assert "Judged by" not in text_of(write_report(made_run(), mixed(), tmp_path))


def test_report_of_a_run_alone_says_nothing_of_another(tmp_path: Path) -> None:
    page = read(write_report(made_run(), mixed(), tmp_path))

    assert page.find(id="against") is None


def test_text_of_cases_and_answers_is_data(tmp_path: Path) -> None:
    case = made_case(
        "x", question=HOSTILE, history=said(HOSTILE, HOSTILE), tags=(HOSTILE,), note=HOSTILE
    )
    answer = made_answer(HOSTILE)
    answer["hits"] = [{**answer["hits"][0], "text": HOSTILE, "heading": HOSTILE}]
    records = [
        made_record("x", case=case, answer=answer, scores={"vital_nuggets": 0.0}),
        made_record("y", case=made_case("y", question=HOSTILE), answer=None, error=HOSTILE),
    ]
    file = write_report(made_run(settings={HOSTILE: HOSTILE}), records, tmp_path)

    page = read(file)
    assert page.find_all(["script", "img", "iframe", "object"]) == []
    assert {name for tag in page.find_all() for name in tag.attrs if name.startswith("on")} == set()
    assert HOSTILE in page.get_text()


async def test_report_opens_from_disk_without_script_network_or_sideways_scrolling(
    tmp_path: Path, page: Page
) -> None:
    question = f"{'word' * 60} {HOSTILE}"
    records = [
        *mixed(),
        made_record("x", WRONG, case=made_case("x", question=question)),
    ]
    file = write_report(
        made_run("two"), records, tmp_path, against=(made_run("one"), [made_record("bad-1")])
    )
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda entry: wrong.append(entry.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(file.as_uri())
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    assert asked == [file.as_uri()]
    assert wrong == []
    assert await page.evaluate("window.hacked === undefined")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 375
    assert await page.locator("svg.plot").count() >= 4
    # The softer ink of the dark page.
    drawn = await page.locator("svg.plot text").first.evaluate("one => getComputedStyle(one).fill")
    assert drawn == "rgb(163, 176, 169)"


def test_same_run_gives_the_same_report_and_its_plots_share_no_id(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one = write_report(made_run(), mixed(), tmp_path / "one").read_text("utf-8")
    two = write_report(made_run(), mixed(), tmp_path / "two").read_text("utf-8")

    assert one == two
    ids = re.findall(r' id="([^"]+)"', one)
    assert len(ids) == len(set(ids))


def test_case_stands_in_each_of_its_groups_once() -> None:
    gold = (
        Gold(source=GUIDE, section=Section.SALARY, grade=2),
        Gold(source=OTHER, section=Section.SALARY, grade=2),
        Gold(source=OTHER, section=Section.FAQ, grade=1),
    )
    records = [made_record("a", case=made_case("a", gold=gold)), made_record("b")]
    found = breakdown(
        "Section",
        records,
        lambda record: [gold.section.value for gold in record.case.gold if gold.grade == 2],
        seed=1,
    )

    assert [(group.label, group.count) for group in found.groups] == [
        ("salary", 1),
        ("timeline", 1),
    ]
    assert found.groups[0].figures["vital_nuggets"].interval.mean == 1.0


def test_figure_counts_only_the_cases_that_it_applies_to() -> None:
    records = [made_record("a"), made_record("b", scores={"right_guide": 0.0}), failed_record("c")]
    found = {figure.metric.name: figure for figure in figures(records, seed=1)}

    assert (found["right_guide"].count, found["right_guide"].interval.mean) == (2, 0.5)
    assert found["vital_nuggets"].count == 1


def test_worst_cases_are_those_that_lose_most_and_never_those_that_lose_nothing() -> None:
    records = [
        made_record("fine"),
        made_record("bad", scores={"vital_nuggets": 0.5}),
        made_record("worse", scores={"vital_nuggets": 0.0}),
        made_record("rude", scores={"vital_nuggets": 1.0, "forbidden": 1.0}),
        made_record("long", scores={"words_per_nugget": 300.0}),
        failed_record("away"),
    ]

    assert [record.case.id for record in worst(records, 2)] == ["worse", "bad"]
    assert [record.case.id for record in worst(records, 9)] == ["worse", "bad", "rude"]
