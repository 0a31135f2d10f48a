"""Which turns coaches see, why, and what a person's word changes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from coach.database import Database
from coach.database.tables import CorrectionRow, PendingCaseRow, ReviewItemRow
from coach.domain import Answer, Check, CheckStatus, Coverage, CoverageStatus
from coach.transcripts import Entry, FeedbackReason, Transcripts, TurnState, Verdict
from coach.transcripts.queueing import SAMPLE_SHARE, TWICE_SHARE, Reason, reason_for
from coach.transcripts.rows import to_row
from tests.coach.transcripts.made import ANSWER, ASKED, OWNER, entry

PLAIN = "turn-that-is-in-no-sample"
DROPPED = Check(sentence="In 3 days.", status=CheckStatus.FAILED, reason="3 is not in the source.")
NONE = Coverage(status=CoverageStatus.NONE, missing=("pay",))
PARTLY = Coverage(status=CoverageStatus.PARTLY, missing=("pay",))


def changed(**fields: object) -> Answer:
    return ANSWER.model_copy(update=fields)


@pytest.fixture
def transcripts(database: Database) -> Transcripts:
    return Transcripts(database)


def item(database: Database, asked: Entry) -> ReviewItemRow | None:
    with database.reading() as session:
        return session.get(ReviewItemRow, asked.turn_id)


def found(database: Database, asked: Entry) -> ReviewItemRow:
    row = item(database, asked)
    assert row is not None
    return row


def review(database: Database, asked: Entry) -> None:
    with database.writing() as session:
        row = session.get_one(ReviewItemRow, asked.turn_id)
        row.state, row.reviews_done = "done", row.reviews_wanted


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (changed(checks=(DROPPED,), refused=True), Reason.FAILED_CHECKS),
        (changed(refused=True, coverage=NONE), Reason.REFUSAL),
        (changed(coverage=PARTLY, notice="Quoted from the guide."), Reason.LOW_COVERAGE),
        (changed(notice="Quoted from the guide."), Reason.FALLBACK),
        (ANSWER, None),
        (None, None),
    ],
)
def test_a_turn_has_the_strongest_of_its_reasons(
    answer: Answer | None, reason: Reason | None
) -> None:
    assert reason_for(to_row(entry(turn_id=PLAIN, answer=answer), 0)) is reason


def test_reasons_are_ordered_as_they_stand() -> None:
    priorities = [reason.priority for reason in Reason]

    assert priorities == sorted(priorities, reverse=True)
    assert min(priorities) > 0
    assert all(len(reason) <= 16 for reason in Reason)


def test_a_small_share_of_good_answers_is_drawn_always_the_same() -> None:
    turns = [to_row(entry(turn_id=f"turn-{number}"), 0) for number in range(5000)]

    drawn = [turn.id for turn in turns if reason_for(turn) is Reason.SAMPLE]

    assert len(drawn) == pytest.approx(5000 * SAMPLE_SHARE, rel=0.25)
    assert drawn == [turn.id for turn in turns if reason_for(turn) is Reason.SAMPLE]


def test_recording_a_turn_puts_it_into_the_queue_once(
    transcripts: Transcripts, database: Database
) -> None:
    asked = entry(answer=changed(refused=True, coverage=NONE))

    for _ in range(2):
        transcripts.record(asked)
    transcripts.record(good := entry(turn_id=PLAIN))

    row = found(database, asked)
    assert (row.reason, row.state, row.asked_at) == ("refusal", "open", ASKED)
    assert (row.priority, row.reviews_done, row.claimed_by) == (Reason.REFUSAL.priority, 0, None)
    assert item(database, good) is None


def test_some_turns_want_two_reviews(transcripts: Transcripts, database: Database) -> None:
    refused = changed(refused=True)
    for number in range(60):
        transcripts.record(entry(turn_id=f"turn-{number}", answer=refused))

    with database.reading() as session:
        wanted = session.scalars(select(ReviewItemRow.reviews_wanted)).all()

    assert set(wanted) == {1, 2}
    assert 60 * TWICE_SHARE / 3 <= wanted.count(2) <= 60 * TWICE_SHARE * 3


def test_a_thumbs_down_raises_the_item_and_a_weaker_reason_does_not_lower_it(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry(answer=changed(coverage=PARTLY)))
    assert found(database, asked).reason == Reason.LOW_COVERAGE

    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN)
    assert found(database, asked).reason == Reason.THUMBS_DOWN

    transcripts.ask_human(OWNER, asked.conversation_id)
    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN, (FeedbackReason.WRONG,))
    row = found(database, asked)
    assert (row.reason, row.priority) == (Reason.HUMAN_ASKED, Reason.HUMAN_ASKED.priority)


def test_a_thumbs_down_on_a_good_answer_brings_it_into_the_queue_and_up_takes_it_out(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry(turn_id=PLAIN))

    transcripts.give_feedback(OWNER, PLAIN, Verdict.DOWN)
    assert found(database, asked).reason == Reason.THUMBS_DOWN

    transcripts.give_feedback(OWNER, PLAIN, Verdict.UP)
    assert item(database, asked) is None


def test_a_thumb_turned_up_leaves_the_turns_own_reason(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry(answer=changed(refused=True)))
    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN)

    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.UP)

    row = found(database, asked)
    assert (row.reason, row.priority) == (Reason.REFUSAL, Reason.REFUSAL.priority)


def test_a_thumb_turned_up_after_a_coach_has_reviewed_changes_nothing(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry(turn_id=PLAIN))
    transcripts.give_feedback(OWNER, PLAIN, Verdict.DOWN)
    review(database, asked)

    transcripts.give_feedback(OWNER, PLAIN, Verdict.UP)

    assert (found(database, asked).reason, found(database, asked).state) == ("thumbs down", "done")


@pytest.mark.parametrize("kept", ["correction", "test"])
def test_a_thumb_turned_up_leaves_an_item_that_a_coach_has_worked_on(
    transcripts: Transcripts, database: Database, kept: str
) -> None:
    transcripts.record(asked := entry(turn_id=PLAIN))
    transcripts.give_feedback(OWNER, PLAIN, Verdict.DOWN)
    work = {"turn_id": PLAIN, "created_at": ASKED}
    with database.writing() as session:
        if kept == "correction":
            given = {"text": "x", "passages": [], "facts": [], "guide_edit": ""}
            session.add(CorrectionRow(**work, **given, updated_at=ASKED))
        else:
            session.add(PendingCaseRow(**work, id="reviewed-1", state="pending", case={}))

    transcripts.give_feedback(OWNER, PLAIN, Verdict.UP)

    assert (found(database, asked).reason, found(database, asked).state) == ("thumbs down", "open")


def test_what_a_person_says_opens_a_done_item_again(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry(answer=changed(refused=True)))
    review(database, asked)

    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN)
    row = found(database, asked)
    assert (row.state, row.reviews_wanted) == ("open", row.reviews_done + 1)

    review(database, asked)
    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN)
    assert found(database, asked).state == "done", "the same thumb again says nothing new"

    transcripts.ask_human(OWNER, asked.conversation_id)
    assert found(database, asked).state == "open"


def test_asking_for_a_human_queues_the_last_turn_even_one_without_an_answer(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(first := entry(turn_id=PLAIN))
    last = entry(
        conversation_id=first.conversation_id, answer=None, state=TurnState.FAILED, problem="Gone."
    )
    transcripts.record(last)
    assert item(database, last) is None

    transcripts.ask_human(OWNER, first.conversation_id)

    assert item(database, first) is None
    assert found(database, last).reason == Reason.HUMAN_ASKED
