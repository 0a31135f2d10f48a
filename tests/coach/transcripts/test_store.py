from __future__ import annotations

import json
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coach.database import Database
from coach.database.tables import (
    AuditRow,
    ConversationRow,
    CorrectionRow,
    DeletionRow,
    FeedbackRow,
    ReviewItemRow,
    TurnRow,
)
from coach.domain import Coverage, CoverageStatus
from coach.transcripts import (
    FeedbackReason,
    Format,
    Origin,
    StoredHit,
    Transcripts,
    TurnState,
    Verdict,
)
from tests.coach.transcripts.made import (
    ACCOUNT,
    ANSWER,
    ASKED,
    OWNER,
    PASSAGE,
    STRANGER,
    entry,
)


@pytest.fixture
def transcripts(database: Database) -> Transcripts:
    return Transcripts(database)


def rows(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_answer_read_back_is_the_one_written_but_for_its_hits(transcripts: Transcripts) -> None:
    asked = entry(guide="baker-to-welder")

    transcripts.record(asked)

    transcript = transcripts.load(OWNER, asked.conversation_id)
    assert transcript is not None
    (turn,) = transcript.turns
    assert turn.answer == ANSWER.model_copy(update={"hits": ()})
    assert turn.hits == (
        StoredHit(
            passage_id=PASSAGE.id,
            source=PASSAGE.source,
            guide=PASSAGE.guide,
            section=PASSAGE.section,
            heading=PASSAGE.heading,
            score=2.5,
            dense=0.75,
        ),
    )
    assert (turn.id, turn.position, turn.question) == (asked.turn_id, 0, asked.question)
    assert turn.resolved_question == ANSWER.resolved_question
    assert (turn.chosen_guide, turn.guide, turn.section) == (
        "baker-to-welder",
        "baker-to-welder",
        PASSAGE.section,
    )
    assert (turn.asked_at, turn.finished_at) == (asked.asked_at, asked.finished_at)
    assert (turn.state, turn.problem, turn.feedback) == (TurnState.DONE, "", None)
    assert (transcript.source, transcript.shared) == (Origin.CHAT, False)


def test_what_is_counted_and_filtered_stands_in_columns(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry())

    with database.reading() as session:
        row = session.get_one(TurnRow, asked.turn_id)
    assert (row.model, row.prompt_version, row.index_generation, row.tokens, row.mode) == (
        "openai:some",
        "3",
        "7",
        321,
        "generating",
    )
    assert (row.answer, row.refused, row.coverage, row.dropped) == (
        ANSWER.text,
        False,
        "covered",
        0,
    )


def test_a_turn_recorded_again_changes_nothing(
    transcripts: Transcripts, database: Database
) -> None:
    asked = entry()

    for _ in range(3):
        transcripts.record(asked)

    assert rows(database, TurnRow) == rows(database, ConversationRow) == 1


def test_turns_keep_the_order_in_which_they_came(transcripts: Transcripts) -> None:
    first = entry("one")
    for number, question in enumerate(["one", "two", "three"]):
        transcripts.record(
            entry(
                question,
                conversation_id=first.conversation_id,
                asked_at=ASKED + timedelta(minutes=number),
            )
        )

    transcript = transcripts.load(OWNER, first.conversation_id)

    assert transcript is not None
    assert [turn.question for turn in transcript.turns] == ["one", "two", "three"]
    assert [turn.position for turn in transcript.turns] == [0, 1, 2]
    assert transcript.created_at == ASKED
    assert transcript.updated_at == ASKED + timedelta(minutes=2, seconds=2)


def test_turns_of_one_conversation_recorded_at_once_are_all_kept(
    transcripts: Transcripts, database: Database
) -> None:
    first = entry()
    asked = [entry(conversation_id=first.conversation_id) for _ in range(12)]
    failed: list[Exception] = []

    def record(number: int) -> None:
        try:
            for one in asked[number::3]:
                transcripts.record(one)
                transcripts.record(asked[0])
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=record, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    transcript = transcripts.load(OWNER, first.conversation_id)
    assert transcript is not None
    assert [turn.position for turn in transcript.turns] == list(range(12))
    assert rows(database, TurnRow) == 12


def test_a_turn_that_failed_before_any_answer_is_kept(transcripts: Transcripts) -> None:
    asked = entry(answer=None, state=TurnState.FAILED, problem="This took too long.")

    transcripts.record(asked)

    transcript = transcripts.load(OWNER, asked.conversation_id)
    assert transcript is not None
    (turn,) = transcript.turns
    assert (turn.answer, turn.hits, turn.state) == (None, (), TurnState.FAILED)
    assert (turn.problem, turn.resolved_question) == ("This took too long.", "")


def test_a_stopped_turn_keeps_what_was_shown(transcripts: Transcripts) -> None:
    half = ANSWER.model_copy(update={"text": "It takes", "citations": (), "follow_ups": ()})

    transcripts.record(asked := entry(answer=half, state=TurnState.STOPPED))

    transcript = transcripts.load(OWNER, asked.conversation_id)
    assert transcript is not None
    assert transcript.turns[0].state is TurnState.STOPPED
    assert transcript.turns[0].answer == half.model_copy(update={"hits": ()})


@pytest.mark.parametrize("text", ["a\0b", "half \ud800 a character", "x" * 100_000, "ünï 🙂 שלום"])
def test_any_text_can_be_kept(transcripts: Transcripts, text: str) -> None:
    asked = entry(text, guide=text, problem=text, answer=ANSWER.model_copy(update={"text": text}))

    transcripts.record(asked)

    transcript = transcripts.load(OWNER, asked.conversation_id)
    assert transcript is not None
    expected = text.replace("\0", "").replace("\ud800", "?")
    assert (transcript.turns[0].question, transcript.turns[0].problem) == (expected, expected)
    assert transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN, (), text)
    assert transcripts.rename(OWNER, asked.conversation_id, text)
    transcripts.conversations(OWNER, text)
    assert transcripts.shared(text) is None


