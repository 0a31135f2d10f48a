from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.answering.contradiction import contradiction, read_signs
from coach.domain import Passage, Section, Span

SOURCE = (
    "You do not need a degree for the first post. "
    "Recruiters often ask for a portfolio of projects. "
    "Learn SQL before Python. "
    "Salaries rise with experience. "
    "One of two languages is enough to begin. "
    "Ask for stories and mistakes rather than for content. "
    "Proofs are rarely asked for."
)


def passage_of(text: str, *, heading: str = "Notes", section: Section = Section.FAQ) -> Passage:
    return Passage(
        id="one",
        source="notes.md",
        guide=None,
        section=section,
        headings=("Notes", heading),
        text=text,
        span=Span(start=0, end=len(text), first_line=1, last_line=text.count("\n") + 1),
    )


def problem(text: str, passage: Passage, support: float = 0.9) -> str | None:
    return contradiction(text, [passage], rarity=lambda _part: 3.0, support=support)


@pytest.mark.parametrize(
    "text",
    [
        "You need a degree for the first post.",
        "Recruiters do not ask for a portfolio of projects.",
        "Recruiters seldom ask for a portfolio of projects.",
        "Learn Python before SQL.",
        "Learn Python first, then SQL.",
        "Salaries fall with experience.",
        "Both languages are needed to begin.",
        "Ask for content rather than for stories and mistakes.",
        "Proofs are regularly asked for.",
        "Recruiters are too busy for a portfolio of projects.",
    ],
)
def test_a_sentence_that_turns_its_source_round_is_found(text: str) -> None:
    assert problem(text, passage_of(SOURCE)) == "Its source says otherwise."


@pytest.mark.parametrize(
    "text",
    [
        "You do not need a degree for the first post.",
        "No degree is needed for the first post.",
        "Recruiters ask for a portfolio of projects.",
        "Learn SQL before Python.",
        "Before Python, learn SQL.",
        "Salaries rise with experience.",
        "One of the two languages is enough.",
        "Ask for stories and mistakes, not for content.",
        "Hardly anybody asks for proofs.",
        "Gardening is not about tomatoes.",
    ],
)
def test_a_sentence_that_says_the_same_is_left_alone(text: str) -> None:
    assert problem(text, passage_of(SOURCE)) is None


MISSED = "Long school holidays and the rhythm of the school year."


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("You will keep the long school holidays.", True),
        ("You might miss the long school holidays.", False),
        ("The long school holidays are gone, and so is the rhythm of the year.", False),
        ("Long school holidays.", False),
    ],
)
def test_what_one_might_miss_is_not_told_as_if_it_stayed(text: str, is_told: bool) -> None:
    passage = passage_of(MISSED, heading="What you might miss", section=Section.REALITY)
    assert (problem(text, passage) is not None) is is_told


def test_a_challenge_may_be_told_with_a_denial() -> None:
    text = "Designing without the curriculum."
    challenge = passage_of(
        "Designing beyond the curriculum.", heading="Biggest challenges", section=Section.REALITY
    )
    signs = read_signs(text, [challenge], rarity=lambda _part: 1.0, support=1.0)
    elsewhere = read_signs(
        text, [passage_of(challenge.text)], rarity=lambda _part: 1.0, support=1.0
    )
    assert signs is not None
    assert elsewhere is not None
    assert (signs.new_denial, elsewhere.new_denial) == (0.0, 1.0)


def test_the_less_of_a_sentence_stands_in_its_source_the_sooner_it_fails() -> None:
    text = "All recruiters always ask for a portfolio of projects."
    assert problem(text, passage_of(SOURCE), support=1.0) is None
    assert problem(text, passage_of(SOURCE), support=0.4) is not None


@given(st.text(), st.text())
def test_any_texts_can_be_held_against_each_other(text: str, source: str) -> None:
    problem(text, passage_of(source))
    assert contradiction(text, [], rarity=lambda _part: 1.0, support=0.0) is None


@given(st.lists(st.sampled_from([*SOURCE.split(), "not", "before", "Never", "first,"]), min_size=1))
def test_a_text_never_contradicts_itself_alone(said: list[str]) -> None:
    text = " ".join(word.rstrip(".") for word in said)
    assert problem(text, passage_of(text), support=1.0) is None
