"""How much a language model may do in a day for one visitor, by what the database has of them.

The turns that are kept are what is counted, so that the limit holds over all processes; who
deletes them begins anew, as does who throws their cookie away.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from coach.domain import Answer, Turn
from coach.errors import DatabaseUnusable
from coach.transcripts import Transcripts
from coach.web.conversations import Answerer
from coach.web.database_threads import ask_database

log = logging.getLogger(__name__)

USED_UP = (
    "Quoted from the guide, because the writing assistant has done as much for you today as it "
    "may. It writes again tomorrow."
)
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
    """

    def __init__(self, coach: WritingAnswerer, transcripts: Transcripts, most: int) -> None:
        self._coach = coach
        self._quoting = _Quoting(coach.quoting())
        self._transcripts = transcripts
        self._most = most

    async def answerer(self, owner: str) -> Answerer:
        """Return who answers this owner now: the coach, or the coach without its model."""
        return self._quoting if await self.used_up(owner) else self._coach

    async def used_up(self, owner: str) -> bool:
        """Whether this owner's tokens of today are used up; not while the database is away."""
        counting = partial(self._transcripts.tokens_since, owner, _midnight())
        try:
            return await ask_database(counting) >= self._most
        except DatabaseUnusable as error:
            log.warning("The tokens of today cannot be counted: %s", error)
            return False


def seconds_to_midnight() -> int:
    """Seconds until all have their tokens again."""
    return (_midnight() + timedelta(days=1) - datetime.now(UTC)).seconds + 1


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


class _Quoting:
    """Quotes, and says why with each answer that could have been written."""

    def __init__(self, coach: Answerer) -> None:
        self._coach = coach

    async def stream(self, turn: Turn) -> AsyncGenerator[Answer]:
        async with aclosing(self._coach.stream(turn)) as answers:
            async for answer in answers:
                yield answer.model_copy(update={"notice": USED_UP if answer.citations else ""})
