"""A plan as files, each read back with another program's reader."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from pdfminer.high_level import extract_text

from coach.domain import Guide
from coach.errors import PlanError
from coach.planning import Adjustment, HeldSkill, Plan, Preferences, Tick, build
from coach.planning.exports import (
    from_json,
    to_calendar,
    to_csv,
    to_json,
    to_markdown,
    to_pdf,
)
from coach.planning.exports.document import LACKING
from coach.planning.notes import NO_PROMISE

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
        assert event.decoded("dtend") == task.end + timedelta(days=1)  # type: ignore[operator]
        assert event.decoded("dtstamp") == event.decoded("last-modified") == NOW
    assert not calendar.errors


def test_days_of_a_calendar_are_days_in_every_time_zone_also_when_its_clock_changes(
    guides: dict[str, Guide],
) -> None:
    """The clock in Berlin changes on 28 March 2027: an event by the hour would begin a day off."""
    wanted = WANTED.model_copy(update={"start": date(2027, 3, 22), "hours_a_week": 7})
    plan = build(guides[FIRST], wanted)

    calendar = Calendar.from_ical(to_calendar(plan, NOW))

    assert str(calendar["x-wr-timezone"]) == "Europe/Berlin"
    for event in calendar.walk("VEVENT"):
        for name in ("dtstart", "dtend"):
            assert event[name].params["VALUE"] == "DATE"
            assert type(event.decoded(name)) is date
    assert [(week.monday, week.hours) for week in plan.weeks[:3]] == [
        (date(2027, 3, 22), 7),
        (date(2027, 3, 29), 7),
        (date(2027, 4, 5), 7),
    ]


def test_what_is_left_out_is_not_shown_as_done(guides: dict[str, Guide], plan: Plan) -> None:
    left, ticked, *_ = [task for task in plan.tasks if task.phase and not task.taken_off]
    covered = next(task for task in plan.tasks if task.taken_off)
    wanted = WANTED.model_copy(
        update={
            "adjusted": (Adjustment(task=left.id, left_out=True),),
            "ticks": (Tick(task=ticked.id, on=date(2027, 1, 9)),),
        }
    )
    made = build(guides[FIRST], wanted)

    events = {
        str(event["uid"]): event
        for event in Calendar.from_ical(to_calendar(made, NOW)).walk("VEVENT")
    }
    lines = to_markdown(made).splitlines()
    pages = " ".join(extract_text(io.BytesIO(to_pdf(made))).split())

    assert len(events) == len(plan.tasks) + len(plan.milestones)
    for task, done in ((left, False), (ticked, True), (covered, True)):
        event = events[f"{task.id}@pathway-coach"]
        assert str(event["summary"]).startswith("Done: ") is done
        assert ("status" in event) is (task is left)
    assert events[f"{left.id}@pathway-coach"]["status"] == "CANCELLED"
    (line,) = [line for line in lines if "Left out of this plan" in line]
    assert line.startswith("- [ ]")
    assert len([line for line in lines if line.startswith("- [x]")]) == pages.count("☑")
    assert pages.count("☑") == len(
        [task for task in made.tasks if task.done or (task.taken_off and not task.left_out)]
    )


def test_every_file_for_people_says_that_dates_are_no_promise(plan: Plan) -> None:
    milestone = next(
        event
        for event in Calendar.from_ical(to_calendar(plan, NOW)).walk("VEVENT")
        if "-phase-1@" in str(event["uid"])
    )

    assert NO_PROMISE in str(milestone["description"])
    assert NO_PROMISE in to_markdown(plan)
    assert NO_PROMISE in " ".join(extract_text(io.BytesIO(to_pdf(plan))).split())


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


def saved(plan: Plan, **preferences: object) -> str:
    content = json.loads(to_json(plan))
    return json.dumps(content | {"preferences": content["preferences"] | preferences})


def test_a_saved_plan_of_a_later_version_may_hold_more(plan: Plan) -> None:
    content = json.loads(to_json(plan)) | {"surprise": 1}

    assert from_json(json.dumps(content)) == (FIRST, WANTED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "other", "version": 1}',
        "null",
        "[" * 100_000,
        '{"a":' * 100_000,
        "\ud800",
    ],
)
def test_another_file_is_no_plan(text: str) -> None:
    with pytest.raises(PlanError, match="no plan"):
        from_json(text)


@pytest.mark.parametrize(
    "change",
    [
        {"finished": ["\ud800"]},
        {"time_zone": "\udfff"},
        {"ticks": [{"task": "\ud83d", "on": "2027-01-05"}]},
        {"start": "never"},
        {"surprise": 1},
    ],
)
def test_a_saved_plan_that_was_spoilt_is_refused(plan: Plan, change: dict[str, object]) -> None:
    with pytest.raises(PlanError, match="no plan"):
        from_json(saved(plan, **change))


@pytest.mark.parametrize("version", [0, 2, 99])
def test_only_versions_that_are_known_are_read(plan: Plan, version: int) -> None:
    text = json.dumps(json.loads(to_json(plan)) | {"version": version})

    if version > 1:
        with pytest.raises(PlanError, match="no plan"):
            from_json(text)
    else:
        assert from_json(text) == (FIRST, WANTED)


def test_a_pdf_holds_every_task(plan: Plan) -> None:
    text = " ".join(extract_text(io.BytesIO(to_pdf(plan))).split())

    assert plan.title in text
    for milestone in plan.milestones:
        assert str(milestone.late) in text
    assert text.count("☐") + text.count("☑") == len(plan.tasks)
    assert LACKING not in text


def worded(guide: Guide, text: str) -> Plan:
    """A plan with a task of these words."""
    task = guide.phases[0].tasks[0].model_copy(update={"value": text})
    phase = guide.phases[0].model_copy(update={"tasks": (task, *guide.phases[0].tasks[1:])})
    return build(guide.model_copy(update={"phases": (phase, *guide.phases[1:])}), WANTED)


@pytest.mark.parametrize("words", ["Aurélien Géron", "Учиться каждый день", "Μάθηση"])
def test_a_pdf_holds_letters_beyond_latin(guides: dict[str, Guide], words: str) -> None:
    text = " ".join(extract_text(io.BytesIO(to_pdf(worded(guides[FIRST], words)))).split())

    assert words in text
    assert LACKING not in text


@pytest.mark.parametrize("words", ["学习", "सीखना", "🎓🪴"])
def test_a_pdf_says_where_letters_are_missing(
    guides: dict[str, Guide], caplog: pytest.LogCaptureFixture, words: str
) -> None:
    text = " ".join(extract_text(io.BytesIO(to_pdf(worded(guides[FIRST], words)))).split())

    assert "□" in text
    assert LACKING in text
    assert not caplog.records
    assert words in to_markdown(worded(guides[FIRST], words))


def test_a_pdf_can_be_made_of_a_plan_that_was_done_before_its_start(
    guides: dict[str, Guide], plan: Plan
) -> None:
    ticks = tuple(Tick(task=task.id, on=date(2025, 6, 1)) for task in plan.tasks)
    made = build(guides[FIRST], WANTED.model_copy(update={"ticks": ticks}))

    assert "2025-06-01" in extract_text(io.BytesIO(to_pdf(made)))
