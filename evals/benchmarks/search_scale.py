"""Search at 100,000 passages against 10,000, and how much of exact search the graph finds.

Encoding 100,000 passages takes a quarter of an hour, so the vectors are those of some 2,000 real
and generated passages with noise: each stands in a crowd of 50 whose cosine with it is about 0.86.
The texts are words by Zipf's law. A question's words come from one passage, and its vector is that
of a passage with more noise, at a cosine of about 0.7.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.chunking import encoded_text, split
from coach.domain import Passage, Section, SourceText, Span
from coach.encoder import PACKAGED_NAME, Encoder, load_encoder
from coach.index import KnowledgeIndex, Snapshot
from coach.index.writer import Writer, writing
from coach.reading import read
from coach.retrieval import CANDIDATES, lexical_terms
from evals.benchmarks.generated_guides import write_guides

SIZES = (10_000, 100_000)
SLOWER = 3.0
RECALL = 0.98
QUESTIONS = 200
FILE = 1_000  # passages
WORDS = 60
VOCABULARY = 30_000
ROOT = Path(__file__).parents[2]

Vectors = NDArray[np.float32]


def main() -> int:
    """Print the figures; 1 when one is missed."""
    encoder = load_encoder(PACKAGED_NAME, None)
    choose = np.random.default_rng(0)
    base = _real_vectors(encoder)
    vectors = _noisy(choose, base, SIZES[-1], 0.6)
    texts = _texts(choose, SIZES[-1])
    questions = [" ".join(choose.choice(texts[number].split(), 8)) for number in range(QUESTIONS)]
    asked = _noisy(choose, base, QUESTIONS, 1.0)
    medians, recall = [], 0.0
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            _index(Path(folder), encoder, texts[:size], vectors[:size])
            with closing(
                KnowledgeIndex.open(
                    Path(folder), encoder_id=encoder.id, dimensions=encoder.dimensions
                )
            ) as index:
                medians.append(_measure(index, encoder, questions, asked))
                recall = _recall(index, asked, vectors[:size])
        print(
            f"{size:,} passages: "
            + ", ".join(f"{part} {median:.1f} ms" for part, median in medians[-1].items())
            + f", recall@10 {recall:.3f}"
        )
    ratio = medians[1]["search"] / medians[0]["search"]
    print(f"search p50, {SIZES[1]:,} against {SIZES[0]:,}: {ratio:.2f}x (reach: <= {SLOWER}x)")
    print(f"recall@10 of the graph against exact search: {recall:.3f} (reach: >= {RECALL})")
    return 0 if ratio <= SLOWER and recall >= RECALL else 1


def _real_vectors(encoder: Encoder) -> Vectors:
    with tempfile.TemporaryDirectory() as folder:
        write_guides(Path(folder), 40)
        paths = [*(ROOT / "knowledge").glob("*-to-*.md"), *Path(folder).iterdir()]
        texts = [
            encoded_text(passage)
            for path in sorted(paths)
            for passage in split(read(path, name=path.name, key=path.name), encoder)
        ]
    return encoder.encode(texts)


def _noisy(choose: np.random.Generator, base: Vectors, count: int, noise: float) -> Vectors:
    rows = base[choose.integers(0, len(base), count)]
    width = base.shape[1]
    rows = rows + noise / np.sqrt(width) * choose.standard_normal((count, width), dtype=np.float32)
    scaled: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def _texts(choose: np.random.Generator, count: int) -> list[str]:
    share = 1 / np.arange(1, VOCABULARY + 1)
    numbers = choose.choice(VOCABULARY, (count, WORDS), p=share / share.sum())
    return [" ".join(f"w{number}" for number in row) for row in numbers]


def _index(folder: Path, encoder: Encoder, texts: list[str], vectors: Vectors) -> None:
    with writing(folder, waiting=None), closing(Writer.open(folder, encoder.id)) as writer:
        for start in range(0, len(texts), FILE):
            name = f"{start}.txt"
            source = SourceText(name=name, key=name, text="")
            passages = [
                _passage(name, number, texts[number]) for number in range(start, start + FILE)
            ]
            numbers = [str(number) for number in range(start, start + FILE)]
            writer.stage(name, "", source, None, passages, numbers)
        for part in writer.unencoded(FILE):
            writer.keep(list(part), vectors[[int(number) for number in part.values()]])
        made = writer.build(None, lambda done, total: None)
        writer.publish(made, reader="", dimensions=encoder.dimensions)


def _passage(name: str, number: int, text: str) -> Passage:
    return Passage(
        id=str(number),
        source=name,
        guide=None,
        section=Section.DOCUMENT,
        headings=(name,),
        text=text,
        span=Span(start=0, end=len(text), first_line=1, last_line=1),
    )


def _measure(
    index: KnowledgeIndex, encoder: Encoder, questions: list[str], asked: Vectors
) -> dict[str, float]:
    """Milliseconds at p50: of each part, and of a search, which is all of them."""
    times: dict[str, list[float]] = {}

    def timed(part: str, work: Callable[[], object]) -> None:
        started = time.perf_counter()
        work()
        times.setdefault(part, []).append((time.perf_counter() - started) * 1000)

    def search(snapshot: Snapshot, question: str, vector: Vectors) -> None:
        timed("encode", lambda: encoder.encode([question]))
        timed("dense", lambda: snapshot.dense(vector, CANDIDATES))
        timed(
            "lexical",
            lambda: snapshot.lexical(lexical_terms(question, snapshot), CANDIDATES),
        )

    for question, vector in zip(questions, asked, strict=True):
        started = time.perf_counter()
        with index.snapshot() as snapshot:
            search(snapshot, question, vector)
        times.setdefault("search", []).append((time.perf_counter() - started) * 1000)
    return {part: statistics.median(measured[10:]) for part, measured in times.items()}


def _recall(index: KnowledgeIndex, asked: Vectors, vectors: Vectors) -> float:
    found = 0
    with index.snapshot() as snapshot:
        for vector in asked:
            exact = np.argpartition(-(vectors @ vector), 10)[:10]
            names = {name for name, _ in snapshot.dense(vector, 10)}
            found += len(names & {str(number) for number in exact})
    return found / (10 * len(asked))


if __name__ == "__main__":
    sys.exit(main())
