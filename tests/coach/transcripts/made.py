"""Turns to keep, made by hand."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from coach.domain import (
    Answer,
    Check,
    CheckStatus,
    Citation,
    Coverage,
    CoverageStatus,
    Hit,
    Passage,
    Section,
    Span,
)
from coach.transcripts import Entry, Origin

OWNER = "visitor:" + "0" * 64
STRANGER = "visitor:" + "1" * 64
ACCOUNT = "account:somebody"
ASKED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

PASSAGE = Passage(
    id="guide#timeline",
    source="knowledge/guide.md",
    guide="baker-to-welder",
    section=Section.TIMELINE,
    headings=("Baker to welder", "Timeline"),
    text="Timeline: 6-9 months",
    span=Span(start=10, end=30, first_line=4, last_line=4),
)
ANSWER = Answer(
    text="It takes **6-9 months**. [1]",
    refused=False,
    coverage=Coverage(status=CoverageStatus.COVERED),
    citations=(Citation(marker=1, passage=PASSAGE, quote="6-9 months", first_line=4, last_line=4),),
    hits=(Hit(passage=PASSAGE, score=2.5, dense=0.75, lexical=None),),
    follow_ups=("What does it cost?",),
    guide="baker-to-welder",
    mode="generating",
    model="openai:some",
    prompt_version="3",
    checks=(Check(sentence="It takes 6-9 months.", status=CheckStatus.SUPPORTED, reason="yes"),),
    resolved_question="How long from baker to welder?",
    index_generation="7",
    tokens=321,
    timings_ms={"total": 12.345},
)


def entry(question: str = "How long does it take?", **fields: Any) -> Entry:
    """A turn of a new conversation, unless the fields say otherwise."""
    asked = fields.get("asked_at", ASKED)
    given: dict[str, Any] = {
        "turn_id": secrets.token_urlsafe(16),
        "conversation_id": secrets.token_urlsafe(16),
        "owner": OWNER,
        "source": Origin.CHAT,
        "asked_at": asked,
        "finished_at": asked + timedelta(seconds=2),
        "question": question,
        "answer": ANSWER,
    }
    return Entry(**given | fields)
