"""A question on the page with what is known of its answer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import zip_longest

from coach.domain import Answer
from coach.transcripts import Correction, Feedback, StoredTurn


class State(StrEnum):
    """How far an exchange has come."""

    ANSWERING = "answering"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


def new_id() -> str:
    """Make an id that nobody can guess, for a conversation or a turn."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True)
class Exchange:
    """A question and what is known of its answer.

    Attributes:
        question: as it was typed.
        guide: the slug of the guide that was chosen, if one was.
        answer: the newest snapshot.
        state: how far it has come.
        problem: the line shown when it failed.
        turn_id: its name in the database.
        asked_at: when it was asked.
        kept: whether it is in the database; only what has ended can be.
        feedback: what the person said of the answer.
        correction: what a coach put right.
    """

    question: str
    guide: str | None = None
    answer: Answer | None = None
    state: State = State.ANSWERING
    problem: str = ""
    turn_id: str = field(default_factory=new_id)
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    kept: bool = False
    feedback: Feedback | None = None
    correction: Correction | None = None


def exchanges_of(turns: Sequence[StoredTurn]) -> tuple[Exchange, ...]:
    """Return kept turns as a page shows them: of a question asked again, the last answer alone."""
    return tuple(
        Exchange(
            question=turn.question,
            guide=turn.chosen_guide,
            answer=turn.answer,
            state=State(turn.state),
            problem=turn.problem,
            turn_id=turn.id,
            asked_at=turn.asked_at,
            kept=True,
            feedback=turn.feedback,
            correction=turn.correction,
        )
        for turn, after in zip_longest(turns, turns[1:])
        if after is None or not _asked_again(turn, after)
    )


def _asked_again(turn: StoredTurn, after: StoredTurn) -> bool:
    return (turn.question, turn.chosen_guide) == (after.question, after.chosen_guide)
