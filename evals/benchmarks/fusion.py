"""nDCG@10 and recall@10 of dense, lexical, rank fusion and our fusion on retrieval sets.

A set is a folder in BEIR layout (corpus.jsonl, queries.jsonl, qrels.tsv). Each document becomes a
file, is ingested like any other, and is found when one of its passages is.

    python -m evals.benchmarks.fusion FOLDER ...
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import ir_measures
from ir_measures import R, nDCG

from coach.encoder import Encoder, load_encoder
from coach.index import KnowledgeIndex
from coach.ingestion import sync
from coach.retrieval import CANDIDATES, dense_weight, fuse, lexical_terms
from coach.settings import DEFAULT_ENCODER
from coach.terms import terms

_RANK_CONSTANT = 60
_MEASURES = (nDCG @ 10, R @ 10)
_SHARED = Path(__file__).parents[3] / "shared" / "retrieval"

Ranking = list[tuple[str, float]]


def main() -> None:
    """Measure every set given, else those of the ``shared`` folder beside the repository."""
    folders = [Path(given) for given in sys.argv[1:]] or sorted(
        path.parent for path in _SHARED.glob("*/corpus.jsonl")
    )
    if not folders:
        sys.exit("There is no retrieval set. Give folders in BEIR layout.")
    encoder = load_encoder(DEFAULT_ENCODER, None)
    for folder in folders:
        print(folder.name)
        with tempfile.TemporaryDirectory() as place:
            _measure(folder, Path(place), encoder)


def _measure(folder: Path, place: Path, encoder: Encoder) -> None:
    documents = place / "documents"
    documents.mkdir()
    names: dict[str, str] = {}
    for number, entry in enumerate(_lines(folder / "corpus.jsonl")):
        name = f"{number:06}.txt"
        title = f"{entry['title'].strip()}\n\n" if entry.get("title", "").strip() else ""
        (documents / name).write_text(title + entry["text"].strip() + "\n", encoding="utf-8")
        names[name] = entry["_id"]
    sync([documents], folder=place / "data", encoder=lambda: encoder, encoder_id=encoder.id)
    index = KnowledgeIndex.open(
        place / "data", encoder_id=encoder.id, dimensions=encoder.dimensions
    )
    runs: dict[str, dict[str, dict[str, float]]] = {
        name: {} for name in ("dense", "all words", "lexical", "rank fusion", "ours")
    }
    seconds = {"all words": 0.0, "lexical": 0.0}
    with index.snapshot() as snapshot:
        for query in _lines(folder / "queries.jsonl"):
            text = query["text"]
            vector = encoder.encode([text])[0]
            dense = snapshot.dense(vector, CANDIDATES)
            started = time.perf_counter()
            everything = snapshot.lexical(tuple(dict.fromkeys(terms(text))), CANDIDATES)
            middle = time.perf_counter()
            lexical = snapshot.lexical(lexical_terms(text, snapshot), CANDIDATES)
            seconds["lexical"] += time.perf_counter() - middle
            seconds["all words"] += middle - started
            rankings = {
                "dense": dense,
                "all words": everything,
                "lexical": lexical,
                "rank fusion": rank_fusion(dense, lexical),
                "ours": fuse(dense, lexical, dense_weight(text)),
            }
            for name, ranking in rankings.items():
                passages = snapshot.passages([passage for passage, _ in ranking])
                found: dict[str, float] = {}
                for passage, score in ranking:
                    source = names[Path(passages[passage].source).name]
                    found.setdefault(source, score)
                runs[name][query["_id"]] = found
    index.close()
    judged = _judgements(folder / "qrels.tsv")
    scores = {
        name: ir_measures.calc_aggregate(_MEASURES, judged, run) for name, run in runs.items()
    }
    for name, figures in scores.items():
        ndcg, recall = (figures[measure] for measure in _MEASURES)
        print(f"  {name:12} nDCG@10 {ndcg:.3f}  recall@10 {recall:.3f}")
    print(f"  time of the lexical leg: {seconds['lexical'] / seconds['all words']:.2f}x all words")
    others = ("dense", "lexical", "rank fusion")
    best = max(scores[name][_MEASURES[0]] for name in others)
    print(f"  ours against the best of the others: {scores['ours'][_MEASURES[0]] / best:.3f}x")


def rank_fusion(*rankings: Sequence[tuple[str, float]]) -> Ranking:
    """Reciprocal rank fusion, k = 60. Cormack, Clarke and Buettcher, SIGIR 2009."""
    fused: dict[str, float] = {}
    for ranking in rankings:
        for rank, (passage, _) in enumerate(ranking, start=1):
            fused[passage] = fused.get(passage, 0.0) + 1.0 / (_RANK_CONSTANT + rank)
    return sorted(fused.items(), key=lambda entry: (-entry[1], entry[0]))


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        judged.setdefault(query, {})[document] = int(grade)
    return judged


if __name__ == "__main__":
    main()
