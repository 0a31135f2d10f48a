"""Answers as they go out: of what was quoted, as a model writes them, and line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.answering.generating import Writing
from coach.answering.material import Composition, Material
from coach.answering.prompts import VERSION
from coach.conversation import Resolved
from coach.domain import Answer, Hit
from coach.monitoring.stopwatch import Stopwatch

if TYPE_CHECKING:
    from coach.language_model import LanguageModel


@dataclass(frozen=True)
class Quoted:
    """A turn answered by quoting, with all that writing needs besides."""

    resolved: Resolved
    material: Material
    composed: Composition
    hits: tuple[Hit, ...]
    generation: int


def quoted_first(hits: tuple[Hit, ...], composed: Composition) -> tuple[Hit, ...]:
    """The hits with the passages that the answer quotes in front, in the order of their markers.

    Composing is the last step of ranking: what it quotes it found to be the best. Those passages
    score above 2, looked-up ones above 1, so that the order is still that of the scores.
    """
    known = {hit.passage.id: hit for hit in hits}
    quoted = [citation.passage for citation in composed.citations]
    leading = []
    for rank, passage in enumerate(quoted):
        hit = known.pop(passage.id, Hit(passage=passage, score=0.0))
        score = round(2.0 + (len(quoted) - rank) / len(quoted), 6)
        leading.append(hit.model_copy(update={"score": score}))
    return (*leading, *known.values())


def as_answer(quoted: Quoted, watch: Stopwatch, tokens: int) -> Answer:
    """The answer by quoting; ``tokens`` is what a model took for it all the same."""
    composed = quoted.composed
    return Answer(
        text=composed.text,
        refused=composed.refused,
        coverage=composed.coverage,
        citations=composed.citations,
        hits=quoted.hits,
        follow_ups=composed.follow_ups,
        guide=composed.guide,
        checks=composed.checks,
        resolved_question=quoted.resolved.question,
        index_generation=str(quoted.generation),
        tokens=tokens,
        timings_ms=watch.spent(),
    )


def as_written(quoted: Quoted, writing: Writing, model: LanguageModel, watch: Stopwatch) -> Answer:
    """The answer as far as the model has written it."""
    return as_answer(quoted, watch, model.tokens).model_copy(
        update={
            "text": writing.text,
            "citations": writing.citations,
            "mode": "generating" if writing.written else "quoting",
            "model": model.name,
            "prompt_version": VERSION,
            "checks": tuple(writing.checks),
            "notice": writing.notice,
            "timings_ms": {**watch.spent(), "model": round(writing.model_seconds * 1000, 3)},
        }
    )


def line_by_line(answer: Answer) -> Iterator[Answer]:
    """Growing snapshots of an answer, the answer itself last."""
    for end in _line_ends(answer.text):
        text = answer.text[:end]
        shown = tuple(c for c in answer.citations if f"[{c.marker}]" in text)
        yield answer.model_copy(update={"text": text, "citations": shown, "follow_ups": ()})
    yield answer


def _line_ends(text: str) -> Iterator[int]:
    """Where each line but the last ends."""
    position = text.find("\n")
    while position >= 0:
        if position > 0 and text[position - 1] != "\n":
            yield position
        position = text.find("\n", position + 1)