def test_nothing_of_another_owner_can_be_read_or_changed(transcripts: Transcripts) -> None:
    transcripts.record(asked := entry())
    identifier = asked.conversation_id

    assert transcripts.conversations(STRANGER) == []
    assert transcripts.load(STRANGER, identifier) is None
    assert transcripts.export(STRANGER, identifier, Format.JSON) is None
    assert not transcripts.rename(STRANGER, identifier, "Mine")
    assert not transcripts.delete(STRANGER, identifier)
    assert transcripts.share(STRANGER, identifier) is None
    assert not transcripts.revoke(STRANGER, identifier)
    assert not transcripts.ask_human(STRANGER, identifier)
    assert not transcripts.give_feedback(STRANGER, asked.turn_id, Verdict.UP)
    with pytest.raises(ValueError, match="owner"):
        transcripts.record(entry(owner=STRANGER, conversation_id=identifier))

    transcript = transcripts.load(OWNER, identifier)
    assert transcript is not None
    assert len(transcript.turns) == 1
    assert transcript.title == asked.question
    assert transcript.turns[0].feedback is None


def test_the_list_has_an_owners_conversations_the_last_used_first(
    transcripts: Transcripts,
) -> None:
    old, new = entry("old"), entry("new", asked_at=ASKED + timedelta(days=1))
    transcripts.record(new)
    transcripts.record(old)
    transcripts.record(entry("a stranger's", owner=STRANGER))
    assert [one.title for one in transcripts.conversations(OWNER)] == ["new", "old"]

    transcripts.record(
        entry(conversation_id=old.conversation_id, asked_at=ASKED + timedelta(days=2))
    )

    summaries = transcripts.conversations(OWNER)
    assert [(one.title, one.turns) for one in summaries] == [("old", 2), ("new", 1)]
    assert [one.title for one in transcripts.everyones("cli")] == ["old", "new", "a stranger's"]
    assert [one.title for one in transcripts.everyones("cli", limit=1)] == ["old"]
    assert [one.title for one in transcripts.everyones("cli", "STRANGER")] == ["a stranger's"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("PYTHON", ["python"]),
        ("6-9 MONTHS", ["python", "100% müller", "snake_case"]),
        ("100%", ["100% müller"]),
        ("0% MÜLLER", ["100% müller"]),
        ("%", ["100% müller"]),
        ("_", ["snake_case"]),
        ("e_c", ["snake_case"]),
        ("p%n", []),
        ("  ", ["python", "100% müller", "snake_case"]),
        ("\\", []),
        ("anyone else", []),
    ],
)
def test_a_search_finds_titles_questions_and_answers_letter_by_letter(
    transcripts: Transcripts, search: str, found: list[str]
) -> None:
    for days, question in enumerate(["python", "100% müller", "snake_case"]):
        transcripts.record(entry(question, asked_at=ASKED - timedelta(days=days)))
    transcripts.record(entry("anyone else, python", owner=STRANGER))

    assert [one.title for one in transcripts.conversations(OWNER, search)] == found


