"""What is kept of a conversation, as the rest of the program sees it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from coach.domain import Answer, Section, Value


class Origin(StrEnum):
    """Where a conversation was held."""

    CHAT = "chat"
    API = "api"
    CLI = "cli"


class TurnState(StrEnum):
    """How a turn ended: whole, stopped by the person, or with a problem."""

    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Verdict(StrEnum):
    """A thumb."""

    UP = "up"
    DOWN = "down"


class FeedbackReason(StrEnum):
    """Why an answer got its thumb."""

    WRONG = "wrong"
    NOT_IN_GUIDE = "not in the guide"
    MISSED_POINT = "missed the point"
    UNCLEAR = "unclear"
    OUTDATED = "outdated"
    OTHER = "other"


class Feedback(Value):
    """What a person said of an answer."""

    verdict: Verdict
    reasons: tuple[FeedbackReason, ...] = ()
    comment: str = ""
    given_at: datetime


class Correction(Value):
    """A coach's own answer to a turn; ``passages`` are the ids of those that hold it."""

    text: str
    passages: tuple[str, ...] = ()
    written_at: datetime


class StoredHit(Value):
    """The place of a passage that was found, with its scores; see ``coach.domain.Hit``."""

    passage_id: str
    source: str
    guide: str | None
    section: Section
    heading: str
    score: float
    dense: float | None = None
    lexical: float | None = None


class Entry(Value):
    """A turn to be kept, however it ended.

    Attributes:
        turn_id: random and made once a turn: recording it again changes nothing.
        conversation_id: random; the conversation begins with its first turn.
        owner: "visitor:" and the hash of the cookie's id, "account:" and an id, or "cli".
        source: where the conversation is held.
        asked_at: when the question came, with its time zone.
        finished_at: when the turn ended.
        question: as it was typed.
        guide: the slug of the guide that the person chose, if any.
        state: how the turn ended.
        answer: the last snapshot; None where there was none before the turn ended.
        problem: what went wrong, in plain words; empty when nothing did.
    """

    turn_id: str
    conversation_id: str
    owner: str
    source: Origin
    asked_at: datetime
    finished_at: datetime
    question: str
    guide: str | None = None
    state: TurnState = TurnState.DONE
    answer: Answer | None = None
    problem: str = ""


class StoredTurn(Value):
    """A turn as it was kept.

    Attributes:
        id: its id.
        position: its place in the conversation, from 0.
        asked_at: when the question came, in UTC.
        finished_at: when the turn ended, in UTC.
        question: as it was typed.
        resolved_question: the question made to stand alone; empty where it was never resolved.
        chosen_guide: the slug of the guide that the person chose, if any.
        guide: the slug of the guide that the answer is from, if it is from one.
        section: of the first passage cited, or else found first.
        state: how it ended.
        answer: the answer, but for its hits.
        hits: what was found, best first.
        problem: what went wrong, in plain words; empty when nothing did.
        feedback: the person's, if any.
        correction: a coach's, if any.
    """

    id: str
    position: int
    asked_at: datetime
    finished_at: datetime
    question: str
    resolved_question: str
    chosen_guide: str | None
    guide: str | None
    section: Section | None
    state: TurnState
    answer: Answer | None
    hits: tuple[StoredHit, ...]
    problem: str
    feedback: Feedback | None = None
    correction: Correction | None = None


class Summary(Value):
    """A conversation in a list."""

    id: str
    title: str
    source: Origin
    created_at: datetime
    updated_at: datetime
    turns: int
    shared: bool


class Transcript(Value):
    """A conversation with all its turns, in their order; moments are in UTC.

    ``human_asked_at`` is when the person last asked for a human who has not come yet.
    """

    id: str
    title: str
    source: Origin
    created_at: datetime
    updated_at: datetime
    shared: bool
    human_asked_at: datetime | None
    turns: tuple[StoredTurn, ...]
