"""The real small model's server: it answers, and it ends with whoever started it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.error import URLError

import psutil
import pytest

from tests.model_server import ROOT, serving

_STARTER = """
import sys, time
from pathlib import Path
from tests.model_server import serving
with serving(Path(sys.argv[1])) as address:
    print(address, flush=True)
    time.sleep(60)
"""


def test_it_answers_as_an_openai_compatible_server_and_is_gone_afterwards(tmp_path: Path) -> None:
    body = {
        "model": "smollm2",
        "messages": [{"role": "user", "content": "Say hello."}],
        "max_tokens": 8,
        "temperature": 0,
    }
    with serving(tmp_path / "log") as address:
        request = urllib.request.Request(
            f"{address}/chat/completions",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            reply = json.load(response)

    assert reply["choices"][0]["message"]["content"].strip()
    assert 1 <= reply["usage"]["completion_tokens"] <= 8
    with pytest.raises(URLError):
        urllib.request.urlopen(f"{address}/models", timeout=5)


def test_it_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STARTER, str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline().startswith("http://127.0.0.1:")
        (server,) = psutil.Process(starter.pid).children()
        starter.kill()
        starter.wait()

    psutil.wait_procs([server], timeout=10)
    assert not server.is_running()
