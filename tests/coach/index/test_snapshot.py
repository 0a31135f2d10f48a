from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from coach.index import KnowledgeIndex
from coach.terms import terms
from tests.coach.index.made import open_index, passages_of, publish, vector_of

FILES = {
    "baker-to-chemist": [
        "Learn C++ and C# first.",
        "Baking takes weeks.",
        "Weeks of baking, weeks.",
    ],
    "baker-to-diver": ["Learn to swim.", "Diving takes weeks."],
    "notes.txt": ["Zürich has no bakers.", "A note on diving."],
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeIndex]:
    folder = tmp_path_factory.mktemp("data")
    publish(folder, FILES)
    index = open_index(folder)
    yield index
    index.close()


def texts(index: KnowledgeIndex, found: list[tuple[str, float]]) -> list[str]:
    with index.snapshot() as snapshot:
        passages = snapshot.passages([name for name, _ in found])
    return [passages[name].text for name, _ in found]


def test_the_catalogue_is_in_the_order_of_slugs(index: KnowledgeIndex) -> None:
    with index.snapshot() as snapshot:
        assert list(snapshot.guides) == ["baker-to-chemist", "baker-to-diver"]
        assert snapshot.guides["baker-to-diver"].to_role == "diver"
        assert (snapshot.documents, snapshot.size) == (1, 7)


def test_the_nearest_vector_is_first_with_its_cosine(index: KnowledgeIndex) -> None:
    question = vector_of("Learn to swim.") + 0.1 * vector_of("Diving takes weeks.")
    question /= np.linalg.norm(question)
    with index.snapshot() as snapshot:
        found = snapshot.dense(question, 3)

    assert texts(index, found)[0] == "Learn to swim."
    for (_, cosine), text in zip(found, texts(index, found), strict=True):
        assert cosine == pytest.approx(float(question @ vector_of(text)), abs=1e-5)
    assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)


@pytest.mark.parametrize("limit", [0, 1, 7, 100])
def test_no_more_than_asked_and_no_more_than_there_are(index: KnowledgeIndex, limit: int) -> None:
    with index.snapshot() as snapshot:
        assert len(snapshot.dense(vector_of("x"), limit)) == min(limit, 7)
        assert len(snapshot.lexical(terms("weeks"), limit)) == min(limit, 3)


def test_a_search_within_guides_finds_their_passages_only(index: KnowledgeIndex) -> None:
    with index.snapshot() as snapshot:
        dense = snapshot.dense(vector_of("Baking takes weeks."), 9, guides=["baker-to-diver"])
        lexical = snapshot.lexical(terms("weeks diving"), 9, guides=["baker-to-diver"])
        assert snapshot.dense(vector_of("x"), 9, guides=[]) == []
        assert snapshot.lexical(terms("weeks"), 9, guides=[]) == []

    assert sorted(texts(index, dense)) == ["Diving takes weeks.", "Learn to swim."]
    assert texts(index, lexical) == ["Diving takes weeks."]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("c++", "Learn C++ and C# first."),
        ("C#", "Learn C++ and C# first."),
        ("ZURICH", "Zürich has no bakers."),
        ("swimming", "Learn to swim."),
        ("baking weeks", "Weeks of baking, weeks."),
    ],
)
def test_words_are_found_by_their_stems(index: KnowledgeIndex, question: str, first: str) -> None:
    with index.snapshot() as snapshot:
        found = snapshot.lexical(terms(question), 5)

    assert texts(index, found)[0] == first
    assert all(score > 0 for _, score in found)


@pytest.mark.parametrize("hostile", ['"', 'a" OR "weeks', "NEAR(", "*", "weeks*", "body:weeks", ""])
def test_no_term_is_read_as_a_query(index: KnowledgeIndex, hostile: str) -> None:
    with index.snapshot() as snapshot:
        assert snapshot.lexical([hostile], 5) == []


def test_the_heading_path_counts_too(index: KnowledgeIndex) -> None:
    with index.snapshot() as snapshot:
        assert len(snapshot.lexical(terms("chemist"), 5)) == 3


def test_terms_are_counted_by_passage(index: KnowledgeIndex) -> None:
    with index.snapshot() as snapshot:
        counts = snapshot.document_frequencies([*terms("weeks c++ learn"), "zebra"])
        assert list(counts.values()) == [3, 1, 2, 0]
        assert snapshot.has_term("week")
        assert not snapshot.has_term("zebra")


def test_passages_come_as_they_were_stored(index: KnowledgeIndex) -> None:
    stored = passages_of("baker-to-diver", FILES["baker-to-diver"], "baker-to-diver")
    with index.snapshot() as snapshot:
        assert snapshot.guide_passages("baker-to-diver") == tuple(stored)
        assert snapshot.guide_passages("baker-to-king") == ()
        asked = [stored[1].id, "unknown", stored[0].id]
        assert list(snapshot.passages(asked).values()) == [stored[1], stored[0]]


def test_vectors_come_in_the_order_asked(index: KnowledgeIndex) -> None:
    one, two = passages_of("notes.txt", FILES["notes.txt"])
    with index.snapshot() as snapshot:
        rows = snapshot.vectors([two.id, one.id])
        with pytest.raises(KeyError):
            snapshot.vectors(["unknown"])

    assert np.allclose(rows, [vector_of(two.text), vector_of(one.text)])


def test_the_text_of_a_source_is_what_spans_point_into(index: KnowledgeIndex) -> None:
    with index.snapshot() as snapshot:
        for passage in snapshot.guide_passages("baker-to-chemist"):
            text = snapshot.quote_source(passage.source)
            assert text[passage.span.start : passage.span.end] == passage.text
        with pytest.raises(KeyError):
            snapshot.quote_source("nowhere.md")


def test_an_empty_index_answers_with_nothing(tmp_path: Path) -> None:
    publish(tmp_path, {})
    index = open_index(tmp_path)

    with index.snapshot() as snapshot:
        assert snapshot.dense(vector_of("x"), 5) == []
        assert snapshot.lexical(["week"], 5) == []
        assert snapshot.document_frequencies(["week"]) == {"week": 0}
        assert (dict(snapshot.guides), snapshot.documents, snapshot.size) == ({}, 0, 0)
    index.close()
