"""How sure a figure is: intervals, paired differences and tests, each the same in every run."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest, bootstrap
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
DRAWS = 10_000
# Draws made at once: the fastest on two cores, and a thousand cases take a few megabytes.
_BATCH = 100
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Interval:
    """A mean with the interval of 95 % around it; ends of ``inf`` say that nothing is known."""

    low: float
    high: float
    mean: float


@dataclass(frozen=True)
class Difference:
    """What changed from one run to another, after minus before, with its interval of 95 %.

    Attributes:
        p: of the two-sided test that nothing changed, from the same draws as the interval.
    """

    low: float
    high: float
    mean: float
    p: float


def wilson(part: int, whole: int) -> Interval:
    """A share with its score interval (Wilson 1927, as statsmodels has it).

    It takes the cases for independent of each other.

    Raises:
        ValueError: ``whole`` is not above 0, or ``part`` is not among ``0..whole``.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole} is no share")
    low, high = proportion_confint(part, whole, alpha=1 - CONFIDENCE, method="wilson")
    return Interval(low=float(low), high=float(high), mean=part / whole)


def cluster_bootstrap(
    values: Sequence[float], clusters: Sequence[Hashable], *, seed: int, draws: int = DRAWS
) -> Interval:
    """The mean of all values with the percentile interval over resampled clusters.

    Whole clusters are drawn with replacement, since the turns of a conversation stand or fall
    together (Field & Welsh 2007, "Bootstrapping clustered data", the cluster bootstrap). One
    cluster alone says nothing of how far clusters vary: its interval has no ends.

    Args:
        values: one a case.
        clusters: the cluster of each case, in the same order.
        seed: of the draws.
        draws: how many.

    Raises:
        ValueError: there are no values, or not as many clusters.
    """
    totals, sizes = _by_cluster(values, clusters)
    low, high, _ = _resampled(totals, sizes, seed, draws)
    return Interval(low=low, high=high, mean=float(totals.sum() / sizes.sum()))


def paired_bootstrap(
    before: Sequence[float],
    after: Sequence[float],
    clusters: Sequence[Hashable],
    *,
    seed: int,
    draws: int = DRAWS,
) -> Difference:
    """The mean change of the same cases, after minus before, by resampled clusters.

    Each case is compared with itself, which takes out how hard it is (Efron & Tibshirani 1993,
    "An Introduction to the Bootstrap"; for systems under test Koehn 2004). ``p`` is twice the
    smaller share of draws at or beyond 0, with one added to both counts so that it is never 0
    (Davison & Hinkley 1997, section 4.4).

    Raises:
        ValueError: there are no cases, or the three are not equally long.
    """
    changes = _changes(before, after)
    totals, sizes = _by_cluster(changes, clusters)
    mean = float(totals.sum() / sizes.sum())
    low, high, means = _resampled(totals, sizes, seed, draws)
    if means is None or not np.any(np.abs(totals) > _ROUNDING):
        return Difference(low=low, high=high, mean=mean, p=1.0)
    beyond = min(np.sum(means <= _ROUNDING), np.sum(means >= -_ROUNDING))
    p = min(1.0, 2 * (int(beyond) + 1) / (draws + 1))
    return Difference(low=low, high=high, mean=mean, p=p)


def mcnemar(wins: int, losses: int) -> float:
    """The exact two-sided p of McNemar's test: do as many cases get better as get worse?

    Only cases that changed count; each is a toss of a fair coin if nothing changed (McNemar 1947;
    the exact form is the binomial test). 1.0 where none changed.
    """
    changed = wins + losses
    return float(binomtest(wins, changed, 0.5).pvalue) if changed else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values adjusted for being several, in their order (Holm 1979, step-down)."""
    if not p_values:
        return []
    return [float(p) for p in multipletests(p_values, method="holm")[1]]


def least_detectable(
    before: Sequence[float],
    after: Sequence[float],
    clusters: Sequence[Hashable],
    *,
    span: float = 1.0,
    power: float = 0.8,
) -> float:
    """The smallest true change of the mean that this many cases would show.

    ``(z(0.975) + z(power)) * standard error`` of the mean change, the standard error clustered
    (Bloom 1995, "Minimum detectable effects"; Card et al. 2020, "With little power comes great
    responsibility"). Where no case changed, the standard error tells nothing; then it is the
    largest change that none of so many clusters would show in one of twenty runs,
    ``span * (1 - 0.05 ** (1 / clusters))`` (the rule of three: Hanley & Lippman-Hand 1983).

    Args:
        before: the scores of the cases, one each.
        after: the scores of the same cases, in the same order.
        clusters: the cluster of each case.
        span: the most that one case's score can change; ``inf`` where there is no such limit.
        power: the chance of seeing a change of that size.

    Returns:
        In the unit of the scores; ``inf`` for a single cluster.

    Raises:
        ValueError: there are no cases, or the three are not equally long.
    """
    totals, sizes = _by_cluster(_changes(before, after), clusters)
    count = len(totals)
    if count == 1:
        return math.inf
    spread = totals - sizes * (totals.sum() / sizes.sum())
    error = math.sqrt(float(np.sum(spread**2)) * count / (count - 1)) / float(sizes.sum())
    if error <= _ROUNDING and not np.any(np.abs(totals) > _ROUNDING):
        return float(span * (1 - (1 - CONFIDENCE) ** (1 / count)))
    normal = NormalDist()
    return (normal.inv_cdf((1 + CONFIDENCE) / 2) + normal.inv_cdf(power)) * error


def _changes(before: Sequence[float], after: Sequence[float]) -> list[float]:
    return [new - old for old, new in zip(before, after, strict=True)]


def _by_cluster(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[Floats, Floats]:
    """The sum of each cluster's values and how many they are, clusters by first appearance."""
    if not values:
        raise ValueError("there are no values")
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    totals, sizes = np.zeros(len(numbers)), np.zeros(len(numbers))
    for value, cluster in zip(values, clusters, strict=True):
        totals[numbers[cluster]] += value
        sizes[numbers[cluster]] += 1
    return totals, sizes


def _resampled(
    totals: Floats, sizes: Floats, seed: int, draws: int
) -> tuple[float, float, Floats | None]:
    """The ends of the percentile interval and the mean of each draw; none of one cluster."""
    if len(totals) == 1:
        return -math.inf, math.inf, None
    result = bootstrap(
        (totals, sizes),
        _ratio,
        paired=True,
        vectorized=True,
        n_resamples=draws,
        batch=_BATCH,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    ends = result.confidence_interval
    return float(ends.low), float(ends.high), result.bootstrap_distribution


def _ratio(totals: Floats, sizes: Floats, axis: int = -1) -> Floats:
    ratio: Floats = totals.sum(axis=axis) / sizes.sum(axis=axis)
    return ratio
