"""The plans that people keep: each for its owner, shared with coaches who comment and adjust."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coach.bearer_tokens import hash_token, new_token
from coach.database import Database
from coach.database.tables import (
    AccountRow,
    AuditRow,
    PlanChangeRow,
    PlanDeletionRow,
    PlanRow,
)
from coach.domain import Value
from coach.planning import Adjustment, Preferences
from coach.transcripts.rows import storable

LONGEST_COMMENT = 2000
_ID_BYTES = 16


class Kind(StrEnum):
    """What a coach did: said something of a task, or changed it."""

    COMMENT = "comment"
    ADJUST = "adjust"


class Change(Value):
    """What a coach said of a task, or changed of it.

    Attributes:
        id: random.
        by: the coach's name; None where the account is gone.
        at: when.
        kind: which of the two.
        task: the task's id.
        text: the comment, or what was changed.
        undone: whether the person took it back.
    """

    id: str
    by: str | None
    at: datetime
    kind: Kind
    task: str
    text: str
    undone: bool


class KeptPlan(Value):
    """A plan as it is kept.

    Attributes:
        id: random.
        guide: the guide's slug.
        preferences: what the plan is built of.
        version: another one after each change; who saves names the one they started from.
        shared: whether there is a link to it.
        changes: what coaches said and changed, the last one first.
    """

    id: str
    guide: str
    preferences: Preferences
    version: str
    shared: bool
    changes: tuple[Change, ...]


class Plans:
    """Plans in a database, one for each account and guide.

    All methods block: call them in a thread from async code. They raise DatabaseUnusable where the
    database cannot be reached, read or written.

    Args:
        database: with its tables made.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def guides(self, account: str) -> list[str]:
        """The guides somebody keeps a plan for, by slug, the last one changed first."""
        found = (
            select(PlanRow.guide)
            .where(PlanRow.account_id == account)
            .order_by(PlanRow.updated_at.desc(), PlanRow.guide)
        )
        with self._database.reading() as session:
            return list(session.scalars(found))

    def preferences(self, account: str) -> dict[str, Preferences]:
        """What all of somebody's plans are built of, by guide, the last one changed first."""
        found = (
            select(PlanRow.guide, PlanRow.preferences)
            .where(PlanRow.account_id == account)
            .order_by(PlanRow.updated_at.desc(), PlanRow.guide)
        )
        with self._database.reading() as session:
            rows = session.execute(found).all()
        return {guide: Preferences.model_validate(kept) for guide, kept in rows}

    def load(self, account: str, guide: str) -> KeptPlan | None:
        """Somebody's plan for a guide; None where they keep none."""
        with self._database.reading() as session:
            row = _found(session, account, guide)
            return _read(session, row) if row else None

    def save(
        self, account: str, guide: str, preferences: Preferences, version: str | None
    ) -> KeptPlan | None:
        """Keep a plan in place of the one it was made from.

        Args:
            account: whose.
            guide: the guide's slug.
            preferences: what the plan is built of.
            version: the one that was changed; None where there was none yet.

        Returns:
            The plan as it is kept now; None where it has been changed meanwhile, by another browser
            or a coach: nothing is kept then.
        """
        with self._database.writing() as session:
            _lock(session, account)
            row = _found(session, account, guide)
            if version != (_version(row) if row else None):
                return None
            now = datetime.now(UTC)
            if row is None:
                identifier = secrets.token_urlsafe(_ID_BYTES)
                row = PlanRow(id=identifier, account_id=account, guide=guide, created_at=now)
                session.add(row)
            _write(row, preferences)
            session.flush()
            return _read(session, row)

    def delete(self, account: str, guide: str) -> bool:
        """Delete a plan with all that was said of it, for good; whether it was there."""
        with self._database.deleting() as session:
            gone = session.scalars(
                delete(PlanRow)
                .where(PlanRow.account_id == account, PlanRow.guide == guide)
                .returning(PlanRow.id)
            ).all()
            now = datetime.now(UTC)
            session.add_all(PlanDeletionRow(plan_id=one, at=now) for one in gone)
        return bool(gone)

    def share(self, account: str, guide: str) -> str | None:
        """Make a link's secret part, in place of an earlier one; None where there is no such plan.

        Only its hash is kept, so it cannot be shown again.
        """
        token = new_token()
        with self._database.writing() as session:
            row = _found(session, account, guide)
            if row is None:
                return None
            row.share_hash = hash_token(token)
        return token

    def revoke(self, account: str, guide: str) -> bool:
        """End the link to a plan; whether the plan is there."""
        with self._database.writing() as session:
            row = _found(session, account, guide)
            if row is not None:
                row.share_hash = None
            return row is not None

    def shared(self, token: str, reader: str) -> KeptPlan | None:
        """The plan behind a link; None where the link has ended.

        Args:
            token: the link's secret part.
            reader: the account that reads it: the audit notes it in the same transaction.
        """
        with self._database.writing() as session:
            row = _behind(session, token)
            if row is None:
                return None
            session.add(AuditRow(at=datetime.now(UTC), account_id=reader, action="read a plan"))
            return _read(session, row)

    def comment(self, token: str, coach: str, task: str, text: str) -> KeptPlan | None:
        """Say something of a task of a shared plan; None where the link has ended.

        Args:
            token: the link's secret part.
            coach: the account that says it.
            task: the task's id.
            text: what is said, cut at ``LONGEST_COMMENT`` characters.
        """
        with self._database.writing() as session:
            row = _behind(session, token)
            if row is None:
                return None
            said = storable(text).strip()[:LONGEST_COMMENT]
            session.add(_change(row, coach, Kind.COMMENT, task, said, None))
            session.flush()
            return _read(session, row)

    def adjust(self, token: str, coach: str, wanted: Adjustment, wording: str) -> KeptPlan | None:
        """Change a task of a shared plan; None where the link has ended.

        Args:
            token: the link's secret part.
            coach: the account that changes it.
            wanted: how the task is to be.
            wording: what is changed, for the person.
        """
        with self._database.writing() as session:
            row = _behind(session, token)
            if row is None:
                return None
            preferences = Preferences.model_validate(row.preferences)
            before = _adjustment(preferences, wanted.task)
            if wanted != before:
                _write(row, _with(preferences, wanted))
                session.add(_change(row, coach, Kind.ADJUST, wanted.task, wording, before))
                session.flush()
            return _read(session, row)

    def undo(self, account: str, guide: str, change: str) -> KeptPlan | None:
        """Put a task back to how it was before a coach changed it; the rest stays.

        Later changes of the same task are undone with it.

        Returns:
            The plan; None where there is no such change that could be undone.
        """
        with self._database.writing() as session:
            plan = _found(session, account, guide)
            one = session.get(PlanChangeRow, change)
            if plan is None or one is None or one.plan_id != plan.id or one.undone_at:
                return None
            if one.what != Kind.ADJUST:
                return None
            now = datetime.now(UTC)
            for later in _changes(session, plan):
                same = later.task == one.task and later.what == Kind.ADJUST
                if same and later.at >= one.at and later.undone_at is None:
                    later.undone_at = now
            before = Adjustment.model_validate(one.before)
            _write(plan, _with(Preferences.model_validate(plan.preferences), before))
            session.flush()
            return _read(session, plan)


