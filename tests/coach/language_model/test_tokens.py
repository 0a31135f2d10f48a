from __future__ import annotations

from coach.domain import Message, Prompt
from coach.encoder import Encoder
from coach.language_model import count_tokens
from tests.coach.asking import GUIDES, KNOWLEDGE


def test_the_guides_are_never_counted_too_short_and_not_far_too_long(
    real_encoder: Encoder,
) -> None:
    texts = [(KNOWLEDGE / f"{slug}.md").read_text("utf-8") for slug in GUIDES]

    ratios = [
        count_tokens(text) / count
        for text, count in zip(texts, real_encoder.count_tokens(texts), strict=True)
    ]

    assert min(ratios) >= 1.0
    assert max(ratios) <= 1.6


def test_each_digit_and_mark_counts_and_so_does_a_letter_of_many_bytes() -> None:
    assert count_tokens("18-24") == 5
    assert count_tokens("職業") == 2


def test_a_prompt_counts_more_than_its_texts() -> None:
    prompt = Prompt(system="Be brief.", messages=(Message(role="user", content="How long?"),))

    assert count_tokens(prompt) > count_tokens("Be brief.") + count_tokens("How long?")
