"""Figures of this process for Prometheus, in its client's own registry."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST

TURNS = Counter(
    "coach_turns", "Turns that have ended, by where and how.", ["source", "state", "mode"]
)
TURN_SECONDS = Histogram(
    "coach_turn_seconds",
    "Seconds from the question to the end of the turn.",
    ["mode"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 90),
)
UNDER_WAY = Gauge("coach_turns_under_way", "Turns that are being answered now.")
REFUSALS = Counter("coach_refusals", "Answers that say what the guides do not hold.")
FALLBACKS = Counter("coach_fallbacks", "Answers quoted although a language model is configured.")
FAILED_CHECKS = Counter("coach_failed_checks", "Sentences that failed their check: none is shown.")
NOT_KEPT = Counter("coach_turns_not_kept", "Turns that could not be put into the database.")
MODEL_CALLS = Counter(
    "coach_model_calls", "Calls to the language model, by how they ended.", ["outcome"]
)
MODEL_TOKENS = Counter("coach_model_tokens", "Tokens a language model read and wrote, estimated.")
REVIEW_QUEUE = Gauge("coach_review_queue", "Items that wait for a coach, NaN when not known.")


def exposed() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest()
