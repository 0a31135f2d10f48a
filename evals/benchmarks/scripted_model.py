"""A server that speaks as OpenAI's does and writes true sentences at a steady pace.

It copies sentences out of the numbered sources of the prompt, each with its number, so that a
benchmark measures the coach and not a model's mistakes. ``GET /v1/seen`` gives the
requests since it was last asked, so that the server can be asked the same again without the coach.

``python -m evals.benchmarks.scripted_model --tokens-a-second 20`` prints its address and ends when
its standard input closes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAME = "scripted"
SENTENCES = 5
_ROOT = Path(__file__).parents[2]
_SOURCE = re.compile(r'<source number="(\d+)"[^>]*>\n(.*?)\n</source>', re.DOTALL)
# Running text alone: lines of a list have labels and titles that read badly as sentences.
_SENTENCE = re.compile(r"(?:^|(?<=[.!?] ))([A-Z][^.!?\n]{30,}[a-z])\.(?=\s|$)", re.MULTILINE)
_TOKEN = re.compile(r"\s*\S+")


@contextmanager
def serving(tokens_a_second: float) -> Iterator[str]:
    """Run the server in a process of its own and give its address for ``COACH_MODEL_URL``.

    Args:
        tokens_a_second: the pace of each stream, in words; 0 for no wait.
    """
    command = [sys.executable, "-m", __spec__.name, "--tokens-a-second", str(tokens_a_second)]
    with subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            if not address:
                sys.exit("The scripted model did not start.")
            yield address
        finally:
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()


def reply_to(messages: list[dict[str, Any]]) -> str:
    """One sentence of each of the first sources that have one, in their order."""
    written = []
    for number, source in _SOURCE.findall(str(messages[-1]["content"])):
        if found := _SENTENCE.search(source):
            written.append(f"{found[1]} [{number}].")
    return " ".join(written[:SENTENCES]) or "Good question."


def main() -> None:
    """Serve until standard input closes."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse
    from starlette.routing import Route

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens-a-second", type=float, default=0.0)
    pace: float = parser.parse_args().tokens_a_second

    requests: list[dict[str, Any]] = []

    async def complete(request: Request) -> Response:
        asked = await request.json()
        requests.append(asked)
        text = reply_to(asked["messages"])
        if asked.get("stream"):
            return StreamingResponse(_stream(text, pace), media_type="text/event-stream")
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return JSONResponse(_framed("chat.completion", choice))

    async def seen(request: Request) -> Response:
        since, requests[:] = list(requests), []
        return JSONResponse(since)

    app = Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/v1/seen", seen),
        ]
    )
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}/v1\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_input, daemon=True).start()
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run([listener])


async def _stream(text: str, pace: float) -> AsyncIterator[str]:
    """The reply as server-sent events, a word each, none before its time and none later for it."""
    started = time.monotonic()
    for position, token in enumerate(_TOKEN.findall(text), 1):
        if pace:
            await asyncio.sleep(started + position / pace - time.monotonic())
        yield _event({"index": 0, "delta": {"content": token}, "finish_reason": None})
    yield _event({"index": 0, "delta": {}, "finish_reason": "stop"})
    yield "data: [DONE]\n\n"


def _event(choice: dict[str, Any]) -> str:
    return f"data: {json.dumps(_framed('chat.completion.chunk', choice))}\n\n"


def _framed(kind: str, choice: dict[str, Any]) -> dict[str, Any]:
    return {"id": NAME, "object": kind, "created": 0, "model": NAME, "choices": [choice]}


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
