"""What kind of thing a person said: a question, a greeting, a cry for help, noise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from coach.lexicon import is_word
from coach.understanding.orders import gives_orders
from coach.understanding.patterns import plain
from coach.understanding.sayings import (
    CAPABILITIES,
    DISTRESS,
    FAREWELL,
    GREETING,
    THANKS,
)
from coach.understanding.tokens import Token
from coach.understanding.values import Manner
from coach.understanding.vocabulary import COMMON_WORDS

if TYPE_CHECKING:
    from lingua import LanguageDetector

_LEAST_ENGLISH = 0.25
_FAMILIAR = 0.55
_LONGEST_SMALL_TALK = 14
_SURE_OTHER = 0.7


def manner_of(
    text: str, tokens: tuple[Token, ...], known: Callable[[str], bool], *, names_role: bool
) -> Manner:
    """Tell questions from everything else.

    Args:
        text: the person's words.
        tokens: those words one by one.
        known: tells the stems that the knowledge uses.
        names_role: whether a role of some guide stands in the text.
    """
    said = plain(text)
    if DISTRESS.search(said):
        return Manner.DISTRESS
    if GREETING.match(said):
        return Manner.GREETING
    if FAREWELL.match(said):
        return Manner.FAREWELL
    if CAPABILITIES.search(said) and len(tokens) <= _LONGEST_SMALL_TALK:
        return Manner.CAPABILITIES
    if THANKS.match(said):
        return Manner.THANKS
    if _other_script(text):
        return Manner.FOREIGN
    if not tokens:
        return Manner.GIBBERISH
    familiar = [t for t in tokens if t.word in COMMON_WORDS or known(t.stem)]
    spelt = {t for t in tokens if t in familiar or is_word(t.word)}
    if (
        not familiar
        and not names_role
        and not any(token.word.isdigit() for token in tokens)
        and _noise(tokens)
    ):
        return Manner.GIBBERISH
    if len(tokens) >= 3 and len(spelt) / len(tokens) < _FAMILIAR and _foreign(text):
        return Manner.FOREIGN
    if gives_orders(text):
        return Manner.INJECTION
    return Manner.QUESTION


def _other_script(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return False
    other = [letter for letter in letters if "LATIN" not in unicodedata.name(letter, "")]
    return len(other) / len(letters) > 0.3


def _noise(tokens: tuple[Token, ...]) -> bool:
    """Whether the words look typed at random: no vowels, or long runs of consonants."""
    odd = [
        token
        for token in tokens
        if not re.search(r"[aeiouy]", token.word)
        or re.search(r"[bcdfghjklmnpqrstvwxz]{4,}", token.word)
        or re.search(r"(.)\1{2,}", token.word)
        or len(tokens) <= 2
    ]
    return len(odd) * 2 >= len(tokens)


def _foreign(text: str) -> bool:
    scores = _detector().compute_language_confidence_values(text)
    best = scores[0]
    english = next(score.value for score in scores if score.language.name == "ENGLISH")
    return best.language.name != "ENGLISH" and best.value > _SURE_OTHER and english < _LEAST_ENGLISH


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    from lingua import Language, LanguageDetectorBuilder

    return (
        LanguageDetectorBuilder.from_languages(
            Language.ENGLISH,
            Language.SPANISH,
            Language.FRENCH,
            Language.GERMAN,
            Language.ITALIAN,
            Language.PORTUGUESE,
            Language.DUTCH,
            Language.POLISH,
            Language.SWEDISH,
            Language.TURKISH,
        )
        .with_low_accuracy_mode()
        .build()
    )
