"""The plan page over HTTP: plans, files, what is refused, and what is whose; on both databases."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from icalendar import Calendar
from sqlalchemy import text as sql

from coach.accounts import Accounts, Role
from coach.coach import Coach
from coach.database import Database
from coach.domain import Guide
from coach.plans import Plans
from coach.web.identity import SESSION_COOKIE, IdentityMiddleware, NotAllowed, refuse
from coach.web.plans import plans_router
from coach.web.security import SecurityMiddleware
from coach.web.visitors import VisitorMiddleware
from tests.coach.web.doors import OWN, text

FIRST = "backend-developer-to-chief-ai-officer"
SIX: dict[str, Any] = {"hours_a_week": 6, "start": "2127-01-06"}
WANTED = {"guide": FIRST, "preferences": SIX}
HERE = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def app(database: Database, coach: Coach) -> FastAPI:
    made = FastAPI()
    made.add_exception_handler(NotAllowed, refuse)
    made.include_router(plans_router(coach, Plans(database)))
    made.add_middleware(IdentityMiddleware, accounts=Accounts(database))
    made.add_middleware(VisitorMiddleware)
    made.add_middleware(SecurityMiddleware)
    return made


def client_of(app: FastAPI, token: str | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url=OWN,
        headers=HERE,
        cookies={SESSION_COOKIE: token} if token else None,
    )


@pytest_asyncio.fixture
async def visitor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in."""
    async with client_of(app) as client:
        yield client


@pytest_asyncio.fixture
async def ana(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    accounts = Accounts(database)
    async with client_of(app, accounts.start_session(accounts.add("ana", Role.USER))) as client:
        yield client


@pytest_asyncio.fixture
async def cora(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A coach's browser."""
    accounts = Accounts(database)
    async with client_of(app, accounts.start_session(accounts.add("cora", Role.COACH))) as client:
        yield client


async def test_each_task_of_a_plan_has_the_words_it_stands_on(
    visitor: httpx.AsyncClient, coach: Coach
) -> None:
    shown = (await visitor.post("/plan.json", json=WANTED)).json()

    assert shown["plan"]["milestones"]
    source = coach.source_text(shown["source"])
    assert source
    for task in shown["plan"]["tasks"]:
        quote = shown["quotes"][task["id"]]
        assert quote["before"] + quote["quote"] + quote["after"] in source
        assert quote["quote"] in "\n".join(
            source.splitlines()[quote["first_line"] - 1 : quote["last_line"]]
        )
        assert quote["heading"]
    assert shown["hints"] == []


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"hours_a_week": 0}, "hours_a_week", "some time each week"),
        ({"hours_a_week": -2}, "hours_a_week", "some time each week"),
        ({"hours_a_week": 200}, "hours_a_week", "80 hours or fewer"),
        ({"hours_a_week": "six"}, "hours_a_week", "no number"),
        ({"hours_a_week": None}, "hours_a_week", "no number"),
        ({"start": ""}, "start", "no such day"),
        ({"start": "2127-02-29"}, "start", "no such day"),
        ({"deadline": "2127-01-05"}, "deadline", "before the start"),
        ({"weekdays": []}, "weekdays", "at least one day"),
        ({"days_off": [{"first": "2127-02-02", "last": ""}]}, "days_off", "two days"),
        ({"days_off": [{"first": "2127-02-02", "last": "2127-02-01"}]}, "days_off", "ends before"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone", "no such time zone"),
        ({"adjusted": [{"task": "x", "hours": -1}]}, "adjusted", "some hours"),
        ({"surprise": 1}, "surprise", "cannot be read"),
    ],
)
async def test_bad_input_is_told_with_its_field(
    visitor: httpx.AsyncClient, change: dict[str, Any], field: str, says: str
) -> None:
    answer = await visitor.post("/plan.json", json=WANTED | {"preferences": SIX | change})

    assert answer.status_code == 400
    told = answer.json()
    assert told["field"] == field
    assert says in f"{told['problem']} {told['remedy']}"
    assert told["remedy"]


