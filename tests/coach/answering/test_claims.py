from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.answering.claims import overclaim


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("A certificate guarantees an interview.", "guarantees"),
        ("You will certainly be hired.", "certainly"),
        ("This is the best course.", "the best"),
        ("Every employer asks for it.", "every employer"),
        ("No employer asks for a degree.", "no employer"),
        ("You will get a job.", "will get a job"),
        ("With a degree the post is yours.", "post is yours"),
        ("It never takes longer.", "never"),
    ],
)
def test_a_strong_word_its_source_does_not_use_is_told(text: str, word: str) -> None:
    source = "A certificate may help you to an interview, and some employers ask for it."
    assert overclaim(text, [source]) == f"“{word}” claims more than its source."


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A certificate may help.", "A certificate may help."),
        ("It guarantees nothing.", "A certificate guarantees nothing."),
        ("Every employer asks for it.", "It is asked for by every employer."),
        ("Nobody asks for a degree.", "Nobody asks for it."),
    ],
)
def test_a_source_may_be_as_strong_as_it_is(text: str, source: str) -> None:
    assert overclaim(text, [source]) is None


@given(st.text(), st.text())
def test_any_texts_can_be_held_against_each_other(text: str, source: str) -> None:
    overclaim(text, [source])
