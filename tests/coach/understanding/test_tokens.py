from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.terms import terms
from coach.understanding.tokens import find_phrase, same_word, tokenise


@given(st.text())
def test_each_token_says_where_it_stands(text: str) -> None:
    for token in tokenise(text):
        assert text[token.start : token.end] == token.text


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("developper", "developer"),
        ("enginer", "engineer"),
        ("acountant", "accountant"),
        ("nurse", "nurse"),
    ],
)
def test_a_slip_of_the_keyboard_is_the_same_word(written: str, known: str) -> None:
    assert same_word(written, known)


@pytest.mark.parametrize(
    ("written", "known"),
    [("dev", "dew"), ("data", "date"), ("teacher", "preacher"), ("nurse", "purse")],
)
def test_another_word_is_no_slip(written: str, known: str) -> None:
    assert not same_word(written, known)


def test_a_phrase_is_found_where_it_stands_and_nowhere_else() -> None:
    tokens = tokenise("from backend developers to CAIO")
    phrase = terms("backend developer")

    assert [start for start in range(len(tokens)) if find_phrase(tokens, phrase, start)] == [1]
