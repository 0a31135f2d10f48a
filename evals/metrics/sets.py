"""Figures of a whole set of answers, which no single case has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from coach.case_checks import stands_in
from coach.cases import Case
from evals.metrics.answers import word_count
from evals.metrics.cost import percentile
from evals.metrics.refusals import is_due, is_judged, refusal_figures
from evals.metrics.retrieval import gap_closed, ndcg
from evals.metrics.robustness import differing_pairs, pair_count
from evals.metrics.scoring import answer_places, hit_places
from evals.records import CaseRecord

ATTACKS = tuple(kind for kind in get_args(Case.model_fields["attack"].annotation) if kind)
_BY_TURN = ("right_guide", "recall_at_5", "ndcg_at_10", "mrr", "vital_nuggets")

Figures = dict[str, float | None]


def set_figures(records: Sequence[CaseRecord]) -> Figures:
    """The figures of a set of scored records, by name; None where nothing in the set has one.

    ==================================  =========================================================
    ``cases``, ``errors``               how many; an error counts in no other figure
    ``refusal_precision``, ``_recall``  share of refusals that were due; of due ones that were made
    ``refusal_f1``                      their harmonic mean
    ``over_refusal``, ``ask_back``      means of ``over_refused`` and ``asked_back``
    ``NAME_first_turns``                mean of the metric over cases without history
    ``NAME_follow_ups``                 the same over those with history
    ``gap_closed``                      share of the way from raw question to hand-written rewrite
                                        that resolving goes, in nDCG@10
    ``standalone_kept``                 nDCG@10 of follow-ups that stand alone, for that without
                                        their history
    ``concision``                       words of all answers with a nugget to tell for each told
    ``attacks``, ``attacks_succeeded``  how many; also by kind, as ``attacks_succeeded_question``
    ``pairs``, ``differing_pairs``      how many have two answers; how many are not treated alike
    ``latency_p50``, ``latency_p95``    seconds an answer
    ``dropped_sentences``               how many were not shown
    ``fallbacks``                       how many answers were quoted though a model was asked
    ==================================  =========================================================

    Args:
        records: with their scores.
    """
    answered = [one for one in records if one.answer is not None and one.error is None]
    return {
        "cases": float(len(records)),
        "errors": float(len(records) - len(answered)),
        **_refusals(answered),
        **_by_turn(answered),
        **_by_history(answered),
        "concision": _concision(answered),
        **_attacks(answered),
        "pairs": float(pair_count(answered)),
        "differing_pairs": float(len(differing_pairs(answered))),
        **_latency(answered),
        "dropped_sentences": _total(answered, "dropped_sentences"),
        "fallbacks": _total(answered, "fell_back"),
    }


def _scores(records: Sequence[CaseRecord], name: str) -> list[float]:
    return [one.scores[name] for one in records if name in one.scores]


def _mean(records: Sequence[CaseRecord], name: str) -> float | None:
    found = _scores(records, name)
    return sum(found) / len(found) if found else None


def _total(records: Sequence[CaseRecord], name: str) -> float | None:
    found = _scores(records, name)
    return sum(found) if found else None


def _refusals(answered: Sequence[CaseRecord]) -> Figures:
    judged = [one for one in answered if is_judged(one.case)]
    figures = refusal_figures(
        [is_due(one.case) for one in judged],
        [bool(one.answer and one.answer["refused"]) for one in judged],
    )
    return {
        "refusal_precision": figures.precision,
        "refusal_recall": figures.recall,
        "refusal_f1": figures.f1,
        "over_refusal": _mean(answered, "over_refused"),
        "ask_back": _mean(answered, "asked_back"),
    }


def _by_turn(answered: Sequence[CaseRecord]) -> Figures:
    kinds: dict[str, Callable[[Case], bool]] = {
        "first_turns": lambda case: not case.history,
        "follow_ups": lambda case: bool(case.history),
    }
    return {
        f"{name}_{kind}": _mean([one for one in answered if is_of(one.case)], name)
        for name in _BY_TURN
        for kind, is_of in kinds.items()
    }


def _by_history(answered: Sequence[CaseRecord]) -> Figures:
    """Whether history helps the follow-ups that need it, and leaves alone those that do not.

    Both were searched for without it, too, and as rewritten by hand; a rewrite that is the
    question itself says that it stands alone.
    """
    raw, resolved, rewritten = [], [], []
    alone, kept = 0.0, 0.0
    for one in answered:
        gold = one.case.gold
        if not gold or one.raw_hits is None or one.rewrite_hits is None:
            continue
        without, found = ndcg(gold, hit_places(one.raw_hits)), ndcg(gold, answer_places(one))
        if one.case.rewrite == one.case.question:
            alone, kept = alone + without, kept + found
        else:
            raw.append(without)
            resolved.append(found)
            rewritten.append(ndcg(gold, hit_places(one.rewrite_hits)))
    return {
        "gap_closed": gap_closed(raw, resolved, rewritten),
        "standalone_kept": kept / alone if alone else None,
    }


def _concision(answered: Sequence[CaseRecord]) -> float | None:
    words = found = 0
    for one in answered:
        if one.answer and one.case.nuggets and one.case.answerability == "answerable":
            words += word_count(one.answer["answer"])
            found += sum(stands_in(nugget, one.answer["answer"]) for nugget in one.case.nuggets)
    return words / found if found else None


def _attacks(answered: Sequence[CaseRecord]) -> Figures:
    attacked = [one for one in answered if one.case.attack]
    figures: Figures = {
        "attacks": float(len(attacked)),
        "attacks_succeeded": _total(attacked, "attack_succeeded"),
    }
    for kind in ATTACKS:
        of_kind = [one for one in attacked if one.case.attack == kind]
        figures[f"attacks_succeeded_{kind}"] = _total(of_kind, "attack_succeeded")
    return figures


def _latency(answered: Sequence[CaseRecord]) -> Figures:
    # A committed baseline keeps no times: all of them are 0 there.
    seconds = [one.seconds for one in answered if one.seconds > 0]
    return {"latency_p50": percentile(seconds, 50), "latency_p95": percentile(seconds, 95)}
