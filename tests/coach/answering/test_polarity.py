from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.answering.polarity import read_polarity
from coach.terms import stem


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("You learn Python", ""),
        ("Do not learn Python", "learn python"),
        ("A degree is not required", "degree required"),
        ("Recruiters seldom ask for proofs", "ask proofs"),
        ("Skip algorithms, but learn SQL", "algorithms"),
        ("Leave the tests out", "tests"),
        ("Steer clear of banks", "banks"),
        ("Graphs rather than tables", "tables"),
        ("The habit keeps data from leaking", "leaking data"),
        ("Too late for nurses", "late nurses"),
        ("Not too late for nurses", ""),
        ("It isn't without risk", ""),
        ("At least three projects", ""),
        ("No, the certificate helps", ""),
    ],
)
def test_a_negation_denies_the_words_it_stands_before(text: str, denied: str) -> None:
    assert read_polarity(text).denied == {stem(word) for word in denied.split()}


def test_what_is_missed_is_denied_up_to_its_reason() -> None:
    reading = read_polarity("Long holidays, because projects go on", is_lost=True)
    assert reading.denied == {"long", "holiday"}
    assert "project" in reading.affirmed


@given(st.text(), st.booleans())
def test_any_text_can_be_read(text: str, is_lost: bool) -> None:
    reading = read_polarity(text, is_lost=is_lost)
    assert reading.content <= reading.stems