def _found(session: Session, account: str, guide: str) -> PlanRow | None:
    whose = select(PlanRow).where(PlanRow.account_id == account, PlanRow.guide == guide)
    return session.scalar(whose.with_for_update())


def _behind(session: Session, token: str) -> PlanRow | None:
    linked = select(PlanRow).where(PlanRow.share_hash == hash_token(token))
    return session.scalar(linked.with_for_update())


def _lock(session: Session, account: str) -> None:
    """Have two browsers that begin the same plan at once come one after the other."""
    session.scalar(select(AccountRow.id).where(AccountRow.id == account).with_for_update())


def _write(row: PlanRow, preferences: Preferences) -> None:
    row.preferences = preferences.model_dump(mode="json")
    row.updated_at = datetime.now(UTC)


def _with(preferences: Preferences, wanted: Adjustment) -> Preferences:
    """The preferences with one task adjusted, or no longer so where nothing is wanted of it."""
    others = tuple(one for one in preferences.adjusted if one.task != wanted.task)
    added = () if wanted == Adjustment(task=wanted.task) else (wanted,)
    return preferences.model_copy(update={"adjusted": (*others, *added)})


def _adjustment(preferences: Preferences, task: str) -> Adjustment:
    found = (one for one in preferences.adjusted if one.task == task)
    return next(found, Adjustment(task=task))


def _change(
    row: PlanRow, coach: str, kind: Kind, task: str, text: str, before: Adjustment | None
) -> PlanChangeRow:
    return PlanChangeRow(
        id=secrets.token_urlsafe(_ID_BYTES),
        plan_id=row.id,
        account_id=coach,
        at=datetime.now(UTC),
        what=kind,
        task=task,
        text=text,
        before=before.model_dump(mode="json") if before else {},
    )


def _changes(session: Session, row: PlanRow) -> Sequence[PlanChangeRow]:
    newest_first = (PlanChangeRow.at.desc(), PlanChangeRow.id)
    found = select(PlanChangeRow).where(PlanChangeRow.plan_id == row.id).order_by(*newest_first)
    return session.scalars(found).all()


def _read(session: Session, row: PlanRow) -> KeptPlan:
    changes = []
    for one in _changes(session, row):
        coach = session.get(AccountRow, one.account_id) if one.account_id else None
        changes.append(
            Change(
                id=one.id,
                by=coach.name if coach else None,
                at=one.at,
                kind=Kind(one.what),
                task=one.task,
                text=one.text,
                undone=one.undone_at is not None,
            )
        )
    return KeptPlan(
        id=row.id,
        guide=row.guide,
        preferences=Preferences.model_validate(row.preferences),
        version=_version(row),
        shared=row.share_hash is not None,
        changes=tuple(changes),
    )


def _version(row: PlanRow) -> str:
    return row.updated_at.astimezone(UTC).isoformat()
