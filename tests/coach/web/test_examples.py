"""Questions to start with, over the guides of this repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain import Guide
from coach.reading import read
from coach.web.examples import example_questions

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"


@pytest.fixture(scope="module")
def guides() -> tuple[Guide, ...]:
    readings = (
        read(path, name=path.name, key=path.name) for path in sorted(KNOWLEDGE.glob("*-to-*.md"))
    )
    return tuple(reading.content for reading in readings if isinstance(reading.content, Guide))


def test_examples_are_of_different_kinds_and_guides(guides: tuple[Guide, ...]) -> None:
    questions = example_questions(guides)
    assert len(set(questions)) == 5
    assert len({question.rsplit(" to ", 1)[1] for question in questions}) == 5


def test_examples_fit_the_guide_that_was_picked(guides: tuple[Guide, ...]) -> None:
    chosen = guides[3]
    questions = example_questions(guides, chosen.slug)
    assert len(questions) == 5
    assert all(chosen.to_role in question for question in questions)


def test_examples_ask_for_nothing_that_a_guide_lacks(guides: tuple[Guide, ...]) -> None:
    bare = guides[0].model_copy(update={"challenges": (), "salary_change": None})
    questions = example_questions([bare])
    assert len(questions) == 3
    assert not [question for question in questions if "pay" in question or "hardest" in question]


def test_no_guides_give_no_examples() -> None:
    assert example_questions([]) == ()
