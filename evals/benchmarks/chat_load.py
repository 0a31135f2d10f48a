"""100 people at once on the chat page, each asking every 10-20 s, quoted, over PostgreSQL.

First 10 people for a minute, then 100 for three: no error, the first text of an answer for 95 of
100 questions within twice the time that 10 people wait, and memory that does not grow. Then 100 for
a minute while every 20th of their questions is left in the middle of its answer and PostgreSQL is
restarted: each answer that was shown as kept is in the database.

``python -m evals.benchmarks.chat_load``
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
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
ROOT = Path(__file__).parents[2]


@dataclass
class Load:
    """What some people met with.

    Attributes:
        first_text: seconds from each question to the first text of its answer.
        whole: seconds to the end of each answer.
        acknowledged: the turns that were shown as kept.
        unsaved: answers that the page said were not kept.
        left: questions that were left in the middle of their answer.
        errors: what went wrong.
        megabytes: what the process had in memory, every few seconds.
    """

    first_text: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    unsaved: int = 0
    left: int = 0
    errors: list[str] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def slow(self) -> float:
        """The 95th percentile of the seconds to the first text."""
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
        troubled = asyncio.run(_troubled(page, process, postgres))
        _tell(MANY, troubled)
        lost = troubled.acknowledged - _stored(url, Path(place))
        missing = (few.acknowledged | many.acknowledged) - _stored(url, Path(place))
    ratio = many.slow / few.slow
    print(f"first text for 95 of 100: {ratio:.2f}x that of {FEW} people   reach: {SLOWER}x")
    print(f"memory, last minute to the one before: {many.growth:.3f}x   reach: {GROWTH}x")
    print(
        f"with {troubled.left} answers left half-way and the database restarted: "
        f"{len(troubled.acknowledged)} answers shown as kept, {len(lost)} of them lost, "
        f"{troubled.unsaved} said not to be kept"
    )
    held = (
        not few.errors,
        not many.errors,
        ratio <= SLOWER,
        many.growth <= GROWTH,
        not lost,
        not missing,
    )
    return 0 if all(held) else 1


def _tell(people: int, load: Load) -> None:
    print(
        f"{people:>3} people: {len(load.whole)} answers, {len(load.errors)} errors; first text "
        f"{statistics.median(load.first_text):.3f} s, for 95 of 100 {load.slow:.3f} s; "
        f"memory {load.megabytes[0]:.0f} to {load.megabytes[-1]:.0f} MB; "
        f"{os.getloadavg()[0]:.1f} processes waited for {os.cpu_count()} cores",
        flush=True,
    )
    for error in sorted(set(load.errors))[:5]:
        print(f"    {load.errors.count(error)} times: {error}")


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


async def _troubled(page: str, process: psutil.Process, postgres: PostgresServer) -> Load:
    """The same with people who leave, and a database that is away for a moment."""

    async def restart() -> None:
        await asyncio.sleep(TROUBLED_SECONDS / 2)
        await asyncio.to_thread(postgres.stop)
        await asyncio.sleep(DOWN_SECONDS)
        await asyncio.to_thread(postgres.start)

    restarting = asyncio.create_task(restart())
    load = await _load(page, process, MANY, TROUBLED_SECONDS, LEAVING)
    await restarting
    return load


async def _chat(
    page: str, config: dict[str, Any], load: Load, until: float, number: int, leaving: float
) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, PAUSE[1]))
    async with Visitor(page) as visitor:
        while time.monotonic() < until:
            question, guide = chance.choice(QUESTIONS)
            try:
                await _ask(visitor, config, load, question, guide, chance.random() < leaving)
            except Exception as error:  # whatever it is, it is what a person would have met
                load.errors.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(chance.uniform(*PAUSE))


async def _ask(
    visitor: Visitor,
    config: dict[str, Any],
    load: Load,
    question: str,
    guide: str | None,
    leaves: bool,
) -> None:
    started = time.perf_counter()
    begun = False
    last: Shown | None = None
    async with aclosing(visitor.ask(config, question, guide)) as drawn:
        async for last in drawn:
            if last.begun and not begun:
                begun = True
                load.first_text.append(time.perf_counter() - started)
                if leaves:
                    load.left += 1
                    return
    if last is None or not last.done:
        load.errors.append(f"No answer to: {question}")
        return
    load.whole.append(time.perf_counter() - started)
    if last.saved:
        load.acknowledged.add(last.turn_id)
    else:
        load.unsaved += 1


def _stored(url: str, folder: Path) -> set[str]:
    """The turns in the database."""
    database = open_database(url, folder)
    with database.reading() as session:
        found = set(session.scalars(select(TurnRow.id)))
    database.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
