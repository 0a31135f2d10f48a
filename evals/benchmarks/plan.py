"""Building a plan for the first guide, plain and with a deadline, in processor time.

``python -m evals.benchmarks.plan``: ends with 1 where a plan takes longer than it may.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date
from pathlib import Path

from coach.domain import Guide, HeldSkill, Preferences, Tick
from coach.planning import build
from coach.reading import read

_FIRST = Path(__file__).parents[2] / "knowledge" / "backend-developer-to-chief-ai-officer.md"
_ROUNDS = 100
_MOST_MS = 20.0


def main() -> None:
    """Print the median of each kind of plan, and end with 1 where one is over the limit."""
    guide = read(_FIRST, name=_FIRST.name, key=_FIRST.name).content
    assert isinstance(guide, Guide)
    plain = Preferences(hours_a_week=6, start=date(2027, 1, 4))
    first = [task.id for task in build(guide, plain).tasks if task.phase == 1]
    begun = {
        "held": (HeldSkill(name=guide.skill_gaps[0].name.value),),
        "ticks": tuple(Tick(task=task, on=date(2027, 3, 1)) for task in first),
        "replanned": date(2027, 4, 1),
    }
    kinds = {
        "plain": plain,
        "begun": plain.model_copy(update=begun),
        "deadline": plain.model_copy(update={"deadline": date(2028, 12, 31)}),
    }
    slow = False
    for name, preferences in kinds.items():
        spent = statistics.median(_time(guide, preferences) for _ in range(_ROUNDS))
        slow |= spent > _MOST_MS
        print(f"{name:9} median {spent:5.1f} ms   reach: {_MOST_MS:g} ms")
    sys.exit(1 if slow else 0)


def _time(guide: Guide, preferences: Preferences) -> float:
    started = time.process_time()
    build(guide, preferences)
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
