"""A real Chroma server for the tests, in a folder of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

STARTING_SECONDS = 60


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """Run a server over a folder while the block runs, and give its address."""
    program = Path(sys.executable).with_name("chroma")
    port = free_port()
    log = folder / "chroma.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
            stdout=output,
            stderr=output,
        )
    try:
        until = time.monotonic() + STARTING_SECONDS
        while not answers(port):
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"Chroma's server did not start: {log.read_text()}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens on a port of loopback."""
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0
