"""A turn written by a model, against the model alone: the first sentence, and our own work.

The scripted model writes 20 words a second; asked with the very prompt that the coach made, its
first complete sentence is timed in turns with the coach's first shown one. Our own work is the
turn less the time spent waiting for the model, and is set against the time that
SmolLM2-135M-Instruct takes for the same prompts.

``python -m evals.benchmarks.model_turn``
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from coach.coach import Coach
from coach.domain import Answer, Turn
from evals.benchmarks import scripted_model
from evals.benchmarks.asking import QUESTIONS, indexed, settings_for
from tests.model_server import serving

FIRST_SENTENCE = 1.25
OWN_MS = 100.0
OWN_SHARE = 0.05
TOKENS_A_SECOND = 20.0
ROUNDS = 12
GENERATED_TOKENS = 100


def main() -> int:
    """Print the figures; 1 when one is missed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with scripted_model.serving(TOKENS_A_SECOND) as address:
            shown, alone = asyncio.run(_first_sentences(folder, address))
        with scripted_model.serving(0) as address:
            own, prompts = asyncio.run(_own_work(folder, address))
        with serving(folder / "model.log") as address:
            generated = asyncio.run(_generation(address, prompts))
    first = statistics.median(shown) / statistics.median(alone)
    slowest = sorted(own)[int(0.95 * len(own))] * 1000
    share = statistics.median(own) / statistics.median(generated)
    print(
        f"first sentence: shown {statistics.median(shown):.2f} s, "
        f"the model's own {statistics.median(alone):.2f} s"
    )
    print(f"ratio           {first:.2f}x   reach: {FIRST_SENTENCE}x")
    print(f"own work        p95 {slowest:.1f} ms of {len(own)} turns   reach: {OWN_MS:.0f} ms")
    print(
        f"own work        median {statistics.median(own) * 1000:.1f} ms, "
        f"SmolLM2 {statistics.median(generated):.2f} s"
    )
    print(f"share           {share:.3f}x   reach: {OWN_SHARE}x")
    return 0 if first <= FIRST_SENTENCE and slowest <= OWN_MS and share <= OWN_SHARE else 1


async def _first_sentences(folder: Path, address: str) -> tuple[list[float], list[float]]:
    """Seconds to the coach's first shown sentence, and to the model's own, in turns."""
    coach = indexed(settings_for(folder, address))
    shown, alone = [], []
    async with httpx.AsyncClient(timeout=60) as client:
        await coach.answer(Turn(question=QUESTIONS[0][0], guide=QUESTIONS[0][1]))
        for question, guide in QUESTIONS:
            seconds, prompt = await _first_shown(coach, client, address, question, guide)
            shown.append(seconds)
            alone.append(await _first_complete(client, address, prompt))
    return shown, alone


async def _first_shown(
    coach: Coach, client: httpx.AsyncClient, address: str, question: str, guide: str | None
) -> tuple[float, dict[str, Any]]:
    started = time.perf_counter()
    seconds = 0.0
    async for answer in coach.stream(Turn(question=question, guide=guide)):
        seconds = seconds or time.perf_counter() - started
        written = answer
    _check_written(question, written)
    return seconds, (await client.get(f"{address}/seen")).json()[-1]


async def _first_complete(client: httpx.AsyncClient, address: str, prompt: dict[str, Any]) -> float:
    """Seconds until the last word of the first sentence, read off the stream as it comes."""
    started = time.perf_counter()
    async with client.stream("POST", f"{address}/chat/completions", json=prompt) as reply:
        async for line in reply.aiter_lines():
            if "]." in line:
                return time.perf_counter() - started
    sys.exit("The model wrote no complete sentence.")


async def _own_work(folder: Path, address: str) -> tuple[list[float], list[dict[str, Any]]]:
    """Seconds of each turn that were not the model's, and the prompts."""
    coach = indexed(settings_for(folder, address))
    own, prompts = [], []
    async with httpx.AsyncClient() as client:
        for round_number in range(ROUNDS + 1):
            for question, guide in QUESTIONS:
                answer = await coach.answer(Turn(question=question, guide=guide))
                _check_written(question, answer)
                spent = answer.timings_ms
                if round_number:
                    own.append((spent["total"] - spent["model"]) / 1000)
                else:
                    prompts.append((await client.get(f"{address}/seen")).json()[-1])
    return own, prompts


async def _generation(address: str, prompts: list[dict[str, Any]]) -> list[float]:
    """Seconds that the small model takes to write an answer to each prompt."""
    seconds = []
    async with httpx.AsyncClient(timeout=300) as client:
        for prompt in prompts:
            asked = {
                "messages": prompt["messages"],
                "max_tokens": GENERATED_TOKENS,
                "temperature": 0,
            }
            started = time.perf_counter()
            (await client.post(f"{address}/chat/completions", json=asked)).raise_for_status()
            seconds.append(time.perf_counter() - started)
    return seconds


def _check_written(question: str, answer: Answer) -> None:
    # What the scripted model leaves out is quoted after it, which counts as work of ours.
    if answer.mode != "generating":
        sys.exit(f"The answer to be timed was not written: {question} {answer.notice}")


if __name__ == "__main__":
    sys.exit(main())
