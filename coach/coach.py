"""One turn, from question to answer: the whole flow, top to bottom."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from coach.answering.material import Composition, Material
from coach.answering.quoting import compose
from coach.conversation import Resolved, carry_over, resolve
from coach.coverage import rarity_in
from coach.domain import Answer, Guide, Hit, Message, Turn
from coach.errors import QuestionError
from coach.retrieval import DEFAULT_LIMIT, retrieve
from coach.understanding import (
    Catalogue,
    Manner,
    Phrasings,
    Understanding,
    doubtful_texts,
    recognise,
    understand,
)

if TYPE_CHECKING:
    from coach.encoder import Encoder
    from coach.index import KnowledgeIndex, Snapshot


# How many messages back a turn may point.
_REMEMBERED = 12


class Coach:
    """Answers turns from an index. Safe to share between threads and tasks.

    Args:
        index: the knowledge to answer from.
        encoder: encodes questions as the index's passages were.
        phrasings: known phrasings, for questions whose words do not tell the field.
        question_limit: the longest question taken, in characters.
    """

    def __init__(
        self,
        index: KnowledgeIndex,
        encoder: Encoder,
        phrasings: Phrasings,
        question_limit: int,
    ) -> None:
        self._index = index
        self._encoder = encoder
        self._phrasings = phrasings
        self._question_limit = question_limit
        self._catalogue: tuple[int, Catalogue] | None = None

    def guides(self) -> tuple[Guide, ...]:
        """The guides known now, by slug."""
        with self._index.snapshot() as snapshot:
            return tuple(snapshot.guides.values())

    async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
        """Answer a turn as growing snapshots; the last one is complete.

        Raises:
            QuestionError: the question is empty or too long, or the turn's guide is unknown.
            KnowledgeIndexError: the index cannot be read.
        """
        answer = await self.answer(turn)
        for end in _line_ends(answer.text):
            text = answer.text[:end]
            shown = tuple(c for c in answer.citations if f"[{c.marker}]" in text)
            yield answer.model_copy(update={"text": text, "citations": shown, "follow_ups": ()})
        yield answer

    async def answer(self, turn: Turn) -> Answer:
        """The complete answer to a turn. Raises as ``stream`` does."""
        return await asyncio.to_thread(self._answer, turn)

    def search(self, question: str, guide: str | None, limit: int) -> tuple[Hit, ...]:
        """The passages for a question, best first, ``limit`` at most. Raises as ``stream`` does."""
        question = self._checked(question)
        with self._index.snapshot() as snapshot:
            catalogue = self._catalogue_of(snapshot)
            _check_guide(guide, catalogue)
            understood = understand(question, catalogue, snapshot.has_term, fixed=guide)
            doubtful = doubtful_texts(understood)
            vector, *meanings = self._encoder.encode([question, *doubtful])
            understood = recognise(
                understood, [self._phrasings.guess(meaning) for meaning in meanings]
            )
            return retrieve(question, vector, snapshot, understood, catalogue, limit)[:limit]

    def _answer(self, turn: Turn) -> Answer:
        watch = _Stopwatch()
        question = self._checked(turn.question)
        with self._index.snapshot() as snapshot:
            catalogue = self._catalogue_of(snapshot)
            _check_guide(turn.guide, catalogue)
            with watch.timing("understand"):
                resolved = resolve(
                    self._remembered(turn.history), question, catalogue, snapshot.has_term
                )
                understood = understand(
                    resolved.question,
                    catalogue,
                    snapshot.has_term,
                    fixed=turn.guide,
                    focus=resolved.guides,
                )
                understood = carry_over(understood, resolved)
            hits: tuple[Hit, ...] = ()
            if understood.manner is Manner.QUESTION:
                with watch.timing("encode"):
                    doubtful = doubtful_texts(understood)
                    vector, *meanings = self._encoder.encode([resolved.question, *doubtful])
                understood = recognise(
                    understood, [self._phrasings.guess(meaning) for meaning in meanings]
                )
                with watch.timing("retrieve"):
                    hits = retrieve(
                        resolved.question, vector, snapshot, understood, catalogue, DEFAULT_LIMIT
                    )
            with watch.timing("compose"):
                composed = compose(_material(turn, resolved, understood, catalogue, snapshot, hits))
        return _as_answer(composed, hits, watch.total())

    def _remembered(self, history: tuple[Message, ...]) -> tuple[Message, ...]:
        """What is read of the history: its end, and the beginning of messages that are too long."""
        return tuple(
            message.model_copy(update={"content": message.content[: self._question_limit]})
            for message in history[-_REMEMBERED:]
        )

    def _checked(self, question: str) -> str:
        if not question.strip():
            raise QuestionError("There is no question.", remedy="Type one and send it again.")
        if len(question) > self._question_limit:
            raise QuestionError(
                f"The question has {len(question)} characters; {self._question_limit} is the most.",
                remedy="Shorten it and send it again.",
            )
        return question

    def _catalogue_of(self, snapshot: Snapshot) -> Catalogue:
        """The catalogue of the snapshot's generation, made once."""
        if self._catalogue is None or self._catalogue[0] != snapshot.generation:
            self._catalogue = (snapshot.generation, Catalogue(snapshot.guides))
        return self._catalogue[1]


def _check_guide(slug: str | None, catalogue: Catalogue) -> None:
    if slug is not None and slug not in catalogue.guides:
        known = ", ".join(sorted(catalogue.guides)) or "none yet"
        raise QuestionError(
            f"There is no guide called {slug}.", remedy=f"Choose one of these: {known}."
        )


def _material(
    turn: Turn,
    resolved: Resolved,
    understood: Understanding,
    catalogue: Catalogue,
    snapshot: Snapshot,
    hits: tuple[Hit, ...],
) -> Material:
    return Material(
        understanding=understood,
        catalogue=catalogue,
        passages_of=snapshot.guide_passages,
        hits=hits,
        rarity=rarity_in(lambda part: snapshot.document_frequencies((part,))[part], snapshot.size),
        said=(
            *(message.content for message in turn.history if message.role == "user"),
            turn.question,
        ),
    )


def _quoted_first(hits: tuple[Hit, ...], composed: Composition) -> tuple[Hit, ...]:
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


def _as_answer(composed: Composition, hits: tuple[Hit, ...], timings: dict[str, float]) -> Answer:
    return Answer(
        text=composed.text,
        refused=composed.refused,
        coverage=composed.coverage,
        citations=composed.citations,
        hits=_quoted_first(hits, composed),
        follow_ups=composed.follow_ups,
        guide=composed.guide,
        timings_ms=timings,
    )


def _line_ends(text: str) -> Iterator[int]:
    """Where each line but the last ends."""
    position = text.find("\n")
    while position >= 0:
        if position > 0 and text[position - 1] != "\n":
            yield position
        position = text.find("\n", position + 1)


class _Stopwatch:
    """Milliseconds spent on each step."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._spent: dict[str, float] = {}

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._spent[step] = round((time.perf_counter() - started) * 1000, 3)

    def total(self) -> dict[str, float]:
        return {**self._spent, "total": round((time.perf_counter() - self._started) * 1000, 3)}
