"""The tables: conversations with their turns, feedback, reviews, accounts, the audit, plans."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

ID_LENGTH = 32
HASH_LENGTH = 64
OWNER_LENGTH = 80


class Moment(TypeDecorator[datetime]):
    """A point in time, always in UTC; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn a moment into what the database keeps."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share: names of constraints that a migration can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Moment(), dict[str, Any]: JSON(), list[str]: JSON()}


class ConversationRow(Base):
    """A conversation; ``owner`` is "visitor:" and a hash of the cookie, or "account:" and an id."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    owner: Mapped[str] = mapped_column(String(OWNER_LENGTH))
    source: Mapped[str] = mapped_column(String(8))  # chat, api or cli
    title: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    share_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH), unique=True)
    human_asked_at: Mapped[datetime | None]
    turns: Mapped[list[TurnRow]] = relationship(
        back_populates="conversation", order_by="TurnRow.position", passive_deletes=True
    )

    __table_args__ = (Index("ix_conversations_owner_updated_at", "owner", "updated_at"),)


class TurnRow(Base):
    """A question with its answer; ``record`` holds what the columns do not: see the store."""

    __tablename__ = "turns"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(ConversationRow.id, ondelete="CASCADE"))
    position: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(Text)
    resolved_question: Mapped[str] = mapped_column(Text)
    chosen_guide: Mapped[str | None] = mapped_column(String(200))
    guide: Mapped[str | None] = mapped_column(String(200), index=True)
    section: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(10))  # done, stopped or failed
    answer: Mapped[str] = mapped_column(Text)
    refused: Mapped[bool]
    coverage: Mapped[str | None] = mapped_column(String(8))
    mode: Mapped[str] = mapped_column(String(12))
    model: Mapped[str | None] = mapped_column(String(200))
    prompt_version: Mapped[str | None] = mapped_column(String(32))
    index_generation: Mapped[str | None] = mapped_column(String(64))
    dropped: Mapped[int]
    tokens: Mapped[int]
    error: Mapped[str | None] = mapped_column(Text)
    record: Mapped[dict[str, Any]]
    conversation: Mapped[ConversationRow] = relationship(back_populates="turns")

    __table_args__ = (UniqueConstraint("conversation_id", "position"),)


class FeedbackRow(Base):
    """A person's thumb on an answer."""

    __tablename__ = "feedback"

    turn_id: Mapped[str] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="CASCADE"), primary_key=True
    )
    verdict: Mapped[str] = mapped_column(String(4))  # up or down
    reasons: Mapped[list[str]]
    comment: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AccountRow(Base):
    """Someone who can sign in: by password, or as ``subject`` of the provider ``issuer``."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[str] = mapped_column(String(8))  # user, coach, evals or admin
    password_hash: Mapped[str | None] = mapped_column(String(200))
    issuer: Mapped[str | None] = mapped_column(String(400))
    subject: Mapped[str | None] = mapped_column(String(255))
    disabled: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class SessionRow(Base):
    """A browser that is signed in, by the hash of its token."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ForeignKey(AccountRow.id, ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ReviewItemRow(Base):
    """A turn in the coaches' queue; the turn's key is its own, so that none is there twice."""

    __tablename__ = "review_items"

    turn_id: Mapped[str] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))  # open, claimed or done
    asked_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey(AccountRow.id, ondelete="SET NULL"))
    claimed_at: Mapped[datetime | None]
    reviews_wanted: Mapped[int]
    reviews_done: Mapped[int]

    __table_args__ = (
        Index("ix_review_items_queue", "state", "priority", "asked_at", "turn_id"),
        Index("ix_review_items_state_reason", "state", "reason"),  # counted on every opening
    )


class SkipRow(Base):
    """A coach who left an item to others."""

    __tablename__ = "review_skips"

    turn_id: Mapped[str] = mapped_column(
        ForeignKey(ReviewItemRow.turn_id, ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(
        ForeignKey(AccountRow.id, ondelete="CASCADE"), primary_key=True
    )


class ReviewRow(Base):
    """A coach's judgement of an answer: five questions, each 0, 1 or 2 with 2 for best."""

    __tablename__ = "reviews"

    turn_id: Mapped[str] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(
        ForeignKey(AccountRow.id, ondelete="CASCADE"), primary_key=True
    )
    correct: Mapped[int]
    complete: Mapped[int]
    grounded: Mapped[int]
    helpful: Mapped[int]
    tone: Mapped[int]
    tags: Mapped[list[str]]
    notes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class CorrectionRow(Base):
    """The right answer to a turn, as a coach wrote or picked it."""

    __tablename__ = "corrections"

    turn_id: Mapped[str] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[str | None] = mapped_column(ForeignKey(AccountRow.id, ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    passages: Mapped[list[str]]  # ids
    facts: Mapped[list[str]]
    edits: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # by ids of passages
    guide_edit: Mapped[str] = mapped_column(Text)  # the same as a unified diff, or nothing
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class PendingCaseRow(Base):
    """An eval case made of a correction, personal data redacted; it outlives the conversation."""

    __tablename__ = "pending_cases"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    turn_id: Mapped[str | None] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(8))  # pending, imported or stale
    case: Mapped[dict[str, Any]]
    passed: Mapped[bool | None]  # in the newest eval run that had it
    created_at: Mapped[datetime]


class AuditRow(Base):
    """Who read or did what; it names accounts and conversations by id alone and outlives both."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    action: Mapped[str] = mapped_column(String(32))
    conversation_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))


class DeletionRow(Base):
    """A conversation that was deleted, so that a restored backup does not bring it back."""

    __tablename__ = "deletions"

    conversation_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    at: Mapped[datetime]


class AccountDeletionRow(Base):
    """An account that was deleted, so that a restored backup does not bring it back."""

    __tablename__ = "account_deletions"

    account_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    at: Mapped[datetime]


class PlanRow(Base):
    """Somebody's plan for a move; ``preferences`` is what it is built of, see coach.planning."""

    __tablename__ = "plans"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey(AccountRow.id, ondelete="CASCADE"))
    guide: Mapped[str] = mapped_column(String(200))
    preferences: Mapped[dict[str, Any]]
    share_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH), unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("account_id", "guide"),)


class PlanChangeRow(Base):
    """What a coach said of a task, or changed of it; ``before`` is what an undo puts back."""

    __tablename__ = "plan_changes"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey(PlanRow.id, ondelete="CASCADE"), index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey(AccountRow.id, ondelete="SET NULL"))
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(8))  # comment or adjust
    task: Mapped[str] = mapped_column(String(ID_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]


class PlanDeletionRow(Base):
    """A plan that was deleted, so that a restored backup does not bring it back."""

    __tablename__ = "plan_deletions"

    plan_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    at: Mapped[datetime]
