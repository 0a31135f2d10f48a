from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.answering.sentences import Piece, SentenceStream


def cut(*texts: str) -> list[Piece]:
    stream = SentenceStream()
    found = [piece for text in texts for piece in stream.feed(text)]
    return found + stream.end()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It takes long. It is hard.", ["It takes long.", "It is hard."]),
        ("It takes 5 weeks [1]. It is hard [2].", ["It takes 5 weeks [1].", "It is hard [2]."]),
        (
            "It takes 5 weeks. [1] It is hard. [2, 3]",
            ["It takes 5 weeks. [1]", "It is hard. [2, 3]"],
        ),
        ("It takes 5 weeks.[1][2] Next!", ["It takes 5 weeks.[1][2]", "Next!"]),
        ("Is it hard? No! “Never.” [1] Go on.", ["Is it hard?", "No!", "“Never.” [1]", "Go on."]),
        ("It takes 1.5 years. Then rest.", ["It takes 1.5 years.", "Then rest."]),
        ("Use tools, e.g. Python, etc. and more.", ["Use tools, e.g. Python, etc. and more."]),
        ("Dr. Smith says so. She knows.", ["Dr. Smith says so.", "She knows."]),
        ("1. Learn SQL [1].\n2. Learn R [2].", ["1. Learn SQL [1].", "2. Learn R [2]."]),
        ("Learn:\n- **SQL** [1]\n- R [2]", ["Learn:", "- **SQL** [1]", "- R [2]"]),
        ("(It is hard.) **Really.** Yes.", ["(It is hard.)", "**Really.**", "Yes."]),
        ("No end", ["No end"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_text_is_cut_where_its_sentences_and_lines_end(text: str, sentences: list[str]) -> None:
    assert [piece.text for piece in cut(text)] == sentences


def test_a_sentence_is_given_as_soon_as_the_next_one_begins_and_no_sooner() -> None:
    stream = SentenceStream()

    assert stream.feed("It takes 5 weeks") == []
    assert stream.feed(".") == []
    assert stream.feed(" [1]") == []
    assert stream.feed(" ") == []
    assert stream.feed("I") == [Piece("", "It takes 5 weeks. [1]")]
    assert stream.feed("t is hard.\n") == [Piece(" ", "It is hard.")]
    assert stream.end() == []


def test_what_parts_sentences_is_kept_with_two_line_ends_at_most() -> None:
    pieces = cut("One. Two.\nThree.\n\nFour.\n\n\n \n\nFive.\r\n- Six")

    assert [piece.gap for piece in pieces] == ["", " ", "\n", "\n\n", "\n\n", "\n"]
    assert pieces[-2].text == "Five."


TEXTS = st.lists(
    st.sampled_from([
        "It takes 5 weeks", "e.g", "Dr", "1", "x", ".", "!", "?", " ", "  ", "\n", "[1]", "[2, 3]",
        "[", "]", "“", "”", "**", "- ", "I", "\t", "…",
    ]),
    max_size=30,
).map("".join)  # fmt: skip


@given(TEXTS, st.data())
def test_the_same_sentences_come_however_the_text_was_cut_into_tokens(
    text: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    tokens = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    assert cut(*tokens) == cut(text) == cut(*text)


@given(TEXTS)
def test_nothing_of_a_text_is_lost_or_made_up(text: str) -> None:
    assert "".join("".join(piece.text for piece in cut(text)).split()) == "".join(text.split())


def test_a_long_line_without_an_end_costs_no_more_than_its_length() -> None:
    started = time.process_time()

    pieces = cut(*["word "] * 4_000)

    assert len(pieces) == 1
    assert time.process_time() - started < 5
