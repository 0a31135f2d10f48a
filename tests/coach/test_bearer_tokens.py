"""Tokens: not to be guessed, and kept as hashes, whatever somebody makes up."""

from __future__ import annotations

import pytest

from coach.bearer_tokens import hash_token, new_token


def test_tokens_have_256_bits_and_differ() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)


@pytest.mark.parametrize("token", ["", "\u00e9", "\0", "\ud800"])
def test_any_text_has_a_hash(token: str) -> None:
    assert len(hash_token(token)) == 64
