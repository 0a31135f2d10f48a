from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.answering.claims import overclaim, reversal
from coach.domain import Passage, Section, Span


def passage_of(text: str) -> Passage:
    return Passage(
        id="one",
        source="notes.md",
        guide=None,
        section=Section.DOCUMENT,
        headings=("Notes",),
        text=text,
        span=Span(start=0, end=len(text), first_line=1, last_line=text.count("\n") + 1),
    )


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


SOURCE = (
    "You do not need a degree for the first post. "
    "Recruiters often ask for a portfolio of projects. "
    "Learn SQL before Python. "
    "Salaries rise with experience."
)


@pytest.mark.parametrize(
    "text",
    [
        "You need a degree for the first post.",
        "Recruiters do not ask for a portfolio of projects.",
        "Learn Python before SQL.",
        "Salaries fall with experience.",
    ],
)
def test_a_sentence_that_turns_its_source_round_is_found(text: str) -> None:
    assert reversal(text, [passage_of(SOURCE)]) == "Its source says otherwise."


@pytest.mark.parametrize(
    "text",
    [
        "You do not need a degree for the first post.",
        "No degree is needed for the first post.",
        "Recruiters ask for a portfolio of projects.",
        "Learn SQL before Python.",
        "Before Python, learn SQL.",
        "Salaries rise with experience.",
        "Gardening is not about tomatoes.",
    ],
)
def test_a_sentence_that_says_the_same_is_left_alone(text: str) -> None:
    assert reversal(text, [passage_of(SOURCE)]) is None


@given(st.text(), st.text())
def test_any_texts_can_be_held_against_each_other(text: str, source: str) -> None:
    overclaim(text, [source])
    reversal(text, [passage_of(source)])
    assert reversal(text, []) is None
