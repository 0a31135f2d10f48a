from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain import Document, Guide
from coach.errors import ReadingError
from coach.reading.html import read_html

DATA = Path(__file__).parents[2] / "data"
PAGE = (DATA / "pastry-chef.page.html").read_text(encoding="utf-8")


def document_of(markup: str) -> tuple[str, Document]:
    text, content = read_html(markup)
    assert isinstance(content, Document)
    return text, content


def outline(content: Document) -> list[tuple[list[str], str]]:
    return [([heading.value for heading in block.headings], block.text) for block in content.blocks]


def test_the_html_of_a_page_is_a_guide_with_the_questions_that_copying_loses() -> None:
    text, guide = read_html(PAGE)
    assert isinstance(guide, Guide)
    assert guide.slug == "pastry-chef-to-haccp-auditor"
    name = guide.skill_gaps[0].name
    assert text[name.span.start : name.span.end] == name.value == "Critical Thinking & Root Causes"
    assert "Do I need a degree?" in [entry.question.value for entry in guide.faq if entry.question]


@pytest.mark.parametrize(
    "unseen",
    [
        *("<script>NOISE</script>", "<style>NOISE</style>", "<!-- NOISE -->", "<nav>NOISE</nav>"),
        *("<template><p>NOISE</p></template>", "<noscript>NOISE</noscript>", "<p hidden>NOISE</p>"),
        *("<p style='color:red; DISPLAY : none'>NOISE</p>", "<dialog>NOISE</dialog>"),
        *("<span aria-hidden='true'>NOISE</span>", "<span class='x sr-only'>NOISE</span>"),
        *("<svg><title>NOISE</title></svg>", "<select><option>NOISE</option></select>"),
        *("<button>NOISE</button>", "<textarea>NOISE</textarea>", "<![CDATA[NOISE]]>"),
        *(
            "<script>document.write('<p>NOISE</p>')</script>",
            "<iframe srcdoc='NOISE'>NOISE</iframe>",
        ),
        *(
            "<p style='visibility:hidden'><b>NOISE</b></p>",
            "<img alt='NOISE' src='x' onerror='NOISE'>",
        ),
    ],
)
def test_what_a_person_does_not_see_is_no_text(unseen: str) -> None:
    text, content = document_of(f"<h1>Bread</h1>{unseen}<div>Rye {unseen}rises.</div>{unseen}")
    assert "NOISE" not in text
    assert outline(content) == [(["Bread"], "Rye rises.")]


def test_a_document_has_its_headings_lists_and_tables() -> None:
    text, content = document_of(
        "<title>Site | Bread</title><h1>Bread &amp; <em>Butter</em></h1><p>Two<br>lines.</p>"
        "<h2>Rye</h2><ul><li>Sour</li><li>Dark<ul><li>Very</li></ul></li></ul><p>After.</p>"
        "<h2>Wheat</h2><table><tr><th>Kind</th><th>Hours</th></tr><tr><td>White</td><td>3</td></tr>"
        "</table><h3>Loaf</h3><pre>mix\n  bake</pre>"
    )
    assert content.title == "Bread & Butter"
    assert outline(content) == [
        (["Bread & Butter"], "Two\nlines."),
        (["Bread & Butter", "Rye"], "• Sour\n  • Dark\n\n  • Very"),
        (["Bread & Butter", "Rye"], "After."),
        (["Bread & Butter", "Wheat"], "Kind | Hours\nWhite | 3"),
        (["Bread & Butter", "Wheat", "Loaf"], "mix\nbake"),
    ]
    for block in content.blocks:
        assert text[block.span.start : block.span.end] == block.text
        for heading in block.headings:
            assert text[heading.span.start : heading.span.end] == heading.value


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<title> The\n title </title><h2>Under</h2><p>Text.", "The title"),
        ("<h2>Under</h2><p>Text.", "Under"),
        ("<p>Text.", "Text."),
        ("<h1>Alone</h1>", "Alone"),
    ],
)
def test_a_document_always_has_a_title(markup: str, title: str) -> None:
    assert document_of(markup)[1].title == title


def test_inline_parts_run_together_as_a_browser_copies_them() -> None:
    text, _ = document_of("<p><span>Important</span><span>20 weeks</span> <b>re</b>start</p>")
    assert text == "Important20 weeks restart\n"


@pytest.mark.parametrize(
    "markup", ["", "   ", "<html></html>", "<script>1</script>", "<p hidden>x</p>", "<!-- x -->"]
)
def test_a_page_without_visible_text_is_refused(markup: str) -> None:
    with pytest.raises(ReadingError, match="no text"):
        read_html(markup)


def test_a_deep_page_is_read_and_a_bottomless_one_is_refused() -> None:
    text, _ = document_of("<div>" * 900 + "<p>deep</p>" + "</div>" * 900 + "<p>after</p>")
    assert text.split() == ["deep", "after"]
    with pytest.raises(ReadingError, match="nested too deeply"):
        read_html("<p>" + "<i>x" * 100_000)


def test_a_page_whose_weeks_are_no_number_is_refused_with_its_line() -> None:
    with pytest.raises(ReadingError, match="number of weeks") as caught:
        read_html(PAGE.replace("<span>10 weeks</span>", "<span>a few weeks</span>"))
    assert re.fullmatch(r"line \d+", caught.value.where)


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<ul>", "<li>", "</li>", "<h2>", "</h2>", "<table><tr><td>", "</table>"),
        *("<script>", "</script>", "<!--", "-->", "<br>", "<pre>", "</pre>", "<a href=", '"', ">"),
        *("&amp;", "&#0;", "&#x110000;", "\x00", "<![CDATA[", "]]>", "<?xml ?>", "text", " ", "\n"),
        *("Overview", "Salary Change", "Timeline", "Difficulty", "<template>", "<svg>", "</div>"),
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=200)))
def test_any_markup_gives_blocks_where_they_say_or_a_reading_error(markup: str) -> None:
    try:
        text, content = read_html(markup)
    except ReadingError:
        return
    if isinstance(content, Document):
        assert content.blocks
        assert content.title
        for block in content.blocks:
            assert text[block.span.start : block.span.end] == block.text != ""
