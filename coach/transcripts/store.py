"""The store of conversations: each turn once and whole, each conversation for its owner alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from coach.bearer_tokens import hash_token, new_token
from coach.database import Database
from coach.database.tables import (
    AuditRow,
    ConversationRow,
    DeletionRow,
    FeedbackRow,
    TurnRow,
)
from coach.transcripts.export import Format, exported
from coach.transcripts.queueing import Reason, enqueue, reason_for, take_back
from coach.transcripts.rows import read_transcript, storable, stored_feedback, title_of, to_row
from coach.transcripts.values import (
    Entry,
    Feedback,
    FeedbackReason,
    Origin,
    Summary,
    Transcript,
    Verdict,
)

LONGEST_TITLE = 200
_LONGEST_SEARCH = 200


class Transcripts:
    """Conversations in a database. All methods block: call them in a thread from async code.

    Whatever names an owner finds nothing of anyone else's. All methods raise DatabaseUnusable
    where the database cannot be reached, read or written.

    Args:
        database: with its tables made.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, entry: Entry) -> None:
        """Keep a turn, in one transaction; it is in the database when this returns.

        The conversation begins with its first turn. A turn that is there already changes nothing,
        and neither does one of a conversation that was deleted meanwhile. One that began before
        its visitor signed in joins the account that adopted the conversation.

        Raises:
            ValueError: the conversation is somebody else's.
        """
        with self._database.writing() as session:
            conversation = self._begun(session, entry)
            if session.get(DeletionRow, entry.conversation_id) is not None:
                session.delete(conversation)
                return
            adopted = conversation.owner.startswith("account:") and entry.owner.startswith(
                "visitor:"
            )
            if conversation.owner != entry.owner and not adopted:
                raise ValueError("A turn can be added to no conversation but the owner's.")
            if session.get(TurnRow, entry.turn_id) is not None:
                return
            last = session.scalar(
                select(func.max(TurnRow.position)).where(
                    TurnRow.conversation_id == entry.conversation_id
                )
            )
            turn = to_row(entry, 0 if last is None else last + 1)
            session.add(turn)
            conversation.updated_at = max(conversation.updated_at, entry.finished_at)
            session.flush()
            reason = reason_for(turn)
            if reason is not None:
                enqueue(session, turn, reason)

    def conversations(self, owner: str, search: str = "") -> list[Summary]:
        """An owner's conversations, the last one used first.

        Args:
            owner: whose.
            search: only those with this text in title, questions or answers, whatever its case.
        """
        with self._database.reading() as session:
            return _summaries(session, _matching(search).where(ConversationRow.owner == owner))

    def everyones(self, reader: str, search: str = "", limit: int | None = None) -> list[Summary]:
        """All conversations, whoever owns them, the last one used first: for who runs the app.

        Args:
            reader: who reads their titles: the audit notes it in the same transaction.
            search: as for ``conversations``.
            limit: the most there are; None for all.
        """
        with self._database.writing() as session:
            session.add(_audited(reader, "list"))
            return _summaries(session, _matching(search).limit(limit))

    def tokens_since(self, owner: str | None, since: datetime) -> int:
        """Tokens that a language model read and wrote for an owner's turns from a moment on.

        Without an owner, for those of all.
        """
        counted = select(func.coalesce(func.sum(TurnRow.tokens), 0)).where(
            TurnRow.asked_at >= since
        )
        if owner is not None:
            counted = counted.join(ConversationRow).where(
                ConversationRow.owner == owner, ConversationRow.updated_at >= since
            )
        with self._database.reading() as session:
            return session.scalar(counted) or 0

    def load(self, owner: str, conversation_id: str) -> Transcript | None:
        """An owner's conversation; None where there is no such one."""
        with self._database.reading() as session:
            row = _found(session, owner, conversation_id)
            return read_transcript(session, row) if row else None

    def inspect(self, conversation_id: str, reader: str) -> Transcript | None:
        """Anyone's conversation, for who runs the app; None where there is no such one.

        Args:
            conversation_id: which.
            reader: who reads it: the audit notes it in the same transaction.
        """
        with self._database.writing() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                return None
            session.add(_audited(reader, "read", conversation_id))
            return read_transcript(session, row)

    def rename(self, owner: str, conversation_id: str, title: str) -> bool:
        """Give a conversation another title, cut at 200 characters; whether it is there.

        A blank title changes nothing.
        """
        line = " ".join(storable(title).split())[:LONGEST_TITLE]
        with self._database.writing() as session:
            row = _found(session, owner, conversation_id)
            if row is not None and line:
                row.title = line
            return row is not None

    def delete(self, owner: str, conversation_id: str) -> bool:
        """Delete a conversation with all that hangs on it, for good; whether it was there."""
        with self._database.deleting() as session:
            mine = ConversationRow.owner == owner, ConversationRow.id == conversation_id
            return bool(delete_conversations(session, *mine))

    def remove(self, conversation_id: str, remover: str) -> bool:
        """Delete anyone's conversation for good, for who runs the app; whether it was there.

        Args:
            conversation_id: which.
            remover: who deletes it: the audit notes it in the same transaction.
        """
        with self._database.deleting() as session:
            gone = delete_conversations(session, ConversationRow.id == conversation_id)
            session.add_all(_audited(remover, "deleted", one) for one in gone)
            return bool(gone)

    def purge(self, before: datetime) -> int:
        """Delete conversations last used before a moment for good; how many there were.

        To be called daily: it also finishes what deletions in a large SQLite file left undone.
        """
        with self._database.deleting() as session:
            self._database.allow_long(session)
            purged = delete_conversations(session, ConversationRow.updated_at < before)
        self._database.forget_deleted(however_long=True)
        return len(purged)

    def export(self, owner: str, conversation_id: str, form: Format) -> str | None:
        """A conversation as a file's text; None where there is no such one."""
        transcript = self.load(owner, conversation_id)
        return exported(transcript, form) if transcript else None

    def share(self, owner: str, conversation_id: str) -> str | None:
        """Make a link's secret part; None where there is no such conversation.

        Only its hash is kept, so it cannot be shown again; a new one ends the one before.
        """
        token = new_token()
        with self._database.writing() as session:
            row = _found(session, owner, conversation_id)
            if row is None:
                return None
            row.share_hash = hash_token(token)
        return token

    def revoke(self, owner: str, conversation_id: str) -> bool:
        """End the link to a conversation; whether the conversation is there."""
        with self._database.writing() as session:
            row = _found(session, owner, conversation_id)
            if row is not None:
                row.share_hash = None
            return row is not None

    def shared(self, token: str) -> Transcript | None:
        """The conversation behind a link, without what its owner said of the answers.

        Its id is left empty: the link gives no other way to it.
        """
        with self._database.reading() as session:
            row = session.scalar(
                select(ConversationRow).where(ConversationRow.share_hash == hash_token(token))
            )
            if row is None:
                return None
            transcript = read_transcript(session, row)
        turns = tuple(turn.model_copy(update={"feedback": None}) for turn in transcript.turns)
        return transcript.model_copy(update={"id": "", "turns": turns, "human_asked_at": None})

    def give_feedback(
        self,
        owner: str,
        turn_id: str,
        verdict: Verdict,
        reasons: Sequence[FeedbackReason] = (),
        comment: str = "",
    ) -> Feedback | None:
        """Keep a person's thumb on an answer, in place of an earlier one.

        Thumbs down puts the turn into the coaches' queue, thumbs up takes it out again where no
        coach has looked at it yet.

        Returns:
            What is kept; None where the answer is not theirs.
        """
        comment, given = storable(comment).strip(), [str(one) for one in dict.fromkeys(reasons)]
        now = datetime.now(UTC)
        with self._database.writing() as session:
            turn = session.scalar(
                select(TurnRow)
                .join(ConversationRow)
                .where(TurnRow.id == turn_id, ConversationRow.owner == owner)
                .with_for_update()
            )
            if turn is None:
                return None
            row = session.get(FeedbackRow, turn_id)
            if row is None:
                row = FeedbackRow(turn_id=turn_id, created_at=now)
                session.add(row)
            elif (row.verdict, row.reasons, row.comment) == (verdict, given, comment):
                return stored_feedback(row)
            row.verdict, row.reasons, row.comment, row.updated_at = verdict, given, comment, now
            if verdict is Verdict.DOWN:
                enqueue(session, turn, Reason.THUMBS_DOWN)
            else:
                take_back(session, turn)
            return stored_feedback(row)

    def ask_human(self, owner: str, conversation_id: str) -> bool:
        """Put a conversation at the head of the coaches' queue, by its last turn.

        Returns:
            Whether the conversation is there.
        """
        with self._database.writing() as session:
            row = _found(session, owner, conversation_id)
            if row is None:
                return False
            row.human_asked_at = datetime.now(UTC)
            last = session.scalars(
                select(TurnRow)
                .where(TurnRow.conversation_id == conversation_id)
                .order_by(TurnRow.position.desc())
                .limit(1)
            ).one()
            enqueue(session, last, Reason.HUMAN_ASKED)
        return True

    def adopt(self, visitor_owner: str, account_owner: str) -> None:
        """Hand a visitor's conversations over to the account they signed in to."""
        with self._database.writing() as session:
            session.execute(
                update(ConversationRow)
                .where(ConversationRow.owner == visitor_owner)
                .values(owner=account_owner)
            )

    def _begun(self, session: Session, entry: Entry) -> ConversationRow:
        """The conversation of a turn, made if need be, locked until the transaction ends."""
        dialect = sqlite if self._database.on_sqlite else postgresql
        session.execute(
            dialect.insert(ConversationRow)
            .values(
                id=entry.conversation_id,
                owner=entry.owner,
                source=entry.source,
                title=title_of(entry.question),
                created_at=entry.asked_at,
                updated_at=entry.finished_at,
            )
            .on_conflict_do_nothing()
        )
        return session.scalars(
            select(ConversationRow)
            .where(ConversationRow.id == entry.conversation_id)
            .with_for_update()
        ).one()


