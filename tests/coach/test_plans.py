"""Plans that people keep, on both databases: saved, shared, adjusted by a coach, deleted."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from coach.accounts import Account, Accounts, Role
from coach.database import Database
from coach.database.tables import AuditRow, Base, PlanChangeRow, PlanDeletionRow, PlanRow
from coach.planning import Adjustment, Preferences, Tick
from coach.plans import LONGEST_COMMENT, Kind, Plans
from coach.privacy import Privacy
from coach.web.identity import account_owner

GUIDE = "nurse-to-analyst"
SIX = Preferences(hours_a_week=6, start=date(2027, 1, 4))
NINE = SIX.model_copy(update={"hours_a_week": 9.0})


@pytest.fixture
def plans(database: Database) -> Plans:
    return Plans(database)


@pytest.fixture
def ana(database: Database) -> Account:
    return Accounts(database).add("ana", Role.USER)


@pytest.fixture
def cora(database: Database) -> Account:
    return Accounts(database).add("cora", Role.COACH)


def count(database: Database, rows: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(rows)) or 0


def test_what_was_saved_comes_back_and_others_have_none_of_it(
    plans: Plans, ana: Account, cora: Account
) -> None:
    ticked = SIX.model_copy(update={"ticks": (Tick(task="one", on=date(2027, 1, 9)),)})

    kept = plans.save(ana.id, GUIDE, ticked, None)

    assert kept is not None
    assert plans.load(ana.id, GUIDE) == kept
    assert kept.preferences == ticked
    assert plans.guides(ana.id) == [GUIDE]
    assert plans.load(cora.id, GUIDE) is None
    assert plans.guides(cora.id) == []


def test_all_plans_of_one_person_are_read_together(
    plans: Plans, ana: Account, cora: Account
) -> None:
    plans.save(ana.id, GUIDE, SIX, None)
    plans.save(ana.id, "welder-to-diver", NINE, None)

    assert list(plans.preferences(ana.id).items()) == [("welder-to-diver", NINE), (GUIDE, SIX)]
    assert plans.preferences(cora.id) == {}


def test_a_plan_that_was_changed_meanwhile_is_not_written_over(plans: Plans, ana: Account) -> None:
    first = plans.save(ana.id, GUIDE, SIX, None)
    assert first is not None

    assert plans.save(ana.id, GUIDE, NINE, None) is None, "there is one already"
    second = plans.save(ana.id, GUIDE, NINE, first.version)
    assert second is not None
    assert plans.save(ana.id, GUIDE, SIX, first.version) is None, "the version before"
    assert plans.load(ana.id, GUIDE) == second
    assert second.id == first.id


def test_a_link_opens_a_plan_until_it_is_ended_and_each_reading_is_noted(
    database: Database, plans: Plans, ana: Account, cora: Account
) -> None:
    assert plans.share(ana.id, GUIDE) is None, "there is no plan yet"
    plans.save(ana.id, GUIDE, SIX, None)
    earlier, token = plans.share(ana.id, GUIDE), plans.share(ana.id, GUIDE)
    assert earlier
    assert token

    shown = plans.shared(token, cora.id)

    assert shown is not None
    assert shown.shared
    assert plans.shared(earlier, cora.id) is None, "a new link ends the one before"
    assert count(database, AuditRow) == 1
    assert plans.revoke(ana.id, GUIDE)
    assert plans.shared(token, cora.id) is None
    assert plans.comment(token, cora.id, "one", "Well done") is None
    assert plans.adjust(token, cora.id, Adjustment(task="one", hours=3), "3 hours") is None
    assert count(database, AuditRow) == 1
    assert count(database, PlanChangeRow) == 0


def test_a_coach_comments_and_adjusts_and_the_person_sees_who_and_undoes_that_alone(
    plans: Plans, ana: Account, cora: Account
) -> None:
    plans.save(ana.id, GUIDE, SIX, None)
    token = plans.share(ana.id, GUIDE)
    assert token
    plans.comment(token, cora.id, "one", " Do this\0 first. " + "x" * LONGEST_COMMENT)
    plans.adjust(token, cora.id, Adjustment(task="one", hours=3), "About 3 hours")
    plans.adjust(token, cora.id, Adjustment(task="two", left_out=True), "Left out")
    seen = plans.load(ana.id, GUIDE)
    assert seen is not None
    left_out, hours, comment = seen.changes
    assert [(one.by, one.kind, one.task, one.undone) for one in seen.changes] == [
        ("cora", Kind.ADJUST, "two", False),
        ("cora", Kind.ADJUST, "one", False),
        ("cora", Kind.COMMENT, "one", False),
    ]
    assert comment.text.startswith("Do this first. x")
    assert len(comment.text) == LONGEST_COMMENT
    assert plans.save(ana.id, GUIDE, NINE, None) is None, "made without the coach's changes"
    mine = seen.preferences.model_copy(update={"hours_a_week": 9.0})
    assert plans.save(ana.id, GUIDE, mine, seen.version)

    undone = plans.undo(ana.id, GUIDE, hours.id)

    assert undone is not None
    assert undone.preferences.hours_a_week == 9
    assert undone.preferences.adjusted == (Adjustment(task="two", left_out=True),)
    assert [one.undone for one in undone.changes] == [False, True, False]
    assert plans.undo(ana.id, GUIDE, hours.id) is None, "it is undone"
    assert plans.undo(ana.id, GUIDE, comment.id) is None, "nothing was changed"
    assert plans.undo(cora.id, GUIDE, left_out.id) is None, "it is not hers"


def test_undoing_an_adjustment_undoes_later_ones_of_the_same_task(
    plans: Plans, ana: Account, cora: Account
) -> None:
    mine = SIX.model_copy(update={"adjusted": (Adjustment(task="one", hours=2),)})
    plans.save(ana.id, GUIDE, mine, None)
    token = plans.share(ana.id, GUIDE)
    assert token
    plans.adjust(token, cora.id, Adjustment(task="one", hours=3), "3 hours")
    plans.adjust(token, cora.id, Adjustment(task="one", hours=3), "3 hours")
    plans.adjust(token, cora.id, Adjustment(task="one"), "as the guide says")
    seen = plans.load(ana.id, GUIDE)
    assert seen is not None
    assert len(seen.changes) == 2, "what changes nothing is no change"

    undone = plans.undo(ana.id, GUIDE, seen.changes[-1].id)

    assert undone is not None
    assert undone.preferences == mine
    assert all(one.undone for one in undone.changes)


def test_what_a_coach_did_stays_when_their_account_goes(
    database: Database, plans: Plans, ana: Account, cora: Account
) -> None:
    plans.save(ana.id, GUIDE, SIX, None)
    token = plans.share(ana.id, GUIDE)
    assert token
    plans.comment(token, cora.id, "one", "Well done")

    Privacy(database).delete_all(account_owner(cora), with_account=True)

    seen = plans.load(ana.id, GUIDE)
    assert seen is not None
    assert [(one.by, one.text) for one in seen.changes] == [(None, "Well done")]


def test_deleting_a_plan_takes_all_that_was_said_of_it(
    database: Database, plans: Plans, ana: Account, cora: Account
) -> None:
    plans.save(ana.id, GUIDE, SIX, None)
    token = plans.share(ana.id, GUIDE)
    assert token
    plans.comment(token, cora.id, "one", "Well done")

    assert not plans.delete(cora.id, GUIDE)
    assert plans.delete(ana.id, GUIDE)

    assert count(database, PlanRow) == count(database, PlanChangeRow) == 0
    assert count(database, PlanDeletionRow) == 1


@pytest.mark.parametrize("with_account", [False, True])
def test_a_persons_data_has_their_plans_when_given_and_when_deleted(
    database: Database, plans: Plans, ana: Account, cora: Account, with_account: bool
) -> None:
    for account in (ana, cora):
        plans.save(account.id, GUIDE, SIX, None)
    token = plans.share(ana.id, GUIDE)
    assert token
    plans.comment(token, cora.id, "one", "Well done")
    privacy, owner = Privacy(database), account_owner(ana)

    (given,) = json.loads(privacy.export_all(owner))["plans"]
    privacy.delete_all(owner, with_account=with_account)

    assert given["guide"] == GUIDE
    assert given["preferences"]["hours_a_week"] == 6
    assert [one["text"] for one in given["remarks"]] == ["Well done"]
    assert plans.load(ana.id, GUIDE) is None
    assert plans.load(cora.id, GUIDE) is not None, "another's plan stays"
    assert count(database, PlanDeletionRow) == 1
