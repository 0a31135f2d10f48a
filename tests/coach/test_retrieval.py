from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.coach import Coach
from coach.domain import Hit, Section
from coach.errors import QuestionError
from coach.retrieval import dense_weight, fuse, lexical_terms
from coach.terms import terms
from tests.coach.asking import CAIO, LEARNING, MANAGER, NURSE, TEACHER, WEB
from tests.coach.index.made import open_index, publish

ids = st.sampled_from("abcdefgh")
rankings = st.dictionaries(ids, st.floats(-1, 50)).map(
    lambda scores: sorted(scores.items(), key=lambda pair: -pair[1])
)
weights = st.floats(0, 1)


@given(rankings, rankings, weights)
def test_the_fusion_holds_each_passage_of_both_legs_once_best_first(
    dense: list[tuple[str, float]], lexical: list[tuple[str, float]], weight: float
) -> None:
    fused = fuse(dense, lexical, weight)

    names = [name for name, _ in fused]
    scores = [score for _, score in fused]
    assert sorted(names) == sorted({name for name, _ in (*dense, *lexical)})
    assert scores == sorted(scores, reverse=True)


@given(rankings, rankings.map(lambda pairs: [(n, abs(s)) for n, s in pairs]), weights)
def test_fused_scores_lie_between_nothing_and_one(
    dense: list[tuple[str, float]], lexical: list[tuple[str, float]], weight: float
) -> None:
    assert all(-1e-9 <= score <= 1 + 1e-9 for _, score in fuse(dense, lexical, weight))


@given(rankings)
def test_one_leg_alone_keeps_its_order(leg: list[tuple[str, float]]) -> None:
    by_score = dict(leg)

    order = [by_score[name] for name, _ in fuse(leg, [], 1.0)]

    assert all(one >= other - 1e-9 for one, other in pairwise(order))


def test_a_passage_that_both_legs_find_wins_over_those_of_one_leg() -> None:
    dense = [("meant", 0.9), ("both", 0.8), ("far", 0.1)]
    lexical = [("said", 9.0), ("both", 8.0)]

    assert fuse(dense, lexical, 0.5)[0][0] == "both"


def test_equal_scores_are_ordered_by_name() -> None:
    assert [name for name, _ in fuse([("b", 0.5), ("a", 0.5)], [], 0.9)] == ["a", "b"]


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse([], [], 0.5) == []


def test_a_bare_title_wants_more_of_the_meaning_than_a_sentence() -> None:
    title = dense_weight("chief medical officer")
    mixed = dense_weight("officer for medical systems planning")
    sentence = dense_weight("what do I have to do if I want to be one of them?")

    assert title > mixed > sentence
    assert dense_weight("") == title


def test_a_large_index_drops_terms_that_nearly_every_passage_holds(tmp_path: Path) -> None:
    texts = [f"career number{number}" + (" rare" if number < 5 else "") for number in range(1000)]
    publish(tmp_path, {"notes.md": texts})
    index = open_index(tmp_path)

    with index.snapshot() as snapshot:
        assert lexical_terms("a rare career", snapshot) == tuple(terms("rare"))
        assert lexical_terms("career", snapshot) == tuple(terms("career"))
    index.close()


def test_a_small_index_keeps_every_term_once(tmp_path: Path) -> None:
    publish(tmp_path, {"notes.md": [f"career number{number}" for number in range(20)]})
    index = open_index(tmp_path)

    with index.snapshot() as snapshot:
        assert lexical_terms("a career is a career", snapshot) == tuple(terms("a career is"))
    index.close()


QUERIES = [
    "backend dev to CAIO how long",
    "Which books should I read to become a UX designer?",
    "Walk me through the phases from backend developer to CAIO",
    "machine learning in production",
    "nurse",
    "what is the weather?",
    "patients and electronic records",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("top", [1, 5, 40])
def test_hits_come_best_first_once_each_and_no_more_than_asked_for(
    coach: Coach, query: str, top: int
) -> None:
    hits = coach.search(query, None, top)

    scores = [hit.score for hit in hits]
    assert 1 <= len(hits) <= top
    assert scores == sorted(scores, reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits)


@pytest.mark.parametrize("query", QUERIES)
def test_fewer_hits_are_the_first_of_more(coach: Coach, query: str) -> None:
    few, more = coach.search(query, None, 3), coach.search(query, None, 10)

    assert [hit.passage.id for hit in few] == [hit.passage.id for hit in more[:3]]


@pytest.mark.parametrize("query", QUERIES)
def test_a_guide_restricts_the_search(coach: Coach, query: str) -> None:
    assert {hit.passage.guide for hit in coach.search(query, TEACHER, 20)} == {TEACHER}


@pytest.mark.parametrize(
    ("query", "guide"),
    [
        ("backend dev to CAIO", CAIO),
        ("engineering manager", MANAGER),
        ("backend to MLE", LEARNING),
        ("MLE", LEARNING),
        ("nurses into informatics", NURSE),
        ("front-end dev to UX", WEB),
    ],
)
def test_the_right_guide_comes_first(coach: Coach, query: str, guide: str) -> None:
    hits = coach.search(query, None, 10)

    assert {hit.passage.guide for hit in hits} == {guide}


def names(hits: tuple[Hit, ...], section: Section) -> list[str]:
    return [hit.passage.headings[-1] for hit in hits if hit.passage.section is section]


def test_a_whole_section_leads_in_its_order_even_past_the_number_asked_for(coach: Coach) -> None:
    hits = coach.search("Walk me through the phases from backend developer to CAIO", None, 10)

    assert [hit.passage.section for hit in hits[:4]] == [Section.PHASE] * 4
    assert [hit.passage.item for hit in hits[:4]] == [0, 1, 2, 3]


def test_skills_lead_sorted_by_priority(coach: Coach) -> None:
    hits = coach.search("Which skills do I need to learn to become a CAIO?", None, 10)

    assert names(hits, Section.SKILL_GAP)[:6] == [
        "Executive Leadership & Communication",
        "AI/ML Strategy & Business Alignment",
        "Deep Learning & Foundation Models",
        "Data Engineering for AI",
        "Responsible AI & Ethics",
        "Change Management & Organizational Design",
    ]
    assert all(hit.passage.section is Section.SKILL_GAP for hit in hits[:6])


def test_a_field_asked_for_leads(coach: Coach) -> None:
    first = coach.search("How long does it take to become a CAIO?", None, 10)[0]

    assert first.passage.section is Section.TIMELINE
    assert "18-24 months" in first.passage.text


def test_each_hit_was_found_by_a_leg_or_looked_up(coach: Coach) -> None:
    hits = coach.search("machine learning in production", None, 20)

    assert all(hit.dense is not None or hit.lexical is not None for hit in hits)
    assert any(hit.dense is not None and hit.lexical is not None for hit in hits)


def test_an_unknown_guide_cannot_be_searched(coach: Coach) -> None:
    with pytest.raises(QuestionError, match="no guide called juggler-to-clown"):
        coach.search("anything", "juggler-to-clown", 10)
