"""All that is kept of one person: given to them, deleted for good, and never kept too long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, literal, select, text
from sqlalchemy.orm import Session

from coach.accounts import Role
from coach.database import Database
from coach.database.tables import (
    AccountDeletionRow,
    AccountRow,
    AuditRow,
    Base,
    ConversationRow,
    PlanChangeRow,
    PlanDeletionRow,
    PlanRow,
    ReviewRow,
    SessionRow,
)
from coach.domain import Value
from coach.transcripts import Transcript, Transcripts
from coach.transcripts.rows import read_transcript
from coach.transcripts.store import delete_conversations

KEEP_DAYS = 365

_ACCOUNT = "account:"
# Any number that nothing else locks by.
_LOCK = 7_203_512


class OwnAccount(Value):
    """Somebody's account, but for the hash of the password; ``provider`` where they have none."""

    name: str
    role: Role
    provider: str | None
    created_at: datetime


class OwnSession(Value):
    """A browser somebody is signed in with."""

    begun_at: datetime
    ends_at: datetime


class Reading(Value):
    """A conversation was opened by somebody of the team."""

    conversation_id: str
    at: datetime
    action: str


class OwnReview(Value):
    """What a coach said of an answer: five questions, each 0, 1 or 2 with 2 for best."""

    turn_id: str
    correct: int
    complete: int
    grounded: int
    helpful: int
    tone: int
    tags: tuple[str, ...]
    notes: str
    created_at: datetime


class PlanRemark(Value):
    """What a coach said of a task of a plan, or changed of it."""

    at: datetime
    what: str
    task: str
    text: str
    undone_at: datetime | None


class OwnPlan(Value):
    """A plan for a move: the guide, what the person said of their time, and the coach's remarks."""

    guide: str
    preferences: dict[str, Any]
    shared: bool
    created_at: datetime
    updated_at: datetime
    remarks: tuple[PlanRemark, ...]


class Belongings(Value):
    """All that is kept of one owner; moments are in UTC.

    Attributes:
        made_at: when this was put together.
        account: theirs; None of somebody who never signed in.
        sessions: where they are signed in.
        conversations: the last one used first, each with its answers, feedback and corrections.
        readings: when somebody of the team opened one of these conversations.
        reviews: what they said of others' answers, where they are a coach.
        plans: for each move they keep one for.
    """

    made_at: datetime
    account: OwnAccount | None
    sessions: tuple[OwnSession, ...]
    conversations: tuple[Transcript, ...]
    readings: tuple[Reading, ...]
    reviews: tuple[OwnReview, ...]
    plans: tuple[OwnPlan, ...]


class Privacy:
    """What belongs to a person in a database. All methods block: call them in a thread.

    All of them raise ``DatabaseUnusable`` where the database cannot be used.

    Args:
        database: with its tables made.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._transcripts = Transcripts(database)

    def export_all(self, owner: str) -> str:
        """All that is kept of an owner, as JSON: see ``Belongings``."""
        with self._database.reading() as session:
            return _belongings(session, owner).model_dump_json(indent=2) + "\n"

    def delete_all(self, owner: str, *, with_account: bool = False) -> int:
        """Delete all that is an owner's, in one transaction and for good.

        What coaches made of their questions for the evals stays, personal data redacted, and so
        does the audit, which has ids alone.

        Args:
            owner: whose.
            with_account: whether the account goes, too, with its sessions and what it has reviewed.

        Returns:
            How many conversations there were.
        """
        now = datetime.now(UTC)
        with self._database.deleting() as session:
            gone = delete_conversations(session, ConversationRow.owner == owner)
            plans = delete(PlanRow).where(PlanRow.account_id == _account_id(owner))
            for plan in session.scalars(plans.returning(PlanRow.id)).all():
                session.add(PlanDeletionRow(plan_id=plan, at=now))
            if with_account:
                theirs = delete(AccountRow).where(AccountRow.id == _account_id(owner))
                for one in session.scalars(theirs.returning(AccountRow.id)).all():
                    session.add(AccountDeletionRow(account_id=one, at=now))
        return len(gone)

    def keep_to(self, days: int) -> int | None:
        """Purge conversations some days after their last question; to be called daily.

        Args:
            days: how long a conversation is kept after its last question.

        Returns:
            As ``purge``.
        """
        return self.purge(datetime.now(UTC) - timedelta(days=days))

    def purge(self, before: datetime) -> int | None:
        """Delete what was last used before a moment, sessions that are over, and what is nobody's.

        On SQLite, processes that do it at once wait for one another.

        Returns:
            How many conversations there were; None where another process is at it on PostgreSQL.
        """
        with self._alone() as alone:
            if not alone:
                return None
            with self._database.deleting() as session:
                self._database.allow_long(session)
                # Kept by another process while the account was being deleted.
                lost = delete_conversations(session, *_ownerless())
            with self._database.writing() as session:
                session.execute(
                    delete(SessionRow).where(SessionRow.expires_at <= datetime.now(UTC))
                )
            purged = self._transcripts.purge(before)
            self._vacuum()
            return len(lost) + purged

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other process does the same meanwhile; always so on SQLite."""
        if self._database.on_sqlite:
            yield True
            return
        with self._database.reading() as session:
            connection = _outside_transactions(session)
            alone = connection.scalar(text(f"SELECT pg_try_advisory_lock({_LOCK})"))
            try:
                yield bool(alone)
            finally:
                if alone:  # else the pool would keep the lock with its connection
                    connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))

    def _vacuum(self) -> None:
        """Let PostgreSQL write over what was deleted; docs/privacy.md tells what that means.

        An SQLite file was written anew by the purge.
        """
        if self._database.on_sqlite:
            return
        tables = ", ".join(sorted(Base.metadata.tables))
        with self._database.reading() as session:
            connection = _outside_transactions(session)
            connection.exec_driver_sql("SET statement_timeout = 0")
            try:
                connection.exec_driver_sql(f"VACUUM {tables}")
            finally:  # the pool keeps the connection
                connection.exec_driver_sql("RESET statement_timeout")


