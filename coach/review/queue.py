"""The coaches' queue: items most useful first, each held by one coach at a time.

Whatever shows the words of people is audited in the transaction that reads it: opening an item
writes a row with its conversation, a page of the list one row for all it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session

from coach.database import Database
from coach.database.tables import (
    AccountRow,
    ConversationRow,
    CorrectionRow,
    Moment,
    PendingCaseRow,
    ReviewItemRow,
    ReviewRow,
    SkipRow,
)
from coach.review.auditing import audit, conversation_of
from coach.review.items import (
    ORDER,
    conditions,
    cursor_of,
    item_of,
    items_for,
    place_of,
    reviewed_by,
    said_after,
    said_since,
    skipped_by,
)
from coach.review.values import (
    CaseStage,
    CaseState,
    Counts,
    Draft,
    Filters,
    ItemState,
    Opened,
    Outcome,
    QueuePage,
    Review,
    WrittenReview,
)
from coach.transcripts.queueing import Reason
from coach.transcripts.rows import read_transcript

CLAIM_MINUTES = 30
PAGE_ITEMS = 25


class ReviewQueue:
    """The queue in a database. All methods block: call them in a thread from async code.

    All methods raise DatabaseUnusable where the database cannot be reached, read or written.

    Args:
        database: with its tables made.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        account_id: str,
        filters: Filters | None = None,
        limit: int = PAGE_ITEMS,
        after: str | None = None,
    ) -> QueuePage:
        """A page of items, the most useful first, of those alike the newest.

        Open items that the coach has reviewed and that wait for another coach are left out.

        Args:
            account_id: the coach who looks; noted in the audit.
            filters: which items; the open ones unless told otherwise.
            limit: items at most.
            after: of the page before.
        """
        filters = filters or Filters()
        found = items_for(account_id).where(*conditions(filters, account_id))
        if (place := place_of(after)) is not None:
            keys = (ReviewItemRow.priority, ReviewItemRow.asked_at, ReviewItemRow.turn_id)
            priority, asked_at, turn_id = place
            found = found.where(
                tuple_(*keys)
                < tuple_(literal(priority), literal(asked_at, Moment()), literal(turn_id))
            )
        with self._database.writing() as session:
            _let_go(session)
            rows = session.execute(found.order_by(*ORDER).limit(limit + 1)).all()
            audit(session, account_id, "read queue", None)
        shown = tuple(item_of(row) for row in rows[:limit])
        return QueuePage(
            items=shown, after=cursor_of(rows[limit - 1]) if len(rows) > limit else None
        )

    def counts(self) -> Counts:
        """How many items there are, by state, and of those not done, by reason."""
        counted = select(ReviewItemRow.state, ReviewItemRow.reason, func.count()).group_by(
            ReviewItemRow.state, ReviewItemRow.reason
        )
        states = dict.fromkeys(ItemState, 0)
        reasons = dict.fromkeys(Reason, 0)
        with self._database.reading() as session:
            for state, reason, count in session.execute(counted):
                states[ItemState(state)] += count
                if state != ItemState.DONE:
                    reasons[Reason(reason)] += count
        return Counts(states=states, reasons=reasons)

    def claim_next(self, account_id: str) -> str | None:
        """Take the most useful item that nobody holds; the one already held, if there is one.

        Items that the coach skipped, or has reviewed, are left to others.

        Returns:
            The turn's id; None where nothing is left to do.
        """
        with self._database.writing() as session:
            _let_go(session)
            held = session.scalar(
                select(ReviewItemRow)
                .where(
                    ReviewItemRow.state == ItemState.CLAIMED,
                    ReviewItemRow.claimed_by == account_id,
                )
                .order_by(*ORDER)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            free = held or session.scalar(
                select(ReviewItemRow)
                .where(
                    ReviewItemRow.state == ItemState.OPEN,
                    ~reviewed_by(account_id),
                    ~skipped_by(account_id),
                )
                .order_by(*ORDER)
                .limit(1)
                # Of coaches who ask at once each gets another item, and none waits.
                .with_for_update(skip_locked=True)
            )
            if free is None:
                return None
            _hold(free, account_id)
            return free.turn_id

    def claim(self, turn_id: str, account_id: str) -> bool:
        """Take an item, or hold it for longer; whether the coach holds it now.

        One that is done can be taken to correct its answer; given back, it is done as before.
        """
        with self._database.writing() as session:
            item = _locked(session, turn_id)
            if item is None or _held_by_another(item, account_id):
                return False
            _hold(item, account_id)
            session.execute(
                delete(SkipRow).where(SkipRow.turn_id == turn_id, SkipRow.account_id == account_id)
            )
            return True

    def skip(self, turn_id: str, account_id: str) -> None:
        """Leave an item to others: it is open again, and ``claim_next`` gives it to them alone."""
        with self._database.writing() as session:
            item = _locked(session, turn_id)
            if item is None:
                return
            if session.get(SkipRow, (turn_id, account_id)) is None:
                session.add(SkipRow(turn_id=turn_id, account_id=account_id))
            _drop(item, account_id)

    def release(self, turn_id: str, account_id: str) -> None:
        """Give back an item that the coach holds."""
        with self._database.writing() as session:
            item = _locked(session, turn_id)
            if item is not None:
                _drop(item, account_id)

    def done(self, turn_id: str, account_id: str, review: Review) -> Outcome:
        """Keep a review; the item is done when it has all it wants, else open for another coach.

        Only the coach who holds the item writes one, and none once it has all it wants: until then
        nobody has seen another's. A coach may change their own; after the person has said
        something more, a second one of the same coach counts.

        Returns:
            What came of it. Where the person has said something since the item was taken, nothing
            is kept yet, so that the coach sees it first.
        """
        with self._database.writing() as session:
            item = _locked(session, turn_id)
            if item is None or not _held_by(item, account_id):
                return Outcome.NOT_HELD
            if _is_whole(item):
                return Outcome.COMPLETE
            if item.claimed_at is not None and session.scalar(said_after(turn_id, item.claimed_at)):
                _hold(item, account_id)
                return Outcome.SAID_MORE
            row = session.get(ReviewRow, (turn_id, account_id))
            counts = row is None or _answered_since(session, turn_id, account_id)
            if row is None:
                row = ReviewRow(turn_id=turn_id, account_id=account_id)
                session.add(row)
            for name, value in review.model_dump(mode="json").items():
                setattr(row, name, value)
            row.created_at = datetime.now(UTC)
            if counts:
                item.reviews_done += 1
            _drop(item, account_id)
            conversation_id = conversation_of(session, turn_id)
            if _is_whole(item) and item.reason == Reason.HUMAN_ASKED:
                # The human has come: the person may ask for one again.
                session.get_one(ConversationRow, conversation_id).human_asked_at = None
            audit(session, account_id, "review", conversation_id)
            return Outcome.KEPT

    def read(self, turn_id: str, account_id: str) -> Opened | None:
        """An item with its whole conversation; None where there is no such item.

        The audit has a row of it, in the same transaction.
        """
        with self._database.writing() as session:
            _let_go(session)
            row = session.execute(
                items_for(account_id).where(ReviewItemRow.turn_id == turn_id)
            ).one_or_none()
            if row is None:
                return None
            item = item_of(row)
            conversation = session.get_one(ConversationRow, item.conversation_id)
            audit(session, account_id, "read transcript", conversation.id)
            return Opened(
                item=item,
                transcript=read_transcript(session, conversation),
                reviews=_reviews(session, turn_id, account_id, whole=item.whole),
                draft=_draft(session.get(CorrectionRow, turn_id)),
                case=_case(session, turn_id),
            )


def holds(session: Session, turn_id: str, account_id: str) -> bool:
    """Whether a coach holds an item; it stays so in the transaction."""
    item = _locked(session, turn_id)
    return item is not None and _held_by(item, account_id)


def _answered_since(session: Session, turn_id: str, account_id: str) -> bool:
    found = select(ReviewRow.turn_id).where(
        ReviewRow.turn_id == turn_id, ReviewRow.account_id == account_id, said_since()
    )
    return session.scalar(found) is not None


def _locked(session: Session, turn_id: str) -> ReviewItemRow | None:
    return session.get(ReviewItemRow, turn_id, with_for_update=True)


def _held_by(item: ReviewItemRow, account_id: str) -> bool:
    # A claim that ran out is still good while nobody else has noticed.
    return item.state == ItemState.CLAIMED and item.claimed_by == account_id


def _held_by_another(item: ReviewItemRow, account_id: str) -> bool:
    return (
        item.state == ItemState.CLAIMED
        and item.claimed_by not in (None, account_id)
        and item.claimed_at is not None
        and item.claimed_at > _cutoff()
    )


def _hold(item: ReviewItemRow, account_id: str) -> None:
    item.state, item.claimed_by, item.claimed_at = ItemState.CLAIMED, account_id, datetime.now(UTC)


def _drop(item: ReviewItemRow, account_id: str) -> None:
    if _held_by(item, account_id):
        item.state = ItemState.DONE if _is_whole(item) else ItemState.OPEN
        item.claimed_by = item.claimed_at = None


def _is_whole(item: ReviewItemRow) -> bool:
    return item.reviews_done >= item.reviews_wanted


def _let_go(session: Session) -> None:
    """Give back the items that a coach took long ago, or whose coach is gone."""
    old = and_(
        ReviewItemRow.state == ItemState.CLAIMED,
        or_(ReviewItemRow.claimed_at < _cutoff(), ReviewItemRow.claimed_by.is_(None)),
    )
    forgotten = session.scalars(
        select(ReviewItemRow.turn_id).where(old).with_for_update(skip_locked=True)
    ).all()
    if forgotten:
        whole = ReviewItemRow.reviews_done >= ReviewItemRow.reviews_wanted
        session.execute(
            update(ReviewItemRow)
            .where(ReviewItemRow.turn_id.in_(forgotten))
            .values(
                state=case((whole, ItemState.DONE), else_=ItemState.OPEN),
                claimed_by=None,
                claimed_at=None,
            )
        )


def _cutoff() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=CLAIM_MINUTES)