async def test_what_is_no_plan_and_what_is_no_guide_is_told(visitor: httpx.AsyncClient) -> None:
    broken = await visitor.post("/plan.json", content=b"{")
    unknown = await visitor.post("/plan.json", json=WANTED | {"guide": "nurse-to-astronaut"})
    page = await visitor.get("/plan", params={"guide": "nurse-to-astronaut"})
    kinds = await visitor.post("/plan/export", params={"format": "exe"}, json=WANTED)

    assert broken.status_code == unknown.status_code == 400
    assert unknown.json()["field"] == "guide"
    assert page.status_code == 404
    assert "There is no such guide." in text(page)
    assert kinds.status_code == 422


async def test_a_start_in_the_past_and_an_unknown_skill_are_planned_with_and_said(
    visitor: httpx.AsyncClient,
) -> None:
    changed = SIX | {"start": "2024-02-29", "held": [{"name": "Juggling", "level": "solid"}]}

    shown = (await visitor.post("/plan.json", json=WANTED | {"preferences": changed})).json()

    past, unknown = shown["hints"]
    assert "The start is in the past, so the plan counts from 29 February 2024." in past
    assert "“Juggling” is no skill of this guide" in unknown


async def test_weeks_in_which_the_clock_changes_have_their_hours_and_no_day_shifts(
    visitor: httpx.AsyncClient,
) -> None:
    """In Berlin the clock changes on 30 March 2127; the plan and its calendar are of whole days."""
    zone = SIX | {"start": "2127-03-24", "time_zone": "Europe/Berlin"}
    wanted = WANTED | {"preferences": zone}

    plan = (await visitor.post("/plan.json", json=wanted)).json()["plan"]
    file = await visitor.post("/plan/export", params={"format": "ics"}, json=wanted)

    assert [(week["monday"], week["hours"]) for week in plan["weeks"][:3]] == [
        ("2127-03-24", 6),
        ("2127-03-31", 6),
        ("2127-04-07", 6),
    ]
    events = {str(event["uid"]): event for event in Calendar.from_ical(file.content).walk("VEVENT")}
    for task in plan["tasks"]:
        assert str(events[f"{task['id']}@pathway-coach"].decoded("dtstart")) == task["start"]


async def test_ticks_whose_tasks_are_gone_are_said(visitor: httpx.AsyncClient) -> None:
    ticked = SIX | {"ticks": [{"task": "gone", "on": "2127-01-07"}]}

    shown = (await visitor.post("/plan.json", json=WANTED | {"preferences": ticked})).json()

    (hint,) = shown["hints"]
    assert "1 task you ticked changed in the guide meanwhile" in hint


@pytest.mark.parametrize(
    "change",
    [
        {"time_zone": "Europe"},
        {"time_zone": "z" * 300},
        {"ticks": [{"task": "one", "on": "9999-12-31"}], "replanned": "2127-02-01"},
        {"hours_a_week": 40, "weekdays": [0]},
    ],
)
async def test_what_no_plan_can_be_made_with_is_told_wherever_it_comes_from(
    visitor: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    preferences = SIX | change
    file = {"format": "pathway-coach-plan", "version": 1, **WANTED, "preferences": preferences}

    made = await visitor.post("/plan.json", json=WANTED | {"preferences": preferences})
    taken = await visitor.post("/plan/import", json=file)

    assert made.status_code == taken.status_code == 400
    assert made.json() == taken.json()
    assert made.json()["remedy"]


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"format": "\\ud800"}'])
async def test_what_is_no_file_of_a_plan_is_told(visitor: httpx.AsyncClient, body: bytes) -> None:
    answer = await visitor.post("/plan/import", content=body)

    assert answer.status_code == 400
    assert "no plan that was saved here" in answer.json()["problem"]


async def test_skills_in_a_persons_words_are_sure_doubtful_or_none(
    visitor: httpx.AsyncClient, guides: dict[str, Guide]
) -> None:
    name = guides[FIRST].skill_gaps[0].name.value
    said = {"guide": FIRST, "said": [name.upper(), "Spark", "knitting socks", "  "]}

    found = (await visitor.post("/plan/match", json=said)).json()
    too_many = await visitor.post("/plan/match", json={"guide": FIRST, "said": ["x"] * 100})

    assert [one["certainty"] for one in found] == ["sure", "doubtful", "none"]
    assert found[0]["skill"] == name
    assert too_many.status_code == 400
    assert too_many.json()["field"] == "said"


