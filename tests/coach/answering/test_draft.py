from __future__ import annotations

import pytest

from coach.answering.draft import Draft, as_sentence, figures, percent
from coach.domain import Passage, Range, Section, Span

TEXT = "Weeks: 4\nHours: 10-15\nPriority: Critical"


@pytest.fixture
def passage() -> Passage:
    return Passage(
        id="one",
        source="guide.md",
        guide="a-to-b",
        section=Section.PHASE,
        headings=("A to B",),
        text=TEXT,
        span=Span(start=100, end=100 + len(TEXT), first_line=20, last_line=22),
    )


@pytest.fixture
def draft(passage: Passage) -> Draft:
    return Draft(lambda guide: [passage])


def span_of(words: str) -> Span:
    start = 100 + TEXT.index(words)
    return Span(start=start, end=start + len(words), first_line=0, last_line=0)


def test_a_quote_has_the_lines_it_stands_on(draft: Draft) -> None:
    assert draft.cite("a-to-b", [span_of("10-15")]) == "[1]"

    (citation,) = draft.citations
    assert citation.quote == "Hours: 10-15"
    assert (citation.first_line, citation.last_line) == (21, 21)


def test_words_of_one_passage_share_a_marker_and_a_quote(draft: Draft) -> None:
    draft.cite("a-to-b", [span_of("Critical")])
    assert draft.cite("a-to-b", [span_of("Weeks")]) == "[1]"

    (citation,) = draft.citations
    assert citation.quote == TEXT
    assert (citation.first_line, citation.last_line) == (20, 22)


def test_words_can_be_cited_by_themselves(draft: Draft, passage: Passage) -> None:
    assert draft.cite_words(passage, "Hours: 10-15") == "[1]"
    assert draft.citations[0].quote == "Hours: 10-15"


def test_words_that_do_not_stand_in_the_passage_cannot_be_cited(
    draft: Draft, passage: Passage
) -> None:
    with pytest.raises(ValueError, match="do not stand"):
        draft.cite_words(passage, "Hours: 5")


def test_a_span_outside_every_passage_gives_no_marker(draft: Draft) -> None:
    assert draft.cite("a-to-b", [Span(start=5, end=9, first_line=1, last_line=1)]) == ""
    assert draft.citations == ()


def test_list_items_stand_close_together_and_paragraphs_apart(draft: Draft) -> None:
    for line in ("Opening:", "- one", "- two", "Closing."):
        draft.add(line)

    assert draft.text == "Opening:\n- one\n- two\n\nClosing."


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (18, 24, "month", "18-24 months"),
        (20, 20, "week", "20 weeks"),
        (1, 1, "week", "1 week"),
        (1.5, 2, "year", "1.5-2 years"),
        (4, 4, "", "4"),
    ],
)
def test_figures_are_written_as_people_write_them(
    low: float, high: float, unit: str, text: str
) -> None:
    assert figures(Range(low=low, high=high), unit) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(150, 150, "+150%"), (-11.6, -11.6, "-11.6%"), (10, 20, "+10% to +20%"), (0, 0, "+0%")],
)
def test_a_change_keeps_its_sign(low: float, high: float, text: str) -> None:
    assert percent(Range(low=low, high=high)) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("one\n  two", "one two."), ("Done.", "Done."), ("Why?", "Why?"), ("These:", "These:")],
)
def test_a_sentence_is_one_line_with_an_end(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence
