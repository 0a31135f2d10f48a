"""One chat model and the calls to it: pieces, limits of time and number, flaws of a reply.

One call is one task: it waits for a free slot, streams, and is cancelled as a whole when nobody
wants the rest, which ends the HTTP request at once. LangSmith's tracing is off for these calls
whatever the environment says: what a person asks goes to the model and nowhere else.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from coach.domain import Message, Prompt
from coach.errors import ModelBusy, ModelError, ModelTooSlow, ModelUnreadable
from coach.language_model.breaker import Breaker
from coach.language_model.failures import Place, describe, explain
from coach.language_model.thinking import ThinkingFilter
from coach.language_model.tokens import count_tokens
from coach.monitoring.figures import MODEL_CALLS

# What the pieces of each provider say at the end of a reply, and the words for "cut off".
_ENDINGS = ("finish_reason", "stop_reason", "stopReason", "done_reason", "status")
_CUT_SHORT = ("length", "max_tokens", "content_filter", "incomplete")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """Seconds for a call, all from its start: to connect, to the first piece, to the end."""

    connect: float
    first_token: float
    total: float


class Reply(AsyncIterator[str]):
    """The text of a reply in pieces as they come, without the model's thinking.

    Attributes:
        cut_short: True when the model stopped at its token limit, so that the last sentence is
            not whole; known when the pieces have ended.
    """

    def __init__(self, pieces: Callable[[Reply], AsyncGenerator[str]]) -> None:
        self.cut_short = False
        self._pieces = pieces(self)

    async def __anext__(self) -> str:
        return await anext(self._pieces)

    async def aclose(self) -> None:
        """Stop: end the request to the model, if it is still under way."""
        await self._pieces.aclose()


class Piece(Protocol):
    """What is read of a piece of LangChain's."""

    content: Any
    response_metadata: dict[str, Any]

    @property
    def text(self) -> str:
        """The text in the content, without the model's thinking where the content marks it."""


class ChatModel(Protocol):
    """What is used of LangChain's chat models."""

    def astream(self, input: list[tuple[str, str]], /) -> AsyncIterator[Piece]:
        """Stream a reply to messages of ``(role, text)``."""


class Connections(Protocol):
    """The chat models of one event loop, by their longest reply in tokens."""

    def chat(self, tokens: int, /) -> ChatModel:
        """A model that replies in at most so many tokens."""

    async def aclose(self) -> None:
        """Close what is open."""


class Source(Protocol):
    """Where chat models come from."""

    @property
    def place(self) -> Place:
        """Where the model is, for errors."""

    @property
    def marks_endings(self) -> bool:
        """Whether each whole reply says how it ended."""

    def connections(self) -> Connections:
        """Open what belongs to the running event loop."""


