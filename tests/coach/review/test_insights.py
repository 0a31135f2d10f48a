"""What people ask, and how far two coaches agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count

from coach.database import Database
from coach.review.insights import RUBRIC, Insights
from coach.transcripts.queueing import reviews_drawn
from tests.coach.review.made import GOOD, REFUSED, answer, coach, keep, review, thumbs_down


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


def drawn_twice() -> Iterator[str]:
    """Ids of turns that are drawn for two reviews."""
    names = (f"turn-{number}" for number in count())
    return (name for name in names if reviews_drawn(name) == 2)


def test_agreement_is_of_answers_that_two_coaches_reviewed(database: Database) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    names = drawn_twice()
    for number in range(4):
        turn = keep(database, turn_id=next(names)).turn_id
        first = GOOD.model_copy(update={"correct": number % 3, "tone": 2})
        review(database, turn, ada, first)
        review(database, turn, ben, first.model_copy(update={"helpful": 0 if number else 2}))
    review(database, keep(database, turn_id=next(names)).turn_id, ada)

    found = {one.question: one for one in Insights(database).agreement()}

    assert tuple(found) == RUBRIC
    assert (found["correct"].alpha, found["correct"].same, found["correct"].pairs) == (1, 4, 4)
    assert found["tone"].alpha is None
    assert found["helpful"].same == 1
    assert found["helpful"].alpha is not None
    assert found["helpful"].alpha < 0.1


def test_pair_that_was_not_written_blind_says_nothing_of_agreement(database: Database) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    once = keep(database, turn_id="turn-1")
    review(database, once.turn_id, ada)
    thumbs_down(database, once)
    review(database, once.turn_id, ben)  # Ada's could be read before the item was opened again
    twice = keep(database, turn_id=next(drawn_twice()))
    review(database, twice.turn_id, ada)
    review(database, twice.turn_id, ben)
    thumbs_down(database, twice)

    assert {one.pairs for one in Insights(database).agreement()} == {1}
    review(database, twice.turn_id, ada)  # in place of her first, with Ben's before her eyes
    assert {one.pairs for one in Insights(database).agreement()} == {0}
