"""Gaps by meaning with the real encoder, what people ask, and how far two coaches agree."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from markdown_it import MarkdownIt
from numpy.typing import NDArray
from sqlalchemy import select

from coach.database import Database
from coach.database.tables import AuditRow
from coach.encoder import Encoder, load_encoder
from coach.review.gaps import Gap, Gaps, as_csv, as_markdown
from coach.review.insights import RUBRIC, Insights
from coach.review.queue import ReviewQueue
from tests.coach.review.made import GOOD, REFUSED, answer, coach, keep, minutes_later
from tests.coach.transcripts.made import ASKED, STRANGER

FORMULA = '=HYPERLINK("http://192.0.2.1/";"x")'


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("all-MiniLM-L6-v2", None)


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

    gaps = Gaps(database, encoder.encode).gaps(ada)

    assert [(gap.times, gap.people) for gap in gaps] == [(4, 2), (2, 1), (1, 1)]
    letter = gaps[0]
    wordings = {letter.question, *letter.examples}
    assert "cover letter tips, mail me at [e-mail]" in wordings
    assert len(wordings) == 4
    assert letter.guides == ("baker-to-welder",)
    assert letter.asked_at == ASKED + timedelta(minutes=2)
    with database.reading() as session:
        assert [row.action for row in session.scalars(select(AuditRow))] == ["read gaps"]


def test_known_questions_are_not_encoded_again(database: Database) -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return np.eye(8, dtype=np.float32)[[hash(text) % 8 for text in texts]]

    gaps, ada = Gaps(database, encode), coach(database)
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


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
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


def test_what_people_ask_is_counted_by_guide_section_and_week(database: Database) -> None:
    keep(database, answer=answer())
    keep(database, answer=answer())
    keep(database, answer=REFUSED.model_copy(update={"guide": None, "hits": ()}))
    # Sunday night, and a moment later Monday.
    keep(database, asked_at=datetime(2026, 11, 8, 23, 59, 59, tzinfo=UTC), answer=answer())
    keep(database, asked_at=datetime(2026, 11, 9, 0, 0, 0, tzinfo=UTC), answer=answer())

    asked = Insights(database).asked(date(2026, 11, 12))

    assert asked.guides == (("baker-to-welder", 4), (None, 1))
    assert asked.sections == (("timeline", 4), (None, 1))
    assert asked.weeks[-3:] == (
        (date(2026, 10, 26), 0),
        (date(2026, 11, 2), 4),
        (date(2026, 11, 9), 1),
    )
    assert (len(asked.weeks), asked.total) == (12, 5)


def test_agreement_is_of_answers_that_two_coaches_reviewed(database: Database) -> None:
    ada, ben, queue = coach(database), coach(database, "Ben"), ReviewQueue(database)
    for number in range(4):
        turn = keep(database).turn_id
        first = GOOD.model_copy(update={"correct": number % 3, "tone": 2})
        second = first.model_copy(update={"helpful": 0 if number else 2})
        assert queue.done(turn, ada, first)
        assert queue.done(turn, ben, second)
    queue.done(keep(database).turn_id, ada, GOOD)

    found = {one.question: one for one in Insights(database).agreement()}

    assert tuple(found) == RUBRIC
    assert (found["correct"].alpha, found["correct"].same, found["correct"].pairs) == (1, 4, 4)
    assert found["tone"].alpha is None
    assert found["helpful"].same == 1
    assert found["helpful"].alpha is not None
    assert found["helpful"].alpha < 0.1
