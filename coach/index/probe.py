"""Open a collection in a process of its own, which a damaged one may end, and try it.

``python -m coach.index.probe PLACE NAME``, with a JSON object ``{"count", "vectors"}`` on standard
input; exits with 0 when the collection has that many vectors and finds each of these.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.errors import IndexUnusable
from coach.index.chroma import Location, Vectors

_SECONDS = 300
_NEAR = 0.999
# A sound graph of 100,000 vectors leaves about one in a hundred out of reach; one in ten is damage.
_TOLERANCE = 10


def probe(location: Location, count: int, sample: NDArray[np.float32]) -> None:
    """Prove that a collection can be opened and answers.

    Args:
        location: where it is.
        count: how many vectors it should hold.
        sample: some of them, a row each.

    Raises:
        IndexUnusable: it cannot be opened, or answers wrongly.
    """
    try:
        outcome = subprocess.run(
            [sys.executable, "-m", "coach.index.probe", location.place, location.name],
            input=json.dumps({"count": count, "vectors": sample.tolist()}),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired as error:
        raise _unusable(location, "it did not answer in time") from error
    if outcome.returncode != 0:
        said = outcome.stderr.strip().splitlines()
        raise _unusable(location, said[-1] if said else f"signal {-outcome.returncode}")


def _unusable(location: Location, reason: str) -> IndexUnusable:
    return IndexUnusable(
        f"The vectors in Chroma are damaged: {reason}.",
        where=location.place,
        remedy="Run `python ingest.py` again; nothing was lost.",
    )


def _try(location: Location, count: int, sample: NDArray[np.float32]) -> str | None:
    vectors = Vectors.open(location)
    found = vectors.count()
    if found != count:
        return f"it holds {found} vectors, not {count}"
    missed = sum(not _finds(vectors, vector) for vector in sample)
    if missed > len(sample) // _TOLERANCE:
        return f"it does not find {missed} of {len(sample)} vectors that it holds"
    return None


def _finds(vectors: Vectors, vector: NDArray[np.float32]) -> bool:
    """Whether a vector is its own best neighbour."""
    best = vectors.query(vector, 1)
    return bool(best) and best[0][1] >= _NEAR


def _main() -> int:
    place, name = sys.argv[1:]
    expected = json.load(sys.stdin)
    try:
        fault = _try(
            Location(place, name),
            expected["count"],
            np.asarray(expected["vectors"], dtype=np.float32),
        )
    except IndexUnusable as error:
        fault = error.problem
    if fault is None:
        return 0
    sys.stderr.write(f"{fault}\n")
    return 1


if __name__ == "__main__":
    sys.exit(_main())
