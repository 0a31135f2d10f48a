from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.terms import fold, stem, terms, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Aurélien’s Book", "aurelien's book"),
        ("ÇA VA", "ca va"),
        ("ﬁne", "fine"),
        ("", ""),
    ],
)
def test_folding_leaves_plain_small_letters(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_no_more(text: str) -> None:
    once = fold(text)

    assert not any(unicodedata.combining(letter) for letter in once)
    assert words(once) == words(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CI/CD pipelines", ["ci", "cd", "pipelines"]),
        ("C++ and C#", ["c++", "and", "c#"]),
        ("it's", ["it", "s"]),
        ("snake_case", ["snake", "case"]),
        ("18–24 months", ["18", "24", "months"]),
        ("?!…", []),
    ],
)
def test_words_are_split_at_signs_but_keep_those_of_languages(
    text: str, expected: list[str]
) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("nurses", "nurse"), ("engineers", "engineer"), ("courses", "course"), ("Learning", "learn")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_different_words_keep_different_stems() -> None:
    assert stem("nurse") != stem("nursery")


def test_terms_keep_order_and_repeats() -> None:
    assert terms("weeks and weeks of courses") == ["week", "and", "week", "of", "cours"]
