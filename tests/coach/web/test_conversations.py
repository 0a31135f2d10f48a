"""Turns that stop, fail, take too long or are overtaken: what is kept and what is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.database import Database, migrate, open_database
from coach.database.engine import FILE
from coach.domain import Answer, Coverage, CoverageStatus, Turn
from coach.errors import DatabaseUnusable, IndexMissing, QuestionError
from coach.transcripts import Feedback, FeedbackReason, StoredTurn, Transcripts, TurnState, Verdict
from coach.web.conversations import (
    BROKEN,
    EXCHANGES_KEPT,
    TOO_SLOW,
    UNREADABLE,
    Conversation,
    Conversations,
    Exchange,
    State,
)

ME = "visitor:me"
OTHER = "visitor:other"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of this test's own; the store is tested on both kinds elsewhere."""
    opened = open_database(None, tmp_path)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def transcripts(database: Database) -> Transcripts:
    return Transcripts(database)


@pytest.fixture
def conversations(transcripts: Transcripts) -> Conversations:
    return Conversations(transcripts)


@pytest.fixture
def conversation(conversations: Conversations) -> Conversation:
    return conversations.start(ME)


def stored(transcripts: Transcripts, conversation: Conversation) -> tuple[StoredTurn, ...]:
    transcript = transcripts.load(ME, conversation.identifier)
    return transcript.turns if transcript else ()


def answer(text: str) -> Answer:
    return Answer(text=text, refused=False, coverage=Coverage(status=CoverageStatus.COVERED))


class ScriptedCoach:
    """Answers in two snapshots and does in between what no real question can bring about."""

    def __init__(self, between: Callable[[], object] = lambda: None) -> None:
        self.turns: list[Turn] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self._between = between

    async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
        self.turns.append(turn)
        yield answer("Half")
        self._between()
        await self.go_on.wait()
        yield answer(f"Half and whole: {turn.question}")


async def ended(conversation: Conversation) -> Exchange:
    async for _ in conversation.follow():
        pass
    return conversation.exchanges[-1]


async def until(conversation: Conversation, text: str) -> None:
    async for exchanges in conversation.follow():
        shown = exchanges[-1].answer
        if shown is not None and shown.text == text:
            return


async def test_answer_grows_to_its_end(conversation: Conversation) -> None:
    await conversation.ask(ScriptedCoach(), "Why?")
    seen = [exchanges[-1] async for exchanges in conversation.follow()]
    assert seen[0].answer is None
    assert seen[-1].state is State.DONE
    assert seen[-1].answer == answer("Half and whole: Why?")


async def test_slow_follower_still_sees_the_end(conversation: Conversation) -> None:
    await conversation.ask(ScriptedCoach(), "Why?")
    last: tuple[Exchange, ...] = ()
    async for exchanges in conversation.follow():
        last = exchanges
        for _ in range(20):
            await asyncio.sleep(0)
    assert last[-1].state is State.DONE


async def test_stopped_answer_keeps_what_it_has_shown(conversation: Conversation) -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    await conversation.ask(coach, "Why?")
    await until(conversation, "Half")
    await conversation.stop()
    last = await ended(conversation)
    assert last.state is State.STOPPED
    assert last.answer == answer("Half")
    assert [message.content for message in conversation.history] == ["Why?", "Half"]


async def test_stopping_closes_the_coachs_stream_before_it_returns(
    conversation: Conversation,
) -> None:
    closed = asyncio.Event()

    class ClosingCoach:
        async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
            try:
                while True:
                    yield answer("Half")  # never waits: the turn is cancelled outside of it
            finally:
                closed.set()

    await conversation.ask(ClosingCoach(), "Why?")
    await until(conversation, "Half")
    await conversation.stop()
    assert closed.is_set()


async def test_ended_conversation_is_followed_no_more_and_stays_kept(
    conversations: Conversations, conversation: Conversation, transcripts: Transcripts
) -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    await conversation.ask(coach, "Why?")
    await until(conversation, "Half")
    await conversations.end(OTHER, conversation.identifier)
    assert not conversation.ended
    await conversations.end(ME, conversation.identifier)
    assert [exchanges async for exchanges in conversation.follow()] == []
    assert conversation.exchanges[-1].state is State.STOPPED
    assert [turn.state for turn in stored(transcripts, conversation)] == [TurnState.STOPPED]


