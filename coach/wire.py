"""Parts of an answer as the documented JSON has them, on the command line and over HTTP."""

from __future__ import annotations

from typing import Any

from coach.domain import Answer, Check, Citation, Hit


def citation_fields(citation: Citation) -> dict[str, Any]:
    """A citation as the documented JSON has it; ``lines`` are counted from 1, both included."""
    passage = citation.passage
    return {
        "marker": citation.marker,
        "guide": passage.guide,
        "section": passage.section.value,
        "heading": passage.heading,
        "quote": citation.quote,
        "source": passage.source,
        "lines": [citation.first_line, citation.last_line],
    }


def check_fields(check: Check) -> dict[str, Any]:
    """What was found about a sentence, as the documented JSON has it."""
    return {"sentence": check.sentence, "status": check.status.value, "reason": check.reason}


def hit_fields(hit: Hit) -> dict[str, Any]:
    """A hit as the documented JSON has it."""
    passage = hit.passage
    return {
        "passage_id": passage.id,
        "source": passage.source,
        "guide": passage.guide,
        "section": passage.section.value,
        "heading": passage.heading,
        "text": passage.text,
        "score": hit.score,
        "dense": hit.dense,
        "lexical": hit.lexical,
    }


def answer_fields(
    question_id: str | int | None, answer: Answer | None, error: str | None = None
) -> dict[str, Any]:
    """An answer, or why there is none, as the documented JSON has it."""
    if answer is None:
        return {
            "id": question_id,
            "answer": None,
            "refused": None,
            "coverage": None,
            "citations": [],
            "hits": [],
            "follow_ups": [],
            "mode": "quoting",
            "model": None,
            "prompt_version": None,
            "checks": [],
            "dropped": [],
            "timings_ms": {},
            "error": error,
        }
    return {
        "id": question_id,
        "answer": answer.text,
        "refused": answer.refused,
        "coverage": answer.coverage.model_dump(mode="json"),
        "citations": [citation_fields(citation) for citation in answer.citations],
        "hits": [hit_fields(hit) for hit in answer.hits],
        "follow_ups": list(answer.follow_ups),
        "mode": answer.mode,
        "model": answer.model,
        "prompt_version": answer.prompt_version,
        "checks": [check_fields(check) for check in answer.checks],
        "dropped": [check_fields(check) for check in answer.dropped],
        "timings_ms": answer.timings_ms,
        "error": None,
    }
