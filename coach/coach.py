"""One turn, from question to answer: the whole flow, top to bottom."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from coach.answering.checking import Evidence
from coach.answering.draft import Draft
from coach.answering.generating import Writing, write
from coach.answering.material import Composition, Material
from coach.answering.outgoing import (
    Quoted,
    as_answer,
    as_written,
    line_by_line,
    quoted_first,
)
from coach.answering.prompts import writing_prompt
from coach.answering.quoting import compose
from coach.answering.rewriting import rewrite
from coach.answering.verifying import verified
from coach.conversation import Resolved, carry_over, resolve
from coach.coverage import rarity_in
from coach.domain import Answer, Guide, Hit, Message, Passage, Prompt, Turn
from coach.errors import QuestionError
from coach.monitoring.stopwatch import Stopwatch
from coach.retrieval import DEFAULT_LIMIT, retrieve
from coach.understanding import (
    Catalogue,
    Manner,
    Phrasings,
    Understanding,
    doubtful_texts,
    recognise,
    understand,
    without_orders,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from opentelemetry.trace import Tracer

    from coach.encoder import TextEncoder
    from coach.index import KnowledgeIndex, Snapshot
    from coach.language_model import LanguageModel


# The sources a model is given: those that were quoted, then the best of the rest.
_MOST_SOURCES = 8


class Coach:
    """Answers turns from an index. Safe to share between threads and tasks.

    Args:
        index: the knowledge to answer from.
        encoder: encodes questions as the index's passages were.
        phrasings: known phrasings, for questions whose words do not tell the field.
        question_limit: the longest question taken, in characters.
        history_limit: the messages before a turn that are read, the newest.
        model: writes the answers; without one they are quoted.
        tracer: makes a trace of each turn.
        today: tells the day, which plans are made from.
    """

    def __init__(
        self,
        index: KnowledgeIndex,
        encoder: TextEncoder,
        phrasings: Phrasings,
        question_limit: int,
        history_limit: int = 12,
        model: LanguageModel | None = None,
        tracer: Tracer | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._index = index
        self._encoder = encoder
        self._phrasings = phrasings
        self._question_limit = question_limit
        self._history_limit = history_limit
        self._model = model
        self._tracer = tracer
        self._today = today
        self._catalogue: tuple[int, Catalogue] | None = None

    def guides(self) -> tuple[Guide, ...]:
        """The guides known now, by slug."""
        with self._index.snapshot() as snapshot:
            return tuple(snapshot.guides.values())

    def guide_passages(self, guide: str) -> tuple[Passage, ...]:
        """All passages of a guide, by its slug, in the order of its text."""
        with self._index.snapshot() as snapshot:
            return snapshot.guide_passages(guide)

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages of some ids, in that order; ids that there are no more are left out."""
        with self._index.snapshot() as snapshot:
            return tuple(snapshot.passages(ids).values())

    def source_text(self, source: str) -> str | None:
        """The text of a file as it was read, by the name that passages give; None if unknown."""
        with self._index.snapshot() as snapshot:
            try:
                return snapshot.quote_source(source)
            except KeyError:
                return None

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of some texts, of length 1, a row each: alike in meaning, near in angle."""
        return self._encoder.encode(texts)

    async def stream(self, turn: Turn) -> AsyncGenerator[Answer]:
        """Answer a turn as growing snapshots; the last one is complete.

        ``timings_ms`` has a figure for each step: resolve, rewrite (by a model), understand,
        encode, retrieve, compose, check (what is quoted), prompt, model (waiting for it to write),
        and, from the start on, first_sentence and total. Checking what a model writes is in the
        total alone. Our own share is the total without rewrite and model.

        Raises:
            QuestionError: the question is empty or too long, or the turn's guide is unknown.
            KnowledgeIndexError: the index cannot be read.
        """
        watch = Stopwatch(self._tracer)
        answer: Answer | None = None
        try:
            async with aclosing(self._answers(turn, watch)) as answers:
                async for answer in answers:
                    yield answer
        finally:
            watch.end(answer)

    async def _answers(self, turn: Turn, watch: Stopwatch) -> AsyncGenerator[Answer]:
        quoted = await asyncio.to_thread(self._quoted, turn, watch)
        model = self._model.metered() if self._model is not None else None
        # Other words must not hide what was heard as a cry for help.
        asks = quoted.material.understanding.manner is Manner.QUESTION
        leans = asks and quoted.resolved.depends and not quoted.composed.as_it_is
        if model is not None and leans:
            quoted = await self._rewritten(model, turn, quoted, watch)
        composed = quoted.composed
        if model is None or not composed.citations or composed.as_it_is:
            tokens = model.tokens if model is not None else 0
            for answer in line_by_line(as_answer(quoted, watch, tokens)):
                yield answer
            return
        async with aclosing(self._write(model, turn, quoted, watch)) as answers:
            async for answer in answers:
                yield answer

    def quoting(self) -> Coach:
        """The same coach without its language model."""
        quoting = copy.copy(self)
        quoting._model = None
        return quoting

    async def answer(self, turn: Turn) -> Answer:
        """The complete answer to a turn. Raises as ``stream`` does."""
        answers = [answer async for answer in self.stream(turn)]
        return answers[-1]

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

    def _quoted(self, turn: Turn, watch: Stopwatch) -> Quoted:
        return self._quote(turn, self._resolve(turn, watch), watch)

    def _resolve(self, turn: Turn, watch: Stopwatch) -> Resolved:
        """What the turn asks, made to stand alone."""
        question = without_orders(self._checked(turn.question))
        with self._index.snapshot() as snapshot, watch.timing("resolve"):
            catalogue = self._catalogue_of(snapshot)
            _check_guide(turn.guide, catalogue)
            return resolve(self._remembered(turn), question, catalogue, snapshot.has_term)

    def _quote(self, turn: Turn, resolved: Resolved, watch: Stopwatch) -> Quoted:
        """The answer by quoting."""
        with self._index.snapshot() as snapshot:
            catalogue = self._catalogue_of(snapshot)
            with watch.timing("understand"):
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
                material = self._material(turn, resolved, understood, snapshot, hits)
                composed = compose(material)
            with watch.timing("check"):
                cited = tuple(citation.passage for citation in composed.citations)
                composed = verified(composed, _evidence(material, composed, cited))
            # What a model writes is checked when this snapshot has long ended.
            lasting = replace(material, rarity=rarity_in(self._frequency, snapshot.size))
            generation = snapshot.generation
        return Quoted(resolved, lasting, composed, quoted_first(hits, composed), generation)

    def _material(
        self,
        turn: Turn,
        resolved: Resolved,
        understood: Understanding,
        snapshot: Snapshot,
        hits: tuple[Hit, ...],
    ) -> Material:
        return Material(
            understanding=understood,
            catalogue=self._catalogue_of(snapshot),
            passages_of=snapshot.guide_passages,
            hits=hits,
            rarity=rarity_in(
                lambda part: snapshot.document_frequencies((part,))[part], snapshot.size
            ),
            history=self._newest(turn),
            said=self._said(turn),
            profile=resolved.profile,
            earlier=resolved.earlier,
            focus=(turn.guide,) if turn.guide else resolved.guides,
            plans=turn.plans,
            encoder=self._encoder,
            today=self._today(),
        )

    async def _rewritten(
        self, model: LanguageModel, turn: Turn, quoted: Quoted, watch: Stopwatch
    ) -> Quoted:
        """The turn with its question as the model rewrites it, unless that can be answered less."""
        with watch.timing("rewrite"):
            resolved = await rewrite(
                model, quoted.resolved, turn.question, self._remembered(turn), self._known()
            )
        if resolved.question == quoted.resolved.question:
            return quoted
        again = await asyncio.to_thread(self._quote, turn, resolved, watch)
        lost = again.composed.refused and not quoted.composed.refused
        return quoted if lost else again

    async def _write(
        self, model: LanguageModel, turn: Turn, quoted: Quoted, watch: Stopwatch
    ) -> AsyncGenerator[Answer]:
        """The answer as the model writes it, each sentence checked before it is shown."""
        composed = quoted.composed
        with watch.timing("prompt"):
            prompt, passages = self._prompt(model, turn, quoted)
        evidence = _evidence(quoted.material, composed, passages)
        writing = Writing(composed, evidence, Draft(quoted.material.passages_of))
        with watch.tracing("write"):
            async with aclosing(write(model, prompt, writing)) as shown:
                async for _ in shown:
                    watch.note("first_sentence")
                    growing = as_written(quoted, writing, model, watch)
                    yield growing.model_copy(update={"follow_ups": ()})
        yield as_written(quoted, writing, model, watch)

    def _prompt(
        self, model: LanguageModel, turn: Turn, quoted: Quoted
    ) -> tuple[Prompt, tuple[Passage, ...]]:
        """The prompt, and the passages that its numbers stand for."""
        found = [citation.passage for citation in quoted.composed.citations]
        known = {passage.id for passage in found}
        found += [hit.passage for hit in quoted.hits if hit.passage.id not in known]
        passages = found[: max(_MOST_SOURCES, len(known))]
        prompt, kept = writing_prompt(
            question=quoted.resolved.question,
            history=self._remembered(turn),
            passages=passages,
            notes=quoted.composed.text,
            profile=quoted.resolved.profile,
            # Room for the answer, and for what a second prompt says of it.
            budget=model.context - 2 * model.answer_tokens,
            count=model.count_tokens,
        )
        return prompt, tuple(passages[:kept])

    def _frequency(self, part: str) -> int:
        """In how many passages a stem stands now."""
        with self._index.snapshot() as snapshot:
            return snapshot.document_frequencies((part,))[part]

    def _known(self) -> Catalogue:
        with self._index.snapshot() as snapshot:
            return self._catalogue_of(snapshot)

    def _remembered(self, turn: Turn) -> tuple[Message, ...]:
        """What is read of the history: its end, and the beginning of messages that are too long."""
        return tuple(
            message.model_copy(update={"content": message.content[: self._question_limit]})
            for message in self._newest(turn)
        )

    def _newest(self, turn: Turn) -> tuple[Message, ...]:
        """The end of the history, its messages whole."""
        return turn.history[-self._history_limit :] if self._history_limit else ()

    def _said(self, turn: Turn) -> tuple[str, ...]:
        """The person's words that are read, this turn's last."""
        before = (message for message in self._remembered(turn) if message.role == "user")
        return (*(message.content for message in before), turn.question)

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


def _evidence(material: Material, composed: Composition, passages: tuple[Passage, ...]) -> Evidence:
    guides = material.catalogue.guides
    return Evidence(
        passages=passages,
        said=" ".join(material.said),
        guide=guides[composed.guide] if composed.guide else None,
        guides=guides,
        rarity=material.rarity,
        derived=composed.derived,
    )
