"""50 people asking at once on the chat page, against 50 bare streams of the model's server.

The page is asked as a browser asks it, through its own queue; the scripted model writes 20 words a
second. Each round asks the page, then the server alone with the very prompts that the page made.

``python -m evals.benchmarks.many_chats``
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from evals.benchmarks import scripted_model
from evals.benchmarks.asking import QUESTIONS, indexed, settings_for
from evals.benchmarks.page_visitor import Visitor

CHATS = 50
TOKENS_A_SECOND = 20.0
ROUNDS = 3
SLOWER = 1.3
ROOT = Path(__file__).parents[2]


def main() -> int:
    """Print both finish times and their ratio; 1 when it is missed."""
    with (
        tempfile.TemporaryDirectory() as place,
        scripted_model.serving(TOKENS_A_SECOND) as model,
        _page(Path(place), model) as page,
    ):
        finished, bare = asyncio.run(_rounds(page, model))
    ratio = statistics.median(finished) / statistics.median(bare)
    print(f"{CHATS} chats on the page: all finished in {statistics.median(finished):.2f} s")
    print(f"{CHATS} bare streams:      all finished in {statistics.median(bare):.2f} s")
    print(f"ratio {ratio:.2f}x   reach: {SLOWER}x")
    return 0 if ratio <= SLOWER else 1


@contextmanager
def _page(folder: Path, model: str) -> Iterator[str]:
    """Serve the chat page over all guides and the scripted model, and give its address."""
    settings = settings_for(folder, model)
    indexed(settings)
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("COACH_")},
        "COACH_MODEL": str(settings.model),
        "COACH_MODEL_URL": model,
        "COACH_MODEL_CALLS": str(CHATS),
    }
    command = [sys.executable, "app.py", "--port", "0", "--data", str(settings.data)]
    log = folder / "log"  # no pipe: it would be full before long, and nobody reads it
    with (
        log.open("w") as output,
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=output) as process,
    ):
        try:
            while "open http://" not in log.read_text():
                if process.poll() is not None:
                    sys.exit(f"The page did not start: {log.read_text()}")
                time.sleep(0.1)
            yield log.read_text().rsplit("open ", 1)[1].split()[0]
        finally:
            process.terminate()


async def _rounds(page: str, model: str) -> tuple[list[float], list[float]]:
    """Seconds until the last of the chats, and of the bare streams, has finished; each round."""
    finished, bare = [], []
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(_client(model))
        visitors = [await stack.enter_async_context(Visitor(page)) for _ in range(CHATS)]
        config = await visitors[0].config()
        # The first question also loads what answers need.
        await _chat(visitors[0], config, 0)
        await client.get("/seen")
        for _ in range(ROUNDS):
            started = time.perf_counter()
            chats = (_chat(visitor, config, number) for number, visitor in enumerate(visitors))
            await asyncio.gather(*chats)
            finished.append(time.perf_counter() - started)
            prompts = (await client.get("/seen")).json()
            if len(prompts) != CHATS:
                sys.exit(f"{CHATS} chats asked the model {len(prompts)} times; once each is timed.")
            started = time.perf_counter()
            await asyncio.gather(*(_stream(client, prompt) for prompt in prompts))
            bare.append(time.perf_counter() - started)
            await client.get("/seen")
    return finished, bare


def _client(address: str) -> httpx.AsyncClient:
    # Nothing is encrypted here, and loading certificates takes longer than opening the page.
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(base_url=address, timeout=120, verify=False, limits=limits)


async def _chat(visitor: Visitor, config: dict[str, Any], number: int) -> None:
    """Ask one question as a visitor who has the page open, and wait for the whole answer.

    Raises:
        SystemExit: the answer was not written by the model.
    """
    question, guide = QUESTIONS[number % len(QUESTIONS)]
    visitor.start_again()
    *_, last = [shown async for shown in visitor.ask(config, question, guide)]
    if not last.done or "Quoted from the guide" in last.markup:
        sys.exit(f"This answer did not come, or was not written: {question}")


async def _stream(client: httpx.AsyncClient, prompt: dict[str, Any]) -> None:
    async with client.stream("POST", "/chat/completions", json=prompt) as reply:
        async for _ in reply.aiter_lines():
            pass


if __name__ == "__main__":
    sys.exit(main())