async def test_turn_stopped_before_its_first_step_is_stopped(conversation: Conversation) -> None:
    await conversation.ask(ScriptedCoach(), "Why?")
    await conversation.stop()
    assert (await ended(conversation)).state is State.STOPPED


async def test_question_asked_meanwhile_stops_the_one_before(conversation: Conversation) -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    await conversation.ask(coach, "First?")
    await until(conversation, "Half")
    coach.go_on.set()
    await conversation.ask(coach, "Second?")
    assert (await ended(conversation)).answer == answer("Half and whole: Second?")
    states = [exchange.state for exchange in conversation.exchanges]
    assert states == [State.STOPPED, State.DONE]


async def test_history_holds_what_was_said_before_and_no_failures(
    conversation: Conversation,
) -> None:
    def fail() -> None:
        raise RuntimeError

    coach = ScriptedCoach()
    await conversation.ask(coach, "First?")
    await ended(conversation)
    await conversation.ask(ScriptedCoach(fail), "Second?")
    await ended(conversation)
    await conversation.ask(coach, "Third?")
    await ended(conversation)
    said = [(message.role, message.content) for message in coach.turns[-1].history]
    assert said == [("user", "First?"), ("assistant", "Half and whole: First?")]


def raising(error: Exception) -> Callable[[], object]:
    def raise_it() -> None:
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (RuntimeError("a secret of the machine"), BROKEN),
        (IndexMissing("There is no index.", where="/some/folder"), UNREADABLE),
        (
            QuestionError("No such guide.", remedy="Choose another."),
            "No such guide. Choose another.",
        ),
    ],
    ids=["unexpected", "index", "question"],
)
async def test_failed_turn_gives_a_kind_line(
    error: Exception, line: str, conversation: Conversation
) -> None:
    await conversation.ask(ScriptedCoach(raising(error)), "Why?")
    last = await ended(conversation)
    assert last.state is State.FAILED
    assert last.problem == line


async def test_turn_that_takes_too_long_is_ended(transcripts: Transcripts) -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    conversation = Conversations(transcripts, seconds=0.01).start(ME)
    await conversation.ask(coach, "Why?")
    assert (await ended(conversation)).problem == TOO_SLOW


async def test_retry_asks_the_last_question_with_the_history_it_had(
    conversation: Conversation,
) -> None:
    coach = ScriptedCoach()
    for question in ("First?", "Second?"):
        await conversation.ask(coach, question, "some-guide")
        await ended(conversation)
    await conversation.retry(coach)
    await ended(conversation)
    assert coach.turns[-1] == coach.turns[-2]
    assert [exchange.question for exchange in conversation.exchanges] == ["First?", "Second?"]


async def test_long_conversation_drops_its_oldest_exchanges(conversation: Conversation) -> None:
    coach = ScriptedCoach()
    for number in range(EXCHANGES_KEPT + 3):
        await conversation.ask(coach, str(number))
        await ended(conversation)
    assert len(conversation.exchanges) == EXCHANGES_KEPT
    assert conversation.exchanges[0].question == "3"


async def test_conversation_is_found_by_its_owner_alone(conversations: Conversations) -> None:
    own = conversations.start(ME)
    assert await conversations.find(ME, own.identifier) is own
    assert await conversations.find(OTHER, own.identifier) is None
    assert await conversations.find(ME, "made up") is None
    await own.ask(ScriptedCoach(), "Why?")
    await ended(own)
    assert await conversations.find(OTHER, own.identifier) is None


async def test_least_recently_used_conversation_is_dropped_first(transcripts: Transcripts) -> None:
    conversations = Conversations(transcripts, kept=2)
    first, second = conversations.start("a"), conversations.start("b")
    await conversations.find("a", first.identifier)
    third = conversations.start("c")
    assert await conversations.find("b", second.identifier) is None
    assert await conversations.find("a", first.identifier) is first
    assert await conversations.find("c", third.identifier) is third


async def test_one_owner_cannot_push_out_the_others(transcripts: Transcripts) -> None:
    conversations = Conversations(transcripts, kept=10, per_owner=2)
    other = conversations.start(OTHER)
    for _ in range(20):
        conversations.start("busy")
    assert await conversations.find(OTHER, other.identifier) is other


