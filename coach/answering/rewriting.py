"""A question that points at what was said before, made to stand alone by a language model."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coach.answering.prompts import rewriting_prompt
from coach.conversation import Resolved, accepts
from coach.domain import Message
from coach.errors import ModelError
from coach.terms import words
from coach.understanding import Catalogue

if TYPE_CHECKING:
    from coach.language_model import LanguageModel

log = logging.getLogger(__name__)

_MOST_TOKENS = 80
# No question that stands alone has fewer.
_LEAST_WORDS = 3
_QUOTES = "\"'“”‘’"
_MOST_SECONDS = 8.0


async def rewrite(
    model: LanguageModel,
    resolved: Resolved,
    question: str,
    history: Sequence[Message],
    catalogue: Catalogue,
) -> Resolved:
    """The turn with the model's rewrite of its question, or as it was.

    A rewrite that brings in a role, number or name that was not said is dropped, as is one too
    short to stand alone, and a model that fails changes nothing: what was resolved without it
    stands.
    """
    prompt = rewriting_prompt(
        question, history, budget=model.context - _MOST_TOKENS, count=model.count_tokens
    )
    try:
        reply = await model.complete(prompt, tokens=_MOST_TOKENS, seconds=_MOST_SECONDS)
    except ModelError as error:
        log.warning("The question was not rewritten: %s", error)
        return resolved
    rewritten = reply.strip().strip(_QUOTES)
    too_little = len(words(rewritten)) < _LEAST_WORDS
    if too_little or not accepts(rewritten, history, question, catalogue):
        return resolved
    return resolved.model_copy(update={"question": rewritten})
