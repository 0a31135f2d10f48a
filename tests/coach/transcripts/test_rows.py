from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.transcripts.rows import TITLE_LENGTH, storable, title_of


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How long?", "How long?"),
        ("  How\n\nlong \t does it take? ", "How long does it take?"),
        ("", ""),
        ("x" * 60, "x" * 60),
        ("x" * 80, "x" * 60 + "…"),
        (
            "How long would it take me to go from backend developer, if I study at night?",
            "How long would it take me to go from backend developer, if I…",
        ),
        ("a" * 40 + " " + "b" * 19 + " c", "a" * 40 + " " + "b" * 19 + "…"),
        ("a" * 58 + ", b c d", "a" * 58 + "…"),
        ("a\0b", "ab"),
    ],
)
def test_a_title_is_the_question_cut_at_a_word(question: str, title: str) -> None:
    assert title_of(question) == title


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_question_gives_a_title_and_a_text_that_both_databases_take(question: str) -> None:
    title = title_of(question)

    assert len(title) <= TITLE_LENGTH + 1
    assert "\n" not in title
    assert "\0" not in storable(question)
    storable(question).encode()
