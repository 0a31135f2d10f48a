"""Questions that people asked, drawn at random and asked again as cases."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from coach.cases import Case
from coach.database import Database
from coach.database.tables import TurnRow
from coach.errors import ReadingError
from coach.redaction import redact
from coach.review.case_making import said_before
from coach.transcripts import Transcripts
from coach.transcripts.values import Transcript, TurnState
from evals.metrics.refusals import UNLABELLED
from evals.records import Sample

READER = "evals"
"""Who reads the conversations, as the audit names it."""


def new_sample(count: int) -> Sample:
    """A drawing of so many of the questions that are kept now."""
    return Sample(count=count, seed=secrets.randbits(32), drawn_at=datetime.now(UTC))


def kept_questions(database: Database, sample: Sample) -> list[Case]:
    """Some questions that people asked, as cases without a right answer; personal data is masked.

    The metrics that need a right answer do not apply to them. Their ids and groups lead back to
    no conversation. One sample gives the same cases again, unless somebody deleted a conversation
    meanwhile. Each conversation that is read is noted in the audit.

    Args:
        database: has the conversations.
        sample: how many questions at most, and which.

    Raises:
        ReadingError: no question is kept.
        DatabaseUnusable: the database cannot be reached, read or written.
    """
    drawn = random.Random(sample.seed)  # noqa: S311 - nothing is kept secret by it
    with database.reading() as session:
        turns = session.execute(
            select(TurnRow.id, TurnRow.conversation_id)
            .where(
                TurnRow.state != TurnState.FAILED,
                TurnRow.finished_at <= sample.drawn_at,
                func.length(TurnRow.question) > 0,
            )
            .order_by(TurnRow.id)
        ).all()
    chosen = drawn.sample(turns, min(sample.count, len(turns)))
    transcripts, cases = Transcripts(database), []
    for number, (turn_id, conversation_id) in enumerate(chosen, start=1):
        transcript = transcripts.inspect(conversation_id, READER)
        if transcript is not None:  # somebody may have deleted it just now
            cases.append(_case(transcript, turn_id, number, sample.drawn_at.date()))
    if not cases:
        raise ReadingError(
            "No question is kept yet.", remedy="Ask some on the chat page, then try again."
        )
    return cases


def _case(transcript: Transcript, turn_id: str, number: int, created: date) -> Case:
    place = next(n for n, turn in enumerate(transcript.turns) if turn.id == turn_id)
    turn = transcript.turns[place]
    return Case(
        id=f"transcript-{number:04}",
        group=f"transcript-{number:04}",
        history=said_before(transcript.turns[:place]),
        question=redact(turn.question),
        guide=turn.chosen_guide,
        answerability="answerable",  # unknown, which the tag says
        tags=(UNLABELLED,),
        author="transcript",
        created=created,
    )
