"""How much a language model may do in a day, for one visitor and for all together.

The turns that are kept are what is counted, so that both limits hold over all processes. Who
deletes them, or throws their cookie away, has their own tokens anew; what this process has had
written for all is counted here as well, and no deletion takes it back. What cannot be counted,
because the database is away, is not written either, but quoted.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import partial
from typing import Protocol

from coach.domain import Answer, Turn
from coach.errors import DatabaseUnusable
from coach.transcripts import Transcripts
from coach.web.conversations import Answerer
from coach.web.database_threads import ask_database

log = logging.getLogger(__name__)

_QUOTED = "Quoted from the guide, because the writing assistant"


class Allowance(Enum):
    """Whether an answer may be written now; what a person is told where it is not."""

    FREE = ""
    USED_UP = f"{_QUOTED} has done as much for you today as it may. It writes again tomorrow."
    USED_UP_BY_ALL = f"{_QUOTED} has done as much today as it may. It writes again tomorrow."
    UNKNOWN = f"{_QUOTED} is not at hand just now."


USED_UP_FOR_PROGRAMS = "The tokens of today are used up. Please ask again tomorrow (UTC)."


class WritingAnswerer(Answerer, Protocol):
    """A coach that may have a language model."""

    def quoting(self) -> Answerer:
        """Return the same coach without its language model."""


class DailyTokens:
    """Who may have an answer written today.

    Args:
        coach: writes answers.
        transcripts: what was asked so far.
        most: the most tokens of one owner from midnight to midnight, UTC; the answer that passes
            it is still written.
        of_all: the same for all owners together.
    """

    def __init__(
        self, coach: WritingAnswerer, transcripts: Transcripts, most: int, of_all: int
    ) -> None:
        self._written = _Written()
        self._writing = _Writing(coach, self._written)
        self._coach = coach.quoting()
        self._transcripts = transcripts
        self._most = most
        self._of_all = of_all

    async def answerer(self, owner: str) -> Answerer:
        """Return who answers this owner now: the coach, or the coach without its model."""
        return self.answerer_for(await self.allowance(owner))

    def answerer_for(self, allowance: Allowance) -> Answerer:
        """Return who answers where an answer may or may not be written."""
        if allowance is Allowance.FREE:
            return self._writing
        return _Quoting(self._coach, allowance.value)

    async def allowance(self, owner: str) -> Allowance:
        """Whether an answer may be written for this owner now."""
        midnight = _midnight()
        if self._written.since(midnight) >= self._of_all:
            return Allowance.USED_UP_BY_ALL
        try:
            own = await ask_database(partial(self._transcripts.tokens_since, owner, midnight))
            if own >= self._most:
                return Allowance.USED_UP
            of_all = await ask_database(partial(self._transcripts.tokens_since, None, midnight))
        except DatabaseUnusable as error:
            log.warning("The tokens of today cannot be counted: %s", error)
            return Allowance.UNKNOWN
        return Allowance.USED_UP_BY_ALL if of_all >= self._of_all else Allowance.FREE


def seconds_to_midnight() -> int:
    """Seconds until all have their tokens again."""
    return (_midnight() + timedelta(days=1) - datetime.now(UTC)).seconds + 1


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


class _Written:
    """The tokens of a day, in this process."""

    def __init__(self) -> None:
        self._day = _midnight()
        self._tokens = 0

    def since(self, midnight: datetime) -> int:
        """Those of the day that began then; the days before are forgotten."""
        if midnight != self._day:
            self._day, self._tokens = midnight, 0
        return self._tokens

    def add(self, tokens: int) -> None:
        """Count tokens that were read and written by now."""
        self._tokens = self.since(_midnight()) + tokens


class _Writing:
    """Writes, and counts what that took, also for an answer that is stopped."""

    def __init__(self, coach: Answerer, written: _Written) -> None:
        self._coach = coach
        self._written = written

    async def stream(self, turn: Turn) -> AsyncGenerator[Answer]:
        tokens = 0
        try:
            async with aclosing(self._coach.stream(turn)) as answers:
                async for answer in answers:
                    tokens = answer.tokens
                    yield answer
        finally:
            self._written.add(tokens)


class _Quoting:
    """Quotes, and says why with each answer that could have been written."""

    def __init__(self, coach: Answerer, notice: str) -> None:
        self._coach = coach
        self._notice = notice

    async def stream(self, turn: Turn) -> AsyncGenerator[Answer]:
        async with aclosing(self._coach.stream(turn)) as answers:
            async for answer in answers:
                notice = self._notice if answer.citations else ""
                yield answer.model_copy(update={"notice": notice})
