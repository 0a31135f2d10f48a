"""A database from a backup: all of it or nothing, and nothing that somebody deleted comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Table, delete, exists, func, insert, select, text, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from coach.backup.archive import (
    Manifest,
    Progress,
    checked_manifest,
    damaged,
    kept_tables,
    other_version,
    revision_of,
    rows_in,
)
from coach.database import Database
from coach.database.tables import (
    AccountDeletionRow,
    AccountRow,
    AuditRow,
    Base,
    ConversationRow,
    DeletionRow,
    PlanDeletionRow,
    PlanRow,
    TurnRow,
)
from coach.domain import Value
from coach.errors import BackupError
from coach.privacy import Privacy

LOCK_SECONDS = 10

# What was deleted is noted here: these tables are added to and never emptied.
_NOTES = (DeletionRow.__table__, AccountDeletionRow.__table__, PlanDeletionRow.__table__)


class Restored(Value):
    """What a restore has done.

    Attributes:
        made_at: when the backup was made, in UTC.
        conversations: how many there are now.
        turns: how many questions there are now.
        accounts: how many there are now.
        deleted_again: conversations, accounts and plans of the backup that had been deleted since.
        purged: conversations of the backup that were too old to be kept.
    """

    made_at: datetime
    conversations: int
    turns: int
    accounts: int
    deleted_again: int
    purged: int


_Noted = tuple[datetime, str, str, str | None]
"""A row of the audit: when, whose account, what they did, and the conversation's id."""


@dataclass(frozen=True)
class _Before:
    """What was there and outlives a restore.

    Attributes:
        links: the hashes of the links that conversations and plans are shared by.
        accounts: all of them.
        audit: all of it, without the numbers of its rows.
    """

    links: set[str | None]
    accounts: list[dict[str, Any]]
    audit: list[_Noted]


def restore_backup(
    database: Database, file: Path, progress: Progress, *, keep_days: int, replace: bool = False
) -> Restored:
    """Fill a database from a backup, in one transaction.

    What was deleted in this database is deleted again, and what is older than it may be is not
    kept. Where it replaces what is there, accounts that are there already stay as they are (role,
    password, disabled or not), those made since among them, but for one whose name another has in
    the backup; shared links that were ended stay so, and what the audit has noted stays in it.

    Args:
        database: with its tables made; without anything in them, unless it is to be replaced.
        file: the backup.
        progress: told after each batch of rows.
        keep_days: how long a conversation is kept after its last question.
        replace: whether what is there may go.

    Raises:
        BackupError: the file is damaged or another version's, or the database is not empty.
        DatabaseUnusable: the database cannot be reached or written, or somebody holds it.
    """
    manifest = checked_manifest(file)
    try:
        with ZipFile(file) as archive, database.deleting() as session:
            _hold(session, database)
            database.allow_long(session)
            if manifest.revision != revision_of(session.connection()):
                raise other_version(file)
            found = not _is_empty(session)
            if found and not replace:
                raise BackupError(
                    "The database is not empty; nothing was changed.",
                    where=database.engine.url.render_as_string(hide_password=True),
                    remedy="Give another database, or --replace to lose what it holds.",
                )
            deleted_again = _fill(session, database, archive, manifest, progress, found=found)
    except (OSError, BadZipFile, ValueError, TypeError, KeyError) as error:
        raise damaged(file) from error
    purged = Privacy(database).keep_to(keep_days)
    with database.reading() as session:
        return Restored(
            made_at=manifest.made_at,
            conversations=_count(session, ConversationRow),
            turns=_count(session, TurnRow),
            accounts=_count(session, AccountRow),
            deleted_again=deleted_again,
            purged=purged or 0,
        )


def _hold(session: Session, database: Database) -> None:
    """Keep everyone else away until the transaction ends; on SQLite it has the write lock."""
    if database.on_sqlite:
        return
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
    session.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))


