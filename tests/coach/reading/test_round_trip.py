"""The same guide as a pasted page, as HTML and as our Markdown holds the same facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coach.domain import Guide, Question, Range, Sourced
from coach.reading import read
from coach.reading.html import read_html

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data"
NAME = "backend-developer-to-chief-ai-officer"
SHARED_PAGE = ROOT.parent / "shared" / "guides" / f"{NAME}.page.txt"
BREAKDOWN = re.compile(r"[0-9]+(?:-[0-9]+)? months")


def guide_of(path: Path) -> Guide:
    content = read(path, name=path.name, key=path.name).content
    assert isinstance(content, Guide)
    return content


def figure(sourced: Sourced[Range] | None) -> Range | None:
    return sourced.value if sourced else None


def facts(guide: Guide) -> dict[str, object]:
    """What must agree however a guide is worded."""
    return {
        "slug": guide.slug,
        "title": guide.title.value,
        "roles": (guide.from_role, guide.to_role),
        "difficulty": guide.difficulty.value if guide.difficulty else None,
        "timeline": figure(guide.timeline),
        "salary change": figure(guide.salary_change),
        "study hours": figure(guide.study_hours),
        "transferable": [skill.name.value for skill in guide.transferable_skills],
        "skills": [
            (skill.name.value, skill.priority.value, skill.weeks.value)
            for skill in guide.skill_gaps
        ],
        "phases": [
            (phase.number, phase.name.value, phase.weeks.value, len(phase.tasks))
            for phase in guide.phases
        ],
        "lists": [
            len(items)
            for items in (
                *(guide.loves, guide.misses, guide.challenges),
                *(guide.this_week, guide.this_month, guide.next_90_days),
            )
        ],
    }


def titles(guide: Guide) -> list[set[str]]:
    """The titles of the resources of each skill and of each phase."""
    return [
        {resource.title for resource in holder.resources}
        for holder in (*guide.skill_gaps, *guide.phases)
    ]


def months(question: Question) -> set[str]:
    return set(BREAKDOWN.findall(question.answer.value))


def assert_agree(page: Guide, markdown: Guide) -> None:
    assert facts(page) == facts(markdown)
    assert set(page.to_aliases) <= set(markdown.to_aliases)
    for of_page, of_markdown in zip(titles(page), titles(markdown), strict=True):
        assert of_page <= of_markdown
    # The Markdown may answer more questions, and may break its sentences elsewhere.
    held = set().union(*(months(question) for question in markdown.faq))
    for question in page.faq:
        assert months(question) <= held


def test_our_page_and_our_markdown_of_it_agree() -> None:
    page = guide_of(DATA / "pastry-chef.page.txt")
    markdown = guide_of(DATA / "pastry-chef-to-haccp-auditor.md")
    assert_agree(page, markdown)
    assert titles(page) == titles(markdown)


def test_our_page_as_html_gives_the_guide_of_the_pasted_page() -> None:
    pasted = guide_of(DATA / "pastry-chef.page.txt")
    markup = (DATA / "pastry-chef.page.html").read_text(encoding="utf-8")
    _, guide = read_html(markup)
    assert isinstance(guide, Guide)
    assert words(guide.model_dump()) == words(pasted.model_dump())


@pytest.mark.skipif(not SHARED_PAGE.exists(), reason="the page is not part of the repository")
def test_the_first_guide_and_the_page_it_comes_from_agree() -> None:
    assert_agree(guide_of(SHARED_PAGE), guide_of(ROOT / "knowledge" / f"{NAME}.md"))


def words(value: object) -> object:
    """A dumped guide without its spans."""
    if isinstance(value, dict):
        return {name: words(part) for name, part in value.items() if name != "span"}
    if isinstance(value, (list, tuple)):
        return [words(part) for part in value]
    return value
