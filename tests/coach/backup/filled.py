"""A database with something in every table, and all of it to compare."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from coach.accounts import Account, Accounts, Role
from coach.backup.archive import kept_tables
from coach.database import Database
from coach.database.tables import (
    AccountDeletionRow,
    AuditRow,
    CorrectionRow,
    PendingCaseRow,
    ReviewRow,
    SkipRow,
)
from coach.planning import Preferences
from coach.plans import Plans
from coach.transcripts import Entry, FeedbackReason, Transcripts, Verdict
from tests.coach.transcripts.made import entry

PASSWORD = "correct horse battery"
NOW = datetime.now(UTC).replace(microsecond=123456)
ODD = 'Ein „Übergang“? \u2028 "quoted", \\ 🚀 \x7f\nand a second line'


def fill(database: Database, turns: int = 3) -> tuple[Account, list[Entry]]:
    """Put something into every table; the last conversation and a plan are deleted again."""
    transcripts, accounts = Transcripts(database), Accounts(database)
    ana = accounts.add("ana", Role.COACH, PASSWORD)
    bob = accounts.provider_account("https://provider.example", "7", "Bob")
    assert accounts.sign_in("ana", PASSWORD) is not None
    owner = f"account:{ana.id}"
    asked = [
        entry(f"{number}: {ODD}", owner=owner, asked_at=NOW - timedelta(hours=number))
        for number in range(turns)
    ]
    for one in asked:
        transcripts.record(one)
    first = asked[0]
    transcripts.give_feedback(owner, first.turn_id, Verdict.DOWN, [FeedbackReason.WRONG], ODD)
    transcripts.ask_human(owner, first.conversation_id)
    transcripts.delete(owner, asked[-1].conversation_id)
    plans, wanted = Plans(database), Preferences(hours_a_week=6, start=date(2027, 1, 4))
    for account, guide in ((ana, "a-to-b"), (ana, "a-to-c"), (bob, "a-to-b")):
        plans.save(account.id, guide, wanted, None)
    plans.comment(plans.share(ana.id, "a-to-b") or "", ana.id, "task", ODD)
    plans.delete(ana.id, "a-to-c")
    turn = {"turn_id": first.turn_id}
    with database.writing() as session:
        session.add(
            ReviewRow(
                **turn, account_id=ana.id, correct=2, complete=1, grounded=0, helpful=1, tone=2,
                tags=["short", ODD], notes=ODD, created_at=NOW,
            )
        )  # fmt: skip
        session.add(
            CorrectionRow(
                **turn, account_id=ana.id, text=ODD, passages=["a#b"], facts=[ODD], guide_edit="",
                created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip
        session.add(SkipRow(**turn, account_id=ana.id))
        session.add(AuditRow(id=7, at=NOW, account_id=ana.id, action="read"))
        session.add(
            PendingCaseRow(
                **turn, id="case", state="pending", case={"question": ODD}, passed=None,
                created_at=NOW,
            )
        )  # fmt: skip
        session.add(AccountDeletionRow(account_id="gone", at=NOW))
    return ana, asked[:-1]


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows that a backup has, by table and in order of their keys."""
    with database.reading() as session:
        return {
            table.name: [
                dict(row)
                for row in session.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in kept_tables()
        }


def untold(done: int, total: int) -> None:
    """A progress that nobody watches."""