def _is_empty(session: Session) -> bool:
    return not any(
        session.scalar(select(exists().select_from(table)))
        for table in Base.metadata.sorted_tables
        if table not in _NOTES
    )


def _fill(
    session: Session,
    database: Database,
    archive: ZipFile,
    manifest: Manifest,
    progress: Progress,
    *,
    found: bool,
) -> int:
    """Put the backup in place of what was found; how much of it had been deleted since."""
    before = _read_before(session)
    _clear(session, database)
    _load(session, database, archive, manifest.rows, progress)
    if not database.on_sqlite:
        # Rows that came with their numbers did not count.
        session.execute(
            text("SELECT setval(pg_get_serial_sequence('audit', 'id'), max(id)) FROM audit")
        )
    noted = select(DeletionRow.conversation_id)
    gone = session.scalars(
        delete(ConversationRow).where(ConversationRow.id.in_(noted)).returning(ConversationRow.id)
    ).all()
    noted = select(PlanDeletionRow.plan_id)
    dropped = session.scalars(
        delete(PlanRow).where(PlanRow.id.in_(noted)).returning(PlanRow.id)
    ).all()
    noted = select(AccountDeletionRow.account_id)
    left = session.scalars(
        delete(AccountRow).where(AccountRow.id.in_(noted)).returning(AccountRow.id)
    ).all()
    if found:
        _bring_up_to_date(session, database, before)
    return len(gone) + len(dropped) + len(left)


def _clear(session: Session, database: Database) -> None:
    tables = [table for table in Base.metadata.sorted_tables if table not in _NOTES]
    if database.on_sqlite:
        for table in reversed(tables):
            session.execute(delete(table))
    else:  # at once, and its files go with it
        session.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))


def _load(
    session: Session, database: Database, archive: ZipFile, total: int, progress: Progress
) -> None:
    done = 0
    for table in kept_tables():
        new: Any = insert(table)
        if table in _NOTES:
            new = _insert_new(database, table)
        for rows in rows_in(archive, table):
            session.execute(new, rows)
            done += len(rows)
            progress(done, total)


def _insert_new(database: Database, table: Table) -> Any:  # noqa: ANN401
    """An insertion that leaves out what would stand there twice."""
    dialect = sqlite if database.on_sqlite else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def _read_before(session: Session) -> _Before:
    links = union_all(select(ConversationRow.share_hash), select(PlanRow.share_hash))
    accounts = session.execute(select(AccountRow.__table__)).mappings()
    return _Before(
        links=set(session.scalars(links)),
        accounts=[dict(row) for row in accounts],
        audit=_audit(session),
    )


def _bring_up_to_date(session: Session, database: Database, before: _Before) -> None:
    conversations = session.scalars(
        select(ConversationRow).where(ConversationRow.share_hash.is_not(None))
    )
    plans = session.scalars(select(PlanRow).where(PlanRow.share_hash.is_not(None)))
    for row in chain[ConversationRow | PlanRow](conversations, plans):
        if row.share_hash not in before.links:
            row.share_hash = None
    for account in before.accounts:
        session.execute(update(AccountRow).where(AccountRow.id == account["id"]).values(account))
        session.execute(_insert_new(database, Base.metadata.tables["accounts"]), account)
    # A moment is not enough to tell what the backup has: some of it was noted while it was made.
    restored = Counter(_audit(session))
    for noted in before.audit:
        if restored[noted]:
            restored[noted] -= 1
        else:
            at, account_id, action, conversation_id = noted
            session.add(
                AuditRow(
                    at=at, account_id=account_id, action=action, conversation_id=conversation_id
                )
            )


def _audit(session: Session) -> list[_Noted]:
    noted = select(AuditRow.at, AuditRow.account_id, AuditRow.action, AuditRow.conversation_id)
    found = session.execute(noted.order_by(AuditRow.id))
    return [(at, account, action, read) for at, account, action, read in found]


def _count(session: Session, rows: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(rows)) or 0
