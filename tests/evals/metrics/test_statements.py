"""Where an answer is cut, and what of it needs a source."""

from __future__ import annotations

import pytest

from evals.metrics.statements import Statement, content, is_factual, markers, statements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It is hard. [1]", [("It is hard.", (1,), 1)], id="one"),
        pytest.param(
            "It is hard. [1] It takes 6 months. [2][3]",
            [("It is hard.", (1,), 1), ("It takes 6 months.", (2, 3), 1)],
            id="a marker belongs to what stands before it",
        ),
        pytest.param(
            "Talk to users. Write it down. [1]",
            [("Talk to users. Write it down.", (1,), 2)],
            id="a marker stands for its line",
        ),
        pytest.param(
            "It is hard. [1] Good luck! Write soon.",
            [("It is hard.", (1,), 1), ("Good luck!", (), 1), ("Write soon.", (), 1)],
            id="what follows the last marker has none",
        ),
        pytest.param(
            "Skills:\n- **SQL**: critical, 11 weeks. [2]\n2. Excel. [1, 2]",
            [("Skills:", (), 1), ("SQL: critical, 11 weeks.", (2,), 1), ("Excel.", (1, 2), 1)],
            id="a list",
        ),
        pytest.param("\n \n", [], id="nothing"),
    ],
)
def test_statements(text: str, expected: list[tuple[str, tuple[int, ...], int]]) -> None:
    assert statements(text) == [Statement(*one) for one in expected]


def test_markers_are_read_in_order_and_once() -> None:
    assert markers("a [3] b [1, 2][3] c [see] [4;5]") == (3, 1, 2, 4, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It takes 6 months.", True),
        ("Employers value experience in shipping products.", True),
        ("Good question!", False),
        ("You're welcome!", False),
        ("The guide names these 5 books:", False),
        ("Which move do you mean?", False),
        ("Baker to Pilot", False),
        ("Baker to Train Driver via Night School", True),
        ("The guide on moving from Baker to Pilot says nothing about visas.", False),
        ("My guides don't cover how visas and permits work.", False),
    ],
)
def test_only_what_states_something_needs_a_source(text: str, expected: bool) -> None:
    assert is_factual(Statement(text, (), 1), {"Baker to Pilot"}) is expected


def test_content_knows_words_by_their_stems_and_leaves_out_small_ones() -> None:
    assert content("The skills that you are learning, in 12 weeks") == content(
        "skill learn 12 week"
    )
