"""What answers cost: time, sentences that had to be dropped, a model that was of no use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def dropped_sentences(answer: dict[str, Any]) -> float:
    """How many sentences failed the coach's checks and were not shown."""
    return float(len(answer["dropped"]))


def fell_back(answer: dict[str, Any]) -> float | None:
    """1 if a language model was to write the answer and it was quoted all the same, else 0.

    None where no model was asked.
    """
    return None if answer["model"] is None else float(answer["mode"] == "quoting")


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value that ``percent`` of the values do not pass, between two by straight line.

    Method 7 of Hyndman & Fan (1996), numpy's own. None without values.
    """
    return float(np.percentile(values, percent)) if values else None