def _matching(search: str) -> Select[ConversationRow, int]:
    """Conversations with their number of turns, the last one used first; see ``conversations``."""
    turns = select(func.count()).where(TurnRow.conversation_id == ConversationRow.id)
    found = select(ConversationRow, turns.scalar_subquery())
    if text := storable(search).strip()[:_LONGEST_SEARCH]:
        said = or_(
            TurnRow.question.icontains(text, autoescape=True),
            TurnRow.answer.icontains(text, autoescape=True),
        )
        found = found.where(
            or_(
                ConversationRow.title.icontains(text, autoescape=True),
                exists().where(TurnRow.conversation_id == ConversationRow.id, said),
            )
        )
    return found.order_by(ConversationRow.updated_at.desc(), ConversationRow.id)


def _summaries(session: Session, wanted: Select[ConversationRow, int]) -> list[Summary]:
    return [
        Summary(
            id=row.id,
            title=row.title,
            source=Origin(row.source),
            created_at=row.created_at,
            updated_at=row.updated_at,
            turns=count,
            shared=row.share_hash is not None,
        )
        for row, count in session.execute(wanted)
    ]


def delete_conversations(session: Session, *which: ColumnElement[bool]) -> Sequence[str]:
    """Delete conversations with all that hangs on them, and note that they were; their ids.

    Args:
        session: of ``Database.deleting``.
        which: what holds of them.
    """
    gone = session.scalars(
        delete(ConversationRow).where(*which).returning(ConversationRow.id)
    ).all()
    now = datetime.now(UTC)
    session.add_all(DeletionRow(conversation_id=one, at=now) for one in gone)
    return gone


def _audited(reader: str, action: str, conversation_id: str | None = None) -> AuditRow:
    return AuditRow(
        at=datetime.now(UTC), account_id=reader, action=action, conversation_id=conversation_id
    )


def _found(session: Session, owner: str, conversation_id: str) -> ConversationRow | None:
    return session.scalar(
        select(ConversationRow)
        .where(ConversationRow.id == conversation_id, ConversationRow.owner == owner)
        .with_for_update()
    )
