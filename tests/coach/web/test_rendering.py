"""Answers and sources as HTML: what is given a meaning, and that nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain import (
    Answer,
    Check,
    CheckStatus,
    Citation,
    Coverage,
    CoverageStatus,
    Guide,
    Passage,
    Range,
    Section,
    Sourced,
    Span,
)
from coach.transcripts import Correction, Feedback, Verdict
from coach.web.exchanges import Exchange, State
from coach.web.guide_cards import figures, render_guides
from coach.web.rendering import (
    mark_quote,
    plain,
    render_chips,
    render_conversation,
    render_exchange,
    render_read_only,
    render_text,
)

OURS = set(
    "article aside div h3 p button ul ol li br strong mark blockquote span details summary".split()
)
SPAN = Span(start=0, end=1, first_line=3, last_line=4)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "[link](javascript:alert(1))",
    "![image](https://example.org/x.png)",
    "</div></article><h1>Taken over</h1>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "**<b>bold</b>** [1]<i>",
    "[1](javascript:alert(1))",
    "\u2028<script>alert(1)</script>",
]


class Reader(HTMLParser):
    """Collects what a browser would find."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "every element is closed where it was opened"

    def handle_data(self, data: str) -> None:
        self.text += data


def passage(text: str) -> Passage:
    return Passage(
        id="one",
        source=text,
        guide="a-to-b",
        section=Section.FAQ,
        headings=(text, text),
        text=text,
        span=SPAN,
    )


def exchange_of(text: str, state: State = State.FAILED) -> Exchange:
    citation = Citation(marker=1, passage=passage(text), quote=text, first_line=3, last_line=4)
    answer = Answer(
        text=f"{text} [1]",
        refused=False,
        coverage=Coverage(status=CoverageStatus.COVERED),
        citations=(citation,),
        follow_ups=(text,),
        checks=tuple(Check(sentence=text, status=status, reason=text) for status in CheckStatus),
        notice=text,
    )
    return Exchange(
        text,
        None,
        answer,
        state,
        problem=text,
        kept=True,
        feedback=Feedback(verdict=Verdict.DOWN, comment=text, given_at=NOW),
        correction=Correction(text=text, written_at=NOW),
    )


NOW = datetime(2026, 1, 2, tzinfo=UTC)


def guide_of(text: str) -> Guide:
    return Guide(
        slug=text,
        title=Sourced(value=text, span=SPAN),
        from_role=text,
        to_role=text,
        difficulty=Sourced(value=text, span=SPAN),
    )


def everything(text: str) -> Reader:
    failed = render_exchange(exchange_of(text), 0, last=True)
    done = render_exchange(exchange_of(text, State.DONE), 1, last=False)
    return Reader(failed + done + render_guides([guide_of(text)]))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_nothing_of_it_is_markup(text: str) -> None:
    read = everything(text)
    assert set(read.tags) <= OURS
    assert read.open == []
    assert not [name for name, _ in read.attributes if name.startswith(("on", "href", "src"))]
    assert text in read.text.replace("\u00a0", " ")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_shared_conversation_leads_to_its_sources_alone(text: str) -> None:
    read = Reader(render_read_only([exchange_of(text), exchange_of(text, State.DONE)]))
    assert set(read.tags) <= {*OURS, "a"} - {"button"}
    assert read.open == []
    links = [value for name, value in read.attributes if name == "href"]
    assert set(links) <= {"#source-0-1", "#source-1-1"}
    assert not [name for name, _ in read.attributes if name.startswith(("on", "src"))]
    assert text in read.text.replace("\u00a0", " ")
    assert "Corrected by a coach" in read.text


def test_feedback_is_asked_for_only_once_the_turn_is_kept() -> None:
    kept = exchange_of("text", State.DONE)
    unkept = replace(kept, kept=False)
    assert 'data-thumb="down" aria-pressed="true"' in render_exchange(kept, 0, last=True)
    assert "data-thumb" not in render_exchange(unkept, 0, last=True)
    assert "could not be saved" in render_exchange(unkept, 0, last=True)
    under_way = replace(unkept, state=State.ANSWERING)
    assert "could not be saved" not in render_exchange(under_way, 0, last=True)


