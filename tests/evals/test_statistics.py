"""Intervals and tests give the figures that can be worked out by hand or by exact counting."""

from __future__ import annotations

import math
import time
from itertools import product

import pytest

from evals.statistics import (
    Difference,
    cluster_bootstrap,
    holm,
    least_detectable,
    mcnemar,
    paired_bootstrap,
    wilson,
)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.959964
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (97, 100, 0.9155, 0.9897),
    ],
)
def test_wilson_interval(part: int, whole: int, low: float, high: float) -> None:
    interval = wilson(part, whole)

    assert interval.mean == part / whole
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (2, 1), (-1, 3)])
def test_a_share_of_nothing_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(part, whole)


def test_cluster_bootstrap_agrees_with_all_resamples_counted_out() -> None:
    """Three clusters have 27 equally likely resamples; the mean is over cases, not clusters."""
    by_cluster = {"a": [1.0, 1.0, 1.0], "b": [0.0], "c": [0.0, 1.0]}
    means = sorted(
        sum(sum(by_cluster[name]) for name in drawn) / sum(len(by_cluster[name]) for name in drawn)
        for drawn in product(by_cluster, repeat=3)
    )
    values = [value for group in by_cluster.values() for value in group]
    clusters = [name for name, group in by_cluster.items() for _ in group]

    interval = cluster_bootstrap(values, clusters, seed=1)

    assert interval.mean == pytest.approx(4 / 6)
    # One resample of 27 is 3.7 %, so the ends of 95 % are the least and the greatest mean.
    assert (interval.low, interval.high) == (means[0], means[-1])


def test_turns_of_one_conversation_do_not_count_as_so_many_cases() -> None:
    values = [1.0] * 20 + [0.0] * 20
    alone = cluster_bootstrap(values, list(range(40)), seed=1)
    together = cluster_bootstrap(values, [number // 10 for number in range(40)], seed=1)

    assert alone.high - alone.low == pytest.approx(4 * 1.96 * 0.5 / math.sqrt(40) / 2, abs=0.03)
    assert (together.low, together.high) == (0.0, 1.0)


def test_the_seed_decides_the_draws() -> None:
    values = [number**2 / 100 for number in range(12)]
    first, same, other = (cluster_bootstrap(values, range(12), seed=seed) for seed in (1, 1, 2))

    assert first == same
    assert first != other


def test_one_conversation_gives_no_interval() -> None:
    interval = cluster_bootstrap([1.0, 0.0], ["one", "one"], seed=1)
    difference = paired_bootstrap([0.0, 0.0], [1.0, 1.0], ["one", "one"], seed=1)

    assert (interval.low, interval.mean, interval.high) == (-math.inf, 0.5, math.inf)
    assert difference == Difference(low=-math.inf, high=math.inf, mean=1.0, p=1.0)
    assert least_detectable([0.0, 0.0], [1.0, 1.0], ["one", "one"]) == math.inf


@pytest.mark.parametrize(
    ("values", "clusters", "message"), [([], [], "no values"), ([1.0], [], "shorter")]
)
def test_values_without_clusters_are_refused(
    values: list[float], clusters: list[str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        cluster_bootstrap(values, clusters, seed=1)


def test_paired_bootstrap_sees_a_small_change_of_every_case() -> None:
    before = [number / 50 for number in range(40)]
    after = [value + 0.02 for value in before]

    difference = paired_bootstrap(before, after, range(40), seed=1)

    assert difference.mean == pytest.approx(0.02)
    assert (difference.low, difference.high) == pytest.approx((0.02, 0.02))
    assert difference.p == pytest.approx(2 / 10_001)


def test_paired_bootstrap_of_two_clusters_agrees_with_counting() -> None:
    """The four resamples have means -1, 0, 0, 1: three of four are at or below 0."""
    difference = paired_bootstrap([0.0, 1.0], [1.0, 0.0], ["a", "b"], seed=1)

    assert difference == Difference(low=-1.0, high=1.0, mean=0.0, p=1.0)


def test_p_is_the_share_of_draws_beyond_no_change() -> None:
    """Of four clusters with changes 1, 1, 1, -1 a draw sums to 0 or less where 2 or more are -1.

    That has the chance 1 - .75^4 - 4 * .25 * .75^3 = .2617, and twice that is p.
    """
    difference = paired_bootstrap([0, 0, 0, 1], [1, 1, 1, 0], range(4), seed=1)

    assert difference.mean == 0.5
    assert difference.p == pytest.approx(0.523, abs=0.02)


def test_nothing_changed_is_no_difference() -> None:
    scores = [0.1, 0.2, 0.3]

    assert paired_bootstrap(scores, scores, range(3), seed=1) == Difference(0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 2 / 2**5),
        (0, 6, 2 / 2**6),
        (8, 1, 2 * (1 + 9) / 2**9),
        (4, 4, 1.0),
    ],
)
def test_mcnemar_is_exact(wins: int, losses: int, p: float) -> None:
    assert mcnemar(wins, losses) == pytest.approx(p)


@pytest.mark.parametrize(
    ("given", "adjusted"),
    [
        ([], []),
        ([0.04], [0.04]),
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.6, 0.5], [1.0, 1.0]),
    ],
)
def test_holm_steps_down(given: list[float], adjusted: list[float]) -> None:
    assert holm(given) == pytest.approx(adjusted)


def test_least_detectable_change_follows_the_standard_error() -> None:
    """Changes 1, -1, 1, -1: the standard error of the mean is sqrt(4/3) / 2 = .57735."""
    found = least_detectable([0, 1, 0, 1], [1, 0, 1, 0], range(4))

    assert found == pytest.approx((1.959964 + 0.841621) * 0.57735, abs=1e-5)


def test_least_detectable_change_counts_conversations() -> None:
    before, after = [0.0] * 8, [1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0]
    pairs = [0, 0, 1, 1, 2, 2, 3, 3]

    assert least_detectable(before, after, pairs) > least_detectable(before, after, range(8))


@pytest.mark.parametrize(
    ("cases", "span", "expected"), [(58, 1.0, 0.05034), (299, 1.0, 0.00997), (58, 2.0, 0.10068)]
)
def test_no_change_seen_is_no_proof_of_none(cases: int, span: float, expected: float) -> None:
    """None of 58 changed: up to 5 % of all might, as the rule of three says (3 / 58)."""
    scores = [1.0] * cases

    found = least_detectable(scores, scores, range(cases), span=span)

    assert found == pytest.approx(expected, abs=2e-5)


def test_ten_thousand_draws_of_1500_cases_take_under_a_second() -> None:
    values = [number % 7 / 6 for number in range(1500)]
    started = time.process_time()

    cluster_bootstrap(values, range(1500), seed=1)

    assert time.process_time() - started < 1.0
