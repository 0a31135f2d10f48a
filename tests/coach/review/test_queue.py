"""The queue of coaches on both databases: its order, its filters, and who holds what."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, update

from coach.database import Database
from coach.database.tables import AuditRow, ReviewItemRow
from coach.domain import Coverage, CoverageStatus, Section
from coach.review.queue import CLAIM_MINUTES, ReviewQueue
from coach.review.values import Filters, ItemState, Outcome, Review
from coach.transcripts import Transcripts, Verdict
from coach.transcripts.queueing import Reason
from tests.coach.review.made import (
    GOOD,
    REFUSED,
    answer,
    coach,
    keep,
    minutes_later,
    review,
    thumbs_down,
)
from tests.coach.transcripts.made import ASKED, OWNER

# By its id, this turn wants two reviews, and the others one.
TWICE, ONCE = "turn-10", "turn-1"


@pytest.fixture
def queue(database: Database) -> ReviewQueue:
    return ReviewQueue(database)


def ids(queue: ReviewQueue, account: str, **filters: object) -> list[str]:
    """The turns of the first page."""
    chosen = Filters.model_validate(filters)
    return [item.turn_id for item in queue.page(account, chosen).items]


def state(database: Database, turn_id: str) -> str:
    with database.reading() as session:
        return session.get_one(ReviewItemRow, turn_id).state


def test_most_useful_come_first_and_of_those_alike_the_newest(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    partly = answer(coverage=Coverage(status=CoverageStatus.PARTLY))
    keep(database, turn_id="partly", answer=partly, **minutes_later(50))
    keep(database, turn_id="refused")
    keep(database, turn_id="refused-later", **minutes_later(1))
    bad = keep(database, turn_id="bad", answer=answer())
    thumbs_down(database, bad)
    human = keep(database, turn_id="human", answer=answer())
    Transcripts(database).ask_human(OWNER, human.conversation_id)

    page = queue.page(ada)

    assert [item.turn_id for item in page.items] == [
        "human",
        "bad",
        "refused-later",
        "refused",
        "partly",
    ]
    assert page.items[0].why == "The person asked for a human."
    assert page.items[1].why == "The person gave it a thumbs down."
    assert page.after is None


def test_pages_follow_each_other_without_gap_or_repetition(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    kept = {keep(database, **minutes_later(number // 3)).turn_id for number in range(10)}

    first = queue.page(ada, limit=4)
    second = queue.page(ada, limit=4, after=first.after)
    third = queue.page(ada, limit=4, after=second.after)

    found = [item for page in (first, second, third) for item in page.items]
    assert [len(page.items) for page in (first, second, third)] == [4, 4, 2]
    assert {item.turn_id for item in found} == kept
    assert [item.asked_at for item in found] == sorted(
        (item.asked_at for item in found), reverse=True
    )
    assert third.after is None


@pytest.mark.parametrize("after", ["", "x", "1~2", "1~yesterday~x", "x~2026-01-01~x"])
def test_place_that_is_none_gives_the_first_page(
    database: Database, queue: ReviewQueue, after: str
) -> None:
    keep(database)

    assert len(queue.page(coach(database), after=after).items) == 1


def test_filters_let_through_what_they_name(database: Database, queue: ReviewQueue) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    keep(database, turn_id=ONCE, **minutes_later(60 * 24))
    keep(database, "Wie viel kostet MÜSLI?", turn_id="muesli")
    other = REFUSED.model_copy(update={"guide": "nurse-to-clown", "hits": ()})
    thumbs_down(database, keep(database, turn_id="other", answer=other))
    review(database, "muesli", ben)
    assert queue.claim("other", ben)
    day = ASKED.date()

    assert ids(queue, ada) == [ONCE]
    assert set(ids(queue, ada, state=None)) == {ONCE, "muesli", "other"}
    assert ids(queue, ada, state="done") == ["muesli"]
    assert ids(queue, ada, state="claimed") == ["other"]
    assert ids(queue, ada, state=None, guide="nurse-to-clown") == ["other"]
    assert set(ids(queue, ada, state=None, section=Section.TIMELINE)) == {ONCE, "muesli"}
    assert ids(queue, ada, state=None, reason=Reason.THUMBS_DOWN) == ["other"]
    assert set(ids(queue, ada, state=None, reviewer=ben)) == {"muesli", "other"}
    assert ids(queue, ada, state=None, since=day + timedelta(days=1)) == [ONCE]
    assert set(ids(queue, ada, state=None, until=day)) == {"muesli", "other"}
    assert ids(queue, ada, state=None, text="müsli") == ["muesli"]
    assert ids(queue, ada, state=None, text="no COST!") == ["other"]
    assert ids(queue, ada, state=None, text="100%") == []


def test_counts_tell_states_and_what_is_left_by_reason(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    for name in (ONCE, "held", "open"):
        keep(database, turn_id=name)
    review(database, ONCE, ada)
    queue.claim("held", ada)

    counts = queue.counts()

    assert counts.states == {ItemState.OPEN: 1, ItemState.CLAIMED: 1, ItemState.DONE: 1}
    assert counts.reasons[Reason.REFUSAL] == 2
    assert (counts.done, counts.total) == (1, 3)


def test_coach_gets_the_next_item_and_then_the_one_they_hold(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    keep(database, turn_id="older")
    keep(database, turn_id="newer", **minutes_later(1))

    assert [queue.claim_next(ada), queue.claim_next(ada)] == ["newer", "newer"]
    queue.release("newer", ada)
    assert state(database, "newer") == "open"


def test_item_that_a_coach_holds_is_no_others(database: Database, queue: ReviewQueue) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    keep(database, turn_id=ONCE)

    assert queue.claim(ONCE, ada)

    assert not queue.claim(ONCE, ben)
    assert queue.claim_next(ben) is None
    assert queue.done(ONCE, ben, GOOD) is Outcome.NOT_HELD
    queue.skip(ONCE, ben)
    queue.release(ONCE, ben)
    assert queue.claim(ONCE, ada)
    assert not queue.claim("nothing", ada)


def test_skipped_item_goes_to_others(database: Database, queue: ReviewQueue) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    keep(database, turn_id=ONCE)
    queue.claim(ONCE, ada)

    queue.skip(ONCE, ada)

    assert queue.claim_next(ada) is None
    assert [item.skipped_by_me for item in queue.page(ada).items] == [True]
    assert queue.claim_next(ben) == ONCE
    queue.release(ONCE, ben)
    assert queue.claim(ONCE, ada)


def test_item_that_wants_two_reviews_opens_again_for_another_coach(
    database: Database, queue: ReviewQueue
) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    keep(database, turn_id=TWICE)

    review(database, TWICE, ada)

    assert state(database, TWICE) == "open"
    assert ids(queue, ada) == []
    assert queue.claim_next(ada) is None
    assert queue.claim_next(ben) == TWICE
    before = queue.read(TWICE, ben)
    assert before is not None
    assert before.reviews == ()
    assert queue.done(TWICE, ben, GOOD) is Outcome.KEPT
    assert state(database, TWICE) == "done"
    after = queue.read(TWICE, ben)
    assert after is not None
    assert [review.name for review in after.reviews] == ["ada", "ben"]


def test_changing_ones_own_review_counts_once(database: Database, queue: ReviewQueue) -> None:
    ada = coach(database)
    keep(database, turn_id=TWICE)
    review(database, TWICE, ada)

    review(database, TWICE, ada, GOOD.model_copy(update={"tone": 0}))

    opened = queue.read(TWICE, ada)
    assert opened is not None
    assert (opened.item.reviews_done, opened.item.state) == (1, ItemState.OPEN)
    assert [one.review.tone for one in opened.reviews] == [0]


def test_nobody_reviews_what_they_do_not_hold_or_what_is_complete(
    database: Database, queue: ReviewQueue
) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    keep(database, turn_id=ONCE)
    keep(database, turn_id=TWICE)

    assert queue.done(ONCE, ada, GOOD) is Outcome.NOT_HELD
    review(database, ONCE, ada)
    assert queue.claim(ONCE, ben)
    assert queue.done(ONCE, ben, GOOD) is Outcome.COMPLETE, "Ben can see what Ada wrote"
    review(database, TWICE, ada)
    review(database, TWICE, ben)
    assert queue.claim(TWICE, ada)
    assert queue.done(TWICE, ada, GOOD.model_copy(update={"tone": 0})) is Outcome.COMPLETE

    opened = queue.read(TWICE, ada)
    assert opened is not None
    assert [one.review.tone for one in opened.reviews] == [2, 2]
    assert (opened.item.reviews_done, opened.item.reviews_wanted) == (2, 2)


def test_done_item_taken_to_be_corrected_is_done_again_when_given_back(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    turn = keep(database, turn_id=ONCE)
    review(database, ONCE, ada)

    assert queue.claim(ONCE, ada)
    queue.release(ONCE, ada)
    assert state(database, ONCE) == "done"
    queue.claim(ONCE, ada)
    long_ago = datetime.now(UTC) - timedelta(minutes=CLAIM_MINUTES, seconds=1)
    with database.writing() as session:
        session.execute(update(ReviewItemRow).values(claimed_at=long_ago))
    queue.page(ada)
    assert state(database, ONCE) == "done"

    queue.claim(ONCE, ada)
    thumbs_down(database, turn)
    queue.release(ONCE, ada)
    assert state(database, ONCE) == "open", "what the person said meanwhile is not lost"


@pytest.mark.parametrize("said", ["thumbs down", "human asked"])
def test_what_a_person_says_while_a_coach_reviews_is_seen_before_it_is_done(
    database: Database, queue: ReviewQueue, said: str
) -> None:
    ada = coach(database)
    turn = keep(database, turn_id=ONCE)
    queue.claim(ONCE, ada)
    if said == "thumbs down":
        thumbs_down(database, turn)
    else:
        Transcripts(database).ask_human(OWNER, turn.conversation_id)

    assert queue.done(ONCE, ada, GOOD) is Outcome.SAID_MORE

    opened = queue.read(ONCE, ada)
    assert opened is not None
    assert (opened.item.reason, opened.item.state) == (said, ItemState.CLAIMED)
    assert (opened.item.holder, opened.reviews) == (ada, ())
    assert queue.done(ONCE, ada, GOOD) is Outcome.KEPT
    assert state(database, ONCE) == "done"


def test_person_can_ask_for_a_human_again_once_one_has_come(
    database: Database, queue: ReviewQueue
) -> None:
    ada, transcripts = coach(database), Transcripts(database)
    earlier = keep(database, turn_id="earlier")
    keep(database, turn_id=ONCE, conversation_id=earlier.conversation_id)

    def asked() -> bool:
        transcript = transcripts.load(OWNER, earlier.conversation_id)
        assert transcript is not None
        return transcript.human_asked_at is not None

    transcripts.ask_human(OWNER, earlier.conversation_id)
    review(database, "earlier", ada)
    assert asked()
    review(database, ONCE, ada)
    assert not asked()

    transcripts.ask_human(OWNER, earlier.conversation_id)
    assert asked()
    assert queue.claim_next(ada) == ONCE


def test_what_a_person_says_after_a_review_can_be_reviewed_by_the_same_coach(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    turn = keep(database, turn_id=ONCE)
    review(database, ONCE, ada)
    assert queue.claim_next(ada) is None

    thumbs_down(database, turn)
    assert queue.claim_next(ada) == ONCE
    assert queue.done(ONCE, ada, GOOD) is Outcome.KEPT
    Transcripts(database).ask_human(OWNER, turn.conversation_id)
    assert queue.claim_next(ada) == ONCE
    assert queue.done(ONCE, ada, GOOD) is Outcome.KEPT

    assert state(database, ONCE) == "done"
    assert queue.claim_next(ada) is None


def test_old_claim_falls_open(database: Database, queue: ReviewQueue) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    keep(database, turn_id=ONCE)
    queue.claim(ONCE, ada)
    long_ago = datetime.now(UTC) - timedelta(minutes=CLAIM_MINUTES, seconds=1)
    with database.writing() as session:
        session.execute(update(ReviewItemRow).values(claimed_at=long_ago))

    assert ids(queue, ben) == [ONCE]
    assert queue.claim_next(ben) == ONCE


def test_claim_of_a_coach_whose_account_is_gone_falls_open(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    keep(database, turn_id=ONCE)
    queue.claim(ONCE, coach(database, "Ben"))
    with database.writing() as session:
        session.execute(update(ReviewItemRow).values(claimed_by=None))

    assert queue.claim_next(ada) == ONCE


def test_reading_gives_the_whole_conversation_and_is_audited(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    first = keep(database, "First?", turn_id=ONCE)
    keep(database, "Second?", conversation_id=first.conversation_id, answer=answer())

    opened = queue.read(ONCE, ada)
    queue.page(ada)

    assert opened is not None
    assert [turn.question for turn in opened.transcript.turns] == ["First?", "Second?"]
    with database.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    assert [(row.account_id, row.action, row.conversation_id) for row in rows] == [
        (ada, "read transcript", first.conversation_id),
        (ada, "read queue", None),
    ]


def test_turn_that_is_not_in_the_queue_cannot_be_read(
    database: Database, queue: ReviewQueue
) -> None:
    keep(database, turn_id="turn-1000", answer=answer())

    assert queue.read("turn-1000", coach(database)) is None
    assert queue.done("turn-1000", coach(database, "Ben"), GOOD) is Outcome.NOT_HELD


def test_review_outlives_what_it_is_of_no_longer_than_the_conversation(
    database: Database, queue: ReviewQueue
) -> None:
    ada = coach(database)
    turn = keep(database, turn_id=ONCE)
    review(database, ONCE, ada)

    Transcripts(database).delete(OWNER, turn.conversation_id)

    assert queue.read(ONCE, ada) is None
    assert queue.counts().total == 0


def test_review_keeps_tags_and_notes_as_text(database: Database, queue: ReviewQueue) -> None:
    ada = coach(database)
    keep(database, turn_id=ONCE)
    written = GOOD.model_validate(
        {
            **GOOD.model_dump(),
            "tags": ("Wrong  Guide", "wrong guide", " "),
            "notes": " <b>\0hm</b> ",
        }
    )
    review(database, ONCE, ada, written)

    opened = queue.read(ONCE, ada)

    assert opened is not None
    assert opened.reviews[0].review.tags == ("wrong guide",)
    assert opened.reviews[0].review.notes == "<b>hm</b>"
    with pytest.raises(ValueError, match="tone"):
        Review.model_validate({**GOOD.model_dump(), "tone": 3})


def test_thumbs_up_takes_back_what_no_coach_has_seen(
    database: Database, queue: ReviewQueue
) -> None:
    turn = keep(database, turn_id="turn-1000", answer=answer())
    thumbs_down(database, turn)
    assert queue.counts().total == 1

    Transcripts(database).give_feedback(OWNER, turn.turn_id, Verdict.UP)

    assert queue.counts().total == 0


def test_many_coaches_at_once_never_hold_the_same_item(
    database: Database, queue: ReviewQueue
) -> None:
    coaches = [coach(database, f"Coach {number}") for number in range(12)]
    kept = {keep(database, **minutes_later(number)).turn_id for number in range(12)}
    begin = Barrier(len(coaches))

    def work(account: str) -> str | None:
        begin.wait(30)
        return queue.claim_next(account)

    with ThreadPoolExecutor(len(coaches)) as pool:
        taken = list(pool.map(work, coaches))

    assert set(taken) == kept
    held = queue.page(coaches[0], Filters(state=ItemState.CLAIMED)).items
    assert {item.holder for item in held} == set(coaches)


def test_many_coaches_who_want_the_same_item_give_it_to_one(
    database: Database, queue: ReviewQueue
) -> None:
    coaches = [coach(database, f"Coach {number}") for number in range(12)]
    keep(database, turn_id=ONCE)
    begin = Barrier(len(coaches))

    def work(account: str) -> bool:
        begin.wait(30)
        return queue.claim(ONCE, account)

    with ThreadPoolExecutor(len(coaches)) as pool:
        assert sum(pool.map(work, coaches)) == 1


WORKER = """
import sys
from pathlib import Path
from coach.database import open_database
from coach.review.queue import ReviewQueue
from coach.review.values import Outcome, Review
queue = ReviewQueue(open_database(sys.argv[1], Path(".")))
review = Review(correct=2, complete=2, grounded=2, helpful=2, tone=2)
while (turn := queue.claim_next(sys.argv[2])) is not None:
    print(turn)
    assert queue.done(turn, sys.argv[2], review) is Outcome.KEPT
"""


def test_processes_that_work_the_queue_off_do_each_item_once(
    database: Database, database_url: str, queue: ReviewQueue, tmp_path: Path
) -> None:
    coaches = [coach(database, f"Coach {number}") for number in range(3)]
    kept = [keep(database, **minutes_later(number)).turn_id for number in range(15)]
    with database.writing() as session:
        session.execute(update(ReviewItemRow).values(reviews_wanted=1))

    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, database_url, account],
            stdout=subprocess.PIPE,
            text=True,
        )
        for account in coaches
    ]
    done = [line for process in running for line in process.communicate(timeout=120)[0].split()]

    assert [process.returncode for process in running] == [0, 0, 0]
    assert Counter(done) == Counter(kept)
    assert queue.counts().states[ItemState.DONE] == len(kept)


def test_name_of_who_holds_an_item_is_shown(database: Database, queue: ReviewQueue) -> None:
    ada, ben = coach(database), coach(database, "Ben")
    keep(database, turn_id=ONCE)
    queue.claim(ONCE, ben)

    opened = queue.read(ONCE, ada)

    assert opened is not None
    assert (opened.item.holder, opened.item.holder_name) == (ben, "ben")
