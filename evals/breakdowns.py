"""The figures of a run as people read them: each with its interval, and group by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evals.metrics import METRICS, Metric
from evals.records import CaseRecord
from evals.statistics import Interval, cluster_bootstrap, wilson

# A group's interval is looked at by eye, and there are hundreds of groups.
GROUP_DRAWS = 2_000
LEAST_TAGGED = 5
NO_GOLD = "no gold section"


@dataclass(frozen=True)
class Figure:
    """A metric over some cases; ``count`` of them have a score."""

    metric: Metric
    count: int
    interval: Interval


@dataclass(frozen=True)
class Group:
    """Some cases that have something in common. ``figures`` has those that apply, by metric."""

    label: str
    count: int
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Breakdown:
    """The cases in groups, over the primary metrics; a case may stand in several groups."""

    title: str
    metrics: tuple[Metric, ...]
    groups: tuple[Group, ...]


def figures(records: Sequence[CaseRecord], *, seed: int) -> list[Figure]:
    """Every metric that any case has a score of, in the order of ``METRICS``."""
    found = (figure(metric, records, seed=seed) for metric in METRICS.values())
    return [one for one in found if one is not None]


def figure(
    metric: Metric, records: Sequence[CaseRecord], *, seed: int, draws: int = 10_000
) -> Figure | None:
    """A metric over the cases that have a score of it; None where none has.

    A rate has a Wilson interval, a mean one from resampling whole conversations.
    """
    scored = [record for record in records if metric.name in record.scores]
    if not scored:
        return None
    values = [record.scores[metric.name] for record in scored]
    if metric.kind == "rate":
        interval = wilson(round(sum(values)), len(values))
    else:
        clusters = [record.case.group for record in scored]
        interval = cluster_bootstrap(values, clusters, seed=seed, draws=draws)
    return Figure(metric, len(values), interval)


def breakdowns(records: Sequence[CaseRecord], *, seed: int) -> list[Breakdown]:
    """The primary metrics by section, guide, kind and tag."""
    return [
        breakdown("Kind", records, lambda record: [record.case.answerability], seed=seed),
        breakdown("Section", records, _sections, seed=seed),
        breakdown("Guide", records, _guides, seed=seed),
        breakdown("Tag", records, _tags, seed=seed, least=LEAST_TAGGED),
    ]


def breakdown(
    title: str,
    records: Sequence[CaseRecord],
    labels: Callable[[CaseRecord], Iterable[str]],
    *,
    seed: int,
    least: int = 1,
) -> Breakdown:
    """The primary metrics by group, the largest group first.

    Args:
        title: what the groups have in common.
        records: of all the cases.
        labels: the groups that a case stands in.
        seed: of the resampling.
        least: groups of fewer cases are left out.
    """
    members: defaultdict[str, list[CaseRecord]] = defaultdict(list)
    for record in records:
        for label in dict.fromkeys(labels(record)):
            members[label].append(record)
    primary = tuple(metric for metric in METRICS.values() if metric.primary)
    groups = []
    for label, group in sorted(members.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(group) < least:
            continue
        found = (figure(metric, group, seed=seed, draws=GROUP_DRAWS) for metric in primary)
        by_name = {one.metric.name: one for one in found if one is not None}
        groups.append(Group(label, len(group), by_name))
    return Breakdown(title, primary, tuple(groups))


def worst(records: Sequence[CaseRecord], count: int) -> list[CaseRecord]:
    """The cases that lose most, the worst first; a case that loses nothing is not among them.

    A loss is what a score lacks to its best, added up over the primary metrics and the rates, the
    primary ones twice. Errors have no scores and are not ranked.
    """
    lossy = [record for record in records if _loss(record) > 0]
    return sorted(lossy, key=lambda record: (-_loss(record), record.case.id))[:count]


def _loss(record: CaseRecord) -> float:
    total = 0.0
    for name, value in record.scores.items():
        metric = METRICS.get(name)
        if metric is not None and (metric.primary or metric.kind == "rate"):
            loss = 1 - value if metric.better == "higher" else value
            total += loss * (2 if metric.primary else 1)
    return total


def _sections(record: CaseRecord) -> list[str]:
    found = [gold.section.value for gold in record.case.gold if gold.grade == 2]
    return found or [NO_GOLD]


def _guides(record: CaseRecord) -> list[str]:
    found = [gold.source for gold in record.case.gold if gold.grade == 2]
    return found or [record.case.guide or NO_GOLD]


def _tags(record: CaseRecord) -> Sequence[str]:
    return record.case.tags
