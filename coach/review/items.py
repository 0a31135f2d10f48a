"""Items of the queue as rows: which to choose, in what order, and what is shown of each."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from coach.database.tables import (
    AccountRow,
    ConversationRow,
    CorrectionRow,
    FeedbackRow,
    PendingCaseRow,
    ReviewItemRow,
    ReviewRow,
    SkipRow,
    TurnRow,
)
from coach.domain import Section
from coach.review.values import Filters, Item, ItemState
from coach.transcripts.queueing import Reason
from coach.transcripts.rows import storable

ORDER = (
    ReviewItemRow.priority.desc(),
    ReviewItemRow.asked_at.desc(),
    ReviewItemRow.turn_id.desc(),
)


def items_for(account_id: str) -> Select[Any]:
    """Items with all that is shown of them to a coach."""
    passed = (
        select(PendingCaseRow.passed)
        .where(PendingCaseRow.turn_id == ReviewItemRow.turn_id)
        .order_by(PendingCaseRow.created_at.desc())
        .limit(1)
    )
    return (
        select(
            ReviewItemRow,
            TurnRow.conversation_id,
            TurnRow.question,
            TurnRow.guide,
            TurnRow.section,
            AccountRow.name.label("holder_name"),
            exists()
            .where(
                ReviewRow.turn_id == ReviewItemRow.turn_id,
                ReviewRow.account_id == account_id,
            )
            .label("reviewed_by_me"),
            skipped_by(account_id).label("skipped_by_me"),
            exists().where(CorrectionRow.turn_id == ReviewItemRow.turn_id).label("corrected"),
            passed.scalar_subquery().label("passed"),
        )
        .join(TurnRow, TurnRow.id == ReviewItemRow.turn_id)
        .outerjoin(AccountRow, AccountRow.id == ReviewItemRow.claimed_by)
    )


def conditions(filters: Filters, account_id: str) -> list[ColumnElement[bool]]:
    """What holds of the items that the filters let through."""
    found: list[ColumnElement[bool]] = []
    if filters.state is not None:
        found.append(ReviewItemRow.state == filters.state)
        if filters.state is ItemState.OPEN:
            found.append(~reviewed_by(account_id))
    if filters.reason is not None:
        # With the priority that goes with it, so that the index finds it.
        found.append(ReviewItemRow.priority == filters.reason.priority)
        found.append(ReviewItemRow.reason == filters.reason)
    if filters.guide:
        found.append(TurnRow.guide == filters.guide)
    if filters.section is not None:
        found.append(TurnRow.section == filters.section)
    if filters.since is not None:
        found.append(ReviewItemRow.asked_at >= _midnight(filters.since))
    if filters.until is not None and filters.until < date.max:
        found.append(ReviewItemRow.asked_at < _midnight(filters.until + timedelta(days=1)))
    if filters.reviewer:
        reviewed = exists().where(
            ReviewRow.turn_id == ReviewItemRow.turn_id, ReviewRow.account_id == filters.reviewer
        )
        found.append(or_(ReviewItemRow.claimed_by == filters.reviewer, reviewed))
    if text := storable(filters.text).strip():
        commented = exists().where(
            FeedbackRow.turn_id == ReviewItemRow.turn_id,
            FeedbackRow.comment.icontains(text, autoescape=True),
        )
        found.append(
            or_(
                TurnRow.question.icontains(text, autoescape=True),
                TurnRow.answer.icontains(text, autoescape=True),
                commented,
            )
        )
    return found


def reviewed_by(account_id: str) -> ColumnElement[bool]:
    """Whether a coach has reviewed an item, and the person has said nothing since."""
    return (
        exists()
        .where(ReviewRow.turn_id == ReviewItemRow.turn_id, ReviewRow.account_id == account_id)
        .where(~said_since())
        .correlate(ReviewItemRow)
    )


def said_since() -> ColumnElement[bool]:
    """Whether a person has said something of an answer after the review in the query."""
    thumb = exists().where(
        FeedbackRow.turn_id == ReviewRow.turn_id, FeedbackRow.updated_at > ReviewRow.created_at
    )
    wish = exists().where(
        TurnRow.id == ReviewRow.turn_id,
        ConversationRow.id == TurnRow.conversation_id,
        ConversationRow.human_asked_at > ReviewRow.created_at,
    )
    return or_(thumb.correlate(ReviewRow), wish.correlate(ReviewRow))


def said_after(turn_id: str, moment: datetime) -> Select[tuple[bool]]:
    """Asks whether a person has said something of an answer after a moment."""
    thumb = exists().where(FeedbackRow.turn_id == turn_id, FeedbackRow.updated_at > moment)
    wish = exists().where(
        TurnRow.id == turn_id,
        ConversationRow.id == TurnRow.conversation_id,
        ConversationRow.human_asked_at > moment,
    )
    return select(or_(thumb, wish))


def skipped_by(account_id: str) -> ColumnElement[bool]:
    """Whether a coach has left an item to others."""
    return exists().where(
        SkipRow.turn_id == ReviewItemRow.turn_id, SkipRow.account_id == account_id
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def item_of(row: Any) -> Item:  # noqa: ANN401 - a row of ``items_for``
    """A row of ``items_for`` as a value."""
    item: ReviewItemRow = row.ReviewItemRow
    return Item(
        turn_id=item.turn_id,
        conversation_id=row.conversation_id,
        asked_at=item.asked_at,
        question=row.question,
        guide=row.guide,
        section=Section(row.section) if row.section else None,
        reason=Reason(item.reason),
        state=ItemState(item.state),
        holder=item.claimed_by,
        holder_name=row.holder_name,
        reviews_done=item.reviews_done,
        reviews_wanted=item.reviews_wanted,
        reviewed_by_me=row.reviewed_by_me,
        skipped_by_me=row.skipped_by_me,
        corrected=row.corrected,
        passed=row.passed,
    )


def cursor_of(row: Any) -> str:  # noqa: ANN401 - a row of ``items_for``
    """The place of a row in the order, to go on after."""
    item: ReviewItemRow = row.ReviewItemRow
    return f"{item.priority}~{item.asked_at.isoformat()}~{item.turn_id}"


def place_of(after: str | None) -> tuple[int, datetime, str] | None:
    """The place that a cursor names; None for one that names none."""
    try:
        priority, asked_at, turn_id = (after or "").split("~", 2)
        moment = datetime.fromisoformat(asked_at)
        return int(priority), moment.replace(tzinfo=moment.tzinfo or UTC), storable(turn_id)
    except ValueError:
        return None
