"""A warm turn without a language model, against its bare parts: encode, Chroma query, FTS query.

``python -m evals.benchmarks.warm_turn``
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import chromadb

from coach.coach import Coach
from coach.domain import Turn
from coach.encoder import Encoder, load_encoder
from coach.index import KnowledgeIndex, Snapshot
from coach.ingestion import sync
from coach.settings import DEFAULT_ENCODER
from coach.terms import terms
from coach.wiring import load_phrasings

_ROUNDS = 40
_QUESTIONS = (
    "How long would it take me to go from backend dev to CAIO?",
    "What books should I read to become a data scientist?",
    "Do I need a degree to become a technical writer?",
    "what about the salary of IT project managers?",
    "What happens in phase 2 of becoming a UX designer?",
    "Can I keep my job while I retrain as a security analyst?",
    "who wrote Storytelling with Data",
    "what does the guide say about visas for CAIOs?",
)
_KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


def main() -> None:
    """Time both in turns over the same questions and print medians and their ratio."""
    encoder = load_encoder(DEFAULT_ENCODER, None)
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        sync([_KNOWLEDGE], folder=data, encoder=lambda: encoder, encoder_id=encoder.id)
        index = KnowledgeIndex.open(data, encoder_id=encoder.id, dimensions=encoder.dimensions)
        coach = Coach(index, encoder, load_phrasings(encoder, None), question_limit=2000)
        with index.snapshot() as snapshot:
            bare = _bare_parts(encoder, snapshot, data)
        own: list[float] = []
        turns: list[float] = []
        parts: list[float] = []
        with asyncio.Runner() as runner:
            for round_number in range(_ROUNDS):
                for question in _QUESTIONS:
                    started = time.perf_counter()
                    answer = runner.run(coach.answer(Turn(question=question)))
                    middle = time.perf_counter()
                    bare(question)
                    ended = time.perf_counter()
                    if round_number:
                        turns.append(middle - started)
                        parts.append(ended - middle)
                        spent = answer.timings_ms
                        own.append(spent["total"] - spent.get("encode", 0.0))
        index.close()
    print(f"turn        median {statistics.median(turns) * 1000:6.2f} ms")
    print(f"bare parts  median {statistics.median(parts) * 1000:6.2f} ms")
    print(f"ratio       {statistics.median(turns) / statistics.median(parts):.2f}x   reach: 1.5x")
    print(f"own work    p95 {sorted(own)[int(0.95 * len(own))]:.2f} ms   reach: 10 ms")


def _bare_parts(encoder: Encoder, snapshot: Snapshot, data: Path) -> Callable[[str], None]:
    """Encode, one query of a plain Chroma collection and one of a plain FTS5 table."""
    passages = [p for slug in snapshot.guides for p in snapshot.guide_passages(slug)]
    vectors = snapshot.vectors([passage.id for passage in passages])
    client = chromadb.EphemeralClient()
    collection = client.get_or_create_collection("bare", embedding_function=None)
    collection.add(ids=[passage.id for passage in passages], embeddings=vectors)
    database = sqlite3.connect(data / "bare.sqlite", check_same_thread=False)
    database.execute("CREATE VIRTUAL TABLE bare USING fts5 (body)")
    database.executemany(
        "INSERT INTO bare VALUES (?)", [(" ".join(terms(p.text)),) for p in passages]
    )

    def run(question: str) -> None:
        vector = encoder.encode([question])[0]
        collection.query(query_embeddings=[vector], n_results=10, include=["distances"])
        wanted = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms(question)))
        database.execute(
            "SELECT rowid, bm25(bare) FROM bare WHERE bare MATCH ? ORDER BY 2 LIMIT 10", (wanted,)
        ).fetchall()

    return run


if __name__ == "__main__":
    main()
