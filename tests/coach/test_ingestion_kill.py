"""A real ``python ingest.py``, killed at random moments."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from coach.encoder import PACKAGED_NAME, Encoder, _source_folder, load_encoder
from coach.index import KnowledgeIndex
from coach.index.chroma import Vectors
from coach.index.generations import current
from coach.index.schema import FILE
from evals.benchmarks.generated_guides import write_guides

ROOT = Path(__file__).parents[2]
GUIDES = 30
KILLS = 30

Content = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small encoder with weights that nobody trained: the way through it is the real one."""
    folder = tmp_path_factory.mktemp("model")
    code = """
import sys
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from transformers import AutoTokenizer, BertConfig, BertModel
source, parts, folder = sys.argv[1:]
size = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
BertModel(BertConfig(**size)).save_pretrained(parts)
AutoTokenizer.from_pretrained(source).save_pretrained(parts)
steps = [Transformer(parts, max_seq_length=256), Pooling(32), Normalize()]
SentenceTransformer(modules=steps, device="cpu").save(folder)
"""
    source = str(_source_folder(PACKAGED_NAME))
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, source, folder / "parts", folder / "small"],
        check=True,
        capture_output=True,
    )
    return folder / "small"


class Ingest:
    """The command, with its folders."""

    def __init__(self, folder: Path, model: Path) -> None:
        self.data = folder / "data"
        self.environment = {
            **os.environ,
            "COACH_ENCODER": str(model),
            "COACH_CACHE": str(folder / "cache"),
        }

    def start(self, files: Path, data: Path | None = None) -> subprocess.Popen[str]:
        """Start it; the path is given from its folder, so that names are the same everywhere."""
        return subprocess.Popen(
            [sys.executable, ROOT / "ingest.py", "guides", "--data", data or self.data],
            cwd=files,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, files: Path, data: Path | None = None) -> float:
        """Run it to its end and return the seconds it took."""
        started = time.monotonic()
        process = self.start(files, data)
        _, said = process.communicate()
        assert process.returncode == 0, said
        return time.monotonic() - started

    def kill(self, files: Path, after: float) -> bool:
        """Start it and kill it; whether it was still running."""
        process = self.start(files)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL


def content(data: Path) -> Content:
    """All that an index serves, but the vectors."""
    queries = {
        "files": "SELECT name, key, sha256, text FROM files ORDER BY name",
        "guides": "SELECT slug, move, content FROM guides ORDER BY slug",
        "passages": "SELECT id, position, guide, hex(vector), content FROM passages ORDER BY id",
        "stems": "SELECT p.id, s.heading, s.body FROM stems s JOIN passages p"
        " ON p.number = s.rowid ORDER BY p.id",
        "keys": "SELECT hex(key) FROM vectors ORDER BY key",
    }
    with closing(sqlite3.connect(data / FILE)) as connection:
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}


def vectors(data: Path) -> NDArray[np.float32]:
    """The vectors in the order of their keys; a text's last digits depend on its batch."""
    with closing(sqlite3.connect(data / FILE)) as connection:
        rows = connection.execute("SELECT vector FROM vectors ORDER BY key").fetchall()
    return np.stack([np.frombuffer(vector, dtype="<f4") for (vector,) in rows])


def served(data: Path, encoder: Encoder) -> tuple[frozenset[str], frozenset[str]]:
    """What a reader sees: the ids of all passages, and the best answers to some questions."""
    index = KnowledgeIndex.open(data, encoder_id=encoder.id, dimensions=encoder.dimensions)
    with index.snapshot() as snapshot:
        ids = frozenset(
            passage.id for guide in snapshot.guides for passage in snapshot.guide_passages(guide)
        )
        found = set()
        for question in ("audit the budgets", "train a mentor", "which licence"):
            (vector,) = encoder.encode([question])
            found |= {name for name, _ in snapshot.dense(vector, 5)}
            found |= {name for name, _ in snapshot.lexical([question.split()[0]], 5)}
        assert snapshot.passages(sorted(found)).keys() == found
    index.close()
    return ids, frozenset(found)


def in_chroma(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / FILE)) as connection:
        generation = current(connection, data)
    assert generation is not None
    assert generation.sound()
    with closing(Vectors.open(generation.location)) as vectors:
        return set(vectors._collection.get(include=[])["ids"])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_an_ingest_killed_at_any_moment_serves_what_it_served_and_is_completed(
    tmp_path: Path, model: Path
) -> None:
    versions = []
    for version in range(4):
        versions.append(tmp_path / f"version {version}")
        # Every other version has more guides, and all their words are others.
        write_guides(versions[-1] / "guides", GUIDES + 2 * (version % 2), seed=version)
    ingest = Ingest(tmp_path, model)
    ingest.finish(versions[0])  # exports the encoder
    seconds = ingest.finish(versions[0], tmp_path / "timed")
    encoder = load_encoder(str(model), tmp_path / "cache")
    before = served(ingest.data, encoder)
    assert len(before[0]) > 1000  # so that Chroma flushes
    moments = random.Random(20)

    target, killed = 1, 0
    while killed < KILLS:
        running = ingest.kill(versions[target % 4], moments.uniform(0, 1.1 * seconds))
        now = served(ingest.data, encoder)
        if running:
            killed += 1
        if now[0] != before[0] or not running:
            # It had switched: all of the new version is there, and the next one follows.
            ingest.finish(versions[target % 4])
            assert served(ingest.data, encoder) == now
            before, target = now, target + 1
        else:
            assert now == before

    last = versions[target % 4]
    ingest.finish(last)
    ingest.finish(last, tmp_path / "clean")
    assert content(ingest.data) == content(tmp_path / "clean")
    assert np.allclose(vectors(ingest.data), vectors(tmp_path / "clean"), atol=1e-5)
    assert in_chroma(ingest.data) == in_chroma(tmp_path / "clean")
    # Not the best answers: the last digits of vectors, and so the order of near ties, may differ.
    assert served(ingest.data, encoder)[0] == served(tmp_path / "clean", encoder)[0]
