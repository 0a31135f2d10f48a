"""Calls to a model whose server behaves, misbehaves, or is not there."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import pytest

from coach.errors import (
    ModelBusy,
    ModelError,
    ModelOverfull,
    ModelRefused,
    ModelTooSlow,
    ModelUnreachable,
    ModelUnreadable,
)
from coach.language_model import FAILURES, LanguageModel
from tests.coach.language_model.opening import PROMPT, SECRET_QUESTION, opened, received
from tests.coach.model_servers import (
    Behaviour,
    ModelServer,
    answering,
    cutting,
    failing,
    never_accepting,
    replying,
    stalling,
    streaming,
)

ROOT = Path(__file__).parents[3]
RETRYING = "Retrying request"  # as the client of OpenAI says
KEY = "sk-of-a-person-7431"
TOO_LONG_AT_LLAMA_CPP = "the request exceeds the available context size, try increasing it"
TOO_LONG_AT_VLLM = "This model's maximum context length is 2048 tokens."
HTML = "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"


async def test_pieces_arrive_as_the_model_sends_them() -> None:
    with ModelServer(answering("Twelve ", "weeks."), stalling("Twelve ")) as server:
        model = opened(server.url)

        assert [piece async for piece in model.stream(PROMPT)] == ["Twelve ", "weeks."]
        unfinished = model.stream(PROMPT)
        assert await anext(unfinished) == "Twelve "
        await unfinished.aclose()


async def test_the_request_is_one_that_every_compatible_server_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ModelServer(answering("Yes.")) as server:
        await received(opened(server.url, name="llama3.2:3b").stream(PROMPT))
        (exchange,) = server.exchanges

    assert exchange.path == "/v1/chat/completions"
    assert exchange.headers["authorization"] == "Bearer none"
    assert exchange.body == {
        "model": "llama3.2:3b",
        "stream": True,
        "temperature": 0,
        "max_tokens": 50,
        "messages": [
            {"role": "system", "content": "Answer briefly."},
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Good day."},
            {"role": "user", "content": SECRET_QUESTION},
        ],
    }


async def test_openai_itself_is_asked_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("LANGSMITH_GATEWAY", "http://127.0.0.1:9")
    with ModelServer(answering("Yes.")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        await received(opened(None, name="openai:gpt-5-mini").stream(PROMPT))
        (exchange,) = server.exchanges

    assert exchange.headers["authorization"] == f"Bearer {KEY}"
    assert exchange.body["model"] == "gpt-5-mini"
    assert exchange.body["max_completion_tokens"] == 50
    assert "temperature" not in exchange.body


async def test_a_login_in_the_address_is_used() -> None:
    with ModelServer(answering("Yes.")) as server:
        url = server.url.replace("http://", "http://person:p%40ss@")
        await received(opened(url).stream(PROMPT))
        (exchange,) = server.exchanges

    assert exchange.headers["authorization"] == f"Basic {b64encode(b'person:p@ss').decode()}"


async def test_a_model_of_the_responses_api_says_how_it_ended_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    delta = {"type": "response.output_text.delta", "delta": "Twelve.", "item_id": "i"}
    place = {"output_index": 0, "content_index": 0, "sequence_number": 1, "logprobs": []}
    response = {"id": "r", "object": "response", "created_at": 1, "model": "m", "output": []}
    response |= {"tools": [], "parallel_tool_calls": False, "tool_choice": "auto"}
    done = {"type": "response.incomplete", "sequence_number": 2}
    done |= {"response": {**response, "status": "incomplete", "incomplete_details": None}}
    with ModelServer(streaming(json.dumps({**delta, **place}), json.dumps(done))) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        reply = opened(None, name="openai:gpt-5-pro").stream(PROMPT)

        assert await received(reply) == "Twelve."
        assert reply.cut_short
        assert server.exchanges[0].path == "/v1/responses"


async def test_a_reply_at_the_token_limit_says_that_it_is_cut_short() -> None:
    with ModelServer(answering("Twelve weeks. Then", finish="length"), answering("Ok.")) as server:
        model = opened(server.url)
        cut, whole = model.stream(PROMPT), model.stream(PROMPT)

        assert await received(cut) == "Twelve weeks. Then"
        assert await received(whole) == "Ok."

    assert (cut.cut_short, whole.cut_short) == (True, False)


async def test_a_short_reply_is_asked_for_with_its_own_limit() -> None:
    with ModelServer(answering("How ", "long?")) as server:
        text = await opened(server.url).complete(PROMPT, tokens=20, seconds=5)

        assert text == "How long?"
        assert server.exchanges[0].body["max_tokens"] == 20


async def test_a_short_reply_that_takes_longer_than_it_may_is_too_slow() -> None:
    with ModelServer(answering(*"abcdefgh", pause=0.1)) as server, pytest.raises(ModelTooSlow):
        await opened(server.url).complete(PROMPT, tokens=20, seconds=0.4)


async def test_thinking_is_not_shown() -> None:
    with ModelServer(answering("<thi", "nk>weeks?</th", "ink>\nTwelve.")) as server:
        assert await received(opened(server.url).stream(PROMPT)) == "\nTwelve."


async def test_a_model_that_thinks_has_begun() -> None:
    thoughts = answering("<think>", "a", "b", "c", "d", "</think>Twelve.", pause=0.2)
    with ModelServer(thoughts) as server:
        model = opened(server.url, first_token_seconds=0.8)

        assert await received(model.stream(PROMPT)) == "Twelve."


@pytest.mark.parametrize(
    ("behaviour", "error", "remedy"),
    [
        pytest.param(answering(), ModelUnreadable, "log", id="empty"),
        pytest.param(answering("  \n"), ModelUnreadable, "log", id="blank"),
        pytest.param(
            answering("<think>so", finish="length"),
            ModelUnreadable,
            "COACH_MODEL_TOKENS",
            id="thinks to the limit",
        ),
        pytest.param(streaming("[DONE]"), ModelUnreadable, "OpenAI", id="nothing but the end"),
        pytest.param(streaming("{not json"), ModelUnreadable, "OpenAI", id="malformed"),
        pytest.param(streaming('{"choices": [{}]}'), ModelUnreadable, "OpenAI", id="no delta"),
        pytest.param(streaming('"text"'), ModelUnreadable, "OpenAI", id="a string"),
        pytest.param(replying(HTML, "text/html"), ModelUnreadable, "OpenAI", id="a web page"),
        pytest.param(replying("{}", "application/json"), ModelUnreadable, "OpenAI", id="json"),
        pytest.param(failing(401), ModelRefused, "OPENAI_API_KEY", id="wrong key"),
        pytest.param(failing(403), ModelRefused, "OPENAI_API_KEY", id="forbidden"),
        pytest.param(failing(404), ModelRefused, "COACH_MODEL", id="unknown model"),
        pytest.param(failing(400), ModelRefused, "COACH_MODEL", id="bad parameter"),
        pytest.param(failing(402), ModelBusy, "account", id="nothing left to pay with"),
        pytest.param(
            failing(429, headers="Retry-After: 3600\r\n"), ModelBusy, "account", id="in an hour"
        ),
        pytest.param(
            failing(429, headers="Retry-After: 100\r\n"), ModelBusy, "account", id="after the limit"
        ),
        pytest.param(
            failing(400, "no", code="context_length_exceeded"),
            ModelOverfull,
            "COACH_MODEL_CONTEXT",
            id="too long at OpenAI",
        ),
        pytest.param(
            failing(400, TOO_LONG_AT_LLAMA_CPP),
            ModelOverfull,
            "COACH_MODEL_CONTEXT",
            id="too long at llama.cpp",
        ),
        pytest.param(
            failing(400, TOO_LONG_AT_VLLM),
            ModelOverfull,
            "COACH_MODEL_CONTEXT",
            id="too long at vLLM",
        ),
        pytest.param(
            streaming('{"error": {"message": "out of memory"}}'),
            ModelUnreachable,
            "COACH_MODEL_URL",
            id="an error as an event",
        ),
    ],
)
async def test_a_server_that_gives_no_answer_is_told_apart_at_once(
    behaviour: Behaviour, error: type[ModelError], remedy: str
) -> None:
    with ModelServer(behaviour) as server:
        model = opened(server.url)
        start = time.monotonic()

        with pytest.raises(error) as caught:
            await received(model.stream(PROMPT))

        assert type(caught.value) is error
        assert time.monotonic() - start < 10
        assert len(server.exchanges) == 1
    assert remedy in caught.value.remedy
    assert caught.value.where in f"small at {server.url}".replace("http://", "")


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(answering("Twelve ", "we", finish=None), id="ends like a whole reply"),
        pytest.param(cutting("Twelve ", "we"), id="connection closed"),
        pytest.param(
            streaming('{"choices": [{"delta": {"content": "Twelve we"}}]}', "{"), id="malformed"
        ),
    ],
)
async def test_a_stream_cut_in_the_middle_fails_after_its_pieces_and_is_not_asked_again(
    behaviour: Behaviour,
) -> None:
    with ModelServer(behaviour) as server:
        reply = opened(server.url).stream(PROMPT)
        text = ""
        while len(text) < len("Twelve we"):
            text += await anext(reply)

        assert text == "Twelve we"
        with pytest.raises(ModelUnreadable):
            await anext(reply)
        assert len(server.exchanges) == 1


async def test_no_server_is_unreachable_at_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with ModelServer(answering("Yes.")) as server:
        url = server.url

    with pytest.raises(ModelUnreachable):
        await received(opened(url).stream(PROMPT))

    assert RETRYING not in caplog.text


async def test_a_connection_is_waited_for_once_and_no_longer_than_set(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with never_accepting() as url:
        start = time.monotonic()
        with pytest.raises(ModelTooSlow, match="reached in time"):
            await received(opened(url, connect_seconds=0.3).stream(PROMPT))

    assert time.monotonic() - start >= 0.3
    assert RETRYING not in caplog.text


async def test_a_model_that_does_not_begin_is_too_slow_and_its_request_is_ended() -> None:
    with ModelServer(stalling()) as server:
        with pytest.raises(ModelTooSlow, match="begin in time"):
            await received(opened(server.url, first_token_seconds=0.4).stream(PROMPT))

        assert await asyncio.to_thread(server.disconnected.wait, 1)


async def test_a_model_that_stalls_in_the_middle_is_too_slow_after_its_pieces() -> None:
    with ModelServer(stalling("Twelve ")) as server:
        reply = opened(server.url, first_token_seconds=0.6, seconds=1.2).stream(PROMPT)
        start = time.monotonic()

        assert await anext(reply) == "Twelve "
        with pytest.raises(ModelTooSlow, match="finish in time"):
            await anext(reply)

        assert time.monotonic() - start > 1.0
        assert await asyncio.to_thread(server.disconnected.wait, 1)


async def test_a_failing_server_is_tried_again_before_the_first_piece(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with ModelServer(failing(500), failing(503), answering("Twelve.")) as server:
        assert await received(opened(server.url).stream(PROMPT)) == "Twelve."
        assert len(server.exchanges) == 3
    assert caplog.text.count(RETRYING) == 2


async def test_a_server_that_keeps_failing_is_unreachable_after_three_tries() -> None:
    with ModelServer(failing(500)) as server:
        with pytest.raises(ModelUnreachable, match="status 500"):
            await received(opened(server.url).stream(PROMPT))

        assert len(server.exchanges) == 3


async def test_a_busy_server_is_asked_again_when_it_said() -> None:
    wait = failing(429, headers="Retry-After: 1.2\r\n")  # more than the client waits by itself
    with ModelServer(wait, answering("Twelve.")) as server:
        assert await received(opened(server.url).stream(PROMPT)) == "Twelve."
        first, second = (exchange.arrived for exchange in server.exchanges)

    assert second - first >= 1.2


async def test_retries_do_not_outlast_the_wait_for_the_first_piece() -> None:
    wait = failing(429, headers="Retry-After: 0.8\r\n")
    with ModelServer(wait) as server:
        with pytest.raises(ModelTooSlow, match="begin in time"):
            await received(opened(server.url, first_token_seconds=1.4).stream(PROMPT))

        assert len(server.exchanges) == 2


async def test_a_stopped_reply_ends_its_request_within_a_second() -> None:
    with ModelServer(stalling("Twelve ")) as server:
        reply = opened(server.url).stream(PROMPT)
        await anext(reply)

        closing = asyncio.create_task(reply.aclose())

        assert await asyncio.to_thread(server.disconnected.wait, 1)
        await closing


async def test_a_cancelled_reader_ends_the_request_within_a_second() -> None:
    with ModelServer(stalling()) as server:
        reading = asyncio.create_task(received(opened(server.url).stream(PROMPT)))
        await asyncio.to_thread(server.asked.wait)

        reading.cancel()

        assert await asyncio.to_thread(server.disconnected.wait, 1)
        with pytest.raises(asyncio.CancelledError):
            await reading


async def test_no_more_calls_run_at_once_than_set() -> None:
    with ModelServer(answering("a", "b", pause=0.1)) as server:
        model = opened(server.url, calls=2)

        texts = await asyncio.gather(*(received(model.stream(PROMPT)) for _ in range(6)))

        assert texts == ["ab"] * 6
        assert server.most_at_once == 2


async def test_a_call_that_waits_too_long_for_its_turn_is_told_that_the_model_is_busy() -> None:
    with ModelServer(stalling("Twelve ")) as server:
        model = opened(server.url, calls=1, first_token_seconds=0.5)
        first = model.stream(PROMPT)
        await anext(first)

        with pytest.raises(ModelBusy, match="under way"):
            await received(model.stream(PROMPT))

        assert len(server.exchanges) == 1
        await first.aclose()


async def test_a_stopped_call_frees_its_place() -> None:
    with ModelServer(stalling("Twelve "), answering("Ten.")) as server:
        model = opened(server.url, calls=1)
        first = model.stream(PROMPT)
        await anext(first)
        await first.aclose()

        assert await received(model.stream(PROMPT)) == "Ten."


async def fail(model: LanguageModel, times: int, error: type[ModelError]) -> None:
    for _ in range(times):
        with pytest.raises(error):
            await received(model.stream(PROMPT))


async def test_a_model_that_fails_in_a_row_is_left_alone_and_tried_again_later() -> None:
    broken = [replying(HTML, "text/html")] * FAILURES
    with ModelServer(*broken, answering("Twelve.")) as server:
        model = opened(server.url, rest_seconds=0.5)
        await fail(model, FAILURES, ModelUnreadable)

        with pytest.raises(ModelUnreachable, match="left alone"):
            await received(model.stream(PROMPT))
        assert len(server.exchanges) == FAILURES

        await asyncio.sleep(0.6)
        assert await received(model.stream(PROMPT)) == "Twelve."
        assert await received(model.stream(PROMPT)) == "Twelve."


async def test_a_model_that_fails_again_after_its_rest_is_left_alone_at_once() -> None:
    with ModelServer(replying(HTML, "text/html")) as server:
        model = opened(server.url, rest_seconds=0.3)
        await fail(model, FAILURES, ModelUnreadable)
        await asyncio.sleep(0.4)

        await fail(model, 1, ModelUnreadable)

        with pytest.raises(ModelUnreachable, match="left alone"):
            await received(model.stream(PROMPT))
        assert len(server.exchanges) == FAILURES + 1


async def test_a_good_answer_forgives_the_failures_before_it() -> None:
    page = replying(HTML, "text/html")
    some = [page] * (FAILURES - 1)
    with ModelServer(*some, answering("Ten."), *some, answering("Ten.")) as server:
        model = opened(server.url)
        for _ in range(2):
            await fail(model, FAILURES - 1, ModelUnreadable)
            assert await received(model.stream(PROMPT)) == "Ten."


async def test_a_server_that_says_what_is_the_matter_is_not_left_alone() -> None:
    with ModelServer(failing(401)) as server:
        model = opened(server.url)

        await fail(model, FAILURES + 1, ModelRefused)

        assert len(server.exchanges) == FAILURES + 1


async def test_stopping_is_neither_a_failure_nor_a_success() -> None:
    some = [replying(HTML, "text/html")] * (FAILURES - 1)
    stopped = [stalling("Twelve ")] * FAILURES
    with ModelServer(*some, *stopped, replying(HTML, "text/html")) as server:
        model = opened(server.url)
        await fail(model, FAILURES - 1, ModelUnreadable)
        for _ in range(FAILURES):
            reply = model.stream(PROMPT)
            await anext(reply)
            await reply.aclose()

        await fail(model, 1, ModelUnreadable)

        with pytest.raises(ModelUnreachable, match="left alone"):
            await received(model.stream(PROMPT))


async def test_a_call_that_never_got_its_turn_tells_nothing_of_the_model() -> None:
    page = replying(HTML, "text/html")
    with ModelServer(*[page] * (FAILURES - 1), stalling("Twelve "), page) as server:
        model = opened(server.url, calls=1, first_token_seconds=1.0)
        await fail(model, FAILURES - 1, ModelUnreadable)
        running = model.stream(PROMPT)
        await anext(running)
        await fail(model, 1, ModelBusy)
        await running.aclose()

        await fail(model, 1, ModelUnreadable)

        with pytest.raises(ModelUnreachable, match="left alone"):
            await received(model.stream(PROMPT))


async def test_the_key_and_the_question_reach_neither_errors_nor_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    caplog.set_level(logging.INFO)
    says = f"Incorrect key {KEY} for {SECRET_QUESTION}"
    behaviours = [
        failing(401, says, code=KEY, type="invalid_request_error"),
        failing(422, says),
        streaming(f'{{"error": {{"message": "{says}"}}}}'),
        streaming(f"{says}"),
    ]
    with ModelServer(*behaviours) as server:
        model = opened(server.url.replace("http://", "http://person:hunter2@"))
        for _ in behaviours:
            with pytest.raises(ModelError) as caught:
                await received(model.stream(PROMPT))
            error = caught.value
            assert (error.__cause__, error.__context__) == (None, None)
            caplog.records.append(logging.makeLogRecord({"msg": f"{error!r} {error}"}))

    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "status 401" in told
    assert "type invalid_request_error" in told
    for secret in (KEY, "Ottilie", "hunter2"):
        assert secret not in told


def test_one_model_serves_several_event_loops_and_leaves_nothing_open() -> None:
    with ModelServer(answering("Twelve.")) as server:
        model = opened(server.url)

        async def twice() -> list[str]:
            return [await received(model.stream(PROMPT)) for _ in range(2)]

        assert asyncio.run(twice()) == ["Twelve."] * 2
        assert asyncio.run(twice()) == ["Twelve."] * 2
        gc.collect()  # a connection left open would warn here, and warnings are errors

        assert server.connections == 2  # kept between the questions of one loop


def test_a_loop_may_end_in_the_middle_of_a_reply() -> None:
    with ModelServer(stalling("Twelve "), answering("Ten.")) as server:
        model = opened(server.url)

        async def leave() -> str:
            return await anext(model.stream(PROMPT))

        async def ask() -> str:
            return await received(model.stream(PROMPT))

        assert asyncio.run(leave()) == "Twelve "
        assert server.disconnected.wait(1)
        assert asyncio.run(ask()) == "Ten."
        gc.collect()


async def test_reaching_a_model_says_that_it_answered() -> None:
    with ModelServer(answering("ready")) as server:
        found = await opened(server.url).reach()

    assert found.startswith(f"small at {server.url.removeprefix('http://')} answered in 0.")
    assert found.endswith(" s.")


async def test_reaching_a_model_that_is_not_there_fails() -> None:
    with ModelServer(failing(401)) as server, pytest.raises(ModelRefused):
        await opened(server.url).reach()


TRACED = """
import asyncio, os
from tests.coach.model_servers import ModelServer, answering, replying

with ModelServer(answering("Yes.")) as server, ModelServer(replying("{}", "x/y")) as tracer:
    os.environ |= {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "none"}
    os.environ["LANGSMITH_ENDPOINT"] = tracer.url

    from langchain.chat_models import init_chat_model
    from langchain_core.tracers.langchain import wait_for_all_tracers
    from tests.coach.language_model.opening import PROMPT, opened, received

    print(asyncio.run(received(opened(server.url).stream(PROMPT))))
    wait_for_all_tracers()
    print(len(tracer.exchanges))
    bare = init_chat_model("openai:m", base_url=server.url, api_key="none")
    print("".join(str(chunk.text) for chunk in bare.stream("Hello")))
    wait_for_all_tracers()
    print(len(tracer.exchanges))
"""


def test_tracing_that_the_environment_asks_for_sends_nothing() -> None:
    """A bare chat model beside ours shows that this environment would have everything sent."""
    ran = subprocess.run(
        [sys.executable, "-c", TRACED], check=True, cwd=ROOT, capture_output=True, text=True
    )

    ours, traced_by_ours, bare, traced_by_bare = ran.stdout.split()
    assert (ours, traced_by_ours, bare) == ("Yes.", "0", "Yes.")
    assert int(traced_by_bare) > 0
