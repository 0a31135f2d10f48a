"""The cases are sound: the schema holds, and each fact asked for stands in the guide it names."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
KNOWLEDGE = REPOSITORY / "knowledge"
CASES_FILES = sorted((REPOSITORY / "evals" / "cases").glob("*questions.jsonl"))
FIRST_GUIDE = "backend-developer-to-chief-ai-officer"

WAGES = "(?:At a glance|Wages and outlook)"

# Where each section stands in a guide: a heading of the second level, and where that holds more
# than one section, a pattern that picks the lines or the third-level parts.
HEADINGS = {
    "overview": ("Overview", ""),
    "timeline": ("At a glance", r"- Timeline: .*"),
    "difficulty": ("At a glance", r"- Difficulty: .*"),
    "salary": (WAGES, r"- Salary change: .*|### Wages\n(?s:.*?)(?=###)"),
    "demand": (WAGES, r"- Demand: .*|### Outlook\n(?s:.*)"),
    "transferable-skill": ("Transferable skills", ""),
    "skill-gap": ("Skills to learn", ""),
    "phase": ("Roadmap", ""),
    "reality": ("Reality check", ""),
    "action": ("Action plan", ""),
    "faq": ("Frequently asked questions", ""),
}
FIELDS = {
    "id",
    "group",
    "history",
    "question",
    "guide",
    "answerability",
    "gold",
    "nuggets",
    "must_not",
    "tags",
    "author",
    "created",
    "note",
}
ANSWERABILITIES = {"answerable", "partial", "unanswerable", "underspecified", "unsafe"}

CASES: list[dict[str, Any]] = [
    json.loads(line)
    for file in CASES_FILES
    for line in file.read_text(encoding="utf-8").splitlines()
]
GUIDES = {path.stem for path in KNOWLEDGE.glob("*.md")} - {"README"}


def identity(case: dict[str, Any]) -> str:
    return case["id"]


@cache
def section_text(guide: str, section: str) -> str:
    """What a guide's file holds of a section."""
    text = (KNOWLEDGE / f"{guide}.md").read_text(encoding="utf-8")
    heading, part = HEADINGS[section]
    blocks = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    joined = "\n".join(blocks)
    return "\n".join(re.findall(part, joined)) if part else joined


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_case_keeps_to_the_schema(case: dict[str, Any]):
    assert set(case) == FIELDS
    assert case["question"].strip()
    assert case["answerability"] in ANSWERABILITIES
    assert case["guide"] is None or case["guide"] in GUIDES
    for turn in case["history"]:
        assert set(turn) == {"role", "content"}
        assert turn["role"] in {"user", "assistant"}
        assert turn["content"].strip()
    for gold in case["gold"]:
        assert set(gold) == {"source", "section", "grade"}
        assert gold["source"] in GUIDES
        assert gold["section"] in HEADINGS
        assert gold["grade"] in {1, 2}
    for nugget in case["nuggets"]:
        assert set(nugget) == {"text", "importance", "pattern"}
        assert nugget["importance"] in {"vital", "okay"}
    assert len(case["gold"]) == len({(gold["source"], gold["section"]) for gold in case["gold"]})


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case["answerability"] in {"answerable", "partial"}],
    ids=identity,
)
def test_each_nugget_stands_in_the_gold_sections(case: dict[str, Any]):
    places = [(gold["source"], gold["section"]) for gold in case["gold"] if gold["grade"] == 2]
    names = " ".join(GUIDES).replace("-", " ")
    # A question of which moves there are has no gold: the names of the guides are the answer.
    text = "\n".join(section_text(*place) for place in places) or names
    for nugget in case["nuggets"]:
        assert re.search(nugget["pattern"], text, re.IGNORECASE), (nugget["text"], places)


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_what_must_not_be_said_is_not_what_must_be_said(case: dict[str, Any]):
    for pattern in case["must_not"]:
        for nugget in case["nuggets"]:
            assert not re.search(pattern, nugget["text"], re.IGNORECASE), (pattern, nugget["text"])


def test_a_pattern_of_a_figure_takes_no_other_figure():
    (case,) = [case for case in CASES if case["id"] == "caio-timeline-01"]
    (nugget,) = case["nuggets"]
    assert re.search(nugget["pattern"], "Plan for 18 to 24 months.", re.IGNORECASE)
    assert not re.search(nugget["pattern"], "Plan for 18-240 months.", re.IGNORECASE)
    assert not re.search(nugget["pattern"], "Plan for 12-18 months.", re.IGNORECASE)


def test_facts_asked_for_are_named_unless_the_case_is_small_talk():
    for case in CASES:
        if case["answerability"] == "answerable":
            vital = [nugget for nugget in case["nuggets"] if nugget["importance"] == "vital"]
            assert bool(vital) != ("smalltalk" in case["tags"]), case["id"]


def test_ids_and_questions_are_each_asked_once():
    ids = Counter(case["id"] for case in CASES)
    asked = Counter(
        json.dumps([case["question"].casefold(), case["history"], case["guide"]]) for case in CASES
    )
    assert [name for name, count in (ids + asked).items() if count > 1] == []


def test_every_guide_and_every_section_is_asked_about():
    first = sum(any(gold["source"] == FIRST_GUIDE for gold in case["gold"]) for case in CASES)
    asked = Counter(gold["source"] for case in CASES for gold in case["gold"] if gold["grade"] == 2)
    sections = Counter(gold["section"] for case in CASES for gold in case["gold"])
    assert first >= 100
    assert set(asked) == GUIDES
    assert min(asked.values()) >= 10
    assert set(sections) == set(HEADINGS)
