"""Two runs compared: the figures, the corrections and the cases that flipped."""

from __future__ import annotations

import math
from typing import Any

import pytest

from evals.comparison import Comparison, Flip, MetricChange, ScoreChange, compare
from evals.metrics import METRICS
from evals.records import CaseRecord
from tests.evals.metrics.records import case, failed, record


def scored(
    name: str, group: str = "", of: dict[str, Any] | None = None, **scores: float
) -> CaseRecord:
    return record(case(**{"id": name, "group": group or name, **(of or {})}), scores=scores)


def change(comparison: Comparison, name: str) -> MetricChange:
    return next(one for one in comparison.metrics if one.metric.name == name)


def runs(name: str, wins: int, ties: int, losses: int) -> tuple[list[CaseRecord], list[CaseRecord]]:
    """Two runs in which the score of so many cases went from 0 to 1, stayed 1, went to 0."""
    cases = [(0.0, 1.0)] * wins + [(1.0, 1.0)] * ties + [(1.0, 0.0)] * losses
    return (
        [scored(f"c{n:03}", **{name: before}) for n, (before, _) in enumerate(cases)],
        [scored(f"c{n:03}", **{name: after}) for n, (_, after) in enumerate(cases)],
    )


def test_a_rate_that_rose() -> None:
    """9 cases of 40 got better and 1 worse: 8 more of 40; exact McNemar of 9 and 1 is 22 / 1024."""
    found = change(compare(*runs("right_guide", 9, 30, 1)), "right_guide")

    assert (found.cases, found.wins, found.ties, found.losses) == (40, 9, 30, 1)
    assert (found.before, found.after) == (31 / 40, 39 / 40)
    assert found.difference.mean == pytest.approx(0.2)
    assert 0 < found.difference.low < 0.2 < found.difference.high < 0.4
    assert found.p == pytest.approx(22 / 1024)
    assert found.direction == "better"


@pytest.mark.parametrize(
    ("name", "wins", "losses", "expected", "better_cases"),
    [
        ("right_guide", 12, 0, "better", 12),
        ("right_guide", 0, 12, "worse", 0),
        ("right_guide", 6, 6, "unclear", 6),
        ("right_guide", 0, 0, "unclear", 0),
        ("over_refused", 12, 0, "worse", 0),
        ("over_refused", 0, 12, "better", 12),
    ],
)
def test_the_direction_minds_whether_higher_is_better(
    name: str, wins: int, losses: int, expected: str, better_cases: int
) -> None:
    found = change(compare(*runs(name, wins, 20, losses)), name)

    assert (found.direction, found.wins) == (expected, better_cases)


def test_a_mean_is_tested_by_its_resamples() -> None:
    before = [scored(f"c{n}", vital_nuggets=n / 20) for n in range(15)]
    after = [scored(f"c{n}", vital_nuggets=n / 20 + 0.1) for n in range(15)]

    found = change(compare(before, after), "vital_nuggets")

    assert found.p == found.difference.p == pytest.approx(2 / 10_001)


def test_primary_metrics_share_one_correction_and_others_have_none() -> None:
    """McNemar of 6 and 0 is 1/32, of 7 and 0 1/64; Holm doubles the smaller, then keeps order."""
    one, other = runs("right_guide", 6, 4, 0), runs("refused_rightly", 7, 3, 0)
    third = runs("over_refused", 0, 0, 10)
    before, after = (
        [
            first.model_copy(update={"scores": first.scores | second.scores | last.scores})
            for first, second, last in zip(one[run], other[run], third[run], strict=True)
        ]
        for run in (0, 1)
    )

    found = compare(before, after)

    assert change(found, "right_guide").adjusted_p == pytest.approx(1 / 32)
    assert change(found, "refused_rightly").adjusted_p == pytest.approx(1 / 32)
    assert change(found, "over_refused").adjusted_p is None


