"""The app, killed at random moments while several people ask: no answer shown as kept is lost."""

from __future__ import annotations

import asyncio
import random
import shutil
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from coach.database import Database
from coach.database.tables import ConversationRow, TurnRow
from coach.transcripts import TurnState
from evals.benchmarks.page_visitor import Visitor
from tests.coach.web.browsing import HOW_LONG, ROOT, App, end, run

KILLS = 3
PEOPLE = 6
# How many answers there are to be before the moment of a kill is drawn.
UNDER_LOAD = 12
LONGEST_SECONDS = 1.0


@pytest.fixture
def database_url(either_url: str) -> str:
    """The address of an empty database of either kind."""
    return either_url


@pytest.mark.slow
async def test_app_killed_under_load_loses_at_most_the_turns_under_way(
    app: App, knowledge: Path, database: Database, database_url: str, tmp_path: Path
) -> None:
    data = shutil.copytree(knowledge.parent / "data", tmp_path / "data")
    moments = random.Random(5)
    acknowledged: set[str] = set()

    for number in range(1, KILLS + 1):
        settings = {"COACH_DATABASE_URL": database_url, "COACH_TURNS_A_MINUTE": "1000"}
        command = [ROOT / "app.py", "--port", "0", "--data", data]
        running = run(command, tmp_path / f"{number}.log", folder=knowledge.parent, **settings)
        try:
            acknowledged |= await killed_under_load(running, moments.uniform(0, LONGEST_SECONDS))
        finally:
            end(running)

        stored = turns(database)
        assert acknowledged <= stored
        # Beside them at most what each person was just waiting for.
        assert len(stored - acknowledged) <= number * PEOPLE

    assert len(acknowledged) >= KILLS * UNDER_LOAD


async def killed_under_load(app: App, seconds: float) -> set[str]:
    """The turns that the page showed as kept before its app was killed."""
    acknowledged: set[str] = set()
    loaded = asyncio.Event()

    async with Visitor(app.address) as visitor:
        config = await visitor.config()

    async def chat() -> None:
        while True:
            # Each time as somebody new: Gradio forgets a tab that asks again at once.
            async with (
                Visitor(app.address) as visitor,
                aclosing(visitor.ask(config, HOW_LONG)) as drawn,
            ):
                async for shown in drawn:
                    if shown.saved:
                        acknowledged.add(shown.turn_id)
            if len(acknowledged) >= UNDER_LOAD:
                loaded.set()

    people = [asyncio.create_task(chat()) for _ in range(PEOPLE)]
    await asyncio.wait(
        [asyncio.create_task(loaded.wait()), *people], return_when=asyncio.FIRST_COMPLETED
    )
    assert loaded.is_set(), "Nobody is refused or fails before the kill."
    await asyncio.sleep(seconds)
    app.process.kill()
    ended = await asyncio.gather(*people, return_exceptions=True)
    # The connection broke, or the answer's stream ended before the answer.
    assert all(isinstance(one, (httpx.HTTPError, RuntimeError)) for one in ended), ended
    return acknowledged


def turns(database: Database) -> set[str]:
    """The ids of the turns that are kept, each looked at whether it is whole."""
    with database.reading() as session:
        for conversation in session.scalars(select(ConversationRow)):
            kept = conversation.turns
            assert [turn.position for turn in kept] == list(range(max(len(kept), 1)))
        found = session.scalars(select(TurnRow)).all()
        assert all(turn.state == TurnState.DONE and turn.answer for turn in found)
        return {turn.id for turn in found}