async def test_two_moves_side_by_side_each_with_its_own_plan(visitor: httpx.AsyncClient) -> None:
    other = "mechanical-engineer-to-data-scientist"
    begun = SIX | {"ticks": [{"task": "x", "on": "2127-01-08"}], "replanned": "2127-06-01"}

    answer = await visitor.post(
        "/plan/compare", json={"guide": FIRST, "preferences": begun, "other": other}
    )
    alone = (await visitor.post("/plan.json", json={"guide": other, "preferences": SIX})).json()
    unknown = await visitor.post("/plan/compare", json=WANTED | {"other": "to-the-moon"})

    both = answer.json()
    assert (both["first"]["guide"], both["second"]["guide"]) == (FIRST, other)
    last = alone["plan"]["milestones"][-1]
    assert {name: both["second"][name] for name in ("early", "planned", "late")} == {
        name: last[name] for name in ("early", "planned", "late")
    }
    assert not set(both["shared"]) & set(both["first"]["missing"])
    assert unknown.status_code == 400
    assert "no such guide" in unknown.json()["problem"]


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("ics", "BEGIN:VCALENDAR"), ("md", "# "), ("pdf", "%PDF"), ("csv", "start,"), ("json", "{")],
)
async def test_files_come_under_a_name_of_their_own(
    visitor: httpx.AsyncClient, kind: str, begins: str
) -> None:
    answer = await visitor.post("/plan/export", params={"format": kind}, json=WANTED)

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="plan-{FIRST}.{kind}"'
    assert answer.content.startswith(begins.encode())
    if kind == "ics":
        assert Calendar.from_ical(answer.content).walk("VEVENT")


async def test_a_saved_plan_comes_back_and_other_files_are_refused(
    visitor: httpx.AsyncClient,
) -> None:
    ticked = SIX | {"ticks": [{"task": "one", "on": "2127-01-07"}]}
    wanted = WANTED | {"preferences": ticked}
    saved = await visitor.post("/plan/export", params={"format": "json"}, json=wanted)

    opened = (await visitor.post("/plan/import", content=saved.content)).json()
    content = json.loads(saved.content)
    content["preferences"]["hours_a_week"] = 0
    spoilt = await visitor.post("/plan/import", json=content)
    other = await visitor.post("/plan/import", content=b"\xff\xfe no plan")

    assert opened["guide"] == FIRST
    assert opened["preferences"]["ticks"] == ticked["ticks"]
    assert spoilt.status_code == other.status_code == 400
    assert "no plan that was saved here" in other.json()["problem"]


async def test_a_cv_gives_proposals_and_what_is_none_is_told(
    visitor: httpx.AsyncClient, guides: dict[str, Guide]
) -> None:
    name = guides[FIRST].skill_gaps[0].name.value
    said = f"Backend developer, 2019 to 2024\nSkills: {name}\n"

    found = await visitor.post("/plan/cv", content=said.encode())
    picture = await visitor.post("/plan/cv", content=b"\x89PNG\r\n\x1a\n")
    empty = await visitor.post("/plan/cv")

    skills = {(one["guide"], one["skill"]) for one in found.json()["skills"]}
    assert (FIRST, name) in skills
    for refused in (picture, empty):
        assert refused.status_code == 400
        assert refused.json()["field"] == "cv"
        assert refused.json()["problem"]


