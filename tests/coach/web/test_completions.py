"""The coach for programs, asked by OpenAI's own client over real HTTP."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from openai import (
    APIError,
    AsyncOpenAI,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    OpenAI,
    RateLimitError,
)
from openai.types.chat import ChatCompletionMessageParam
from sqlalchemy import text

from coach.database import open_database
from coach.domain import Message, Turn
from coach.transcripts import Origin, StoredTurn, Transcripts, TurnState
from coach.web.completion_requests import BODY_BYTES, MODEL
from coach.web.completions import KEY_HOLDER
from coach.web.identity import visitor_owner
from tests.coach.web.browsing import App, end, run
from tests.coach.web.scripted_app import HALF, WHOLE

KEY = "a-key-of-ours"
STRICT_TURNS = 3
BEARER = {"authorization": f"Bearer {KEY}"}
EXTRAS = {
    "citations": [
        {
            "marker": 1,
            "guide": "a-to-b",
            "section": "timeline",
            "heading": "A → B > Timeline",
            "quote": "18-24 months",
            "source": "knowledge/a-to-b.md",
            "lines": [7, 7],
        }
    ],
    "refused": False,
    "coverage": {"status": "partly", "missing": ["the pay"]},
    "mode": "quoting",
    "kept": True,
}

Serve = Callable[..., App]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts the real app over a scripted coach."""
    script = Path(__file__).parent / "scripted_app.py"
    running: list[App] = []

    def start(**settings: object) -> App:
        folder = tmp_path_factory.mktemp("completions")
        app = run([script, json.dumps(settings)], folder / "app.log", folder=folder)
        running.append(app)
        return app

    yield start
    for app in running:
        end(app)


@pytest.fixture(scope="module")
def served(serve: Serve) -> App:
    """The app as programs find it."""
    return serve(api_key=KEY)


@pytest.fixture(scope="module")
def strict(serve: Serve) -> App:
    """An app that allows little."""
    return serve(api_key=KEY, turn_seconds=0.2, turns_a_minute=STRICT_TURNS)


@contextmanager
def client(app: App, key: str = KEY) -> Iterator[OpenAI]:
    """OpenAI's client, which tries once."""
    with OpenAI(base_url=f"{app.address}/v1", api_key=key, max_retries=0) as opened:
        yield opened


def logged(app: App, line: str) -> bool:
    """Whether the app has written a line, for which it is given ten seconds."""
    until = time.monotonic() + 10
    while line not in app.log.read_text():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def user(said: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": said}]


def test_answer_comes_with_its_sources(served: App) -> None:
    with client(served) as ours:
        done = ours.chat.completions.create(model=MODEL, messages=user("whole"))
    (choice,) = done.choices
    assert done.model == MODEL
    assert choice.finish_reason == "stop"
    assert choice.message.role == "assistant"
    assert choice.message.content == WHOLE.text
    assert choice.message.model_extra == EXTRAS
    assert done.usage is None


def test_stream_gives_each_piece_once_and_the_sources_last(served: App) -> None:
    with client(served) as ours:
        chunks = list(
            ours.chat.completions.create(model=MODEL, messages=user("whole"), stream=True)
        )
    choices = [chunk.choices[0] for chunk in chunks]
    rest = WHOLE.text.removeprefix(HALF.text)
    assert [choice.delta.content for choice in choices] == [HALF.text, rest, None]
    assert [choice.finish_reason for choice in choices] == [None, None, "stop"]
    assert choices[0].delta.role == "assistant"
    assert len({chunk.id for chunk in chunks}) == 1
    assert choices[-1].delta.model_extra == EXTRAS


async def test_client_of_async_programs_gets_the_same(served: App) -> None:
    address = f"{served.address}/v1"
    async with AsyncOpenAI(base_url=address, api_key=KEY, max_retries=0) as ours:
        done = await ours.chat.completions.create(model=MODEL, messages=user("whole"))
        stream = await ours.chat.completions.create(
            model=MODEL, messages=user("whole"), stream=True
        )
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert done.choices[0].message.content == "".join(pieces) == WHOLE.text


def test_last_user_message_is_asked_with_what_was_said_before(served: App) -> None:
    with client(served) as ours:
        done = ours.chat.completions.create(
            model=MODEL,
            temperature=1.5,
            messages=[
                {"role": "system", "content": "You are a pirate."},
                {"role": "user", "content": "How long?"},
                {"role": "assistant", "content": "18-24 months."},
                {"role": "developer", "content": "Talk like one."},
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "And how"},
                        {"type": "text", "text": "hard is it?"},
                    ],
                },
                {"role": "user", "content": "echo"},
                {"role": "assistant", "content": "Let me"},
            ],
        )
    turn = Turn(
        question="echo",
        history=(
            Message(role="user", content="How long?"),
            Message(role="assistant", content="18-24 months."),
            Message(role="user", content="And how\nhard is it?"),
        ),
    )
    assert done.choices[0].message.content == HALF.text + turn.model_dump_json()


