from __future__ import annotations

import pytest

from coach.answering.extracting import answering_pieces, pieces
from coach.domain import Passage, Section, Span
from coach.understanding import Ask


def passage_of(text: str, section: Section = Section.DOCUMENT) -> Passage:
    return Passage(
        id="one",
        source="notes.md",
        guide=None,
        section=section,
        headings=("Notes",),
        text=text,
        span=Span(start=0, end=len(text), first_line=1, last_line=text.count("\n") + 1),
    )


def alike(part: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One fact. Another fact!", ["One fact.", "Another fact!"]),
        ("- first item\n- second item", ["first item", "second item"]),
        ("# A heading\n\nThe text.", ["The text."]),
        ("It costs 3.5 million. Much.", ["It costs 3.5 million.", "Much."]),
        ("1. Wake up\n2) Get up", ["Wake up", "Get up"]),
        ("", []),
    ],
    ids=["sentences", "list", "heading", "decimal", "numbered", "empty"],
)
def test_a_passage_falls_into_sentences_and_items(text: str, expected: list[str]) -> None:
    assert pieces(passage_of(text)) == expected


def test_each_piece_stands_in_the_passage_word_for_word() -> None:
    passage = passage_of("# Travel\n\n- The desk pays  trains.\n- Ask “early”. Then go.\n\nDone.")

    assert all(piece in passage.text for piece in pieces(passage))


def test_the_sentence_that_says_most_of_what_is_asked_is_chosen() -> None:
    passage = passage_of("We like tea. The office opens at seven. Bring shoes.")

    chosen = answering_pieces(passage, Ask(text="", content=("office", "opens")), alike)

    assert chosen == ("The office opens at seven.",)


def test_two_sentences_that_say_a_part_each_come_in_the_order_of_the_text() -> None:
    passage = passage_of("Trains are paid. We like tea. Hotels need a receipt.")

    chosen = answering_pieces(passage, Ask(text="", content=("receipt", "trains")), alike)

    assert chosen == ("Trains are paid.", "Hotels need a receipt.")


def test_a_faq_entry_gives_its_answer_without_the_question() -> None:
    passage = passage_of("How long? It takes a year. That is all.", Section.FAQ)

    assert answering_pieces(passage, Ask(text=""), alike) == ("It takes a year.", "That is all.")


def test_an_entry_gives_its_third_sentence_only_to_who_asks_about_it() -> None:
    entry = passage_of("It is quiet. It is green. Dogs may come.", Section.FAQ)

    assert len(answering_pieces(entry, Ask(text="is it quiet?", content=("quiet",)), alike)) == 2
    assert len(answering_pieces(entry, Ask(text="dogs?", content=("dogs",)), alike)) == 3
