from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.answering.names import links, names, titles, unknown_name
from coach.terms import terms, words

SOURCE = "Work through 'The Manager's Path' by Camille Fournier and use Python and CI/CD."
MAKERS = frozenset({"coursera", "camille fournier", "university of michigan"})
ORDINARY = frozenset(terms("the course takes time experience plan and use guide employers"))


def unknown(text: str, *, said: str = "") -> str | None:
    return unknown_name(
        text,
        source=" ".join(words(SOURCE)),
        roles=frozenset(),
        said=said,
        makers=MAKERS,
        products=frozenset({"figma"}),
        is_known=lambda part: part in ORDINARY | set(terms(SOURCE)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "Camille Fournier wrote it.",
        "Use “The Manager’s Path”.",
        "Use 'The Manager's Path'.",
        "The book is by Camille Fournier's hand.",
        "Learn Python, CI/CD and more.",
        "Experience is a plan.",
        "Unfortunately the course takes time.",
        "Don't use it.",
        "Seven of them use Python.",
        "Reckon with Python.",
    ],
)
def test_a_sentence_whose_names_stand_in_its_source_has_no_unknown_one(text: str) -> None:
    assert unknown(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Coursera offers the course.", "Coursera"),
        ("coursera offers the course.", "coursera"),
        ("The course is on coursera.", "coursera"),
        ("Pluralsight offers the course.", "Pluralsight"),
        ("Pluralsight's course takes time.", "Pluralsight"),
        ("The course (Pluralsight) takes time.", "Pluralsight"),
        ("Course: Pluralsight", "Pluralsight"),
        ("Use Élan.", "Élan"),
        ("Use Яндекс.", "Яндекс"),
        ("Use iPluralsight.", "iPluralsight"),
        ("Use Python,Udemy.", "Udemy"),
        ("Use Python/Rust.", "Python/Rust"),
        ("Use the MIT-course.", "MIT-course"),
        ("Use “The Path Manager’s”.", "The Path Manager’s"),
        ("Use 'Camille Path'.", "Camille Path"),
        ("Camille Webb wrote it.", "Webb"),
    ],
)
def test_a_name_that_nobody_gave_is_found(text: str, name: str) -> None:
    assert unknown(text) == name


def test_a_name_the_person_gave_may_be_taken_up() -> None:
    assert unknown("Use Udemy.") == "Udemy"
    assert unknown("Use Udemy.", said="Can I use udemy?") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Read “The Manager’s Path” now.", ("The Manager’s Path",)),
        ("Read 'The Manager's Path' now.", ("The Manager's Path",)),
        ('Read "One" and "Two words".', ("One", "Two words")),
        ("It's the nurse's plan.", ()),
        ("A bachelor's degree and five years' experience", ()),
    ],
)
def test_titles_are_what_stands_in_quotation_marks(text: str, expected: tuple[str, ...]) -> None:
    assert tuple(title for title in titles(text) if len(title) > 2) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://example.org/a.", ("https://example.org/a",)),
        ("see //evil.example/x", ("//evil.example/x",)),
        ("ftp://evil.example/x", ("ftp://evil.example/x",)),
        ("javascript:alert(1)", ("javascript:alert(1)",)),
        ("mail a@evil.shop", ("a@evil.shop",)),
        ("see evil.ru now", ("evil.ru",)),
        ("see www.evil.example", ("www.evil.example",)),
        ("see evil.example/path", ("evil.example/path",)),
        ("use Node.js, e.g. for 3.5 hours", ()),
    ],
)
def test_links_are_found_in_any_dress(text: str, expected: tuple[str, ...]) -> None:
    assert links(text) == expected


def test_a_word_that_opens_a_sentence_is_told_from_a_name() -> None:
    assert names("Take it. Learn AWS, e.g. Google (Optional)") == (
        ("Take", True),
        ("Learn", True),
        ("AWS", False),
        ("Google", False),
        ("Optional", True),
    )


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert all(name for name, _ in names(text))
    titles(text)
    links(text)
    unknown(text)
