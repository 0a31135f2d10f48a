"""What coaches see of the queue and say of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, field_validator

from coach.domain import Section, Value
from coach.transcripts.queueing import Reason
from coach.transcripts.rows import storable
from coach.transcripts.values import Transcript

NOTES_LENGTH = 2000
TAG_LENGTH = 40
MOST_TAGS = 10

Level = Literal[0, 1, 2]

WHY: Mapping[Reason, str] = {
    Reason.HUMAN_ASKED: "The person asked for a human.",
    Reason.THUMBS_DOWN: "The person gave it a thumbs down.",
    Reason.FAILED_CHECKS: "Sentences failed the checks and were left out.",
    Reason.REFUSAL: "The coach said that the guides do not hold it.",
    Reason.LOW_COVERAGE: "The guides held only a part of it.",
    Reason.FALLBACK: "The language model could not write it, so it was quoted.",
    Reason.SAMPLE: "Nothing seemed wrong: it was drawn at random.",
}
"""Why a turn is in the queue, in plain words."""


class ItemState(StrEnum):
    """How far an item has come."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class Outcome(StrEnum):
    """What came of a review that a coach wrote."""

    KEPT = "kept"
    NOT_HELD = "not held"
    SAID_MORE = "said more"
    COMPLETE = "complete"


class CaseStage(StrEnum):
    """How far an eval case has come; stale where its correction was changed since."""

    PENDING = "pending"
    IMPORTED = "imported"
    STALE = "stale"


class Filters(Value):
    """Which items of the queue to show; None and "" let all through.

    Attributes:
        guide: the slug of the guide that the answer is from.
        section: of the first passage cited or found.
        since: asked on this day or later, in UTC.
        until: asked on this day or earlier, in UTC.
        reason: why it is in the queue.
        reviewer: the id of a coach who holds it or has reviewed it.
        state: how far it has come.
        text: what stands in the question, the answer or the person's comment, whatever its case.
    """

    guide: str | None = None
    section: Section | None = None
    since: date | None = None
    until: date | None = None
    reason: Reason | None = None
    reviewer: str | None = None
    state: ItemState | None = ItemState.OPEN
    text: str = ""


class Item(Value):
    """A turn in the queue.

    Attributes:
        turn_id: of the turn, and so of the item.
        conversation_id: of its conversation.
        asked_at: when the question came, in UTC.
        question: as it was typed.
        guide: the slug of the guide that the answer is from, if it is from one.
        section: of the first passage cited or found.
        reason: why it is in the queue.
        state: how far it has come.
        holder: the id of the coach who holds it.
        holder_name: the name of that coach.
        reviews_done: the reviews there are.
        reviews_wanted: the reviews that make it done.
        reviewed_by_me: whether the coach who looks has reviewed it.
        skipped_by_me: whether the coach who looks left it to others.
        corrected: whether there is a correction.
        passed: whether its eval case was answered rightly in the newest run; None where there is
            no case, or no run had it yet.
    """

    turn_id: str
    conversation_id: str
    asked_at: datetime
    question: str
    guide: str | None
    section: Section | None
    reason: Reason
    state: ItemState
    holder: str | None
    holder_name: str | None
    reviews_done: int
    reviews_wanted: int
    reviewed_by_me: bool
    skipped_by_me: bool
    corrected: bool
    passed: bool | None

    @property
    def why(self) -> str:
        """Why it is in the queue, in plain words."""
        return WHY[self.reason]

    @property
    def whole(self) -> bool:
        """Whether it has all the reviews it wants."""
        return self.reviews_done >= self.reviews_wanted


class QueuePage(Value):
    """A page of the queue; ``after`` asks for the next one, None where this is the last."""

    items: tuple[Item, ...]
    after: str | None


class Counts(Value):
    """How many items there are, by state, and of those not done, by reason."""

    states: dict[ItemState, int]
    reasons: dict[Reason, int]

    @property
    def total(self) -> int:
        """All items."""
        return sum(self.states.values())

    @property
    def done(self) -> int:
        """Those that are done."""
        return self.states.get(ItemState.DONE, 0)


class Review(Value):
    """A coach's judgement of an answer: five questions, each 0, 1 or 2 with 2 for best."""

    correct: Level
    complete: Level
    grounded: Level
    helpful: Level
    tone: Level
    tags: tuple[str, ...] = ()
    notes: str = ""

    @field_validator("tags")
    @classmethod
    def _clean(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Small letters, each once, no more and no longer than a line has room for."""
        clean = (" ".join(storable(tag).lower().split())[:TAG_LENGTH] for tag in tags)
        return tuple(dict.fromkeys(tag for tag in clean if tag))[:MOST_TAGS]

    @field_validator("notes")
    @classmethod
    def _cut(cls, notes: str) -> str:
        return storable(notes).strip()[:NOTES_LENGTH]


class WrittenReview(Value):
    """A review, whose it is and when it was written."""

    account_id: str
    name: str
    review: Review
    written_at: datetime


class Draft(Value):
    """A correction as a coach has it.

    Attributes:
        text: the right answer, which the person who asked is shown.
        passages: the ids of the passages that hold it.
        facts: what a right answer has to say, each in the words of the guide.
        edits: what passages of the guides should say instead, by their ids.
        guide_edit: these changes of the guides, as a unified diff.
    """

    text: str
    passages: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    edits: dict[str, str] = Field(default_factory=dict)
    guide_edit: str = ""

    @classmethod
    def empty(cls) -> Self:
        """Nothing corrected yet."""
        return cls(text="")


class CaseState(Value):
    """What became of the eval case made of a turn; see ``Item.passed``."""

    id: str
    stage: CaseStage
    passed: bool | None


class Opened(Value):
    """An item with the conversation it stands in, and what coaches said of it so far.

    While the item wants more reviews, those of others are left out until the coach who looks has
    written one, so that they stay independent.
    """

    item: Item
    transcript: Transcript
    reviews: tuple[WrittenReview, ...]
    draft: Draft | None
    case: CaseState | None
