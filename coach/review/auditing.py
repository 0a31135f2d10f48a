"""Who read or did what: written in the transaction that reads or does it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.database.tables import AuditRow, TurnRow


def audit(session: Session, account_id: str, action: str, conversation_id: str | None) -> None:
    """Add a row to the audit; without a conversation, of a page that shows words of many."""
    session.add(
        AuditRow(
            at=datetime.now(UTC),
            account_id=account_id,
            action=action,
            conversation_id=conversation_id,
        )
    )


def conversation_of(session: Session, turn_id: str) -> str | None:
    """The id of the conversation of a turn; None where there is no such turn."""
    return session.scalar(select(TurnRow.conversation_id).where(TurnRow.id == turn_id))
