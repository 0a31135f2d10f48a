"""What a plan says of its guide's own figures."""

from __future__ import annotations

import pytest

from coach.domain import Guide, Range
from coach.planning.notes import notes

FIRST = "backend-developer-to-chief-ai-officer"
BI = "accountant-to-business-intelligence-analyst"


def said(guide: Guide) -> str:
    return "\n".join(note.text for note in notes(guide))


def test_it_says_that_the_middle_is_counted_with(guides: dict[str, Guide]) -> None:
    assert "560-840 hours. The plan counts with the middle, 700 hours" in said(guides[FIRST])


def test_one_figure_has_no_middle(guides: dict[str, Guide]) -> None:
    pace = guides[FIRST].study_hours
    assert pace
    exact = pace.model_copy(update={"value": Range(low=10, high=10)})

    text = said(guides[FIRST].model_copy(update={"study_hours": exact}))

    assert "560 hours. A phase's hours" in text


def test_parts_of_the_faq_that_are_not_its_whole_are_said(guides: dict[str, Guide]) -> None:
    (note,) = [note for note in notes(guides[FIRST]) if "FAQ" in note.text]

    assert "the 18-24 months into parts of 6-8, 6 and 6-12 months, which add up to 18-26" in (
        note.text
    )
    (span,) = note.sources
    assert span in {entry.answer.span for entry in guides[FIRST].faq}


def test_parts_of_the_faq_that_are_its_whole_are_not(guides: dict[str, Guide]) -> None:
    assert guides[BI].timeline
    assert "FAQ" not in said(guides[BI])


@pytest.mark.parametrize(
    ("months", "told"),
    [
        ((18, 24), "The 5-11 months between are for finding the position"),
        ((13, 17), "Up to 4 months between are for finding the position"),
        ((12, 15), "The two agree."),
        ((6, 9), "which is less than its phases add up to"),
    ],
)
def test_phases_and_headline_are_compared(
    guides: dict[str, Guide], months: tuple[int, int], told: str
) -> None:
    timeline = guides[FIRST].timeline
    assert timeline
    value = timeline.model_copy(update={"value": Range(low=months[0], high=months[1])})

    assert told in said(guides[FIRST].model_copy(update={"timeline": value}))
