"""100 people at once on the chat page, each asking every 10-20 s, quoted, over PostgreSQL.

First 10 people for a minute, then 100 for three: no error, the first text of an answer for 95 of
100 questions within twice the time that 10 people wait, and memory that does not grow. Then 100 for
a minute while every 20th of their questions is left in the middle of its answer and PostgreSQL is
restarted: each answer that was shown as kept is in the database, and of the questions asked once it
is back, 100 at least, each is answered and kept.

``python -m evals.benchmarks.chat_load``
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select

from coach.database import open_database
from coach.database.tables import TurnRow
from evals.benchmarks.asking import QUESTIONS
from evals.benchmarks.page_visitor import Shown, Visitor
from tests.postgres_server import PostgresServer, postgres_server

FEW, MANY = 10, 100
FEW_SECONDS, MANY_SECONDS, TROUBLED_SECONDS = 60.0, 180.0, 60.0
PAUSE = (10.0, 20.0)
LEAVING = 0.05
SLOWER = 2.0
GROWTH = 1.05
DOWN_SECONDS = 1.0
KEPT_AFTERWARDS = 100  # each of 100 people asks once at least in the half minute that is left
ROOT = Path(__file__).parents[2]


@dataclass
class Load:
    """What some people met with.

    Attributes:
        first_text: seconds from each question to the first text of its answer.
        whole: seconds to the end of each answer.
        acknowledged: the turns that were shown as kept, and when each was asked.
        unsaved: when each question was asked whose answer the page said was not kept.
        left: questions that were left in the middle of their answer.
        errors: what went wrong, and when it was asked for.
        megabytes: what the process had in memory, every few seconds.
    """

    first_text: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    acknowledged: dict[str, float] = field(default_factory=dict)
    unsaved: list[float] = field(default_factory=list)
    left: int = 0
    errors: list[tuple[float, str]] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def slow(self) -> float:
        """The 95th percentile of the seconds to the first text; infinite where hardly any came."""
        if len(self.first_text) < 2:
            return math.inf
        return statistics.quantiles(self.first_text, n=20)[-1]

    @property
    def growth(self) -> float:
        """Memory in the last third of the time against that in the second."""
        third = len(self.megabytes) // 3
        second, last = self.megabytes[third : 2 * third], self.megabytes[2 * third :]
        return statistics.mean(last) / statistics.mean(second)


def main() -> int:
    """Print the figures; 1 when one is missed."""
    with (
        tempfile.TemporaryDirectory() as place,
        postgres_server() as postgres,
        _page(Path(place), url := postgres.new_database()) as (page, process),
    ):
        few = asyncio.run(_load(page, process, FEW, FEW_SECONDS))
        _tell(FEW, few)
        many = asyncio.run(_load(page, process, MANY, MANY_SECONDS))
        _tell(MANY, many)
        troubled, back = asyncio.run(_troubled(page, process, postgres))
        _tell(MANY, troubled)
        stored = _stored(url, Path(place))
    ratio = many.slow / few.slow
    print(f"first text for 95 of 100: {ratio:.2f}x that of {FEW} people   reach: {SLOWER}x")
    print(f"memory, last minute to the one before: {many.growth:.3f}x   reach: {GROWTH}x")
    print(
        f"with {troubled.left} answers left half-way and the database restarted: "
        f"{len(troubled.acknowledged)} answers shown as kept, "
        f"{sum(asked > back for asked in troubled.acknowledged.values())} of them to questions "
        f"asked afterwards; {len(troubled.unsaved)} said not to be kept"
    )
    found = missed(few, many, troubled, back, stored)
    for one in found:
        print(f"missed: {one}")
    return 1 if found else 0


def missed(few: Load, many: Load, troubled: Load, back: float, stored: Set[str]) -> list[str]:
    """What was not reached, in a line each.

    Args:
        few: what the first people met with.
        many: what all of them met with.
        troubled: what they met with when the database was restarted.
        back: when it was back, by the clock of the loads.
        stored: the turns in the database at the end.
    """
    calm = {f"{FEW} people": few, f"{MANY} people": many}
    lines = []
    for name, load in calm.items():
        if load.errors:
            lines.append(f"{name}: {len(load.errors)} errors")
        if load.unsaved:
            lines.append(f"{name}: {len(load.unsaved)} answers were not kept")
    for name, load in (*calm.items(), ("restarted", troubled)):
        if lost := load.acknowledged.keys() - stored:
            lines.append(f"{name}: {len(lost)} answers shown as kept are not in the database")
    if few.slow == math.inf or many.slow > SLOWER * few.slow:
        lines.append(f"first text: {many.slow / few.slow:.2f}x")
    if many.growth > GROWTH:
        lines.append(f"memory: {many.growth:.3f}x")
    kept = sum(asked > back for asked in troubled.acknowledged.values())
    unkept = sum(asked > back for asked in troubled.unsaved)
    failed = sum(asked > back for asked, _ in troubled.errors)
    if kept < KEPT_AFTERWARDS:
        lines.append(f"restarted: {kept} answers were kept afterwards, not {KEPT_AFTERWARDS}")
    if unkept or failed:
        lines.append(f"restarted: afterwards {unkept} answers were not kept, {failed} failed")
    return lines


def _tell(people: int, load: Load) -> None:
    half = statistics.median(load.first_text or [math.inf])
    print(
        f"{people:>3} people: {len(load.whole)} answers, {len(load.errors)} errors; first text "
        f"{half:.3f} s, for 95 of 100 {load.slow:.3f} s; "
        f"memory {load.megabytes[0]:.0f} to {load.megabytes[-1]:.0f} MB; "
        f"{os.getloadavg()[0]:.1f} processes waited for {os.cpu_count()} cores",
        flush=True,
    )
    for error, times in Counter(said for _, said in load.errors).most_common(5):
        print(f"    {times} times: {error}")


@contextmanager
def _page(folder: Path, database: str) -> Iterator[tuple[str, psutil.Process]]:
    """Serve the chat page over all guides, and give its address and process."""
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("COACH_")},
        "COACH_DATA": str(folder / "data"),
        "COACH_DATABASE_URL": database,
        "COACH_TURNS_A_MINUTE": "1000",  # all come from one address
    }
    log = folder / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "app.py", "--port", "0"], cwd=ROOT, env=environment, stderr=output
        ) as process,
    ):
        try:
            while "open http://" not in log.read_text():
                if process.poll() is not None:
                    sys.exit(f"The page did not start: {log.read_text()}")
                time.sleep(0.1)
            address = log.read_text().rsplit("open ", 1)[1].split()[0]
            yield address, psutil.Process(process.pid)
        finally:
            process.terminate()


async def _load(
    page: str, process: psutil.Process, people: int, seconds: float, leaving: float = 0.0
) -> Load:
    """Have some people chat for a while, and watch the memory of the process."""
    load = Load()
    until = time.monotonic() + seconds
    async with Visitor(page) as visitor:
        config = await visitor.config()
    chats = [
        asyncio.create_task(_chat(page, config, load, until, number, leaving))
        for number in range(people)
    ]
    while time.monotonic() < until:
        load.megabytes.append(process.memory_info().rss / 1e6)
        await asyncio.sleep(2)
    await asyncio.gather(*chats)
    return load


async def _troubled(
    page: str, process: psutil.Process, postgres: PostgresServer
) -> tuple[Load, float]:
    """The same with people who leave, and a database that is away for a moment; when it is back."""

    async def restart() -> float:
        await asyncio.sleep(TROUBLED_SECONDS / 2)
        await asyncio.to_thread(postgres.stop)
        await asyncio.sleep(DOWN_SECONDS)
        await asyncio.to_thread(postgres.start)
        return time.monotonic()

    restarting = asyncio.create_task(restart())
    load = await _load(page, process, MANY, TROUBLED_SECONDS, LEAVING)
    return load, await restarting


async def _chat(
    page: str, config: dict[str, Any], load: Load, until: float, number: int, leaving: float
) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, PAUSE[1]))
    async with Visitor(page) as visitor:
        while time.monotonic() < until:
            question, guide = chance.choice(QUESTIONS)
            asked = time.monotonic()
            try:
                await _ask(visitor, config, load, question, guide, chance.random() < leaving)
            except Exception as error:  # whatever it is, it is what a person would have met
                load.errors.append((asked, f"{type(error).__name__}: {error}"))
            await asyncio.sleep(chance.uniform(*PAUSE))


async def _ask(
    visitor: Visitor,
    config: dict[str, Any],
    load: Load,
    question: str,
    guide: str | None,
    leaves: bool,
) -> None:
    started = time.monotonic()
    begun = False
    last: Shown | None = None
    async with aclosing(visitor.ask(config, question, guide)) as drawn:
        async for last in drawn:
            if last.begun and not begun:
                begun = True
                load.first_text.append(time.monotonic() - started)
                if leaves:
                    load.left += 1
                    return
    if last is None or not last.done:
        load.errors.append((started, f"No answer to: {question}"))
        return
    load.whole.append(time.monotonic() - started)
    if last.saved:
        load.acknowledged[last.turn_id] = started
    else:
        load.unsaved.append(started)


def _stored(url: str, folder: Path) -> set[str]:
    """The turns in the database."""
    database = open_database(url, folder)
    with database.reading() as session:
        found = set(session.scalars(select(TurnRow.id)))
    database.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
