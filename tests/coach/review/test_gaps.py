"""Gaps by meaning, with the real encoder and the real guides, and as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt
from numpy.typing import NDArray
from sqlalchemy import select

from coach.database import Database
from coach.database.tables import AuditRow
from coach.domain import Guide
from coach.encoder import PACKAGED_NAME, Encoder, load_encoder
from coach.reading import read
from coach.review.gaps import Gap, Gaps, as_csv, as_markdown
from coach.review.likeness import subject_of
from coach.understanding.role_names import RoleNames
from tests.coach.review.made import REFUSED, answer, coach, keep, minutes_later
from tests.coach.transcripts.made import ASKED, STRANGER

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"
FORMULA = '=HYPERLINK("http://192.0.2.1/";"x")'


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(PACKAGED_NAME, None)


@cache
def guides() -> tuple[Guide, ...]:
    """The guides of the repository."""
    found = (
        read(file, name=file.name, key=file.name).content
        for file in sorted(KNOWLEDGE.glob("*-to-*.md"))
    )
    return tuple(guide for guide in found if isinstance(guide, Guide))


def refused(database: Database, question: str, **fields: object) -> None:
    """Keep a question that was refused, resolved to itself."""
    keep(
        database,
        question,
        answer=REFUSED.model_copy(update={"resolved_question": question}),
        **fields,
    )


def test_questions_of_one_meaning_are_one_gap(database: Database, encoder: Encoder) -> None:
    ada = coach(database)
    for number, question in enumerate(
        (
            "How do I write a cover letter?",
            "help me with my cover letter",
            "cover letter tips, mail me at jo@example.org",
            "can I get a work visa",
            "Do you know about visas?",
            "best laptop for coding",
        )
    ):
        refused(database, question, **minutes_later(number))
    refused(database, "cover letter tips please", owner=STRANGER)
    keep(database, "How long does it take?", answer=answer())

    gaps = Gaps(database, encoder.encode, guides).gaps(ada)

    assert [(gap.times, gap.people) for gap in gaps] == [(4, 2), (2, 1), (1, 1)]
    letter = gaps[0]
    wordings = {letter.question, *letter.examples}
    assert "cover letter tips, mail me at [e-mail]" in wordings
    assert len(wordings) == 4
    assert letter.guides == ("baker-to-welder",)
    assert letter.asked_at == ASKED + timedelta(minutes=2)
    with database.reading() as session:
        assert [row.action for row in session.scalars(select(AuditRow))] == ["read gaps"]


def test_gap_is_a_subject_whichever_roles_it_was_asked_about(
    database: Database, encoder: Encoder
) -> None:
    ada = coach(database)
    visa = {
        "What visa do I need to work in the US as a chief AI officer?",
        "visa sponsorship for health informatics?",
        "Can I get a work permit in Canada as an instructional designer?",
    }
    pay = "How much do instructional designers make in Berlin?"
    computer = "Which computer do I need for health informatics?"
    for question in (*sorted(visa), pay, computer):
        refused(database, question)

    gaps = Gaps(database, encoder.encode, guides).gaps(ada)

    assert [{gap.question, *gap.examples} for gap in gaps if gap.times > 1] == [visa]
    assert {gap.question for gap in gaps if gap.times == 1} == {pay, computer}


def test_moves_that_no_guide_has_are_gaps_of_their_own(
    database: Database, encoder: Encoder
) -> None:
    ada = coach(database)
    missing = (
        {"nurse to chief AI officer, how long?", "How long from nursing to chief AI officer?"},
        {"teacher to data scientist, how long?", "How long from teaching to data science?"},
        {"lawyer to product manager, how long?", "Can a lawyer become a product manager?"},
    )
    for question in (one for wordings in missing for one in sorted(wordings)):
        refused(database, question)

    gaps = Gaps(database, encoder.encode, guides).gaps(ada)

    found = [{gap.question, *gap.examples} for gap in gaps]
    assert sorted(map(sorted, found)) == sorted(map(sorted, missing))


def test_question_that_is_a_role_alone_stays_as_it_is() -> None:
    names = RoleNames.of({guide.slug: guide for guide in guides()})

    assert subject_of("data scientist?", names) == ("data scientist?", None)
    assert subject_of("Do data scientists need a visa?", names) == ("Do need a visa?", None)


def test_known_questions_are_not_encoded_again(database: Database) -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return np.eye(8, dtype=np.float32)[[hash(text) % 8 for text in texts]]

    gaps, ada = Gaps(database, encode, guides), coach(database)
    assert gaps.gaps(ada) == ()
    refused(database, "One?")
    refused(database, "One?")
    assert [gap.times for gap in gaps.gaps(ada)] == [2]
    refused(database, "Two?")
    gaps.gaps(ada)

    assert asked == ["One?", "Two?"]


def gap(question: str, *examples: str) -> Gap:
    return Gap(
        question=question,
        examples=examples,
        times=2,
        people=1,
        guides=("a-to-b",),
        asked_at=datetime(2026, 11, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_the_table_is_a_formula(begin: str) -> None:
    text = as_csv([gap(f"{begin}1+1"), gap(FORMULA, FORMULA)])

    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1] == [f"'{begin}1+1", "2", "1", "a-to-b", "2026-11-02", ""]
    assert rows[2][0] == rows[2][5] == f"'{FORMULA}"


def test_list_shows_questions_as_they_stand() -> None:
    hostile = "<img src=x onerror=alert(1)> ![x](http://192.0.2.1/) **bold** # no"

    shown = MarkdownIt().render(as_markdown([gap(hostile, hostile)]))

    assert "<img" not in shown
    assert shown.count("<strong>") == 1
    assert "![x](http://192.0.2.1/) **bold** # no" in shown
    assert "Asked 2 times, last on 02 November 2026, about a-to-b." in shown