async def test_turn_under_way_is_ended_with_all_others_however_many_were_opened_meanwhile(
    transcripts: Transcripts,
) -> None:
    conversations = Conversations(transcripts, kept=3, per_owner=2)
    coach = ScriptedCoach()
    coach.go_on.clear()
    waiting = conversations.start(ME)
    await waiting.ask(coach, "wait")
    await until(waiting, "Half")
    for number in range(5):
        await ended_quickly(conversations, f"Question {number}")

    assert await conversations.find(ME, waiting.identifier) is waiting
    await conversations.end_all(ME)
    for summary in transcripts.conversations(ME):
        transcripts.delete(ME, summary.id)

    assert not waiting.busy
    assert transcripts.conversations(ME) == [], "nothing is kept after all"


async def ended_quickly(conversations: Conversations, question: str) -> Conversation:
    conversation = conversations.start(ME)
    await conversation.ask(ScriptedCoach(), question)
    await ended(conversation)
    return conversation


async def test_what_the_database_could_not_be_given_yet_is_not_dropped_for_what_it_has(
    transcripts: Transcripts,
) -> None:
    conversations = Conversations(transcripts, per_owner=2)
    unkept = await ended_quickly(conversations, "Why?")
    unkept.exchanges = tuple(replace(one, kept=False) for one in unkept.exchanges)
    for number in range(3):
        await ended_quickly(conversations, f"Question {number}")
    assert await conversations.find(ME, unkept.identifier) is unkept


async def test_turn_is_in_the_database_before_it_is_shown_as_done(
    conversation: Conversation, transcripts: Transcripts
) -> None:
    await conversation.ask(ScriptedCoach(), "Why?", "some-guide")
    async for exchanges in conversation.follow():
        if exchanges[-1].state is State.DONE:
            (turn,) = stored(transcripts, conversation)
    assert exchanges[-1].kept
    assert (turn.id, turn.question) == (exchanges[-1].turn_id, "Why?")
    assert (turn.answer, turn.chosen_guide) == (answer("Half and whole: Why?"), "some-guide")


async def test_turn_that_nobody_follows_is_kept(
    conversation: Conversation, transcripts: Transcripts
) -> None:
    await conversation.ask(ScriptedCoach(), "Why?")
    async with asyncio.timeout(10):
        while conversation.busy:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    (turn,) = stored(transcripts, conversation)
    assert turn.state is TurnState.DONE


@pytest.mark.parametrize("hurried", [0, 1, 3], ids=["at once", "soon", "later"])
async def test_stopped_turn_is_kept_once(
    conversation: Conversation, transcripts: Transcripts, hurried: int
) -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    await conversation.ask(coach, "Why?")
    for _ in range(hurried):
        await asyncio.sleep(0)
    await asyncio.gather(conversation.stop(), conversation.stop())
    (turn,) = stored(transcripts, conversation)
    assert turn.state is TurnState.STOPPED
    assert conversation.exchanges[-1].kept


async def test_failed_turn_is_kept_with_its_line(
    conversation: Conversation, transcripts: Transcripts
) -> None:
    await conversation.ask(ScriptedCoach(raising(RuntimeError("a secret"))), "Why?")
    await ended(conversation)
    (turn,) = stored(transcripts, conversation)
    assert (turn.state, turn.problem) == (TurnState.FAILED, BROKEN)
    assert turn.answer == answer("Half")


async def test_conversation_is_found_after_a_restart_and_goes_on(
    conversation: Conversation, transcripts: Transcripts
) -> None:
    coach = ScriptedCoach()
    await conversation.ask(coach, "First?")
    await ended(conversation)
    restarted = Conversations(transcripts)
    again = await restarted.find(ME, conversation.identifier)
    assert again is not None
    assert again.exchanges == conversation.exchanges
    await again.ask(coach, "Second?")
    await ended(again)
    assert [message.content for message in coach.turns[-1].history] == [
        "First?",
        "Half and whole: First?",
    ]
    turns = stored(transcripts, conversation)
    assert [turn.question for turn in turns] == ["First?", "Second?"]
    seen_elsewhere = await Conversations(transcripts).find(ME, conversation.identifier)
    assert seen_elsewhere is not None
    assert len(seen_elsewhere.exchanges) == 2


