"""Memory after 2,000 written turns against after 200, in one process.

``python -m evals.benchmarks.long_running``
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
from pathlib import Path

import psutil

from coach.domain import Message, Turn
from evals.benchmarks import scripted_model
from evals.benchmarks.asking import QUESTIONS, indexed, settings_for

EARLY = 200
LATE = 2_000
GROWTH = 1.05
TURNS_OF_A_CHAT = 6


def main() -> int:
    """Print both sizes and their ratio; 1 when it is missed."""
    with tempfile.TemporaryDirectory() as place, scripted_model.serving(0) as address:
        early, late = asyncio.run(_sizes(Path(place), address))
    print(f"after {EARLY} turns {early:.0f} MB, after {LATE} turns {late:.0f} MB")
    print(f"ratio {late / early:.3f}x   reach: {GROWTH}x")
    return 0 if late / early <= GROWTH else 1


async def _sizes(folder: Path, address: str) -> tuple[float, float]:
    """Resident megabytes after the few and the many turns."""
    coach = indexed(settings_for(folder, address))
    sizes = {}
    history: tuple[Message, ...] = ()
    for number in range(1, LATE + 1):
        question, guide = QUESTIONS[number % len(QUESTIONS)]
        answer = await coach.answer(Turn(question=question, history=history, guide=guide))
        if answer.mode != "generating":
            sys.exit(f"This turn was not written: {question} {answer.notice}")
        said = Message(role="user", content=question)
        history = (*history, said, Message(role="assistant", content=answer.text))
        if number % TURNS_OF_A_CHAT == 0:
            history = ()
        if number in (EARLY, LATE):
            gc.collect()
            sizes[number] = psutil.Process().memory_info().rss / 1e6
    return sizes[EARLY], sizes[LATE]


if __name__ == "__main__":
    sys.exit(main())