async def test_what_somebody_keeps_is_theirs_and_only_what_can_be_planned_is_kept(
    ana: httpx.AsyncClient, cora: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    kept = (await ana.post("/plan/keep", json=WANTED)).json()
    bad = await ana.post("/plan/keep", json=WANTED | {"preferences": SIX | {"hours_a_week": 0}})
    stale = await ana.post("/plan/keep", json=WANTED)
    newer = WANTED | {"preferences": SIX | {"hours_a_week": 9}, "version": kept["version"]}
    again = (await ana.post("/plan/keep", json=newer)).json()

    assert bad.status_code == 400
    assert stale.status_code == 409
    assert stale.json()["newest"] == kept
    assert again["preferences"]["hours_a_week"] == 9
    assert again["version"] in text(await ana.get("/plan", params={"guide": FIRST}))
    for other in (cora, visitor):
        assert kept["id"] not in text(await other.get("/plan", params={"guide": FIRST}))
    assert (await cora.post("/plan/share", json={"guide": FIRST})).status_code == 404
    assert (await ana.post("/plan/delete", json={"guide": FIRST})).status_code == 204
    assert kept["id"] not in text(await ana.get("/plan", params={"guide": FIRST}))


async def test_a_coach_adjusts_a_shared_plan_and_the_person_undoes_it(
    ana: httpx.AsyncClient, cora: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    await ana.post("/plan/keep", json=WANTED)
    path = (await ana.post("/plan/share", json={"guide": FIRST})).json()["path"]
    plan = (await cora.post("/plan.json", json=WANTED)).json()["plan"]
    task = next(one["id"] for one in plan["tasks"] if one["hours"])
    assert (await ana.get(path)).status_code == 403, "who is no coach"
    assert (await visitor.get(path)).status_code == 303

    page = await cora.get(path)
    adjusted = await cora.post(f"{path}/adjust", json={"task": task, "hours": 40})
    unknown = await cora.post(f"{path}/adjust", json={"task": "none", "hours": 40})
    no_hours = await cora.post(f"{path}/adjust", json={"task": task, "hours": 0})
    commented = await cora.post(f"{path}/comment", json={"task": task, "text": "Begin here"})
    empty = await cora.post(f"{path}/comment", json={"task": task, "text": ""})
    nowhere = await cora.post(f"{path}/comment", json={"task": "none", "text": "Begin here"})

    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert adjusted.status_code == commented.status_code == 200
    assert (unknown.status_code, no_hours.status_code, empty.status_code) == (404, 400, 400)
    assert nowhere.status_code == 404
    assert nowhere.json()["problem"] == "There is no such task in this plan."
    comment, change = commented.json()["changes"]
    assert (comment["by"], comment["text"]) == ("cora", "Begin here")
    assert (change["by"], change["text"]) == ("cora", "About 40 hours")
    undoing = {"guide": FIRST, "change": change["id"]}
    undone = (await ana.post("/plan/undo", json=undoing)).json()
    assert undone["preferences"]["adjusted"] == []
    assert (await ana.post("/plan/undo", json=undoing)).status_code == 404
    await ana.post("/plan/revoke", json={"guide": FIRST})
    assert (await cora.get(path)).status_code == 404
    assert (await cora.post(f"{path}/comment", json={"task": task, "text": "?"})).status_code == 404


async def test_a_page_opened_for_one_account_changes_nothing_of_another(
    ana: httpx.AsyncClient, cora: httpx.AsyncClient, database: Database
) -> None:
    accounts = Accounts(database)
    hers, own = accounts.find("ana"), accounts.find("cora")
    assert hers
    assert own
    await cora.post("/plan/keep", json=WANTED)
    for act in ("keep", "delete", "share", "revoke"):
        answer = await cora.post(f"/plan/{act}", json=WANTED, headers={"x-account": hers.id})
        assert answer.status_code == 401
    shared = await cora.post("/plan/share", json=WANTED, headers={"x-account": own.id})
    assert shared.status_code == 200
    assert (await ana.post("/plan/share", json=WANTED)).status_code == 404


async def test_a_database_that_fails_is_told_and_logged(
    ana: httpx.AsyncClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with database.writing() as session:
        for table in ("plan_changes", "plans"):
            session.execute(sql(f"DROP TABLE {table}"))

    page = await ana.get("/plan", params={"guide": FIRST})
    kept = await ana.post("/plan/keep", json=WANTED)

    assert page.status_code == kept.status_code == 503
    assert kept.json()["problem"].startswith("Plans cannot be reached just now.")
    failures = [one.getMessage() for one in caplog.records if one.name == "coach.web.plans"]
    assert len(failures) == 2
    assert all(one.startswith("A request of the plan page failed: ") for one in failures)


async def test_other_sites_change_nothing(app: FastAPI, ana: httpx.AsyncClient) -> None:
    elsewhere = {"sec-fetch-site": "cross-site"}
    for act in ("keep", "delete", "share", "revoke", "undo", "import", "match", "export"):
        answer = await ana.post(f"/plan/{act}", json=WANTED, headers=elsewhere)
        assert answer.status_code == 403