async def test_what_another_process_added_shows(
    conversations: Conversations, conversation: Conversation, transcripts: Transcripts
) -> None:
    await conversation.ask(ScriptedCoach(), "First?")
    await ended(conversation)
    elsewhere = await Conversations(transcripts).find(ME, conversation.identifier)
    assert elsewhere is not None
    await elsewhere.ask(ScriptedCoach(), "Second?")
    last = await ended(elsewhere)
    transcripts.give_feedback(ME, last.turn_id, Verdict.DOWN, [FeedbackReason.WRONG], "no")
    assert await conversations.find(ME, conversation.identifier) is conversation
    assert [exchange.question for exchange in conversation.exchanges] == ["First?", "Second?"]
    given = conversation.exchanges[-1].feedback
    assert given is not None
    assert (given.verdict, given.comment) == (Verdict.DOWN, "no")


async def test_conversation_deleted_elsewhere_is_gone(
    conversations: Conversations, conversation: Conversation, transcripts: Transcripts
) -> None:
    await conversation.ask(ScriptedCoach(), "First?")
    await ended(conversation)
    transcripts.delete(ME, conversation.identifier)
    assert await conversations.find(ME, conversation.identifier) is None


async def test_turn_under_way_is_not_overwritten_by_what_is_read(
    conversations: Conversations, conversation: Conversation
) -> None:
    coach = ScriptedCoach()
    await conversation.ask(coach, "First?")
    await ended(conversation)
    finding = asyncio.create_task(conversations.find(ME, conversation.identifier))
    await asyncio.sleep(0)  # it reads by now
    coach.go_on.clear()
    await conversation.ask(coach, "Second?")
    assert await finding is conversation
    assert conversation.exchanges[-1].question == "Second?"
    assert await conversations.find(ME, conversation.identifier) is conversation
    await conversation.stop()


async def test_question_asked_again_shows_its_last_answer_alone_when_it_is_read(
    conversation: Conversation, transcripts: Transcripts
) -> None:
    coach = ScriptedCoach()
    await conversation.ask(coach, "First?")
    await ended(conversation)
    await conversation.retry(coach)
    await ended(conversation)
    assert len(stored(transcripts, conversation)) == 2
    read = await Conversations(transcripts).find(ME, conversation.identifier)
    assert read is not None
    assert [exchange.turn_id for exchange in read.exchanges] == [conversation.exchanges[-1].turn_id]


async def test_answer_that_cannot_be_kept_is_shown_and_kept_with_the_next(
    conversations: Conversations,
    conversation: Conversation,
    transcripts: Transcripts,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coach.web.keeping.WAITS", (0.0, 0.01))
    aside, file = tmp_path / "aside", tmp_path / FILE
    database.close()
    file.rename(aside)
    file.mkdir()  # nothing can be opened here
    await conversation.ask(ScriptedCoach(), "First?")
    last = await ended(conversation)
    assert (last.state, last.kept) == (State.DONE, False)
    assert last.answer == answer("Half and whole: First?")
    assert await conversations.find(ME, conversation.identifier) is conversation
    with pytest.raises(DatabaseUnusable):
        await conversations.find(ME, "another")
    file.rmdir()
    aside.rename(file)
    assert await conversations.find(ME, conversation.identifier) is conversation
    await conversation.ask(ScriptedCoach(), "Second?")
    await ended(conversation)
    assert all(exchange.kept for exchange in conversation.exchanges)
    turns = stored(transcripts, conversation)
    assert [turn.question for turn in turns] == ["First?", "Second?"]


async def test_feedback_and_the_wish_for_a_human_show_where_the_conversation_is_open(
    conversations: Conversations, conversation: Conversation
) -> None:
    await conversation.ask(ScriptedCoach(), "Why?")
    last = await ended(conversation)
    given = Feedback(verdict=Verdict.UP, given_at=datetime.now(UTC))
    conversations.note_feedback(OTHER, last.turn_id, given)
    conversations.note_human(OTHER, conversation.identifier)
    assert conversation.exchanges[-1].feedback is None
    assert not conversation.human_asked
    conversations.note_feedback(ME, last.turn_id, given)
    conversations.note_human(ME, conversation.identifier)
    assert conversation.exchanges[-1].feedback == given
    assert conversation.human_asked


async def test_all_of_an_owner_end_and_nobody_elses(conversations: Conversations) -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    mine, other = conversations.start(ME), conversations.start(OTHER)
    for conversation in (mine, other):
        await conversation.ask(coach, "Why?")
    await conversations.end_all(ME)
    assert (mine.ended, mine.busy) == (True, False)
    assert other.busy
    await other.stop()
