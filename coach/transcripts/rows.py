"""Values to rows and back: what a turn's columns and its ``record`` hold."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.database.tables import ConversationRow, CorrectionRow, FeedbackRow, TurnRow
from coach.domain import Answer, Hit, Section
from coach.transcripts.values import (
    Correction,
    Entry,
    Feedback,
    FeedbackReason,
    Origin,
    StoredHit,
    StoredTurn,
    Transcript,
    TurnState,
    Verdict,
)

TITLE_LENGTH = 60
_LONGEST_SLUG = 200


def storable(text: str) -> str:
    """A text as both databases take it: PostgreSQL knows no NUL, and neither half a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def title_of(question: str) -> str:
    """A question as a title: one line, cut at a word."""
    line = " ".join(storable(question).split())
    if len(line) <= TITLE_LENGTH:
        return line
    # A word longer than a title is cut as it comes.
    cut = line[: TITLE_LENGTH + 1].rpartition(" ")[0] or line[:TITLE_LENGTH]
    return cut.rstrip(" ,;:.-–—") + "…"


def to_row(entry: Entry, position: int) -> TurnRow:
    """The row of a turn.

    ``record`` has ``answer`` (as JSON, without hits; None where there is none) and ``hits`` (each
    a ``StoredHit``).
    """
    answer = entry.answer
    return TurnRow(
        id=entry.turn_id,
        conversation_id=entry.conversation_id,
        position=position,
        asked_at=entry.asked_at,
        finished_at=entry.finished_at,
        question=storable(entry.question),
        resolved_question=storable(answer.resolved_question) if answer else "",
        chosen_guide=storable(entry.guide)[:_LONGEST_SLUG] if entry.guide else None,
        guide=answer.guide if answer else None,
        section=_section(answer) if answer else None,
        state=entry.state,
        answer=storable(answer.text) if answer else "",
        refused=answer.refused if answer else False,
        coverage=answer.coverage.status if answer else None,
        mode=answer.mode if answer else "quoting",
        model=answer.model if answer else None,
        prompt_version=answer.prompt_version if answer else None,
        index_generation=answer.index_generation if answer else None,
        dropped=len(answer.dropped) if answer else 0,
        tokens=answer.tokens if answer else 0,
        error=storable(entry.problem) or None,
        record={
            "answer": answer.model_dump(mode="json", exclude={"hits"}) if answer else None,
            "hits": [_stored(hit).model_dump(mode="json") for hit in answer.hits] if answer else [],
        },
    )


def read_transcript(session: Session, conversation: ConversationRow) -> Transcript:
    """A conversation with all its turns, as the person who asked sees it."""
    mine = TurnRow.conversation_id == conversation.id
    feedback = session.scalars(select(FeedbackRow).join(TurnRow).where(mine))
    corrections = session.scalars(select(CorrectionRow).join(TurnRow).where(mine))
    thumbs = {row.turn_id: row for row in feedback}
    corrected = {row.turn_id: row for row in corrections}
    turns: Sequence[TurnRow] = session.scalars(
        select(TurnRow).where(mine).order_by(TurnRow.position)
    ).all()
    return Transcript(
        id=conversation.id,
        title=conversation.title,
        source=Origin(conversation.source),
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        shared=conversation.share_hash is not None,
        human_asked_at=conversation.human_asked_at,
        turns=tuple(
            stored_turn(turn, thumbs.get(turn.id), corrected.get(turn.id)) for turn in turns
        ),
    )


def stored_turn(
    row: TurnRow, feedback: FeedbackRow | None = None, correction: CorrectionRow | None = None
) -> StoredTurn:
    """A turn with what a person and a coach said of it."""
    answer = row.record["answer"]
    return StoredTurn(
        id=row.id,
        position=row.position,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        question=row.question,
        resolved_question=row.resolved_question,
        chosen_guide=row.chosen_guide,
        guide=row.guide,
        section=Section(row.section) if row.section else None,
        state=TurnState(row.state),
        answer=Answer.model_validate(answer) if answer else None,
        hits=tuple(StoredHit.model_validate(hit) for hit in row.record["hits"]),
        problem=row.error or "",
        feedback=stored_feedback(feedback) if feedback else None,
        correction=_correction(correction) if correction else None,
    )


def _section(answer: Answer) -> Section | None:
    if answer.citations:
        return answer.citations[0].passage.section
    return answer.hits[0].passage.section if answer.hits else None


def _stored(hit: Hit) -> StoredHit:
    passage = hit.passage
    return StoredHit(
        passage_id=passage.id,
        source=passage.source,
        guide=passage.guide,
        section=passage.section,
        heading=passage.heading,
        score=hit.score,
        dense=hit.dense,
        lexical=hit.lexical,
    )


def stored_feedback(row: FeedbackRow) -> Feedback:
    """What a person said of an answer."""
    return Feedback(
        verdict=Verdict(row.verdict),
        reasons=tuple(FeedbackReason(reason) for reason in row.reasons),
        comment=row.comment,
        given_at=row.updated_at,
    )


def _correction(row: CorrectionRow) -> Correction:
    return Correction(text=row.text, passages=tuple(row.passages), written_at=row.updated_at)
