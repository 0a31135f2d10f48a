"""What is told of each turn that has ended: a line in the log, and its share of the figures."""

from __future__ import annotations

import logging
from typing import Any

from coach.domain import Answer
from coach.monitoring import figures
from coach.transcripts import Entry

log = logging.getLogger(__name__)


def note_turn(entry: Entry, *, kept: bool) -> None:
    """Log a turn in one line and count it.

    Args:
        entry: the turn.
        kept: whether it is in the database.
    """
    answer = entry.answer
    mode = answer.mode if answer else "none"
    seconds = (entry.finished_at - entry.asked_at).total_seconds()
    log.info(
        "turn",
        extra={
            "turn_id": entry.turn_id,
            "conversation_id": entry.conversation_id,
            "source": entry.source.value,
            "state": entry.state.value,
            "kept": kept,
            "mode": mode,
            "seconds": round(seconds, 3),
            **(_of_answer(answer) if answer else {}),
            "problem": entry.problem,
            "question": entry.question,
            "answer": answer.text if answer else "",
        },
    )
    figures.TURNS.labels(entry.source.value, entry.state.value, mode).inc()
    figures.TURN_SECONDS.labels(mode).observe(seconds)
    if not kept:
        figures.NOT_KEPT.inc()
    if answer is not None:
        figures.REFUSALS.inc(answer.refused)
        figures.FALLBACKS.inc(bool(answer.notice))
        figures.FAILED_CHECKS.inc(len(answer.dropped))
        figures.MODEL_TOKENS.inc(answer.tokens)


def _of_answer(answer: Answer) -> dict[str, Any]:
    return {
        "guide": answer.guide,
        "refused": answer.refused,
        "coverage": answer.coverage.status.value,
        "citations": len(answer.citations),
        "dropped": len(answer.dropped),
        "model": answer.model,
        "prompt_version": answer.prompt_version,
        "index_generation": answer.index_generation,
        "tokens": answer.tokens,
        "notice": answer.notice,
        "timings_ms": answer.timings_ms,
    }