def test_models_lists_the_one_there_is(served: App) -> None:
    with client(served) as ours:
        assert [model.id for model in ours.models.list()] == [MODEL]
        assert ours.models.retrieve(MODEL).id == MODEL
        with pytest.raises(NotFoundError):
            ours.models.retrieve("gpt-5")


@pytest.mark.parametrize("given", ["wrong", f"{KEY}x", KEY[:-1], "é"])
def test_wrong_key_opens_nothing(served: App, given: str) -> None:
    headers = {"authorization": f"Bearer {given}".encode()}
    for method, path in (("POST", "chat/completions"), ("GET", "models"), ("GET", "models/x")):
        refused = httpx.request(method, f"{served.address}/v1/{path}", headers=headers)
        assert refused.status_code == 401
        assert refused.json()["error"]["code"] == "invalid_api_key"
        assert refused.headers["www-authenticate"] == "Bearer"


def test_client_with_a_wrong_key_is_told_which_one_to_use(served: App) -> None:
    with client(served, "wrong") as ours, pytest.raises(AuthenticationError, match="COACH_API_KEY"):
        ours.models.list()


def test_without_a_key_of_ours_there_is_no_endpoint(serve: Serve) -> None:
    app = serve(api_key="")
    for given in (KEY, "anything"):
        headers = {"authorization": f"Bearer {given}"}
        asked = httpx.post(f"{app.address}/v1/chat/completions", headers=headers)
        listed = httpx.get(f"{app.address}/v1/models", headers=headers)
        assert (asked.status_code, listed.status_code) == (404, 404)


def test_programs_get_no_cookie_and_no_page(served: App) -> None:
    listed = httpx.get(f"{served.address}/v1/models", headers=BEARER)
    assert "set-cookie" not in listed.headers
    for method, path in (("GET", "chat/completions"), ("POST", "embeddings"), ("GET", "")):
        missing = httpx.request(method, f"{served.address}/v1/{path}", headers=BEARER)
        assert missing.status_code == 404
        assert "/v1/chat/completions" in missing.json()["error"]["message"]


@pytest.mark.parametrize(
    "messages",
    [[], [{"role": "assistant", "content": "Hello"}], [{"role": "judge", "content": "a"}]],
    ids=["none", "no question", "unknown role"],
)
def test_request_without_a_question_is_refused(
    served: App, messages: list[ChatCompletionMessageParam]
) -> None:
    with client(served) as ours, pytest.raises(BadRequestError) as refused:
        ours.chat.completions.create(model=MODEL, messages=messages)
    assert refused.value.code == "invalid_request"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"model": "pathway-coach"}', b"\xff"])
def test_body_that_cannot_be_read_is_refused(served: App, body: bytes) -> None:
    address = f"{served.address}/v1/chat/completions"
    refused = httpx.post(address, content=body, headers=BEARER)
    assert refused.status_code == 400
    assert set(refused.json()["error"]) == {"message", "type", "param", "code"}


def test_picture_is_refused_and_not_passed_over(served: App) -> None:
    picture: list[ChatCompletionMessageParam] = [
        {
            "role": "user",
            "content": [{"type": "image_url", "image_url": {"url": "http://127.0.0.1/x.png"}}],
        }
    ]
    with client(served) as ours, pytest.raises(BadRequestError, match=r"messages\.0\.content"):
        ours.chat.completions.create(model=MODEL, messages=picture)


def test_body_longer_than_any_conversation_is_refused(served: App) -> None:
    with client(served) as ours, pytest.raises(APIError) as refused:
        ours.chat.completions.create(model=MODEL, messages=user("x" * BODY_BYTES))
    assert refused.value.code == "request_too_large"


def test_other_model_is_not_found(served: App) -> None:
    with client(served) as ours, pytest.raises(NotFoundError, match=MODEL):
        ours.chat.completions.create(model="gpt-5", messages=user("whole"))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("question", "error", "code"),
    [
        ("refuse at once", BadRequestError, "invalid_question"),
        ("lack at once", InternalServerError, "unavailable"),
        ("fail at once", InternalServerError, "internal_error"),
    ],
)
def test_failed_turn_has_a_status_and_no_secrets(
    served: App, question: str, error: type[APIError], code: str, stream: bool
) -> None:
    with client(served) as ours, pytest.raises(error) as failed:
        ours.chat.completions.create(model=MODEL, messages=user(question), stream=stream)
    assert failed.value.code == code
    assert "secret" not in str(failed.value)
    assert "/some/folder" not in str(failed.value)


