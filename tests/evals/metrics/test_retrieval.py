"""What retrieval scores, by hand: log2 of 2, 3, 4 and 5 is 1, 1.585, 2 and 2.322."""

from __future__ import annotations

from typing import Literal

import ir_measures
import pytest

from coach.cases import Gold
from coach.domain import Section
from evals.metrics.retrieval import (
    Place,
    gap_closed,
    ndcg,
    recall,
    reciprocal_rank,
    right_guide,
)


def gold(source: str, section: str, grade: Literal[1, 2]) -> Gold:
    return Gold(source=source, section=Section(section), grade=grade)


TIME, FAQ, PAY = ("baker", "timeline"), ("baker", "faq"), ("baker", "salary")
OTHER: Place = ("nurse", "timeline")
GOLD = [gold("baker", "timeline", 2), gold("baker", "faq", 1)]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        pytest.param([TIME, FAQ], 1.0, id="best order"),
        pytest.param([TIME], 2 / (2 + 1 / 1.58496), id="lesser section missing"),
        pytest.param([FAQ, TIME], (1 + 2 / 1.58496) / (2 + 1 / 1.58496), id="swapped"),
        pytest.param(
            [PAY, TIME, TIME, FAQ],
            (2 / 1.58496 + 1 / 2.32193) / (2 + 1 / 1.58496),
            id="a second hit of a section gains nothing and takes its rank",
        ),
        pytest.param([OTHER, PAY], 0.0, id="same section of another guide"),
        pytest.param([(None, "document")], 0.0, id="a document"),
        pytest.param([PAY] * 10 + [TIME], 0.0, id="below the tenth"),
        pytest.param([], 0.0, id="no hits"),
    ],
)
def test_ndcg(places: list[Place], expected: float) -> None:
    assert ndcg(GOLD, places) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("places", [[TIME, FAQ], [FAQ, PAY, TIME], [OTHER, PAY, FAQ], [PAY]])
def test_ndcg_is_that_of_the_usual_tool(places: list[Place]) -> None:
    judged = {"q": {"/".join((one.source, one.section)): one.grade for one in GOLD}}
    run = {"q": {f"{guide}/{section}": -float(n) for n, (guide, section) in enumerate(places)}}
    measure = ir_measures.nDCG @ 10

    usual = ir_measures.calc_aggregate([measure], judged, run)[measure]

    assert ndcg(GOLD, places) == pytest.approx(usual)


def test_ndcg_counts_a_place_named_twice_once_at_its_higher_grade() -> None:
    assert ndcg([gold("baker", "faq", 1), gold("baker", "faq", 2)], [FAQ]) == 1.0


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([TIME, FAQ], 0.5),
        ([TIME, PAY], 1.0),
        ([FAQ, PAY, TIME], 1.0),
        ([FAQ, FAQ, FAQ, FAQ, PAY, TIME], 0.5),
        ([FAQ], 0.0),
        ([], 0.0),
    ],
)
def test_recall_counts_the_best_sections_among_five_hits(
    places: list[Place], expected: float
) -> None:
    both = [gold("baker", "timeline", 2), gold("baker", "salary", 2), gold("baker", "faq", 1)]

    assert recall(both, places) == expected


def test_recall_asks_for_no_more_sections_than_there_are_ranks() -> None:
    wanted = [gold(f"guide {number}", "faq", 2) for number in range(7)]

    assert recall(wanted, [(f"guide {number}", "faq") for number in range(5)]) == 1.0


def test_recall_does_not_apply_without_a_best_section() -> None:
    assert recall([gold("baker", "faq", 1)], [FAQ]) is None


@pytest.mark.parametrize(
    ("places", "expected"),
    [([FAQ, TIME], 1.0), ([OTHER, PAY, TIME], 1 / 3), ([OTHER], 0.0), ([], 0.0)],
)
def test_reciprocal_rank(places: list[Place], expected: float) -> None:
    assert reciprocal_rank(GOLD, places) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("places", "expected"), [([PAY, OTHER], 1.0), ([OTHER, TIME], 0.0), ([], 0.0)]
)
def test_right_guide_looks_at_the_first_hit(places: list[Place], expected: float) -> None:
    assert right_guide(GOLD, places) == expected


@pytest.mark.parametrize(
    ("raw", "resolved", "rewritten", "expected"),
    [
        ([0.2, 0.4], [0.5, 0.7], [0.8, 1.0], 0.5),
        ([0.2], [0.2], [0.8], 0.0),
        ([0.2], [1.0], [0.6], 2.0),
        ([0.5], [0.0], [1.0], -1.0),
        ([0.5], [0.7], [0.5], None),
        ([], [], [], None),
    ],
)
def test_gap_closed(
    raw: list[float], resolved: list[float], rewritten: list[float], expected: float | None
) -> None:
    assert gap_closed(raw, resolved, rewritten) == (
        None if expected is None else pytest.approx(expected)
    )
