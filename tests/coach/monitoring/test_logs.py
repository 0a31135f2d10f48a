"""The log: what stands in a line, and what never does."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from coach.monitoring.logs import configure_logs
from coach.monitoring.turns import note_turn
from tests.coach.transcripts.made import ANSWER, entry

QUESTION = "I am jane.doe@example.org, how long does it take?"
log = logging.getLogger("coach.somewhere")


@pytest.fixture(autouse=True)
def former_logs() -> Iterator[None]:
    """Leave logging as it was."""
    root, ours = logging.getLogger(), logging.getLogger("coach")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_turn_is_one_line_of_json_without_any_text_of_the_person(stream: io.StringIO) -> None:
    configure_logs(text=False, stream=stream)
    turn = entry(QUESTION, answer=ANSWER)

    with bound_contextvars(request_id="abc"):
        note_turn(turn, kept=True)

    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "turn",
        "level": "info",
        "logger": "coach.monitoring.turns",
        "request_id": "abc",
        "turn_id": turn.turn_id,
        "conversation_id": turn.conversation_id,
        "source": "chat",
        "state": "done",
        "kept": True,
        "mode": "generating",
        "seconds": (turn.finished_at - turn.asked_at).total_seconds(),
        "guide": "baker-to-welder",
        "refused": False,
        "coverage": "covered",
        "citations": 1,
        "dropped": 0,
        "model": "openai:some",
        "prompt_version": "3",
        "index_generation": "7",
        "tokens": 321,
        "notice": "",
        "timings_ms": {"total": 12.345},
        "problem": "",
    }
    assert turn.owner not in stream.getvalue()


def test_text_that_is_switched_on_has_personal_data_masked(stream: io.StringIO) -> None:
    configure_logs(text=True, stream=stream)

    note_turn(entry(QUESTION, answer=ANSWER), kept=True)

    (line,) = lines(stream)
    assert line["question"] == "I am [e-mail], how long does it take?"
    assert line["answer"] == ANSWER.text


def test_a_turn_without_an_answer_has_a_line_too(stream: io.StringIO) -> None:
    configure_logs(text=False, stream=stream)

    note_turn(entry(QUESTION, answer=None, problem="This took too long."), kept=False)

    (line,) = lines(stream)
    assert (line["mode"], line["kept"], line["problem"]) == ("none", False, "This took too long.")


def fail(message: str) -> None:
    raise RuntimeError(message)


@pytest.mark.parametrize("text", [False, True])
def test_an_unforeseen_error_says_where_and_quotes_nobody_unless_told(
    stream: io.StringIO, *, text: bool
) -> None:
    configure_logs(text=text, stream=stream)

    try:
        fail(QUESTION)
    except RuntimeError:
        log.exception("A turn failed")

    (line,) = lines(stream)
    assert line["event"] == "A turn failed"
    assert "RuntimeError" in line["exception"]
    assert "in fail" in line["exception"]
    assert ("how long does it take?" in line["exception"]) is text
    assert "jane.doe" not in stream.getvalue()


def test_libraries_are_heard_from_warnings_on(stream: io.StringIO) -> None:
    configure_logs(text=False, stream=stream)

    logging.getLogger("library").info("GET http://127.0.0.1/?question=why")
    logging.getLogger("library").warning("It is %s.", "slow")
    log.info("Well.")

    assert [line["event"] for line in lines(stream)] == ["It is slow.", "Well."]


def test_configuring_again_does_not_say_things_twice(stream: io.StringIO) -> None:
    configure_logs(text=False, stream=stream)
    configure_logs(text=False, stream=stream)

    log.warning("Once.")

    assert len(lines(stream)) == 1


def test_a_terminal_gets_plain_lines() -> None:
    reader, writer = os.openpty()
    with open(writer, "w") as terminal:  # noqa: PTH123 - a number, no path
        configure_logs(text=False, stream=terminal)
        log.warning("Something is odd", extra={"turn_id": "abc"})
        terminal.flush()
        shown = os.read(reader, 10_000).decode()
    os.close(reader)

    assert "Something is odd" in shown
    assert "turn_id" in shown
    assert not shown.lstrip().startswith("{")