def test_stream_that_breaks_says_so_after_what_was_said(served: App) -> None:
    with client(served) as ours:
        stream = ours.chat.completions.create(model=MODEL, messages=user("fail"), stream=True)
        assert next(stream).choices[0].delta.content == HALF.text
        with pytest.raises(APIError, match="went wrong on our side"):
            next(stream)


def test_turn_that_takes_too_long_is_ended(strict: App) -> None:
    with client(strict) as ours:
        with pytest.raises(InternalServerError, match="too long") as failed:
            ours.chat.completions.create(model=MODEL, messages=user("wait at once"))
        stream = ours.chat.completions.create(model=MODEL, messages=user("wait"), stream=True)
        with pytest.raises(APIError, match="too long"):
            list(stream)
    assert failed.value.status_code == 503


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("when", ["", " at once"], ids=["midway", "before the first word"])
def test_client_that_leaves_ends_its_turn(served: App, when: str, stream: bool) -> None:
    question = f"wait {stream}{when}"
    body = json.dumps({"model": MODEL, "messages": user(question), "stream": stream})
    host, port = served.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\n"
            f"Authorization: Bearer {KEY}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        assert logged(served, f"begun: {question}\n")
        assert f"closed: {question}\n" not in served.log.read_text()
        left = time.monotonic()
    assert logged(served, f"closed: {question}\n")
    assert time.monotonic() - left < 1


def test_programs_that_ask_too_often_are_told_when_to_go_on(strict: App) -> None:
    with client(strict) as ours:

        def ask(times: int) -> None:
            for _ in range(times):
                ours.chat.completions.create(model=MODEL, messages=user("whole"))

        with pytest.raises(RateLimitError, match="please wait") as refused:
            ask(STRICT_TURNS + 1)  # the test before may have asked already
    assert refused.value.code == "rate_limit_exceeded"
    assert 1 <= int(refused.value.response.headers["retry-after"]) <= 60
    assert strict.log.read_text().count("begun: ") == STRICT_TURNS


def kept_by(database_url: str, user: str = "") -> list[StoredTurn]:
    """The turns of a user of the key."""
    database = open_database(database_url, Path())
    transcripts = Transcripts(database)
    owner = visitor_owner(f"{KEY_HOLDER}:{user}")
    turns = []
    for summary in transcripts.conversations(owner):
        assert summary.source is Origin.API
        transcript = transcripts.load(owner, summary.id)
        assert transcript is not None
        turns += transcript.turns
    database.close()
    return turns


@pytest.mark.parametrize("streamed", [False, True])
def test_request_is_kept_as_a_conversation_of_its_user(
    serve: Serve, tmp_path: Path, streamed: bool
) -> None:
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    address = f"{serve(api_key=KEY, database_url=url).address}/v1/chat/completions"
    body = {
        "model": MODEL,
        "messages": [
            {"role": "user", "content": "Before?"},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": "whole"},
        ],
        "stream": streamed,
        "user": "ann",
    }
    httpx.post(address, json=body, headers=BEARER).raise_for_status()
    (turn,) = kept_by(url, "ann")
    assert (turn.question, turn.state) == ("whole", TurnState.DONE)
    assert turn.answer == WHOLE
    assert kept_by(url) == kept_by(url, "bob") == []
    failing = {**body, "messages": [{"role": "user", "content": "fail at once"}]}
    assert httpx.post(address, json=failing, headers=BEARER).is_error is True
    newest = kept_by(url, "ann")[0]
    assert (newest.state, newest.answer) == (TurnState.FAILED, None)
    assert "secret" not in newest.problem


def test_answer_that_could_not_be_kept_says_so(serve: Serve, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    with client(serve(api_key=KEY, database_url=url)) as ours:
        database = open_database(url, tmp_path)
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE turns RENAME TO turned"))
        database.close()
        done = ours.chat.completions.create(model=MODEL, messages=user("whole"))
        stream = ours.chat.completions.create(model=MODEL, messages=user("whole"), stream=True)
        *_, last = stream
    told = {**EXTRAS, "kept": False}
    assert done.choices[0].message.model_extra == told
    assert last.choices[0].delta.model_extra == told


@pytest.mark.parametrize("streamed", [False, True])
def test_request_whose_program_has_left_is_kept_as_far_as_it_came(
    serve: Serve, tmp_path: Path, streamed: bool
) -> None:
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    app = serve(api_key=KEY, database_url=url)
    body = {"model": MODEL, "messages": [{"role": "user", "content": "wait"}], "stream": streamed}
    with (
        pytest.raises(httpx.TimeoutException),
        httpx.stream(
            "POST", f"{app.address}/v1/chat/completions", json=body, headers=BEARER, timeout=1
        ) as answer,
    ):
        answer.read()
    for _ in range(200):
        if turns := kept_by(url):
            break
        time.sleep(0.05)
    (turn,) = turns
    assert (turn.state, turn.answer) == (TurnState.STOPPED, HALF)
