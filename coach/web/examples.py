"""Questions to start with, made from the guides at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coach.domain import Guide

# A question and whether a guide has what it asks for.
_KINDS: tuple[tuple[str, Callable[[Guide], bool]], ...] = (
    ("How long does it take to go from {start} to {goal}?", lambda guide: bool(guide.timeline)),
    (
        "Which skills should I learn first to go from {start} to {goal}?",
        lambda guide: bool(guide.skill_gaps),
    ),
    ("How does pay change from {start} to {goal}?", lambda guide: bool(guide.salary_change)),
    (
        "What can I do this week to move from {start} to {goal}?",
        lambda guide: bool(guide.this_week),
    ),
    (
        "What is hardest about moving from {start} to {goal}?",
        lambda guide: bool(guide.challenges),
    ),
)


def example_questions(guides: Sequence[Guide], chosen: str | None = None) -> tuple[str, ...]:
    """Return up to five questions that the guides answer, each of another kind.

    Args:
        guides: the guides at hand; the questions are spread over them.
        chosen: the slug of the one guide to ask about, if the person has picked one.
    """
    at_hand = [guide for guide in guides if chosen is None or guide.slug == chosen]
    questions: list[str] = []
    for number, (wording, has) in enumerate(_KINDS):
        able = [guide for guide in at_hand if has(guide)]
        if able:
            guide = able[number * len(able) // len(_KINDS)]
            questions.append(wording.format(start=guide.from_role, goal=guide.to_role))
    return tuple(questions)
