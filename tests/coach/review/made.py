"""Turns that coaches should look at, made by hand, and the coaches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from coach.accounts import Account, Accounts, Role
from coach.database import Database
from coach.domain import Answer, Coverage, CoverageStatus
from coach.review.queue import ReviewQueue
from coach.review.values import Outcome, Review
from coach.transcripts import Entry, Transcripts, Verdict
from tests.coach.transcripts.made import ANSWER, ASKED, OWNER, entry

REFUSED = ANSWER.model_copy(
    update={
        "text": "The guide does not say what it costs.",
        "refused": True,
        "citations": (),
        "coverage": Coverage(status=CoverageStatus.NONE, missing=("the cost",)),
    }
)
GOOD = Review(correct=2, complete=1, grounded=2, helpful=2, tone=2)


def coach(database: Database, name: str = "Ada") -> str:
    """The id of a new coach."""
    account: Account = Accounts(database).add(name, Role.COACH)
    return account.id


def keep(database: Database, question: str = "What does it cost?", **fields: Any) -> Entry:
    """Keep a turn that was refused, unless the fields say otherwise."""
    made = entry(question, **{"answer": REFUSED, **fields})
    Transcripts(database).record(made)
    return made


def thumbs_down(database: Database, turn: Entry) -> None:
    """Have the person of a turn say that it was bad."""
    assert Transcripts(database).give_feedback(OWNER, turn.turn_id, Verdict.DOWN, (), "No cost!")


def review(database: Database, turn_id: str, account: str, said: Review = GOOD) -> None:
    """Have a coach take an item and review it."""
    queue = ReviewQueue(database)
    assert queue.claim(turn_id, account)
    assert queue.done(turn_id, account, said) is Outcome.KEPT


def minutes_later(minutes: int) -> dict[str, Any]:
    """The field of a turn asked some minutes after the others."""
    return {"asked_at": ASKED + timedelta(minutes=minutes)}


def answer(**changes: Any) -> Answer:
    """An answer with some fields changed."""
    return ANSWER.model_copy(update=changes)
