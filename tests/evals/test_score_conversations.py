"""The script that scores the conversations counts what it says it counts."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from coach.encoder import PACKAGED_NAME, load_encoder
from coach.ingestion import sync
from coach.settings import Settings
from coach.wiring import build_coach
from evals.score_conversations import (
    WAYS,
    Reply,
    ask,
    chosen,
    error_lines,
    gap_closed,
    mean,
    ndcg,
    report_of,
    run_of,
    score,
    scored,
    table_lines,
)

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
TEACHER = "teacher-to-instructional-designer"
NURSE = "registered-nurse-to-health-informatics-specialist"
GOLD = [
    {"source": TEACHER, "section": "salary", "grade": 2},
    {"source": TEACHER, "section": "faq", "grade": 1},
]
SALARY, FAQ, OTHER = (TEACHER, "salary"), (TEACHER, "faq"), (NURSE, "salary")


def case(**changes: Any) -> dict[str, Any]:
    return {
        "id": "one",
        "group": "one",
        "history": [
            {"role": "user", "content": "how long from teacher to instructional designer?"},
            {"role": "assistant", "content": "It takes 6-10 months. [1]"},
        ],
        "question": "and the salary?",
        "rewrite": "What is the salary change from teacher to instructional designer?",
        "tags": ["follow-up", "ellipsis"],
        "guide": None,
        "gold": GOLD,
        "nuggets": [
            {"text": "+7.5%", "importance": "vital", "pattern": r"7\.5\s*%"},
            {"text": "$77,440", "importance": "vital", "pattern": "77,440"},
            {"text": "medians", "importance": "okay", "pattern": "medians"},
        ],
    } | changes


def replies(raw: Reply, rewrite: Reply, resolved: Reply) -> dict[str, list[Reply]]:
    return {"raw": [raw], "rewrite": [rewrite], "resolved": [resolved]}


NOTHING = Reply("Which move do you mean?", (), True)
FULL = Reply("It is +7.5%, $77,440 a year. [1]", (SALARY, FAQ), False)
HALF = Reply("It is +7.5%. [1]", (FAQ, SALARY), False)


def test_run_counts_a_section_where_it_stands_first():
    run = run_of([SALARY, OTHER, SALARY, FAQ])
    names = [f"{TEACHER}/salary", f"{NURSE}/salary", f"{TEACHER}/faq"]
    assert sorted(run, key=lambda name: -run[name]) == names


IDEAL = 2 + 1 / math.log2(3)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([SALARY, FAQ], 1.0),
        ([SALARY, SALARY, FAQ], 1.0),
        ([FAQ, SALARY], (1 + 2 / math.log2(3)) / IDEAL),
        ([OTHER, SALARY], (2 / math.log2(3)) / IDEAL),
        ([OTHER], 0.0),
        ([], 0.0),
    ],
    ids=["best first", "twice", "swapped", "second, alone", "another guide", "nothing"],
)
def test_ndcg_is_that_worked_out_by_hand(places: list[tuple[str, str]], expected: float):
    assert ndcg(GOLD, places) == pytest.approx(expected)


def test_ndcg_looks_at_ten_sections_and_no_further():
    others = [(NURSE, f"section {number}") for number in range(10)]
    assert ndcg(GOLD, [*others[:9], SALARY]) == pytest.approx((2 / math.log2(11)) / IDEAL)
    assert ndcg(GOLD, [*others, SALARY]) == 0


def test_score_has_no_figure_where_the_case_asks_for_none():
    found = score(case(gold=[], nuggets=[]), NOTHING)
    assert (found.ndcg, found.vital, found.right_guide, found.refused) == (None, None, None, 1)


def test_score_counts_vital_nuggets_and_the_guide_of_the_first_hit():
    found = score(case(), HALF)
    assert (found.vital, found.right_guide, found.refused) == (0.5, 1, 0)
    assert score(case(), Reply("", (OTHER, SALARY), False)).right_guide == 0


def test_small_talk_seen_in_a_question_scores_nothing():
    found = score(case(), Reply("You're welcome!", (), False))
    assert (found.ndcg, found.vital, found.right_guide) == (0, 0, 0)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((0.2, 1.0, 0.6), 0.5),
        ((0.5, 0.9, 0.4), -0.25),
        ((0.8, 0.8, 0.8), None),
        ((None, 0.8, 0.8), None),
    ],
)
def test_gap_closed(figures: tuple[float | None, float, float], expected: float | None):
    closed = gap_closed(*figures)
    assert closed == (None if expected is None else pytest.approx(expected))


def test_mean_leaves_out_what_does_not_apply():
    assert mean([1.0, None, 0.0]) == 0.5
    assert mean([None]) is None


def test_report_keeps_standalone_turns_apart_from_those_that_depend():
    asked = [
        case(id="follow-up"),
        case(id="alone", tags=["standalone"]),
        case(id="thanks", tags=["small-talk"], gold=[], nuggets=[]),
    ]
    given = {
        "raw": [NOTHING, FULL, NOTHING],
        "rewrite": [FULL, FULL, NOTHING],
        "resolved": [HALF, HALF, NOTHING],
    }
    rows = report_of(scored(asked, given))
    swapped = (1 + 2 / math.log2(3)) / IDEAL
    assert list(rows) == ["depending", "ellipsis", "standalone", "small-talk"]
    assert rows["depending"]["turns"] == 1
    assert rows["depending"]["ndcg raw"] == 0
    assert rows["depending"]["gap closed"] == pytest.approx(swapped)
    assert rows["depending"]["vital resolved"] == 0.5
    assert rows["standalone"]["kept"] == pytest.approx(swapped)
    assert rows["small-talk"]["ndcg resolved"] is None


def test_table_has_a_line_a_row_and_both_targets():
    lines = table_lines(report_of(scored([case()], replies(NOTHING, FULL, HALF))))
    assert "ellipsis           1  0.000 1.000 0.860" in "\n".join(lines)
    assert lines[-2:] == [
        "gap closed by history: 0.860 (target 0.40)",
        "nDCG kept by standalone turns: - (target 0.98)",
    ]


def test_errors_listed_are_turns_that_lose_against_their_rewrite():
    bad = scored([case(id="bad")], replies(NOTHING, FULL, NOTHING))
    worse = scored([case(id="half")], replies(NOTHING, FULL, HALF))
    fine = scored([case(id="fine")], replies(NOTHING, HALF, FULL))
    heads = [line for line in error_lines([*fine, *worse, *bad]) if line.startswith("==")]
    assert heads == ["== bad [ellipsis] lost 2.000", "== half [ellipsis] lost 0.640"]


def test_splits_keep_conversations_whole_and_leave_none_out():
    every = [case(id=str(number), group=str(number // 3)) for number in range(300)]
    dev, test = chosen(every, "dev"), chosen(every, "test")
    assert chosen(every, "all") == every
    assert len(dev) + len(test) == 300
    assert not {one["group"] for one in dev} & {one["group"] for one in test}
    assert 120 < len(dev) < 240


def test_turns_are_asked_alone_rewritten_and_with_their_history(tmp_path: Path):
    encoder = load_encoder(PACKAGED_NAME, None)
    sync(
        [KNOWLEDGE / f"{guide}.md" for guide in (TEACHER, NURSE)],
        folder=tmp_path,
        encoder=lambda: encoder,
        encoder_id=encoder.id,
    )
    asked = [case(), case(id="broken", guide="no-such-guide")]
    given = ask(asked, build_coach(Settings(data=tmp_path)))
    assert tuple(given) == WAYS
    raw, rewrite, resolved = (given[way][0] for way in WAYS)
    assert raw.refused
    assert rewrite.places[0] == resolved.places[0] == SALARY
    assert "7.5" in resolved.text
    for way in WAYS:
        assert "no-such-guide" in given[way][1].error
        assert score(asked[1], given[way][1]).ndcg == 0
