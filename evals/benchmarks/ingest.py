"""Indexing 150 generated guides against the bare encoder, and again with nothing changed.

The whole command is timed each time, its start included. The encoder encodes half of the same
passages before the first ingest and half after it, so that a machine that slows down slows both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from coach.chunking import encoded_text, split
from coach.encoder import PACKAGED_NAME, load_encoder
from coach.reading import read
from evals.benchmarks.generated_guides import write_guides

GUIDES = 150
THROUGHPUT = 0.85
AGAIN = 0.01
ROOT = Path(__file__).parents[2]


def main() -> int:
    """Print both ratios; 1 when one is missed."""
    encoder = load_encoder(PACKAGED_NAME, None)
    with tempfile.TemporaryDirectory() as folder:
        guides = Path(folder) / "guides"
        write_guides(guides, GUIDES)
        texts = [
            encoded_text(passage)
            for path in sorted(guides.iterdir())
            for passage in split(read(path, name=path.name, key=path.name), encoder)
        ]
        bare = _seconds_to_encode(encoder.encode, texts[::2])
        first = _seconds_to_ingest(guides, Path(folder) / "data")
        bare += _seconds_to_encode(encoder.encode, texts[1::2])
        again = min(_seconds_to_ingest(guides, Path(folder) / "data") for _ in range(3))
    throughput, share = bare / first, again / first
    print(f"{len(texts)} passages of {GUIDES} guides")
    print(f"bare encoder {bare:.1f} s, ingest {first:.1f} s, again {again:.2f} s")
    print(f"throughput against the bare encoder: {throughput:.2f}x (reach: >= {THROUGHPUT}x)")
    print(f"again with nothing changed: {share:.2%} of the first (reach: <= {AGAIN:.0%})")
    return 0 if throughput >= THROUGHPUT and share <= AGAIN else 1


def _seconds_to_encode(encode: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    encode(texts)
    return time.perf_counter() - started


def _seconds_to_ingest(guides: Path, data: Path) -> float:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("COACH_")}
    command = [sys.executable, str(ROOT / "ingest.py"), str(guides), "--data", str(data)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
