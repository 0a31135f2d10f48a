from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from coach.answering.rewriting import rewrite
from coach.conversation import Resolved
from coach.domain import Message
from coach.understanding import Catalogue
from tests.coach.asking import CAIO
from tests.coach.model_servers import Behaviour, answering, cutting, failing
from tests.coach.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED = "and how hard is it?"
HISTORY = (
    Message(role="user", content="How long from backend dev to CAIO?"),
    Message(role="assistant", content="It takes 18-24 months [1]."),
)
RESOLVED = Resolved(question="how hard is it", guides=(CAIO,), depends=True)
GOOD = "How hard is it to become a CAIO?"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage.opened() as stage:
        yield stage


@pytest.mark.parametrize(
    "reply",
    [GOOD, f'"{GOOD}"', f"“{GOOD}”\n", f"  {GOOD}  ", f"<think>Hard, 9?</think>\n{GOOD}"],
    ids=["plain", "quoted", "curly quotes", "spaces", "with thinking"],
)
async def test_a_rewrite_takes_the_place_of_the_question_and_of_nothing_else(
    stage: Stage, catalogue: Catalogue, reply: str
) -> None:
    stage.play(answering(reply))

    found = await rewrite(stage.model, RESOLVED, ASKED, HISTORY, catalogue)

    assert found == RESOLVED.model_copy(update={"question": GOOD})
    (request,) = stage.requests
    assert request["max_tokens"] == 80


@pytest.mark.parametrize(
    "reply",
    [
        "How hard is it to become a CAIO in 6 months?",
        "How hard is it to become a CAIO at Google?",
        "How hard is it to become a nurse?",
        "Here is the question: how hard is it? I hope this helps.",
        "hard",
        '""',
        "   ",
    ],
    ids=["a number", "a name", "another role", "chatter", "a word", "quotes", "blank"],
)
async def test_a_rewrite_that_adds_something_or_says_too_little_is_dropped(
    stage: Stage, catalogue: Catalogue, reply: str
) -> None:
    stage.play(answering(reply))

    assert await rewrite(stage.model, RESOLVED, ASKED, HISTORY, catalogue) == RESOLVED


@pytest.mark.parametrize(
    "behaviour",
    [failing(401), cutting("How hard"), answering("")],
    ids=["wrong key", "cut", "empty"],
)
async def test_a_model_that_fails_changes_nothing_and_the_log_has_the_cause(
    stage: Stage,
    catalogue: Catalogue,
    behaviour: Behaviour,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage.play(behaviour)

    with caplog.at_level(logging.WARNING, logger="coach.answering.rewriting"):
        assert await rewrite(stage.model, RESOLVED, ASKED, HISTORY, catalogue) == RESOLVED

    assert "The question was not rewritten: small at 127.0.0.1" in caplog.text


async def test_a_rewrite_is_asked_for_within_what_the_model_takes(
    stage: Stage, catalogue: Catalogue
) -> None:
    long = tuple(Message(role="user", content=f"{place} {'word ' * 400}") for place in range(12))
    model = stage.open(context=1024)
    stage.play(answering(GOOD))

    await rewrite(model, RESOLVED, ASKED, (*long, *HISTORY), catalogue)

    (request,) = stage.requests
    text = "".join(message["content"] for message in request["messages"])
    assert model.count_tokens(text) <= 1024 - 80
    assert "Person: How long from backend dev to CAIO?" in text
    assert text.endswith(f"Last question: {ASKED}")
