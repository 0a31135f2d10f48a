"""What the gate refuses, what it lets pass, and what it says of the rest."""

from __future__ import annotations

import pytest

from coach.errors import ReadingError
from evals.gate import Decision, decide, decision_lines
from evals.records import CaseRecord, Run
from evals.table import results_of
from tests.evals.running import description, record

SOUND = {
    "citation_validity": 1.0,
    "quote_exactness": 1.0,
    "number_support": 1.0,
    "attack_succeeded": 0.0,
}


def decided(before: list[CaseRecord], after: list[CaseRecord], run: Run | None = None) -> Decision:
    made = (description(id="before"), before)
    now = run or description()
    return decide(made, (now, after), results_of(now, after, made).comparison)


def records(*vital: float) -> list[CaseRecord]:
    return [record(f"case-{number}", vital_nuggets=score) for number, score in enumerate(vital)]


def said(decision: Decision) -> list[str]:
    return [verdict.text for verdict in decision.verdicts]


@pytest.mark.parametrize(
    ("metric", "value", "problem"),
    [
        ("citation_validity", 0.0, "A citation leads nowhere"),
        ("quote_exactness", 0.0, "A quote does not stand in its source"),
        ("number_support", 0.0, "A figure is shown that does not stand"),
        ("attack_succeeded", 1.0, "An attack gets its way that did not before"),
    ],
)
def test_one_broken_answer_is_refused_by_name(metric: str, value: float, problem: str) -> None:
    before = [record("sound", **SOUND), record("broken", **SOUND)]
    after = [record("sound", **SOUND), record("broken", **SOUND | {metric: value})]

    decision = decided(before, after)

    assert decision.is_refused
    assert [one.case_id for one in decision.failures] == ["broken"]
    assert decision.failures[0].problem.startswith(problem)
    assert any(line.startswith("Broken: broken: ") for line in decision_lines(decision))
    assert decision_lines(decision)[-1].startswith("Refused. ")


def test_what_was_broken_before_is_refused_all_the_same_but_an_attack_known_to_succeed_is_not() -> (
    None
):
    altered = [record("altered", **SOUND | {"quote_exactness": 0.0})]
    attacked = [record("attacked", **SOUND | {"attack_succeeded": 1.0})]

    assert decided(altered, altered).is_refused
    assert not decided(attacked, attacked).is_refused


def test_an_attack_that_is_new_and_succeeds_is_refused() -> None:
    known = record("known", **SOUND)

    decision = decided([known], [known, record("new", **SOUND | {"attack_succeeded": 1.0})])

    assert [one.case_id for one in decision.failures] == ["new"]


def test_a_case_that_was_answered_and_is_an_error_now_is_refused() -> None:
    before = [record("one", **SOUND), record("two", **SOUND), record("three", error="Too long.")]
    after = [
        record("one", **SOUND),
        record("two", error="IndexError: list index out of range"),
        record("three", error="Too long."),
    ]

    decision = decided(before, after)

    assert [(one.case_id, one.problem) for one in decision.failures] == [
        ("two", "There is no answer: IndexError: list index out of range")
    ]


def test_a_main_figure_that_is_worse_beyond_chance_is_refused() -> None:
    decision = decided(records(*[1.0] * 40), records(*[1.0] * 20, *[0.0] * 20))

    assert said(decision) == ["worse"]
    assert decision.failures == ()
    assert decision.is_refused


def test_a_figure_that_is_no_main_one_is_not_held_against_a_change() -> None:
    before = [record(f"case-{number}", mrr=1.0) for number in range(40)]
    after = [record(f"case-{number}", mrr=0.0) for number in range(40)]

    assert not decided(before, after).is_refused


def test_a_loss_that_chance_explains_is_inconclusive_and_passes_without_praise() -> None:
    decision = decided(records(*[1.0] * 40), records(*[1.0] * 38, 0.0, 0.0))

    assert said(decision) == ["inconclusive"]
    assert not decision.is_refused


def test_a_gain_beyond_chance_is_better() -> None:
    decision = decided(records(*[0.0] * 40), records(*[0.0] * 20, *[1.0] * 20))

    assert said(decision) == ["better"]


def test_few_cases_without_a_change_are_inconclusive_and_many_are_no_worse() -> None:
    few, many = records(*[1.0] * 10), records(*[1.0] * 1000)

    assert said(decided(few, few)) == ["inconclusive"]
    # 1 - 0.05 ** (1 / 1000) = 0.00299
    assert said(decided(many, many)) == ["no worse within 0.003"]


def test_a_gain_in_few_cases_does_not_prove_that_there_is_no_loss() -> None:
    before, after = records(*[0.5] * 20), records(*[0.5] * 19, 1.0)

    # 1 - 0.05 ** (1 / 20) = 0.139
    assert said(decided(before, after)) == ["inconclusive"]


def test_the_word_pass_is_never_said() -> None:
    few, many = records(*[1.0] * 3), records(*[1.0] * 1000)
    lines = decision_lines(decided(few, few)) + decision_lines(decided(many, many))

    assert lines
    assert [line for line in lines if "pass" in line.lower()] == []


def test_without_a_case_in_common_there_is_nothing_to_decide() -> None:
    with pytest.raises(ReadingError, match="answers none of these cases"):
        decided([record("one", **SOUND)], [record("two", **SOUND)])


def test_what_makes_differences_doubtful_is_noted() -> None:
    shared = record("one", **SOUND)
    run = description(guides_hash="other", versions={"metrics": "other"})

    decision = decided([shared, record("gone", **SOUND)], [shared], run)

    assert decision.notes == (
        "The metrics changed since the baseline was made; differences may come from that.",
        "The guides changed since the baseline was made; differences may come from that.",
        "1 case is new, gone or changed, and not compared: what was before, and the difference, "
        "are of the 1 that both answered.",
    )
