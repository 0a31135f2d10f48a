"""Conversations in memory: what was asked and answered, by visitor, and the turn under way.

A turn runs in a task of its own, so that it is stopped, timed and finished alike whether the page
is still watching or not; pages follow the conversation and draw what it holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from coach.domain import Answer, Message, Turn
from coach.errors import CoachError, QuestionError

log = logging.getLogger(__name__)

TURN_SECONDS = 60.0
EXCHANGES_KEPT = 50
CONVERSATIONS_KEPT = 2000
CONVERSATIONS_PER_VISITOR = 20

TOO_SLOW = "This took too long, so it was ended. Please try again."
UNREADABLE = "The guides cannot be opened just now. Please try again in a minute."
BROKEN = "Something went wrong on our side. Please try again."


class Answerer(Protocol):
    """What a conversation needs of the coach."""

    def stream(self, turn: Turn) -> AsyncGenerator[Answer]:
        """Yield growing snapshots of the answer to ``turn``."""


class State(StrEnum):
    """How far an exchange has come."""

    ANSWERING = "answering"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Exchange:
    """A question and what is known of its answer; ``problem`` is the line shown when it failed."""

    question: str
    guide: str | None = None
    answer: Answer | None = None
    state: State = State.ANSWERING
    problem: str = ""


class Conversation:
    """One tab's exchanges, oldest first, at most ``EXCHANGES_KEPT`` of them."""

    def __init__(self, identifier: str, seconds: float = TURN_SECONDS) -> None:
        self.identifier = identifier
        self.exchanges: tuple[Exchange, ...] = ()
        self.ended = False
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    @property
    def history(self) -> tuple[Message, ...]:
        """What was said so far, without the turns that failed."""
        messages: list[Message] = []
        for exchange in self.exchanges:
            if exchange.answer is not None and exchange.state is not State.FAILED:
                messages.append(Message(role="user", content=exchange.question))
                messages.append(Message(role="assistant", content=exchange.answer.text))
        return tuple(messages)

    async def ask(self, coach: Answerer, question: str, guide: str | None = None) -> None:
        """Start a turn; one that is under way is stopped and keeps what it has shown."""
        await self.stop()
        turn = Turn(question=question, history=self.history, guide=guide)
        kept = self.exchanges[-(EXCHANGES_KEPT - 1) :]
        self.exchanges = (*kept, Exchange(question, guide))
        self._task = asyncio.create_task(self._answer(coach, turn))
        self._tell()

    async def retry(self, coach: Answerer) -> None:
        """Ask the last question again, in place of its answer."""
        await self.stop()
        if self.exchanges:
            last = self.exchanges[-1]
            self.exchanges = self.exchanges[:-1]
            await self.ask(coach, last.question, last.guide)

    async def stop(self) -> None:
        """End the turn under way, if there is one; what it has shown stays."""
        task = self._task
        if task is not None and not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            # Said here and not in the task: a task cancelled before its first step runs nothing.
            self._update(state=State.STOPPED)

    async def end(self) -> None:
        """Stop for good: nothing of this conversation is to be drawn any more."""
        self.ended = True
        await self.stop()
        self._tell()

    async def follow(self) -> AsyncIterator[tuple[Exchange, ...]]:
        """Yield the exchanges now and after each change, until the turn under way has ended."""
        task = self._task
        while not self.ended:
            # Looked up before the yield: whoever draws may take long, and things change meanwhile.
            changed, exchanges = self._changed, self.exchanges
            going_on = task is self._task and exchanges and exchanges[-1].state is State.ANSWERING
            yield exchanges
            if not going_on:
                return
            await changed.wait()

    async def _answer(self, coach: Answerer, turn: Turn) -> None:
        """Run one turn to its end, whatever that is; nothing but a cancellation leaves it."""
        problem = ""
        try:
            async with asyncio.timeout(self._seconds):
                # Closed here and now, so that a request to a language model ends with the turn.
                async with contextlib.aclosing(coach.stream(turn)) as answers:
                    async for answer in answers:
                        self._update(answer=answer)
                        await asyncio.sleep(0)  # a follower draws each snapshot, not the last alone
        except TimeoutError:
            problem = TOO_SLOW
        except QuestionError as error:
            problem = f"{error.problem} {error.remedy}".strip()
        except CoachError as error:
            log.error("A turn failed: %s", error)
            problem = UNREADABLE
        except Exception:
            log.exception("A turn failed")
            problem = BROKEN
        self._update(state=State.FAILED if problem else State.DONE, problem=problem)

    def _update(self, **fields: object) -> None:
        *before, last = self.exchanges
        self.exchanges = (*before, replace(last, **fields))  # type: ignore[arg-type]
        self._tell()

    def _tell(self) -> None:
        """Wake the followers; each waits on the event that was current when it last looked."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class Conversations:
    """The conversations of all visitors, the least recently used dropped first.

    A conversation is found only by its visitor and its identifier together.
    """

    def __init__(
        self,
        kept: int = CONVERSATIONS_KEPT,
        per_visitor: int = CONVERSATIONS_PER_VISITOR,
        seconds: float = TURN_SECONDS,
    ) -> None:
        self._seconds = seconds
        self._kept = kept
        self._per_visitor = per_visitor
        self._held: OrderedDict[tuple[str, str], Conversation] = OrderedDict()

    def find(self, visitor: str, identifier: str) -> Conversation | None:
        """Return this visitor's conversation of that identifier, if there is one."""
        conversation = self._held.get((visitor, identifier))
        if conversation is not None:
            self._held.move_to_end((visitor, identifier))
        return conversation

    async def end(self, visitor: str, identifier: str) -> None:
        """End and forget this visitor's conversation of that identifier, if there is one."""
        conversation = self._held.pop((visitor, identifier), None)
        if conversation is not None:
            await conversation.end()

    def start(self, visitor: str) -> Conversation:
        """Start a conversation with an identifier of our making."""
        own = [key for key in self._held if key[0] == visitor]
        if len(own) >= self._per_visitor:
            del self._held[own[0]]
        while len(self._held) >= self._kept:
            self._held.popitem(last=False)
        conversation = Conversation(secrets.token_urlsafe(16), self._seconds)
        self._held[visitor, conversation.identifier] = conversation
        return conversation