def _outside_transactions(session: Session) -> Connection:
    """The session's connection; a transaction would keep VACUUM from what it is to clear."""
    return session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def _ownerless() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What holds of the conversations of accounts that are gone."""
    theirs = literal(_ACCOUNT) + AccountRow.id == ConversationRow.owner
    return ConversationRow.owner.startswith(_ACCOUNT), ~exists().where(theirs)


def _account_id(owner: str) -> str | None:
    return owner.removeprefix(_ACCOUNT) if owner.startswith(_ACCOUNT) else None


def _belongings(session: Session, owner: str) -> Belongings:
    account = session.get(AccountRow, _account_id(owner) or "")
    account_id = account.id if account else None
    conversations = session.scalars(
        select(ConversationRow)
        .where(ConversationRow.owner == owner)
        .order_by(ConversationRow.updated_at.desc(), ConversationRow.id)
    ).all()
    sessions = session.scalars(select(SessionRow).where(SessionRow.account_id == account_id))
    readings = session.scalars(
        select(AuditRow)
        .join(ConversationRow, AuditRow.conversation_id == ConversationRow.id)
        .where(ConversationRow.owner == owner)
        .order_by(AuditRow.id)
    )
    reviews = session.scalars(select(ReviewRow).where(ReviewRow.account_id == account_id))
    return Belongings(
        made_at=datetime.now(UTC),
        account=_own_account(account) if account else None,
        sessions=tuple(
            OwnSession(begun_at=row.created_at, ends_at=row.expires_at) for row in sessions
        ),
        conversations=tuple(read_transcript(session, row) for row in conversations),
        readings=tuple(
            Reading(conversation_id=row.conversation_id or "", at=row.at, action=row.action)
            for row in readings
        ),
        reviews=tuple(_own_review(row) for row in reviews),
        plans=tuple(
            _own_plan(session, row)
            for row in session.scalars(select(PlanRow).where(PlanRow.account_id == account_id))
        ),
    )


def _own_account(row: AccountRow) -> OwnAccount:
    return OwnAccount(
        name=row.name, role=Role(row.role), provider=row.issuer, created_at=row.created_at
    )


def _own_review(row: ReviewRow) -> OwnReview:
    return OwnReview(
        turn_id=row.turn_id,
        correct=row.correct,
        complete=row.complete,
        grounded=row.grounded,
        helpful=row.helpful,
        tone=row.tone,
        tags=tuple(row.tags),
        notes=row.notes,
        created_at=row.created_at,
    )


def _own_plan(session: Session, row: PlanRow) -> OwnPlan:
    remarks = session.scalars(
        select(PlanChangeRow).where(PlanChangeRow.plan_id == row.id).order_by(PlanChangeRow.at)
    )
    return OwnPlan(
        guide=row.guide,
        preferences=row.preferences,
        shared=row.share_hash is not None,
        created_at=row.created_at,
        updated_at=row.updated_at,
        remarks=tuple(
            PlanRemark(
                at=one.at, what=one.what, task=one.task, text=one.text, undone_at=one.undone_at
            )
            for one in remarks
        ),
    )
