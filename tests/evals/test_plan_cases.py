"""The figures that cases of plans expect are those that the guides' own figures give.

A case's note says what its plan is made with, and shows the sum by hand where it is a simple one.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache

import pytest

from coach.cases import PLANNED, Case, read_cases
from coach.domain import Guide
from coach.planning import DeadlineFit, HeldSkill, Plan, Preferences, build
from coach.planning.comparing import Side, compare
from coach.reading import read
from evals.coaches import TODAY
from tests.evals.test_cases import FOLDER, GUIDES, KNOWLEDGE, guides_of

CASES = read_cases(FOLDER / "plans.jsonl")
MADE = [case for case in CASES if case.note.startswith("guide=")]
SUM = re.compile(
    r"(?P<terms>\d+(?: \+ \d+)+) = (?P<weeks>\d+) weeks; "
    r"\d+ x (?P<pace>[\d.]+) = (?P<hours>[\d.]+)"
)


@cache
def guide_of(slug: str) -> Guide:
    path = KNOWLEDGE / f"{slug}.md"
    content = read(path, name=path.name, key=path.name).content
    assert isinstance(content, Guide)
    return content


def given(case: Case) -> dict[str, list[str]]:
    """What a note names, by name: "guide=…; hours=6; have=SQL"."""
    found: dict[str, list[str]] = {}
    for part in case.note.partition(" | ")[0].split("; "):
        name, _, value = part.partition("=")
        found.setdefault(name, []).append(value)
    return found


def preferences(case: Case) -> Preferences:
    said = given(case)
    return Preferences(
        hours_a_week=float(said["hours"][0]),
        start=date.fromisoformat(said["start"][0]),
        deadline=date.fromisoformat(said["deadline"][0]) if "deadline" in said else None,
        held=tuple(HeldSkill(name=name) for name in said.get("have", ())),
        finished=tuple(said.get("finished", ())),
    )


def day(when: date | None) -> str:
    assert when
    return f"{when.day} {when:%B} {when.year}"


def facts(case: Case) -> str:
    """All that a right answer may say, worked out from the guide."""
    guide = guide_of(given(case)["guide"][0])
    wanted = preferences(case)
    plan = build(guide, wanted)
    lines = [*_of_plan(plan), *_of_change(case, guide, plan)]
    if against := re.search(r"against: guide=([a-z-]+)", case.note):
        both = compare(guide, guide_of(against[1]), wanted, {})
        lines += _of_sides(*sorted((both.first, both.second), key=lambda side: side.planned))
    return "\n".join(lines)


def _of_plan(plan: Plan) -> list[str]:
    off = sum(task.hours for task in plan.tasks if task.taken_off)
    lines = [f"{plan.hours:.0f} hours", f"{off:.0f} of them taken off"]
    lines += [
        f"Phase {one.phase} {day(one.early)} {day(one.planned)} {day(one.late)}"
        for one in plan.milestones
    ]
    lines += [f"{day(task.end)}: {task.text}" for task in plan.tasks]
    lines += [f"without {skill.name}" for skill in plan.preferences.held]
    lines += [f"without {title}" for title in plan.preferences.finished]
    if plan.deadline:
        fits = plan.deadline.fit is DeadlineFit.MET
        lines += [day(plan.deadline.on), "fits your deadline" if fits else plan.deadline.advice]
    return lines


def _of_change(case: Case, guide: Guide, plan: Plan) -> list[str]:
    before = re.search(r"before: hours=([\d.]+)", case.note)
    if before is None:
        return []
    changed = plan.preferences.model_copy(update={"hours_a_week": float(before[1])})
    days = (plan.end - build(guide, changed).end).days
    assert f"is {abs(days)} days" in case.note
    return [f"{round(abs(days) / 7)} weeks {'later' if days > 0 else 'earlier'}"]


def _of_sides(sooner: Side, later: Side) -> list[str]:
    weeks = round((later.planned - sooner.planned).days / 7)
    roles = [guide_of(side.guide).to_role for side in (sooner, later)]
    return [
        f"{roles[0]} is done about {weeks} weeks sooner",
        *(
            f"{role}: {side.hours.low:g}-{side.hours.high:g} hours, {day(side.planned)}"
            for role, side in zip(roles, (sooner, later), strict=True)
        ),
    ]


def test_there_are_cases_of_every_kind_over_all_guides() -> None:
    assert len(CASES) >= 60
    assert {source for case in CASES for source in guides_of(case)} == GUIDES
    kinds = Counter(tag for case in CASES for tag in case.tags if tag != PLANNED)
    assert set(kinds) == {"dates", "deadline", "held", "change", "next", "compared", "ask-back"}
    assert min(kinds.values()) >= 6
    assert all(PLANNED in case.tags for case in CASES)


@pytest.mark.parametrize("case", MADE, ids=lambda case: case.id)
def test_facts_are_those_that_the_guide_gives(case: Case) -> None:
    known = facts(case)

    wrong = [
        nugget.text
        for nugget in case.nuggets
        if nugget.pattern is None or not re.search(nugget.pattern, known, re.IGNORECASE)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "case", [case for case in MADE if SUM.search(case.note)], ids=lambda case: case.id
)
def test_sums_by_hand_are_right_and_those_of_the_guide(case: Case) -> None:
    shown = SUM.search(case.note)
    assert shown
    guide = guide_of(given(case)["guide"][0])
    weeks = [int(term) for term in shown["terms"].split(" + ")]
    assert guide.study_hours

    assert weeks == [phase.weeks.value.low for phase in guide.phases]
    assert sum(weeks) == int(shown["weeks"])
    pace = (guide.study_hours.value.low + guide.study_hours.value.high) / 2
    assert float(shown["pace"]) == pace
    assert float(shown["hours"]) == sum(weeks) * pace
    assert build(guide, preferences(case)).hours == pytest.approx(float(shown["hours"]))


def test_what_is_not_told_is_planned_from_the_day_the_cases_are_asked() -> None:
    assert TODAY.weekday() == 0
    starts = {given(case)["start"][0] for case in MADE if "dates" not in case.tags}
    assert starts == {TODAY.isoformat()}


def test_more_hours_end_sooner_in_what_the_cases_expect() -> None:
    for case in MADE:
        if "change" in case.tags:
            hours = [float(one) for one in re.findall(r"hours=([\d.]+)", case.note)]
            after, before = hours
            word = "earlier" if after > before else "later"
            assert any(nugget.text.endswith(word) for nugget in case.nuggets)