def _reviews(
    session: Session, turn_id: str, account_id: str, *, whole: bool
) -> tuple[WrittenReview, ...]:
    rows: Sequence[Any] = session.execute(
        select(ReviewRow, AccountRow.name)
        .join(AccountRow, AccountRow.id == ReviewRow.account_id)
        .where(ReviewRow.turn_id == turn_id)
        .order_by(ReviewRow.created_at, ReviewRow.account_id)
    ).all()
    mine = any(row.account_id == account_id for row, _ in rows)
    return tuple(
        WrittenReview(
            account_id=row.account_id,
            name=name,
            review=Review.model_validate(
                {field: getattr(row, field) for field in Review.model_fields}
            ),
            written_at=row.created_at,
        )
        for row, name in rows
        if mine or whole
    )


def _draft(row: CorrectionRow | None) -> Draft | None:
    if row is None:
        return None
    return Draft(
        text=row.text,
        passages=tuple(row.passages),
        facts=tuple(row.facts),
        edits=row.edits,
        guide_edit=row.guide_edit,
    )


def _case(session: Session, turn_id: str) -> CaseState | None:
    row = session.scalar(
        select(PendingCaseRow)
        .where(PendingCaseRow.turn_id == turn_id)
        .order_by(PendingCaseRow.created_at.desc())
        .limit(1)
    )
    if row is None:
        return None
    return CaseState(id=row.id, stage=CaseStage(row.state), passed=row.passed)