def test_conversations_are_resampled_whole() -> None:
    """Ten turns got better; in one conversation that is a single piece of luck."""
    apart = compare(*runs("right_guide", 10, 10, 0))
    before = [scored(f"c{n}", "ab"[n // 10], right_guide=float(n > 9)) for n in range(20)]
    after = [scored(f"c{n}", "ab"[n // 10], right_guide=1.0) for n in range(20)]

    assert change(apart, "right_guide").direction == "better"
    assert change(compare(before, after), "right_guide").direction == "unclear"


def test_the_same_run_twice_shows_how_little_it_could_have_shown() -> None:
    run = [scored(f"c{n}", right_guide=1.0, words_per_nugget=9.0) for n in range(58)]

    found = compare(run, run)

    rate, words = change(found, "right_guide"), change(found, "words_per_nugget")
    assert (rate.p, rate.ties, rate.direction) == (1.0, 58, "unclear")
    assert rate.least_detectable == pytest.approx(0.0503, abs=1e-4)
    assert words.least_detectable == math.inf
    assert found.flipped == ()


def test_flipped_cases_come_with_the_greatest_loss_first() -> None:
    before = [
        scored("up", right_guide=0.0),
        scored("down", right_guide=1.0, vital_nuggets=1.0),
        scored("lower", vital_nuggets=1.0, all_nuggets=1.0),
        scored("refuses", over_refused=0.0),
        scored("same", right_guide=1.0, words_per_nugget=5.0, all_nuggets=1.0),
    ]
    after = [
        scored("up", right_guide=1.0),
        scored("down", right_guide=0.0, vital_nuggets=0.5),
        scored("lower", vital_nuggets=0.75, all_nuggets=0.5),
        scored("refuses", over_refused=1.0),
        scored("same", right_guide=1.0, words_per_nugget=9.0, all_nuggets=0.5),
    ]

    found = compare(before, after).flipped

    assert [(one.case_id, one.gain) for one in found] == [
        ("down", -1.5),
        ("refuses", -1.0),
        ("lower", -0.25),
        ("up", 1.0),
    ]
    assert found[1] == Flip("refuses", (ScoreChange(METRICS["over_refused"], 0.0, 1.0),))
    assert [one.is_better for one in found[0].changes] == [False, False]
    assert found[3].changes[0].is_better


def test_rounding_flips_nothing() -> None:
    found = compare([scored("a", vital_nuggets=0.1 + 0.2)], [scored("a", vital_nuggets=0.3)])

    assert found.flipped == ()
    assert change(found, "vital_nuggets").ties == 1


def test_only_cases_that_ask_the_same_are_compared() -> None:
    before = [
        scored("kept", right_guide=1.0),
        scored("gone", right_guide=1.0),
        scored("reworded", right_guide=1.0),
        scored("rejudged", right_guide=1.0),
        scored("noted", right_guide=1.0),
    ]
    after = [
        scored("kept", right_guide=1.0),
        scored("new", right_guide=0.0),
        scored("reworded", of={"question": "Is it hard?"}, right_guide=0.0),
        scored("rejudged", of={"nuggets": []}, right_guide=0.0),
        scored("noted", of={"note": "Looked at again.", "tags": ["terse"]}, right_guide=0.0),
    ]

    found = compare(before, after)

    assert found.unmatched == ("gone", "new", "rejudged", "reworded")
    assert found.cases == 2
    assert [one.case_id for one in found.flipped] == ["noted"]


def test_errors_are_told_apart_and_score_nothing() -> None:
    broken = [failed(case(id=name, group=name)) for name in ("breaks", "mends", "both")]
    before = [scored("fine", right_guide=1.0), scored("breaks", right_guide=1.0), *broken[1:]]
    after = [
        scored("fine", right_guide=1.0),
        scored("mends", right_guide=1.0),
        broken[0],
        broken[2],
    ]

    found = compare(before, after)

    assert (found.new_errors, found.mended_errors, found.cases) == (("breaks",), ("mends",), 1)
    assert change(found, "right_guide").cases == 1


def test_metrics_that_apply_to_no_case_are_left_out_and_the_rest_keep_their_order() -> None:
    run = [scored("a", refused_rightly=1.0, right_guide=1.0)]

    names = [one.metric.name for one in compare(run, run).metrics]

    assert names == ["right_guide", "refused_rightly"]
    assert compare([], []).metrics == ()
