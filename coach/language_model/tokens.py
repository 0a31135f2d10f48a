"""Tokens of a prompt, estimated without the model's own tokenizer, rather too many than too few."""

from __future__ import annotations

from coach.domain import Prompt
from coach.token_counts import token_counts

_BYTES_A_TOKEN = 4
_TOKENS_A_MESSAGE = 5  # the marks of its start, role and end


def count_tokens(text: str | Prompt) -> int:
    """Estimate the tokens of a text, or of a prompt with the marks around its messages.

    Nothing is fetched: a word counts a token for each four of its bytes, a digit or a mark one.
    On 596 paragraphs of the guides that is 0.95-1.7 times, on average 1.3 times what the tokenizer
    of SmolLM2 counts.
    """
    if isinstance(text, Prompt):
        messages = (text.system, *(message.content for message in text.messages))
        return sum(_TOKENS_A_MESSAGE + count_tokens(content) for content in messages)
    return sum(tokens for _, tokens in token_counts(text, _BYTES_A_TOKEN))
