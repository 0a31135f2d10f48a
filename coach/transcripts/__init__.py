"""Conversations that are kept: written once a turn, read by their owner, deleted for good."""

from coach.transcripts.export import Format
from coach.transcripts.store import Transcripts
from coach.transcripts.values import (
    Correction,
    Entry,
    Feedback,
    FeedbackReason,
    Origin,
    StoredHit,
    StoredTurn,
    Summary,
    Transcript,
    TurnState,
    Verdict,
)

__all__ = [
    "Correction",
    "Entry",
    "Feedback",
    "FeedbackReason",
    "Format",
    "Origin",
    "StoredHit",
    "StoredTurn",
    "Summary",
    "Transcript",
    "Transcripts",
    "TurnState",
    "Verdict",
]