@pytest.mark.parametrize(("asked", "text"), [(False, "Ask a person"), (True, "A coach was asked")])
def test_person_is_asked_for_once_and_under_the_last_answer_alone(asked: bool, text: str) -> None:
    exchanges = [exchange_of("text", State.DONE)] * 2
    shown = render_conversation(exchanges, human_asked=asked)
    assert shown.count("data-ask-person") == 1
    assert text in shown.rpartition("<article")[2]


@given(st.text())
def test_any_text_gives_only_our_markup(text: str) -> None:
    read = everything(text)
    assert set(read.tags) <= OURS
    assert read.open == []


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("One.\nTwo.", "<p>One.<br>Two.</p>"),
        ("So:\n- a\n- b\nThen.", "<p>So:</p><ul><li>a</li><li>b</li></ul><p>Then.</p>"),
        ("It takes **18-24 months**.", "<p>It takes <strong>18-24 months</strong>.</p>"),
        ("2 ** 3 ** 4 **", "<p>2 <strong> 3 </strong> 4 **</p>"),
        ("# no heading", "<p># no heading</p>"),
        ("[7]", "<p>[7]</p>"),
        ("", ""),
    ],
)
def test_answer_has_paragraphs_lists_and_bold_words_only(text: str, rendered: str) -> None:
    assert render_text(text, {1}) == rendered


def test_marker_with_a_source_is_a_named_button() -> None:
    assert 'aria-label="Show source 1"' in render_text("Yes [1].", {1})
    assert 'data-source="1"' in render_text("**Yes [1]**", {1})
    assert "Yes&nbsp;<button" in render_text("Yes [1].", {1})
    assert "button" not in render_text("Yes [2].", {1})


def test_quoted_words_are_marked_across_lines() -> None:
    text = "### Deep Learning\n\n- Priority: Important\n- Weeks: 20\n"
    assert mark_quote(text, "Important\n- Weeks: 20") == (
        '<p class="heading">Deep Learning</p>'
        '<p class="item">Priority: <mark>Important</mark></p>'
        '<p class="item"><mark>Weeks: 20</mark></p>'
    )


def test_quote_from_outside_the_shown_text_stands_alone() -> None:
    assert mark_quote("Something else", "18-24 months") == "<p><mark>18-24 months</mark></p>"


def test_only_the_last_exchange_offers_what_comes_next() -> None:
    assert 'data-event="retry"' in render_exchange(exchange_of("x"), 0, last=True)
    earlier = render_exchange(exchange_of("x"), 0, last=False)
    assert "data-event" not in earlier
    assert "data-copy" in earlier


def test_checks_are_shown_once_the_answer_is_whole() -> None:
    assert "Checked against the guide" in render_exchange(
        exchange_of("x", State.DONE), 0, last=True
    )
    growing = render_exchange(exchange_of("x", State.ANSWERING), 0, last=True)
    assert "Checked against the guide" not in growing


def test_no_chips_leave_no_empty_list() -> None:
    assert render_chips([], "Questions") == ""


def test_copied_text_has_no_bold_marks() -> None:
    assert plain("It takes **18-24 months** [1].") == "It takes 18-24 months [1]."


@pytest.mark.parametrize(
    ("low", "high", "text"), [(18, 24, "18–24"), (6, 6, "6"), (1.5, 1.5, "1.5")]
)
def test_figures_read_as_people_write_them(low: float, high: float, text: str) -> None:
    assert figures(Range(low=low, high=high)) == text


def test_the_address_of_the_plan_page_is_a_link_and_no_other_address_is() -> None:
    shown = render_text("See: /plan?guide=a-to-b&hours=6", ())
    assert shown == (
        '<p>See: <a href="/plan?guide=a-to-b&amp;hours=6" target="_blank" rel="noopener">'
        "the plan page</a></p>"
    )
    for other in (
        "https://evil.example/plan?guide=a-to-b",
        "//evil.example/plan?guide=a-to-b",
        '/plan?guide="><script>alert(1)</script>',
        "/planet?guide=a-to-b",
    ):
        shown = render_text(other, ())
        assert "<a" not in shown
        assert "<script" not in shown
