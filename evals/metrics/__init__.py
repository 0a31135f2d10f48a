"""Metrics of answers and of sets of answers, all without a model and the same in every run."""

from evals.metrics.definitions import METRICS, Metric
from evals.metrics.robustness import differing_pairs
from evals.metrics.scoring import score
from evals.metrics.sets import set_figures

__all__ = ["METRICS", "Metric", "differing_pairs", "score", "set_figures"]
