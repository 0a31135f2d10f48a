"""Turns that stop, fail, take too long or are overtaken: what is kept and what is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from coach.domain import Answer, Coverage, CoverageStatus, Turn
from coach.errors import IndexMissing, QuestionError
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


async def test_answer_grows_to_its_end() -> None:
    conversation = Conversation("one")
    await conversation.ask(ScriptedCoach(), "Why?")
    seen = [exchanges[-1] async for exchanges in conversation.follow()]
    assert seen[0].answer is None
    assert seen[-1].state is State.DONE
    assert seen[-1].answer == answer("Half and whole: Why?")


async def test_slow_follower_still_sees_the_end() -> None:
    conversation = Conversation("one")
    await conversation.ask(ScriptedCoach(), "Why?")
    last: tuple[Exchange, ...] = ()
    async for exchanges in conversation.follow():
        last = exchanges
        for _ in range(20):
            await asyncio.sleep(0)
    assert last[-1].state is State.DONE


async def test_stopped_answer_keeps_what_it_has_shown() -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    conversation = Conversation("one")
    await conversation.ask(coach, "Why?")
    await until(conversation, "Half")
    await conversation.stop()
    last = await ended(conversation)
    assert last.state is State.STOPPED
    assert last.answer == answer("Half")
    assert [message.content for message in conversation.history] == ["Why?", "Half"]


async def test_stopping_closes_the_coachs_stream_before_it_returns() -> None:
    closed = asyncio.Event()

    class ClosingCoach:
        async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
            try:
                while True:
                    yield answer("Half")  # never waits: the turn is cancelled outside of it
            finally:
                closed.set()

    conversation = Conversation("one")
    await conversation.ask(ClosingCoach(), "Why?")
    await until(conversation, "Half")
    await conversation.stop()
    assert closed.is_set()


async def test_ended_conversation_is_followed_no_more_and_forgotten() -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    conversations = Conversations()
    conversation = conversations.start("me")
    await conversation.ask(coach, "Why?")
    await until(conversation, "Half")
    await conversations.end("someone else", conversation.identifier)
    assert not conversation.ended
    await conversations.end("me", conversation.identifier)
    assert conversations.find("me", conversation.identifier) is None
    assert [exchanges async for exchanges in conversation.follow()] == []
    assert conversation.exchanges[-1].state is State.STOPPED


async def test_turn_stopped_before_its_first_step_is_stopped() -> None:
    conversation = Conversation("one")
    await conversation.ask(ScriptedCoach(), "Why?")
    await conversation.stop()
    assert (await ended(conversation)).state is State.STOPPED


async def test_question_asked_meanwhile_stops_the_one_before() -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    conversation = Conversation("one")
    await conversation.ask(coach, "First?")
    await until(conversation, "Half")
    coach.go_on.set()
    await conversation.ask(coach, "Second?")
    assert (await ended(conversation)).answer == answer("Half and whole: Second?")
    states = [exchange.state for exchange in conversation.exchanges]
    assert states == [State.STOPPED, State.DONE]


async def test_history_holds_what_was_said_before_and_no_failures() -> None:
    def fail() -> None:
        raise RuntimeError

    conversation = Conversation("one")
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
async def test_failed_turn_gives_a_kind_line(error: Exception, line: str) -> None:
    conversation = Conversation("one")
    await conversation.ask(ScriptedCoach(raising(error)), "Why?")
    last = await ended(conversation)
    assert last.state is State.FAILED
    assert last.problem == line


async def test_turn_that_takes_too_long_is_ended() -> None:
    coach = ScriptedCoach()
    coach.go_on.clear()
    conversation = Conversation("one", seconds=0.01)
    await conversation.ask(coach, "Why?")
    assert (await ended(conversation)).problem == TOO_SLOW


async def test_retry_asks_the_last_question_with_the_history_it_had() -> None:
    coach = ScriptedCoach()
    conversation = Conversation("one")
    for question in ("First?", "Second?"):
        await conversation.ask(coach, question, "some-guide")
        await ended(conversation)
    await conversation.retry(coach)
    await ended(conversation)
    assert coach.turns[-1] == coach.turns[-2]
    assert [exchange.question for exchange in conversation.exchanges] == ["First?", "Second?"]


async def test_long_conversation_drops_its_oldest_exchanges() -> None:
    coach = ScriptedCoach()
    conversation = Conversation("one")
    for number in range(EXCHANGES_KEPT + 3):
        await conversation.ask(coach, str(number))
        await ended(conversation)
    assert len(conversation.exchanges) == EXCHANGES_KEPT
    assert conversation.exchanges[0].question == "3"


def test_conversation_is_found_by_its_visitor_alone() -> None:
    conversations = Conversations()
    own = conversations.start("one visitor")
    assert conversations.find("one visitor", own.identifier) is own
    assert conversations.find("another visitor", own.identifier) is None
    assert conversations.find("one visitor", "made up") is None


def test_least_recently_used_conversation_is_dropped_first() -> None:
    conversations = Conversations(kept=2)
    first, second = conversations.start("a"), conversations.start("b")
    conversations.find("a", first.identifier)
    third = conversations.start("c")
    assert conversations.find("b", second.identifier) is None
    assert conversations.find("a", first.identifier) is first
    assert conversations.find("c", third.identifier) is third


def test_one_visitor_cannot_push_out_the_others() -> None:
    conversations = Conversations(kept=10, per_visitor=2)
    other = conversations.start("other")
    for _ in range(20):
        conversations.start("busy")
    assert conversations.find("other", other.identifier) is other
