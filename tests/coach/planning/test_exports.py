"""A plan as files, each read back with another program's reader."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from pdfminer.high_level import extract_text

from coach.domain import Guide
from coach.errors import PlanError
from coach.planning import HeldSkill, Plan, Preferences, Tick, build
from coach.planning.exports import (
    from_json,
    to_calendar,
    to_csv,
    to_json,
    to_markdown,
    to_pdf,
)

FIRST = "backend-developer-to-chief-ai-officer"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WANTED = Preferences(
    hours_a_week=6,
    start=date(2027, 1, 4),
    deadline=date(2028, 12, 31),
    time_zone="Europe/Berlin",
    held=(HeldSkill(name="Data Engineering for AI"),),
)


@pytest.fixture(scope="module")
def plan(guides: dict[str, Guide]) -> Plan:
    return build(guides[FIRST], WANTED)


@pytest.fixture(scope="module")
def hostile(guides: dict[str, Guide]) -> Plan:
    """A plan of a guide that tries what files can be made to do."""
    guide = guides[FIRST]
    task = guide.phases[0].tasks[0]
    bad = task.model_copy(
        update={"value": "=cmd|' /C calc'!A0\r\nEND:VEVENT\r\nBEGIN:VEVENT <b>x</b> [a](http://b)"}
    )
    phase = guide.phases[0].model_copy(update={"tasks": (bad, *guide.phases[0].tasks[1:])})
    return build(guide.model_copy(update={"phases": (phase, *guide.phases[1:])}), WANTED)


def test_a_calendar_has_an_event_a_task_and_a_phase(plan: Plan) -> None:
    calendar = Calendar.from_ical(to_calendar(plan, NOW))
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}

    assert len(events) == len(plan.tasks) + len(plan.milestones)
    for task in plan.tasks:
        event = events[f"{task.id}@pathway-coach"]
        assert event.decoded("dtstart") == task.start
        assert task.text in str(event["summary"])
        assert f"line {task.source.first_line}" in str(event["description"])
    assert not calendar.errors


def test_a_second_export_moves_events_and_adds_none(guides: dict[str, Guide], plan: Plan) -> None:
    later = datetime(2026, 12, 1, tzinfo=UTC)
    moved = build(guides[FIRST], WANTED.model_copy(update={"hours_a_week": 9}))
    first, second = (
        {str(event["uid"]): event for event in Calendar.from_ical(text).walk("VEVENT")}
        for text in (to_calendar(plan, NOW), to_calendar(moved, later))
    )

    assert first.keys() == second.keys()
    assert all(second[uid]["sequence"] > first[uid]["sequence"] for uid in first)
    assert any(second[uid].decoded("dtstart") != first[uid].decoded("dtstart") for uid in first)


def test_a_guides_text_makes_no_event_of_its_own(hostile: Plan) -> None:
    calendar = Calendar.from_ical(to_calendar(hostile, NOW))

    assert len(calendar.walk("VEVENT")) == len(hostile.tasks) + len(hostile.milestones)


def test_a_spreadsheet_computes_nothing(hostile: Plan) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(hostile))))

    assert len(rows) == len(hostile.tasks) + 1
    assert any(cell.startswith("'=cmd") for row in rows for cell in row)
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]


def test_a_table_has_each_task_with_its_source(plan: Plan) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(plan))))

    assert [row["task"] for row in rows] == [task.text for task in plan.tasks]
    assert rows[0]["source"] == f"{FIRST}, line {plan.tasks[0].source.first_line}"


def test_markdown_shows_a_guides_text_as_it_is(hostile: Plan, plan: Plan) -> None:
    text = to_markdown(hostile)

    assert r"\[a\](http://b)" in text
    assert r"\<b\>" in text
    assert len([line for line in text.splitlines() if line.startswith("- [")]) == len(plan.tasks)


def test_json_brings_the_plan_back(guides: dict[str, Guide], plan: Plan) -> None:
    ticked = WANTED.model_copy(
        update={"ticks": (Tick(task=plan.tasks[0].id, on=date(2027, 1, 5)),)}
    )
    before = build(guides[FIRST], ticked)

    slug, preferences = from_json(to_json(before))

    assert build(guides[slug], preferences) == before


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "other", "version": 1}', "null"])
def test_another_file_is_no_plan(text: str) -> None:
    with pytest.raises(PlanError, match="no plan"):
        from_json(text)


def test_a_pdf_holds_every_task_and_letters_beyond_latin(plan: Plan) -> None:
    text = " ".join(extract_text(io.BytesIO(to_pdf(plan))).split())

    assert "Aurélien Géron" in text
    assert plan.title in text
    for milestone in plan.milestones:
        assert str(milestone.late) in text
    assert text.count("☐") + text.count("☑") == len(plan.tasks)
