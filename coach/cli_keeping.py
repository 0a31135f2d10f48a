"""Keeping what is asked on the command line."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coach.cli_settings import read_settings
from coach.domain import Answer, Turn
from coach.errors import CoachError, DatabaseUnusable
from coach.wiring import conversations

if TYPE_CHECKING:
    from coach.coach import Coach
    from coach.transcripts import Transcripts

OWNER = "cli"


@contextmanager
def opened_transcripts(data: Path | None) -> Iterator[Transcripts]:
    """The conversations in the settings' database, its tables made.

    Raises:
        DatabaseUnusable: it cannot be reached, read or written.
    """
    from coach.transcripts import Transcripts

    with conversations(read_settings(data)) as database:
        yield Transcripts(database)


class Keeper:
    """Has turns answered and keeps them, however they end.

    Attributes:
        failed: whether a turn could not be kept; standard error has said why.
    """

    def __init__(self, transcripts: Transcripts) -> None:
        self.failed = False
        self._transcripts = transcripts
        self.begin()

    def begin(self) -> None:
        """Begin another conversation."""
        self._conversation = secrets.token_urlsafe(16)

    def answer(self, coach: Coach, turn: Turn) -> Answer:
        """The complete answer to a turn. Raises as ``Coach.stream`` does."""
        from coach.transcripts import TurnState

        asked_at = datetime.now(UTC)
        shown: list[Answer] = []
        state, problem = TurnState.FAILED, "Something went wrong."
        try:
            asyncio.run(_follow(coach, turn, shown))
            state, problem = TurnState.DONE, ""
        except KeyboardInterrupt:
            state, problem = TurnState.STOPPED, ""
            raise
        except CoachError as error:
            problem = str(error)
            raise
        finally:
            self._keep(turn, asked_at, shown[0] if shown else None, state, problem)
        return shown[0]

    def _keep(
        self, turn: Turn, asked_at: datetime, answer: Answer | None, state: str, problem: str
    ) -> None:
        from coach.transcripts import Entry, Origin, TurnState

        entry = Entry(
            turn_id=secrets.token_urlsafe(16),
            conversation_id=self._conversation,
            owner=OWNER,
            source=Origin.CLI,
            asked_at=asked_at,
            finished_at=datetime.now(UTC),
            question=turn.question,
            guide=turn.guide,
            state=TurnState(state),
            answer=answer,
            problem=problem,
        )
        try:
            self._transcripts.record(entry)
        except DatabaseUnusable as error:
            self.failed = True
            print(f"coach: This question is not kept. {error}", file=sys.stderr)  # noqa: T201


async def _follow(coach: Coach, turn: Turn, shown: list[Answer]) -> None:
    """Leave the newest snapshot in ``shown``, so that it outlives an interruption."""
    async for answer in coach.stream(turn):
        shown[:] = [answer]
