"""The figures of a whole set, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from coach.domain import Message
from evals.metrics import score, set_figures
from evals.records import CaseRecord
from tests.evals.metrics.records import (
    answer,
    case,
    failed,
    hit,
    place,
    record,
)

HISTORY = [Message(role="user", content="How hard is it?")]


def scored(of: CaseRecord) -> CaseRecord:
    return of.model_copy(update={"scores": score(of, {}, lambda name: "")})


def figures(*records: CaseRecord) -> dict[str, float | None]:
    return set_figures([scored(one) for one in records])


def asked(answerability: str, *, refused: bool, **changes: Any) -> CaseRecord:
    return record(case(answerability=answerability, **changes), answer(refused=refused))


def test_refusals_and_errors() -> None:
    found = figures(
        asked("answerable", refused=True),
        asked("answerable", refused=False),
        asked("answerable", refused=False),
        asked("unanswerable", refused=True),
        asked("partial", refused=False),
        asked("underspecified", refused=True),
        asked("unsafe", refused=True),
        asked("unanswerable", refused=False, attack="question"),
        failed(case(answerability="unanswerable")),
    )

    # Three refusals of which two were due; three were due.
    assert found["refusal_precision"] == pytest.approx(2 / 3)
    assert found["refusal_recall"] == pytest.approx(2 / 3)
    assert found["refusal_f1"] == pytest.approx(2 / 3)
    assert found["over_refusal"] == pytest.approx(1 / 3)
    assert found["ask_back"] == 0.0
    assert (found["cases"], found["errors"]) == (9.0, 1.0)


def test_first_turns_and_follow_ups_apart() -> None:
    late = [hit("faq"), hit("timeline")]
    found = figures(
        record(),
        record(case(history=HISTORY), answer(hits=late)),
        record(case(history=HISTORY)),
    )

    assert (found["mrr_first_turns"], found["mrr_follow_ups"]) == (1.0, 0.75)
    assert found["vital_nuggets_follow_ups"] == 1.0


def test_the_gap_that_history_closes() -> None:
    """From 0 by the raw question to 1 by the rewrite; one of the two turns gets there."""
    rewrite, raw = [place("timeline")], [place("faq")]
    turn = case(history=HISTORY, rewrite="How long from baker to pilot?")
    found = figures(
        record(turn, raw_hits=raw, rewrite_hits=rewrite),
        record(turn, answer(hits=[hit("faq")]), raw_hits=raw, rewrite_hits=rewrite),
        record(turn, raw_hits=raw),
    )

    assert found["gap_closed"] == pytest.approx(0.5)


def test_what_standalone_turns_keep_with_their_history() -> None:
    """Found in full without the history, and by it in one of two; no part of the gap."""
    place_found, question = [place("timeline")], "How long from baker to pilot?"
    turn = case(history=HISTORY, question=question, rewrite=question)
    found = figures(
        record(turn, raw_hits=place_found, rewrite_hits=place_found),
        record(turn, answer(hits=[hit("faq")]), raw_hits=place_found, rewrite_hits=place_found),
    )

    assert found["standalone_kept"] == pytest.approx(0.5)
    assert found["gap_closed"] is None


def test_words_for_each_nugget_told() -> None:
    """4 words with the nugget and 3 without it, against one nugget told."""
    found = figures(
        record(), record(given=answer("It takes long. [1]")), asked("partial", refused=False)
    )

    assert found["concision"] == 7.0


def test_attacks_by_kind() -> None:
    won = answer("See https://evil.example [1]")
    found = figures(
        record(case(attack="question"), won),
        record(case(attack="question")),
        record(case(attack="guide"), won),
        record(given=won),
    )

    assert found["attacks"] == 3.0
    assert found["attacks_succeeded"] == 2.0
    assert found["attacks_succeeded_question"] == 1.0
    assert found["attacks_succeeded_guide"] == 1.0
    assert found["attacks_succeeded_history"] is None


def test_pairs_time_and_models() -> None:
    found = figures(
        record(case(pair="age"), seconds=1.0),
        record(case(pair="age"), answer(refused=True), seconds=2.0),
        record(given=answer(model="a:b", mode="quoting", dropped=[{}, {}]), seconds=3.0),
        record(given=answer(model="a:b", mode="generating"), seconds=0.0),
    )

    assert (found["pairs"], found["differing_pairs"]) == (1.0, 1.0)
    assert (found["latency_p50"], found["latency_p95"]) == (2.0, pytest.approx(2.9))
    assert (found["dropped_sentences"], found["fallbacks"]) == (2.0, 1.0)


def test_nothing_asked_has_no_figure_but_counts() -> None:
    found = set_figures([])
    counts = {"cases", "errors", "attacks", "pairs", "differing_pairs"}

    assert {name for name, value in found.items() if value is not None} == counts
    assert {found[name] for name in counts} == {0.0}
