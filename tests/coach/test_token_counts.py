from __future__ import annotations

from coach.token_counts import token_counts


def test_words_count_by_their_bytes_and_digits_and_marks_one_each() -> None:
    assert list(token_counts("aerial 18!", 4)) == [(0, 2), (7, 1), (8, 1), (9, 1)]


def test_fewer_bytes_a_token_are_more_tokens() -> None:
    assert list(token_counts("aerial", 3)) == [(0, 2)]
    assert list(token_counts("aerials", 3)) == [(0, 3)]


def test_letters_of_many_bytes_and_broken_ones_count_by_their_bytes() -> None:
    assert list(token_counts("職業 \ud800", 4)) == [(0, 2), (3, 1)]
