from __future__ import annotations

import pytest

from coach.understanding.parts import parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How long is it? And how hard?", ["How long is it?", "And how hard?"]),
        ("how long is it and what does it pay", ["how long is it", "what does it pay"]),
        ("It is easy. Is that so?", ["It is easy, Is that so?"]),
        ("Is it easy? Is that so?", ["Is it easy?", "Is that so?"]),
        ("If I stay, can I do it?", ["If I stay, can I do it?"]),
        ("As a nurse, can I do it?", ["As a nurse", "can I do it?"]),
    ],
)
def test_a_question_is_cut_where_something_else_is_asked(text: str, parts: list[str]) -> None:
    assert parts_of(text) == parts
