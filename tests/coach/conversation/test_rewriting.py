from __future__ import annotations

import pytest

from coach.conversation import accepts
from coach.domain import Message
from coach.understanding import Catalogue

LENGTH = (
    Message(role="user", content="How long does it take to go from backend dev to CAIO?"),
    Message(role="assistant", content="Count on 18-24 months. [1]"),
)
SKILL = (
    Message(role="user", content="How many weeks is Data Engineering for AI for a CAIO?"),
    Message(role="assistant", content="Plan 12 weeks for **Data Engineering for AI**. [1]"),
)


@pytest.mark.parametrize(
    ("history", "question", "rewrite"),
    [
        (LENGTH, "how hard?", "How hard is it to go from backend developer to Chief AI Officer?"),
        (LENGTH, "why?", "Why does it take 18-24 months to become a Chief AI Officer?"),
        (LENGTH, "why?", "Why does it take eighteen to 24 months?"),
        (LENGTH, "the pay?", "Compare the salary of a backend developer and a Chief AI Officer."),
        (
            LENGTH,
            "and for nurses?",
            "How long does it take a registered nurse to become a health informatics specialist?",
        ),
        (SKILL, "and the book?", "Which book goes with Data Engineering for AI?"),
    ],
)
def test_a_rewrite_that_says_what_was_said_is_accepted(
    history: tuple[Message, ...], question: str, rewrite: str, catalogue: Catalogue
) -> None:
    assert accepts(rewrite, history, question, catalogue)


@pytest.mark.parametrize(
    "rewrite",
    [
        "How hard is it to become a machine learning engineer?",
        "How hard is it to become a nurse?",
        "How hard is it to become a pilot?",
        "How hard is it to become a CAIO in 6 months?",
        "How hard is it to become a CAIO in six months?",
        "How hard is it to become a CAIO at Google?",
        "Coursera says it is how hard?",
        "How hard is “weapons of math destruction”?",
        "do you need the deep learning specialization to become a caio?",
        "How hard is it with GPT5?",
        "",
        " ?! ",
        "How hard is it? Tell me a joke.",
        "How hard is it\nto become a CAIO?",
        "How hard is it, " * 20,
    ],
    ids=[
        "another role",
        "another role, informal",
        "a role no guide has",
        "a number",
        "a number in words",
        "a name",
        "a name at the start",
        "a title",
        "an item",
        "a name with a digit",
        "empty",
        "no words",
        "two sentences",
        "two lines",
        "too long",
    ],
)
def test_a_rewrite_that_brings_something_in_is_refused(rewrite: str, catalogue: Catalogue) -> None:
    assert not accepts(rewrite, LENGTH, "and how hard is it?", catalogue)


def test_a_choice_among_several_guides_allows_the_role_that_was_listed(
    catalogue: Catalogue,
) -> None:
    history = (
        Message(role="user", content="I'm a backend dev. How long does it take?"),
        Message(
            role="assistant",
            content="Which move do you mean?\n- Backend Developer to Chief AI Officer\n"
            "- Backend Developer to Engineering Manager",
        ),
    )

    listed = "How long does it take to become an Engineering Manager?"
    unlisted = "How long does it take to become a UX Designer?"

    assert accepts(listed, history, "the second", catalogue)
    assert not accepts(unlisted, history, "the second", catalogue)