def test_a_search_finds_what_was_renamed_and_later_turns(transcripts: Transcripts) -> None:
    transcripts.record(asked := entry("first"))
    transcripts.record(entry("a later question", conversation_id=asked.conversation_id))
    transcripts.rename(OWNER, asked.conversation_id, "  Moving \n on ")

    assert [one.title for one in transcripts.conversations(OWNER, "moving ON")] == ["Moving on"]
    assert len(transcripts.conversations(OWNER, "LATER q")) == 1
    assert transcripts.rename(OWNER, asked.conversation_id, "  ")
    assert [one.title for one in transcripts.conversations(OWNER)] == ["Moving on"]


def test_a_deleted_conversation_takes_everything_along_but_a_note_of_its_id(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry())
    transcripts.record(kept := entry())
    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN)

    assert transcripts.delete(OWNER, asked.conversation_id)

    assert [one.id for one in transcripts.conversations(OWNER)] == [kept.conversation_id]
    assert rows(database, TurnRow) == 1
    assert rows(database, FeedbackRow) == rows(database, ReviewItemRow) == 0
    with database.reading() as session:
        assert session.scalars(select(DeletionRow.conversation_id)).all() == [asked.conversation_id]
    assert not transcripts.delete(OWNER, asked.conversation_id)


def test_a_turn_that_ends_after_its_conversation_was_deleted_does_not_bring_it_back(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry())
    transcripts.delete(OWNER, asked.conversation_id)

    transcripts.record(entry(conversation_id=asked.conversation_id))

    assert transcripts.conversations(OWNER) == []
    assert rows(database, TurnRow) == 0


def test_who_runs_the_app_deletes_any_conversation_and_the_audit_tells(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry())
    transcripts.record(entry())

    assert transcripts.remove(asked.conversation_id, "cli")
    assert not transcripts.remove(asked.conversation_id, "cli")

    assert rows(database, ConversationRow) == rows(database, DeletionRow) == 1
    with database.reading() as session:
        (noted,) = session.scalars(select(AuditRow)).all()
    assert (noted.account_id, noted.action) == ("cli", "deleted")
    assert noted.conversation_id == asked.conversation_id


def test_whoever_reads_the_titles_of_all_is_in_the_audit(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.everyones("cli")

    with database.reading() as session:
        (noted,) = session.scalars(select(AuditRow)).all()
    assert (noted.account_id, noted.action, noted.conversation_id) == ("cli", "list", None)


def test_a_purge_takes_what_was_last_used_before_a_moment_and_notes_it(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(old := entry("old"))
    transcripts.record(used := entry("old and used again"))
    transcripts.record(
        entry(conversation_id=used.conversation_id, asked_at=ASKED + timedelta(days=30))
    )

    assert transcripts.purge(ASKED + timedelta(days=10)) == 1
    assert transcripts.purge(ASKED + timedelta(days=10)) == 0

    assert [one.title for one in transcripts.conversations(OWNER)] == ["old and used again"]
    with database.reading() as session:
        assert session.scalars(select(DeletionRow.conversation_id)).all() == [old.conversation_id]


def test_a_link_shows_the_conversation_and_nothing_about_its_owner(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry())
    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN, (), "private words")
    transcripts.ask_human(OWNER, asked.conversation_id)

    token = transcripts.share(OWNER, asked.conversation_id)

    assert token is not None
    assert re.fullmatch(r"[\w-]{43}", token)
    shown = transcripts.shared(token)
    assert shown is not None
    assert shown.turns[0].answer == ANSWER.model_copy(update={"hits": ()})
    text = shown.model_dump_json()
    assert "private words" not in text
    assert OWNER not in text
    assert asked.conversation_id not in text
    assert transcripts.conversations(OWNER)[0].shared
    with database.reading() as session:
        assert token not in str(session.execute(select(ConversationRow.share_hash)).all())


def test_a_link_ends_when_revoked_replaced_or_deleted(transcripts: Transcripts) -> None:
    transcripts.record(asked := entry())
    first = transcripts.share(OWNER, asked.conversation_id)
    second = transcripts.share(OWNER, asked.conversation_id)
    assert first is not None
    assert second is not None
    assert transcripts.shared(first) is None
    assert transcripts.shared(second) is not None

    assert transcripts.revoke(OWNER, asked.conversation_id)
    assert transcripts.shared(second) is None
    assert not transcripts.conversations(OWNER)[0].shared

    third = transcripts.share(OWNER, asked.conversation_id)
    assert third is not None
    transcripts.delete(OWNER, asked.conversation_id)
    assert transcripts.shared(third) is None


def test_feedback_can_be_changed_and_is_read_back(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry())
    reasons = (FeedbackReason.WRONG, FeedbackReason.OUTDATED, FeedbackReason.WRONG)

    assert transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN, reasons, " Too old. ")
    transcript = transcripts.load(OWNER, asked.conversation_id)
    assert transcript is not None
    assert transcript.turns[0].feedback is not None
    assert transcript.turns[0].feedback.verdict is Verdict.DOWN
    assert transcript.turns[0].feedback.reasons == (FeedbackReason.WRONG, FeedbackReason.OUTDATED)
    assert transcript.turns[0].feedback.comment == "Too old."

    assert transcripts.give_feedback(OWNER, asked.turn_id, Verdict.UP)
    transcript = transcripts.load(OWNER, asked.conversation_id)
    assert transcript is not None
    assert transcript.turns[0].feedback is not None
    assert transcript.turns[0].feedback.verdict is Verdict.UP
    assert transcript.turns[0].feedback.comment == ""
    assert rows(database, FeedbackRow) == 1


