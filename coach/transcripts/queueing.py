"""Which turns coaches should look at, why, and in what order."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from coach.database.tables import CorrectionRow, PendingCaseRow, ReviewItemRow, TurnRow
from coach.domain import CoverageStatus

SAMPLE_SHARE = 0.02
TWICE_SHARE = 0.1


class Reason(StrEnum):
    """Why a turn is in the queue, the most useful first."""

    HUMAN_ASKED = "human asked"
    THUMBS_DOWN = "thumbs down"
    FAILED_CHECKS = "failed checks"
    REFUSAL = "refusal"
    LOW_COVERAGE = "low coverage"
    FALLBACK = "fallback"
    SAMPLE = "sample"

    @property
    def priority(self) -> int:
        """Higher for more useful, from 1: what ``review_items.priority`` holds."""
        order = list(Reason)
        return len(order) - order.index(self)


# These are said by a person, after a coach may have closed the item.
_REOPENING = (Reason.HUMAN_ASKED, Reason.THUMBS_DOWN)


def reason_for(turn: TurnRow) -> Reason | None:
    """Why a turn belongs in the queue, by itself; None where nothing asks for a look.

    One that failed for technical reasons is no work for a coach.
    """
    answer = turn.record["answer"]
    if answer is None:
        return None
    if turn.dropped:
        return Reason.FAILED_CHECKS
    if turn.refused:
        return Reason.REFUSAL
    if turn.coverage == CoverageStatus.PARTLY:
        return Reason.LOW_COVERAGE
    if answer["notice"]:
        return Reason.FALLBACK
    return Reason.SAMPLE if _share(turn.id, "sample") < SAMPLE_SHARE else None


def enqueue(session: Session, turn: TurnRow, reason: Reason) -> None:
    """Put a turn into the queue, or raise its item there.

    An item that is there keeps the strongest of its reasons. One that has its reviews wants one
    more for what a person says, and is opened again unless a coach holds it.
    """
    item = session.get(ReviewItemRow, turn.id, with_for_update=True)
    if item is None:
        session.add(
            ReviewItemRow(
                turn_id=turn.id,
                reason=reason,
                priority=reason.priority,
                state="open",
                asked_at=turn.asked_at,
                reviews_wanted=reviews_drawn(turn.id),
                reviews_done=0,
            )
        )
        return
    if reason.priority > item.priority:
        item.reason, item.priority = reason, reason.priority
    if item.reviews_done >= item.reviews_wanted and reason in _REOPENING:
        item.reviews_wanted = item.reviews_done + 1
        if item.state == "done":
            item.state = "open"


def take_back(session: Session, turn: TurnRow) -> None:
    """Let go of a thumbs down that was changed: the item, not yet looked at, is what it was.

    An item that a coach holds, or has reviewed, corrected or made a test of, stays as it is.
    """
    item = session.get(ReviewItemRow, turn.id, with_for_update=True)
    if item is None or item.reason != Reason.THUMBS_DOWN:
        return
    if item.state != "open" or item.reviews_done or _worked_on(session, turn.id):
        return
    reason = reason_for(turn)
    if reason is None:
        session.delete(item)
    else:
        item.reason, item.priority = reason, reason.priority


def reviews_drawn(turn_id: str) -> int:
    """How many reviews a turn is drawn for: two of some, so that coaches can be compared."""
    return 2 if _share(turn_id, "twice") < TWICE_SHARE else 1


def _worked_on(session: Session, turn_id: str) -> bool:
    corrected = exists().where(CorrectionRow.turn_id == turn_id)
    tested = exists().where(PendingCaseRow.turn_id == turn_id)
    return bool(session.scalar(select(or_(corrected, tested))))


def _share(turn_id: str, salt: str) -> float:
    """A number in [0, 1) that depends on the turn's id alone, evenly spread over ids."""
    digest = hashlib.sha256(f"{salt}:{turn_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
