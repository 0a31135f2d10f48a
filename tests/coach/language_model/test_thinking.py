from __future__ import annotations

import pytest

from coach.language_model.thinking import ThinkingFilter


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("No thought at all.", "No thought at all."),
        ("<think>Hm, weeks?</think>Twelve weeks.", "Twelve weeks."),
        ("A <think>b</think>c <think>d</think>e", "A c e"),
        ("<think>never comes to an end", ""),
        ("1 < 2 and <thin is no mark <", "1 < 2 and <thin is no mark <"),
        ("<<think>x</think>y", "<y"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_thinking_is_left_out_however_the_text_is_cut(text: str, shown: str, size: int) -> None:
    thinking = ThinkingFilter()

    fed = [thinking.feed(text[start : start + size]) for start in range(0, len(text), size)]

    assert "".join(fed) + thinking.rest() == shown


def test_text_without_a_mark_is_not_held_back() -> None:
    assert ThinkingFilter().feed("Twelve weeks.") == "Twelve weeks."
