"""How much is written in a day for one visitor, and what they are told once it is used up."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from coach.database import Database, migrate, open_database
from coach.domain import Answer, Turn
from coach.plans import Plans
from coach.transcripts import Transcripts
from coach.web.chat import ChatPage
from coach.web.completion_requests import MODEL
from coach.web.conversations import Conversations
from coach.web.daily_tokens import (
    USED_UP_FOR_PROGRAMS,
    Allowance,
    DailyTokens,
    seconds_to_midnight,
)
from coach.web.limits import TurnLimits
from tests.coach.transcripts.made import ANSWER, OWNER, STRANGER, entry
from tests.coach.web.browsing import App, end, run
from tests.coach.web.test_chat import drawn, from_tab

KEY = "a-key-of-ours"
MANY = 10**9


class Writer:
    """Writes where it may, and refuses what it is told to."""

    def __init__(self, mode: str = "generating") -> None:
        self._mode = mode

    def guides(self) -> tuple[()]:
        return ()

    def quoting(self) -> Writer:
        return Writer("quoting")

    async def stream(self, turn: Turn) -> AsyncGenerator[Answer]:
        refused = turn.question == "unknown"
        changes = {"mode": self._mode, "refused": refused, "tokens": 400}
        yield ANSWER.model_copy(update={**changes, **({"citations": ()} if refused else {})})


@pytest.fixture
def transcripts(database: Database) -> Transcripts:
    return Transcripts(database)


async def answered(tokens: DailyTokens, owner: str, question: str = "Why?") -> Answer:
    answerer = await tokens.answerer(owner)
    *_, last = [answer async for answer in answerer.stream(Turn(question=question))]
    return last


async def test_each_process_counts_what_all_have_written_for_one_owner(
    transcripts: Transcripts,
) -> None:
    now = datetime.now(UTC)
    one, other = (DailyTokens(Writer(), transcripts, 2 * ANSWER.tokens, MANY) for _ in range(2))
    assert await one.allowance(OWNER) is Allowance.FREE

    transcripts.record(entry(owner=OWNER, asked_at=now, finished_at=now, answer=ANSWER))
    assert await one.allowance(OWNER) is Allowance.FREE
    transcripts.record(entry(owner=OWNER, asked_at=now, finished_at=now, answer=ANSWER))

    assert await one.allowance(OWNER) is Allowance.USED_UP
    assert await other.allowance(OWNER) is Allowance.USED_UP
    assert await one.allowance(STRANGER) is Allowance.FREE


async def test_what_was_written_before_midnight_counts_no_more(transcripts: Transcripts) -> None:
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    before = midnight - timedelta(seconds=1)
    transcripts.record(
        entry(owner=OWNER, conversation_id="a", asked_at=before, finished_at=before, answer=ANSWER)
    )
    transcripts.record(
        entry(owner=OWNER, conversation_id="a", asked_at=now, finished_at=now, answer=ANSWER)
    )

    assert transcripts.tokens_since(OWNER, midnight) == ANSWER.tokens
    assert transcripts.tokens_since(OWNER, before) == 2 * ANSWER.tokens


async def test_answers_are_quoted_with_a_kind_line_once_the_day_is_used_up(
    transcripts: Transcripts,
) -> None:
    tokens = DailyTokens(Writer(), transcripts, ANSWER.tokens, MANY)
    assert (await answered(tokens, OWNER)).mode == "generating"
    now = datetime.now(UTC)
    transcripts.record(entry(owner=OWNER, asked_at=now, finished_at=now, answer=ANSWER))

    quoted, refused = await answered(tokens, OWNER), await answered(tokens, OWNER, "unknown")

    assert (quoted.mode, quoted.notice) == ("quoting", Allowance.USED_UP.value)
    assert (refused.refused, refused.notice) == (True, ""), "it would not have been written anyway"
    assert (await answered(tokens, STRANGER)).mode == "generating"


async def test_all_together_have_so_many_whoever_asks_and_in_whichever_process(
    transcripts: Transcripts,
) -> None:
    now = datetime.now(UTC)
    one, other = (DailyTokens(Writer(), transcripts, MANY, 2 * ANSWER.tokens) for _ in range(2))
    for owner in (OWNER, STRANGER):
        assert await one.allowance("visitor:new") is Allowance.FREE
        transcripts.record(entry(owner=owner, asked_at=now, finished_at=now))

    assert await one.allowance("visitor:new") is Allowance.USED_UP_BY_ALL
    assert await other.allowance("visitor:new") is Allowance.USED_UP_BY_ALL
    told = await answered(one, "visitor:new")
    assert (told.mode, told.notice) == ("quoting", Allowance.USED_UP_BY_ALL.value)


async def test_no_deletion_takes_back_what_was_written_for_all(transcripts: Transcripts) -> None:
    tokens = DailyTokens(Writer(), transcripts, MANY, 1000)
    modes = [(await answered(tokens, f"visitor:{number}")).mode for number in range(4)]
    assert modes == ["generating"] * 3 + ["quoting"], "400 each, and nothing in the database"


async def test_stopped_answer_counts_for_what_was_written(transcripts: Transcripts) -> None:
    tokens = DailyTokens(Writer(), transcripts, MANY, 400)
    stream = (await tokens.answerer(OWNER)).stream(Turn(question="Why?"))
    await anext(stream)
    await stream.aclose()
    assert await tokens.allowance(STRANGER) is Allowance.USED_UP_BY_ALL


async def test_nothing_is_written_while_it_cannot_be_counted(tmp_path: Path) -> None:
    away = open_database("postgresql://nobody@127.0.0.1:9/none", tmp_path)
    tokens = DailyTokens(Writer(), Transcripts(away), MANY, MANY)
    told = await answered(tokens, OWNER)
    away.close()
    assert (told.mode, told.notice) == ("quoting", Allowance.UNKNOWN.value)


def test_all_have_their_tokens_again_within_a_day() -> None:
    assert 0 < seconds_to_midnight() <= 24 * 3600


async def test_the_page_quotes_and_says_why(tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    migrate(database)
    kept = Transcripts(database)
    coach = Writer()
    tokens = DailyTokens(coach, kept, 400, MANY)
    page = ChatPage(coach, Conversations(kept), Plans(database), 100, TurnLimits(100), tokens)
    page.build()
    identifier, shown = "", []
    for question in ("First?", "Second?"):
        asked = page.ask(question, "", identifier, from_tab())
        shown += [text async for updates in asked if (text := drawn(updates))]
        (summary,) = kept.conversations("me")
        identifier = summary.id
        if question == "First?":
            assert Allowance.USED_UP.value not in shown[-1]
    database.close()

    assert Allowance.USED_UP.value in shown[-1]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[App]:
    script = Path(__file__).parent / "scripted_app.py"
    settings = json.dumps({"api_key": KEY, "daily_tokens": [500, MANY]})
    app = run([script, settings], tmp_path / "app.log", folder=tmp_path)
    yield app
    end(app)


def test_programs_are_told_when_to_ask_again_each_for_its_own_user(served: App) -> None:
    with httpx.Client(
        base_url=served.address, headers={"authorization": f"Bearer {KEY}"}, timeout=20
    ) as program:

        def asked(user: str) -> httpx.Response:
            messages = [{"role": "user", "content": "written"}]
            body = {"model": MODEL, "messages": messages, "user": user}
            return program.post("/v1/chat/completions", json=body)

        assert asked("one").status_code == 200
        told = asked("one")
        assert asked("other").status_code == 200

    assert told.status_code == 429
    assert told.json()["error"]["message"] == USED_UP_FOR_PROGRAMS
    assert told.json()["error"]["code"] == "daily_tokens_exceeded"
    assert 0 < int(told.headers["retry-after"]) <= 24 * 3600
