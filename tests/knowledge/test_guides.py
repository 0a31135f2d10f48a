"""What holds for every guide: the format, and figures that agree with each other."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from tests.knowledge.guide_outline import (
    RESOURCE_LINE,
    children,
    front_matter_and_body,
    guide_paths,
    items,
    outline,
)

SECTIONS = [
    "At a glance",
    "Overview",
    "Wages and outlook",
    "Transferable skills",
    "Skills to learn",
    "Roadmap",
    "Reality check",
    "Action plan",
    "Frequently asked questions",
]
PARTS = {
    "Wages and outlook": ["Wages", "Outlook"],
    "Reality check": ["What you'll love", "What you might miss", "Biggest challenges"],
    "Action plan": ["This week", "This month", "Next 90 days"],
}
KEYS = {
    "title",
    "from_role",
    "to_role",
    "aliases",
    "difficulty",
    "timeline_months",
    "salary_change",
    "demand",
    "reviewed",
    "basis",
    "sources",
}
WEEKS = re.compile(r"Weeks: \d+(-\d+)?")


class ReadGuide:
    """A guide's file, cut into its parts."""

    def __init__(self, path: Path) -> None:
        self.stem = path.stem
        text = path.read_text(encoding="utf-8")
        front_matter: dict[str, Any]
        front_matter, self.body = front_matter_and_body(text)
        self.front_matter = front_matter
        self.texts = outline(self.body)


@pytest.fixture(params=guide_paths(), ids=lambda path: path.stem)
def guide(request: pytest.FixtureRequest) -> ReadGuide:
    return ReadGuide(request.param)


def test_there_are_guides():
    assert guide_paths()


def test_front_matter_has_exactly_the_known_keys(guide: ReadGuide):
    assert set(guide.front_matter) == KEYS


def test_title_heading_is_the_title_of_the_front_matter(guide: ReadGuide):
    assert re.findall(r"^# (.+)$", guide.body, re.MULTILINE) == [guide.front_matter["title"]]


def test_at_a_glance_says_what_the_front_matter_says(guide: ReadGuide):
    assert items(guide.texts["At a glance"]) == [
        f"Difficulty: {guide.front_matter['difficulty']}",
        f"Timeline: {guide.front_matter['timeline_months']} months",
        f"Salary change: {guide.front_matter['salary_change']}",
        f"Demand: {guide.front_matter['demand']}",
    ]


def test_headline_values_are_well_formed(guide: ReadGuide):
    assert guide.front_matter["difficulty"] in {"Easy", "Medium", "Hard"}
    assert re.fullmatch(r"\d+(-\d+)?", str(guide.front_matter["timeline_months"]))
    assert re.fullmatch(
        r"[+-]\d+(\.\d+)?%( to [+-]\d+(\.\d+)?%)?", guide.front_matter["salary_change"]
    )
    assert isinstance(guide.front_matter["reviewed"], datetime.date)


def test_basis_and_sources_are_given(guide: ReadGuide):
    assert guide.front_matter["basis"].strip()
    assert guide.front_matter["sources"]
    for source in guide.front_matter["sources"]:
        assert source["name"].strip()
        assert set(source) <= {"name", "url"}
        assert source.get("url", "https://").startswith("https://")


def test_aliases_name_one_role_only_and_once(guide: ReadGuide):
    names: dict[str, set[str]] = {}
    for side in ("from", "to"):
        aliases = guide.front_matter["aliases"][side]
        assert all(isinstance(alias, str) for alias in aliases)
        folded = {alias.casefold() for alias in aliases}
        assert len(folded) == len(aliases)
        names[side] = folded | {guide.front_matter[f"{side}_role"].casefold()}
    assert not names["from"] & names["to"]


def test_sections_and_their_parts_stand_in_order(guide: ReadGuide):
    assert [path for path in guide.texts if path and " > " not in path] == SECTIONS
    for section, parts in PARTS.items():
        assert children(guide.texts, section) == parts


def test_change_between_medians_follows_from_the_medians(guide: ReadGuide):
    wages = guide.texts["Wages and outlook > Wages"]
    before, after = (
        int(
            re.search(rf"^- Median wage {when}: \$([\d,]+) a year", wages, re.M)[1].replace(",", "")
        )
        for when in ("before", "after")
    )
    stated = float(re.search(r"^- Change between medians: ([+-][\d.]+)%$", wages, re.M)[1])
    assert stated == pytest.approx((after / before - 1) * 100, abs=0.051)


def test_each_skill_to_learn_has_priority_weeks_way_and_resources(guide: ReadGuide):
    skills = children(guide.texts, "Skills to learn")
    assert skills
    for skill in skills:
        text = guide.texts[f"Skills to learn > {skill}"]
        priority, weeks, *resources = items(text)
        assert re.fullmatch(r"Priority: (Critical|Important|Nice to have)", priority), skill
        assert WEEKS.fullmatch(weeks), skill
        assert resources, skill
        assert any(line and not line.startswith("- ") for line in text.splitlines()), skill
        assert all(RESOURCE_LINE.fullmatch(f"- {line}") for line in resources), resources


def test_each_phase_is_numbered_and_has_weeks_tasks_and_resources(guide: ReadGuide):
    phases = children(guide.texts, "Roadmap")
    assert phases
    for number, phase in enumerate(phases, start=1):
        path = f"Roadmap > {phase}"
        assert phase.startswith(f"Phase {number}: ")
        assert [bool(WEEKS.fullmatch(item)) for item in items(guide.texts[path])] == [True], phase
        assert children(guide.texts, path) == ["Tasks", "Resources"]
        assert items(guide.texts[f"{path} > Tasks"])
        resources = items(guide.texts[f"{path} > Resources"])
        assert resources
        assert all(RESOURCE_LINE.fullmatch(f"- {line}") for line in resources), resources


def test_first_phase_names_the_hours_a_week(guide: ReadGuide):
    first = children(guide.texts, "Roadmap")[0]
    assert re.search(r"\b\d+(-\d+)? hours a week", guide.texts[f"Roadmap > {first} > Tasks"])


def test_reality_actions_and_questions_are_filled(guide: ReadGuide):
    for section in ("Reality check", "Action plan"):
        for part in children(guide.texts, section):
            assert items(guide.texts[f"{section} > {part}"]), part
    questions = children(guide.texts, "Frequently asked questions")
    assert len(questions) >= 6
    for question in questions:
        assert question.endswith("?")
        assert guide.texts[f"Frequently asked questions > {question}"].strip()


def test_no_list_item_stands_twice_in_one_list(guide: ReadGuide):
    for path, text in guide.texts.items():
        assert len(items(text)) == len(set(items(text))), path