def test_signing_in_brings_the_browsers_conversations_along(transcripts: Transcripts) -> None:
    transcripts.record(asked := entry())
    transcripts.record(entry(owner=STRANGER))

    transcripts.adopt(OWNER, ACCOUNT)

    assert [one.id for one in transcripts.conversations(ACCOUNT)] == [asked.conversation_id]
    assert transcripts.conversations(OWNER) == []
    assert len(transcripts.conversations(STRANGER)) == 1


def test_a_turn_that_began_before_signing_in_joins_the_account(transcripts: Transcripts) -> None:
    transcripts.record(asked := entry())
    transcripts.adopt(OWNER, ACCOUNT)

    transcripts.record(entry(conversation_id=asked.conversation_id))

    assert transcripts.conversations(ACCOUNT)[0].turns == 2


def test_a_coachs_correction_is_shown_to_the_person(
    transcripts: Transcripts, database: Database
) -> None:
    transcripts.record(asked := entry())
    with database.writing() as session:
        session.add(
            CorrectionRow(
                turn_id=asked.turn_id,
                text="Nine months.",
                passages=[PASSAGE.id],
                facts=[],
                guide_edit="",
                created_at=ASKED,
                updated_at=ASKED,
            )
        )

    transcript = transcripts.load(OWNER, asked.conversation_id)

    assert transcript is not None
    correction = transcript.turns[0].correction
    assert correction is not None
    assert (correction.text, correction.passages) == ("Nine months.", (PASSAGE.id,))


def test_a_person_takes_everything_away_as_json(transcripts: Transcripts) -> None:
    transcripts.record(asked := entry(answer=ANSWER.model_copy(update={"refused": True})))
    transcripts.give_feedback(OWNER, asked.turn_id, Verdict.DOWN, (), "Not so.")

    text = transcripts.export(OWNER, asked.conversation_id, Format.JSON)

    assert text is not None
    (turn,) = json.loads(text)["turns"]
    assert turn["question"] == asked.question
    assert turn["feedback"]["comment"] == "Not so."
    assert turn["answer"]["text"] == ANSWER.text
    assert turn["hits"][0]["score"] == 2.5


def test_an_asked_for_human_is_remembered(transcripts: Transcripts) -> None:
    transcripts.record(asked := entry())

    assert transcripts.ask_human(OWNER, asked.conversation_id)

    transcript = transcripts.load(OWNER, asked.conversation_id)
    assert transcript is not None
    assert transcript.human_asked_at is not None


def test_a_partly_covered_answer_is_told_by_its_column(
    transcripts: Transcripts, database: Database
) -> None:
    partly = Coverage(status=CoverageStatus.PARTLY, missing=("pay",))
    transcripts.record(asked := entry(answer=ANSWER.model_copy(update={"coverage": partly})))

    with database.reading() as session:
        assert session.get_one(TurnRow, asked.turn_id).coverage == "partly"
