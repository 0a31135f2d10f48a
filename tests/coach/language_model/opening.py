"""A model on a server of the test's own, with limits small enough for tests."""

from __future__ import annotations

from typing import Any

from coach.domain import Message, Prompt
from coach.language_model import LanguageModel, Reply, open_model

SECRET_QUESTION = "How long do I need, being Ottilie Vane?"
PROMPT = Prompt(
    system="Answer briefly.",
    messages=(
        Message(role="user", content="Hello"),
        Message(role="assistant", content="Good day."),
        Message(role="user", content=SECRET_QUESTION),
    ),
)
LIMITS: dict[str, Any] = {
    "context": 2048,
    "answer_tokens": 50,
    "calls": 4,
    "connect_seconds": 2.0,
    "first_token_seconds": 10.0,
    "seconds": 20.0,
}


def opened(url: str | None, name: str = "small", **limits: Any) -> LanguageModel:
    """A model on a server."""
    return open_model(name, url=url, **{**LIMITS, **limits})


async def received(reply: Reply) -> str:
    """The whole text of a reply."""
    return "".join([piece async for piece in reply])