class LanguageModel:
    """A configured chat model; safe to use from several event loops.

    Attributes:
        name: the model as configured, ``provider:name``.
        context: tokens the model takes, prompt and answer together.
        answer_tokens: the longest answer asked for, in tokens.
    """

    _meter: _Meter | None = None

    def __init__(
        self,
        name: str,
        *,
        context: int,
        answer_tokens: int,
        calls: int,
        limits: Limits,
        rest_seconds: float,
        source: Source,
    ) -> None:
        self.name = name
        self.context = context
        self.answer_tokens = answer_tokens
        self._calls = calls
        self._limits = limits
        self._source = source
        self._breaker = Breaker(source.place.where, rest_seconds)
        self._links: dict[asyncio.AbstractEventLoop, tuple[_Link, AsyncGenerator[_Link]]] = {}

    def metered(self) -> LanguageModel:
        """The same model, which counts in ``tokens`` what it reads and writes from now on."""
        metered = copy.copy(self)
        metered._meter = _Meter()
        return metered

    @property
    def tokens(self) -> int:
        """Tokens read and written so far, as ``count_tokens`` estimates; 0 unless metered."""
        return self._meter.tokens if self._meter else 0

    def stream(self, prompt: Prompt) -> Reply:
        """Ask for an answer of at most ``answer_tokens`` tokens.

        Args:
            prompt: the instructions and messages; nothing of them is ever logged.

        Returns:
            The pieces. Closing it ends the request at once.

        Raises:
            ModelError: while iterating, after any number of pieces; each kind in ``errors``.
        """
        return Reply(lambda reply: self._pieces(reply, prompt, self.answer_tokens, self._limits))

    async def complete(self, prompt: Prompt, *, tokens: int, seconds: float) -> str:
        """Ask for a short reply and wait for all of it.

        Args:
            prompt: as for ``stream``.
            tokens: the longest reply, in tokens; a longer one is cut.
            seconds: the longest wait, all in all.

        Raises:
            ModelError: as ``stream``.
        """
        limits = Limits(self._limits.connect, min(self._limits.first_token, seconds), seconds)
        reply = Reply(lambda reply: self._pieces(reply, prompt, tokens, limits))
        return "".join([piece async for piece in reply])

    async def reach(self) -> str:
        """Ask the model for a word, and say in a sentence that it answered and how fast.

        Raises:
            ModelError: as ``stream``.
        """
        question = Message(role="user", content="Answer with the one word: ready")
        prompt = Prompt(system="You answer briefly.", messages=(question,))
        start = time.perf_counter()
        await self.complete(prompt, tokens=self.answer_tokens, seconds=self._limits.total)
        seconds = time.perf_counter() - start
        return f"{self._source.place.where} answered in {seconds:.1f} s."

    @staticmethod
    def count_tokens(text: str | Prompt) -> int:
        """Estimate the tokens of a text or a prompt, rather too many than too few."""
        return count_tokens(text)

    async def _pieces(
        self, reply: Reply, prompt: Prompt, tokens: int, limits: Limits
    ) -> AsyncGenerator[str]:
        said = self._meter.begin(prompt) if self._meter else None
        # Unbounded, and so the call never waits for its reader: it ends in its own time, and a
        # cancellation always meets it where it waits for the model.
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        call = asyncio.create_task(self._call(prompt, tokens, limits, pieces.put_nowait))
        call.add_done_callback(lambda _: pieces.put_nowait(None))
        try:
            while (piece := await pieces.get()) is not None:
                if said is not None:
                    said.append(piece)
                yield piece
            reply.cut_short = await call
        finally:
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)

    async def _call(
        self, prompt: Prompt, tokens: int, limits: Limits, deliver: Callable[[str], None]
    ) -> bool:
        """Deliver the pieces of one reply; tells whether it was cut short."""
        import langsmith

        await self._breaker.check()
        link = await self._link()
        messages = [("system", prompt.system)]
        messages += [(message.role, message.content) for message in prompt.messages]
        progress = _Progress(waited=link.slots.locked())
        start = asyncio.get_running_loop().time()
        first = min(limits.first_token, limits.total)
        failure: ModelError | None
        try:
            # A call is a task with a context of its own: no other LangChain code is affected.
            with langsmith.tracing_context(enabled=False):
                async with asyncio.timeout_at(start + first) as limit, link.slots:
                    await self._breaker.check()
                    async for piece in link.connections.chat(tokens).astream(messages):
                        if piece.content and not progress.begun and not limit.expired():
                            progress.begun = True
                            limit.reschedule(start + limits.total)
                        if text := progress.take(piece):
                            deliver(text)
            if text := progress.thinking.rest():
                progress.shown = True
                deliver(text)
            failure, cause = self._flaw(progress), f"ended with {progress.ending or 'nothing'}"
        except ModelError:
            raise  # left alone since the first check
        except Exception as error:  # the library of each provider raises its own kinds
            cause = describe(error)
            if limit.expired():
                failure = self._lateness(progress)
            else:
                failure = explain(error, begun=progress.begun, place=self._source.place)
        if failure is not None:
            _log.warning("%s: %s (%s)", failure.where, failure.problem, cause)
        MODEL_CALLS.labels(type(failure).__name__ if failure else "answered").inc()
        # A call that waited for its turn tells nothing of the model.
        if not (progress.waited and isinstance(failure, ModelBusy)):
            await self._breaker.record(failure)
        if failure is not None:
            raise failure
        return progress.ending in _CUT_SHORT

    def _flaw(self, progress: _Progress) -> ModelError | None:
        """What is wrong with a reply that ended without an error."""
        cut = "Raise COACH_MODEL_TOKENS." if progress.ending in _CUT_SHORT else ""
        if not progress.shown:
            return self._unreadable("The model gave an empty reply.", cut)
        if not progress.ending and self._source.marks_endings:
            # A server that stops half-way ends its stream like a whole one, but for this.
            return self._unreadable("The reply ended in the middle.", "")
        return None

    def _unreadable(self, problem: str, remedy: str) -> ModelError:
        return ModelUnreadable(
            problem,
            where=self._source.place.where,
            remedy=remedy or "Look at the log of the model's server.",
        )

    def _lateness(self, progress: _Progress) -> ModelError:
        where = self._source.place.where
        if progress.waited and not progress.begun:
            return ModelBusy(
                "Too many calls to the model were under way.",
                where=where,
                remedy="Raise COACH_MODEL_CALLS if the server can take more at once.",
            )
        if progress.begun:
            return ModelTooSlow(
                "The model did not finish in time.",
                where=where,
                remedy="Raise COACH_MODEL_SECONDS, or take a faster model.",
            )
        return ModelTooSlow(
            "The model did not begin in time.",
            where=where,
            remedy="Raise COACH_MODEL_FIRST_TOKEN_SECONDS, or check the model's server.",
        )

    async def _link(self) -> _Link:
        """The connections of the running event loop, opened at first and closed with the loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._links:
            opening = self._open_link(loop)
            self._links[loop] = await anext(opening), opening
        return self._links[loop][0]

    async def _open_link(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[_Link]:
        # A loop closes the generators left in it at its end, as asyncio.run sees to: the one
        # place where connections can be closed that belong to it.
        # Nothing but this may be a generator here: all are closed at the same time.
        connections = self._source.connections()
        try:
            yield _Link(connections, asyncio.Semaphore(self._calls))
        finally:
            del self._links[loop]
            await connections.aclose()


class _Meter:
    """What was read and written in some calls; a reply counts as far as it came."""

    def __init__(self) -> None:
        self._read = 0
        self._replies: list[list[str]] = []

    def begin(self, prompt: Prompt) -> list[str]:
        """Count a prompt; the pieces of its reply go into the list."""
        self._read += count_tokens(prompt)
        self._replies.append([])
        return self._replies[-1]

    @property
    def tokens(self) -> int:
        return self._read + sum(count_tokens("".join(reply)) for reply in self._replies)


@dataclass(frozen=True)
class _Link:
    """What belongs to one event loop: its connections, and the slots of the calls at once."""

    connections: Connections
    slots: asyncio.Semaphore


@dataclass
class _Progress:
    """How far a call has come: ``begun`` with the first piece, were it of the model's thinking."""

    waited: bool
    begun: bool = False
    shown: bool = False
    ending: str = ""
    thinking: ThinkingFilter = field(default_factory=ThinkingFilter)

    def take(self, piece: Piece) -> str:
        """The text of a piece that can be shown."""
        for name in _ENDINGS:
            if value := piece.response_metadata.get(name):
                self.ending = str(value).lower()
        text = self.thinking.feed(str(piece.text))
        self.shown = self.shown or bool(text.strip())
        return text
