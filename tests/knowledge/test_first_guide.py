"""The first guide holds every fact of the page it was made from, each where it belongs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.knowledge.first_guide_facts import FACTS
from tests.knowledge.guide_outline import (
    HEADING,
    KNOWLEDGE,
    RESOURCE_LINE,
    children,
    front_matter_and_body,
    items,
    outline,
)

GUIDE = KNOWLEDGE / "backend-developer-to-chief-ai-officer.md"
TITLE = (
    "From Backend Developer to Chief AI Officer (CAIO): Your 24-Month Executive Transition Guide"
)
SHARED = Path(__file__).parents[2].parent / "shared"
RUN_LENGTH = 8

FRONT_MATTER, BODY = front_matter_and_body(GUIDE.read_text(encoding="utf-8"))
TEXTS = outline(BODY)


@pytest.mark.parametrize(("heading", "pattern"), FACTS, ids=lambda value: value[:60])
def test_fact_stands_under_its_heading(heading: str, pattern: str):
    assert re.search(pattern, TEXTS[heading], re.MULTILINE), TEXTS[heading]


def test_list_of_facts_is_long_enough_and_names_each_fact_once():
    assert len(set(FACTS)) == len(FACTS)
    assert len(FACTS) >= 130


def test_front_matter_gives_the_title_and_headline_figures():
    assert FRONT_MATTER["title"] == TITLE
    assert (FRONT_MATTER["from_role"], FRONT_MATTER["to_role"]) == (
        "Backend Developer",
        "Chief AI Officer",
    )
    assert FRONT_MATTER["difficulty"] == "Hard"
    assert FRONT_MATTER["timeline_months"] == "18-24"
    assert FRONT_MATTER["salary_change"] == "+150%"
    assert "CAIO" in FRONT_MATTER["aliases"]["to"]
    assert "backend dev" in FRONT_MATTER["aliases"]["from"]


def test_transferable_skills_keep_their_order():
    assert children(TEXTS, "Transferable skills") == [
        "System Architecture",
        "API Development",
        "Cloud Platforms (AWS/GCP)",
        "Data Management (SQL/NoSQL)",
        "DevOps & MLOps",
    ]


def test_skills_to_learn_keep_their_order():
    assert children(TEXTS, "Skills to learn") == [
        "Deep Learning & Foundation Models",
        "Data Engineering for AI",
        "Executive Leadership & Communication",
        "AI/ML Strategy & Business Alignment",
        "Responsible AI & Ethics",
        "Change Management & Organizational Design",
    ]


def test_phases_keep_their_order():
    assert children(TEXTS, "Roadmap") == [
        "Phase 1: Foundation & Self-Assessment",
        "Phase 2: Deep Technical AI Skills",
        "Phase 3: Business & Leadership Development",
        "Phase 4: Strategic AI Leadership Experience",
    ]


def test_lists_have_the_number_of_items_of_the_page():
    counts = {
        heading.removeprefix("Roadmap > ").removeprefix("Action plan > "): len(items(text))
        for heading, text in TEXTS.items()
        if heading.startswith(("Roadmap > ", "Reality check > ", "Action plan > "))
        and not re.fullmatch(r"Roadmap > [^>]+", heading)
    }
    assert counts == {
        "Phase 1: Foundation & Self-Assessment > Tasks": 3,
        "Phase 1: Foundation & Self-Assessment > Resources": 2,
        "Phase 2: Deep Technical AI Skills > Tasks": 3,
        "Phase 2: Deep Technical AI Skills > Resources": 3,
        "Phase 3: Business & Leadership Development > Tasks": 3,
        "Phase 3: Business & Leadership Development > Resources": 3,
        "Phase 4: Strategic AI Leadership Experience > Tasks": 3,
        "Phase 4: Strategic AI Leadership Experience > Resources": 3,
        "Reality check > What you'll love": 4,
        "Reality check > What you might miss": 4,
        "Reality check > Biggest challenges": 4,
        "This week": 3,
        "This month": 3,
        "Next 90 days": 3,
    }


def test_sums_named_in_the_faq_are_the_sums_of_the_guide():
    weeks = {
        heading: int(found[1])
        for heading, text in TEXTS.items()
        if (found := re.search(r"^- Weeks: (\d+)$", text, re.MULTILINE))
    }
    phases = sum(count for heading, count in weeks.items() if heading.startswith("Roadmap"))
    skills = sum(count for heading, count in weeks.items() if heading.startswith("Skills"))
    answer = TEXTS[
        "Frequently asked questions > Do the weeks of the phases add up to the 18-24 months?"
    ]
    assert f"{phases} weeks or about {phases * 12 / 52:.0f} months" in answer
    assert f"the six skills to learn come to {skills} weeks" in answer
    assert f"{6 + 6 + 6}-{8 + 6 + 12} months" in answer


def test_no_sentence_of_the_page_is_copied():
    page = SHARED / "guides" / f"{GUIDE.stem}.page.txt"
    if not page.is_file():
        pytest.skip("the page is kept beside the repository, and not everywhere")
    runs = runs_of_words(page.read_text(encoding="utf-8"))
    assert len(runs) > 1000
    prose = "\n".join(
        re.sub(r"(?<!\w)'[^'\n]+'(?!\w)", "\n", line)  # quoted titles are names: carried exactly
        for line in GUIDE.read_text(encoding="utf-8").splitlines()
        if not (
            HEADING.fullmatch(line) or RESOURCE_LINE.fullmatch(line) or line.startswith("title:")
        )
    )
    copied = set[str]().union(*(runs_of_words(line) for line in prose.splitlines())) & runs
    assert not copied


def runs_of_words(text: str) -> set[str]:
    words = re.findall(r"[^\W_]+", text.lower())
    return {
        " ".join(words[start : start + RUN_LENGTH]) for start in range(len(words) - RUN_LENGTH + 1)
    }
