"""Tokens estimated without the tokenizer that will cut a text, rather too many than too few."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIECE = re.compile(r"[^\W\d_]+|\S")


def token_counts(text: str, bytes_a_token: int) -> Iterator[tuple[int, int]]:
    """The words, digits and marks of a text: where each begins, and how many tokens it may be.

    Args:
        text: any text.
        bytes_a_token: how many bytes of a word make a token; a digit or a mark is as many tokens
            as it has bytes.
    """
    for match in _PIECE.finditer(text):
        piece = match.group()
        size = len(piece.encode("utf-8", "replace"))
        yield match.start(), -(-size // bytes_a_token) if piece.isalpha() else size
