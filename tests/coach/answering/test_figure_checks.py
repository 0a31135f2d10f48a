from __future__ import annotations

from collections.abc import Sequence

import pytest

from coach.answering.figure_checks import crossed_figures, unsupported_amount
from coach.domain import Guide
from tests.coach.asking import CAIO

SOURCE = (
    "Study takes 18-24 months at 10-15 hours a week. Growth is +15.2%, and growth elsewhere is "
    "-3%. The median is $97,550 a year. Python takes 6 weeks and SQL 4 weeks. "
    "There are 55,600 openings."
)


def unsupported(
    text: str, *, said: str = "", derived: Sequence[str] = (), guides: Sequence[Guide] = ()
) -> str | None:
    return unsupported_amount(text, [SOURCE], said, derived, guides)


@pytest.mark.parametrize(
    "text",
    [
        "Study takes one and a half to two years.",
        "Study takes up to 24 months.",
        "Study takes at least 18 months.",
        "Study takes 18 or more months.",
        "It asks for ten to fifteen hours a week.",
        "Growth is 15.2 percent.",
        "The median is about $98k a year.",
        "There are 55,600 openings.",
        "It names no figure.",
    ],
)
def test_a_figure_of_the_source_is_supported(text: str) -> None:
    assert unsupported(text) is None


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Study takes 24 weeks.", "24 weeks"),
        ("Study takes 18 months.", "18 months"),
        ("Study takes up to 18 months.", "18 months"),
        ("Study takes 24 or more months.", "24 months"),
        ("Study takes 12 to 24 months.", "12 to 24 months"),
        ("Growth is -15.2%.", "-15.2%"),
        ("The median is $98,000 a year.", "$98,000"),
        ("The median is about $90k a year.", "$90k"),
        ("There are 55k openings.", "55k"),
        ("There are 55 thousand openings.", "55 thousand"),
        ("Study takes a dozen weeks.", "12 weeks"),
    ],
)
def test_a_figure_the_source_lacks_is_named(text: str, figure: str) -> None:
    assert unsupported(text) == f"“{figure}” does not stand in its source."


@pytest.mark.parametrize(
    "text",
    [
        "With your 7 months, plan well.",
        "You said 7 months.",
        "You have 7 months.",
        "The 7 months you mentioned are another matter.",
        "Not 7 months, but 18-24 months.",
        "Your 9 hours are a start.",
        "At 9 hours, plan well.",
        "Your 12 hours fit the 10-15 hours.",
    ],
)
def test_a_figure_of_the_persons_passes_as_theirs(text: str) -> None:
    assert (
        unsupported(text, said="I have 7 months. A week has 9 hours. Some have 12 hours.") is None
    )


@pytest.mark.parametrize(
    "text",
    [
        "It takes 7 months.",
        "Yes, 7 months.",
        "You can do it in 7 months.",
        "Your study takes 7 months.",
        "Your 7 months are enough.",
        "Your 7 months fit the 18-24 months.",
        "Your 9 hours fit the 10-15 hours.",
        "The guide asks for 9 hours.",
        "The plan says that it takes 9 hours.",
        "Study takes less than 7 months.",
    ],
)
def test_a_figure_of_the_persons_does_not_pass_as_the_guides(text: str) -> None:
    assert unsupported(text, said="I have 7 months or 9 hours.") is not None


def test_a_figure_our_code_computed_is_supported() -> None:
    assert unsupported("Together that is 77 weeks.") is not None
    assert unsupported("Together that is 77 weeks.", derived=["In all 77 weeks."]) is None


def test_parts_of_the_guide_may_be_counted(guides: dict[str, Guide]) -> None:
    guide = guides[CAIO]
    right, wrong = len(guide.phases), len(guide.phases) + 7
    assert unsupported(f"There are {right} phases.", guides=[guide]) is None
    assert unsupported(f"There are {wrong} phases.", guides=[guide]) is not None


def test_figures_given_to_each_others_words_are_found() -> None:
    right = "5 weeks of Python basics and 2 weeks of statistics homework."
    crossed = "2 weeks of Python basics and 5 weeks of statistics homework."
    assert crossed_figures(right, [right]) is None
    assert crossed_figures("Python basics take 5 weeks.", [right]) is None
    assert crossed_figures(crossed, [right]) == "Its figures belong to other things in its source."
