"""Conversations that are open: what was asked and answered, by owner, and the turn under way.

A turn runs in a task of its own, so that it is stopped, timed, finished and kept alike whether the
page is still watching or not; pages follow the conversation and draw what it holds. The database
is the truth of all turns but the one under way: what is opened here is read from it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from coach.domain import Answer, Message, Preferences, Turn
from coach.errors import CoachError, DatabaseUnusable, QuestionError
from coach.monitoring.figures import UNDER_WAY
from coach.monitoring.turns import note_turn
from coach.transcripts import (
    Entry,
    Feedback,
    Origin,
    Transcript,
    Transcripts,
    TurnState,
)
from coach.web.database_threads import ask_database
from coach.web.exchanges import Exchange, State, exchanges_of, new_id
from coach.web.keeping import keep

log = logging.getLogger(__name__)

TURN_SECONDS = 60.0
EXCHANGES_KEPT = 50
CONVERSATIONS_OPEN = 2000
CONVERSATIONS_PER_OWNER = 20

TOO_SLOW = "This took too long, so it was ended. Please try again."
UNREADABLE = "The guides cannot be opened just now. Please try again in a minute."
BROKEN = "Something went wrong on our side. Please try again."


class Answerer(Protocol):
    """What a conversation needs of the coach."""

    def stream(self, turn: Turn) -> AsyncGenerator[Answer]:
        """Yield growing snapshots of the answer to ``turn``."""


class Conversation:
    """One conversation's exchanges, oldest first, at most ``EXCHANGES_KEPT`` of them.

    Args:
        identifier: its name, here and in the database.
        owner: whose it is.
        transcripts: where each turn is kept once it has ended.
        seconds: the longest a turn may take.

    Attributes:
        exchanges: what there is to show.
        ended: whether nothing of it is to be drawn any more.
        human_asked: whether the person asked for a human.
    """

    def __init__(
        self,
        identifier: str,
        owner: str,
        transcripts: Transcripts,
        seconds: float = TURN_SECONDS,
    ) -> None:
        self.identifier = identifier
        self.exchanges: tuple[Exchange, ...] = ()
        self.ended = False
        self.human_asked = False
        self._owner = owner
        self._transcripts = transcripts
        self._seconds = seconds
        self._work: asyncio.Task[str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether a turn is under way."""
        return self._task is not None and not self._task.done()

    @property
    def kept(self) -> bool:
        """Whether all that has been asked is in the database."""
        return all(exchange.kept for exchange in self.exchanges)

    @property
    def history(self) -> tuple[Message, ...]:
        """What was said so far, without the turns that failed."""
        messages: list[Message] = []
        for exchange in self.exchanges:
            if exchange.answer is not None and exchange.state is not State.FAILED:
                messages.append(Message(role="user", content=exchange.question))
                messages.append(Message(role="assistant", content=exchange.answer.text))
        return tuple(messages)

    async def ask(
        self,
        coach: Answerer,
        question: str,
        guide: str | None = None,
        plans: Mapping[str, Preferences] = {},
    ) -> None:
        """Start a turn; one that is under way is stopped and keeps what it has shown.

        Args:
            coach: answers it.
            question: as it was typed.
            guide: the slug of the guide that was chosen, if one was.
            plans: what the plans that the person keeps are built of, by guide.
        """
        await self.stop()
        turn = Turn(question=question, history=self.history, guide=guide, plans=plans)
        kept = self.exchanges[-(EXCHANGES_KEPT - 1) :]
        self.exchanges = (*kept, Exchange(question, guide))
        self._work = asyncio.create_task(self._answer(coach, turn))
        self._task = asyncio.create_task(self._see_through(self._work))
        self._tell()

    async def retry(self, coach: Answerer, plans: Mapping[str, Preferences] = {}) -> None:
        """Ask the last question again, in place of its answer; ``plans`` as for ``ask``."""
        await self.stop()
        if self.exchanges:
            last = self.exchanges[-1]
            self.exchanges = self.exchanges[:-1]
            await self.ask(coach, last.question, last.guide, plans)

    async def stop(self) -> None:
        """End the turn under way, if there is one; what it has shown stays and is kept."""
        # Again and again: another question may have come while this one waited.
        while self._task is not None and self._work is not None and not self._task.done():
            self._work.cancel()
            await asyncio.wait({self._task})

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

    def show(self, transcript: Transcript) -> None:
        """Take over what the database has; what it could not be given yet stays."""
        stored = {turn.id for turn in transcript.turns}
        waiting = (one for one in self.exchanges if not one.kept and one.turn_id not in stored)
        self.exchanges = (*exchanges_of(transcript.turns), *waiting)[-EXCHANGES_KEPT:]
        self.human_asked = transcript.human_asked_at is not None
        self._tell()

    def note_feedback(self, turn_id: str, feedback: Feedback) -> None:
        """Show what a person said of an answer."""
        self.exchanges = tuple(
            replace(one, feedback=feedback) if one.turn_id == turn_id else one
            for one in self.exchanges
        )

    async def _answer(self, coach: Answerer, turn: Turn) -> str:
        """Answer one turn and return the problem there was; only a cancellation leaves it."""
        try:
            async with asyncio.timeout(self._seconds):
                # Closed here and now, so that a request to a language model ends with the turn.
                async with contextlib.aclosing(coach.stream(turn)) as answers:
                    async for answer in answers:
                        self._update(answer=answer)
                        await asyncio.sleep(0)  # a follower draws each snapshot, not the last alone
        except TimeoutError:
            return TOO_SLOW
        except QuestionError as error:
            return f"{error.problem} {error.remedy}".strip()
        except CoachError as error:
            log.error("A turn failed: %s", error)
            return UNREADABLE
        except Exception:
            log.exception("A turn failed")
            return BROKEN
        return ""

    async def _see_through(self, work: asyncio.Task[str]) -> None:
        """Wait for a turn's end, however it comes, keep the turn, and only then show it as ended.

        A task of its own, which nobody cancels: the turn's may end before its first step.
        """
        with UNDER_WAY.track_inprogress():
            await asyncio.wait({work})
        problem = "" if work.cancelled() else work.result()
        state = State.STOPPED if work.cancelled() else State.FAILED if problem else State.DONE
        *before, last = self.exchanges
        ended = replace(last, state=state, problem=problem)
        waiting = [self._entry(one) for one in before if not one.kept]
        entry = self._entry(ended)
        kept: set[str] = set()
        for one in (*waiting, entry):
            # The first that fails ends it: the others wait with it for the next turn.
            if not await keep(self._transcripts, one):
                break
            kept.add(one.turn_id)
        note_turn(entry, kept=entry.turn_id in kept)
        shown = (*self.exchanges[:-1], ended)
        self.exchanges = tuple(replace(one, kept=one.kept or one.turn_id in kept) for one in shown)
        self._tell()

    def _entry(self, exchange: Exchange) -> Entry:
        """An exchange that has ended, as it is kept."""
        return Entry(
            turn_id=exchange.turn_id,
            conversation_id=self.identifier,
            owner=self._owner,
            source=Origin.CHAT,
            asked_at=exchange.asked_at,
            finished_at=datetime.now(UTC),
            question=exchange.question,
            guide=exchange.guide,
            state=TurnState(exchange.state),
            answer=exchange.answer,
            problem=exchange.problem,
        )

    def _update(self, **fields: object) -> None:
        *before, last = self.exchanges
        self.exchanges = (*before, replace(last, **fields))  # type: ignore[arg-type]
        self._tell()

    def _tell(self) -> None:
        """Wake the followers; each waits on the event that was current when it last looked."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class Conversations:
    """The conversations that are open, the least recently used dropped first.

    A conversation is found only by its owner and its identifier together.

    Args:
        transcripts: where turns are kept, and conversations opened from.
        kept: the most that are open.
        per_owner: the most of one owner.
        seconds: the longest a turn may take.
    """

    def __init__(
        self,
        transcripts: Transcripts,
        kept: int = CONVERSATIONS_OPEN,
        per_owner: int = CONVERSATIONS_PER_OWNER,
        seconds: float = TURN_SECONDS,
    ) -> None:
        self._transcripts = transcripts
        self._seconds = seconds
        self._kept = kept
        self._per_owner = per_owner
        self._held: OrderedDict[tuple[str, str], Conversation] = OrderedDict()

    async def find(self, owner: str, identifier: str) -> Conversation | None:
        """Return this owner's conversation of that identifier as it is by now, if there is one.

        Raises:
            DatabaseUnusable: it is not open, and the database cannot be read.
        """
        if not identifier:
            return None
        held = self._held.get((owner, identifier))
        if held is not None and held.busy:
            return self._touched(owner, held)
        seen = held.exchanges if held else ()
        try:
            transcript = await ask_database(partial(self._transcripts.load, owner, identifier))
        except DatabaseUnusable:
            if held is None:
                raise
            return self._touched(owner, held)
        held = self._held.get((owner, identifier))
        if held is not None and (held.busy or held.exchanges is not seen):
            return self._touched(owner, held)  # newer than what was read meanwhile
        if transcript is not None:
            held = held or self._hold(owner, identifier)
            held.show(transcript)
        elif held is not None and any(exchange.kept for exchange in held.exchanges):
            del self._held[owner, identifier]  # deleted elsewhere
            return None
        return self._touched(owner, held) if held else None

    async def stop(self, owner: str, identifier: str) -> None:
        """Stop the turn under way in this owner's conversation of that identifier, if there is."""
        conversation = self._held.get((owner, identifier))
        if conversation is not None:
            await conversation.stop()

    async def end(self, owner: str, identifier: str) -> None:
        """End this owner's conversation of that identifier, if it is open; what is kept stays."""
        conversation = self._held.pop((owner, identifier), None)
        if conversation is not None:
            await conversation.end()

    async def end_all(self, owner: str) -> None:
        """End all of this owner's conversations that are open."""
        for whose, identifier in list(self._held):
            if whose == owner:
                await self.end(owner, identifier)

    def start(self, owner: str) -> Conversation:
        """Start a conversation with an identifier of our making."""
        return self._hold(owner, new_id())

    def note_feedback(self, owner: str, turn_id: str, feedback: Feedback) -> None:
        """Show what a person said of an answer wherever it is open."""
        for (whose, _), conversation in self._held.items():
            if whose == owner:
                conversation.note_feedback(turn_id, feedback)

    def note_human(self, owner: str, identifier: str) -> None:
        """Show that a human was asked for, if the conversation is open."""
        conversation = self._held.get((owner, identifier))
        if conversation is not None:
            conversation.human_asked = True

    def _touched(self, owner: str, conversation: Conversation) -> Conversation:
        self._held.move_to_end((owner, conversation.identifier))
        return conversation

    def _hold(self, owner: str, identifier: str) -> Conversation:
        own = [key for key in self._held if key[0] == owner]
        if len(own) >= self._per_owner:
            self._drop_one(own)
        if len(self._held) >= self._kept:
            self._drop_one(list(self._held))
        conversation = Conversation(identifier, owner, self._transcripts, self._seconds)
        self._held[owner, identifier] = conversation
        return conversation

    def _drop_one(self, keys: Sequence[tuple[str, str]]) -> None:
        """Let go of the conversation used longest ago that the database has as a whole.

        One with a turn under way stays, for it must be found when it is to be stopped or deleted;
        the limit on questions a minute bounds how many there are.
        """
        idle = [key for key in keys if not self._held[key].busy]
        for key in (*(key for key in idle if self._held[key].kept), *idle):
            del self._held[key]
            return
