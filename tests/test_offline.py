"""The guard that keeps tests on this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.offline.offline import Attempts, OutsideError

# An address kept for documentation: nobody answers there.
ELSEWHERE = "192.0.2.1"


def test_a_connection_to_another_machine_is_refused_and_noted(attempts_to_leave: Attempts) -> None:
    with pytest.raises(OutsideError):
        socket.create_connection((ELSEWHERE, 80), timeout=1)

    (attempt,) = attempts_to_leave.take()
    assert ELSEWHERE in attempt


def test_a_name_of_another_machine_is_not_looked_up(attempts_to_leave: Attempts) -> None:
    with pytest.raises(OutsideError):
        socket.getaddrinfo("example.org", 443)

    (attempt,) = attempts_to_leave.take()
    assert "example.org" in attempt


def test_an_attempt_in_another_process_is_noted_though_it_hid_the_error(
    attempts_to_leave: Attempts,
) -> None:
    code = f"""
import contextlib, socket
with contextlib.suppress(OSError):
    socket.create_connection(("{ELSEWHERE}", 80), timeout=1)
"""
    subprocess.run([sys.executable, "-c", code], check=True)

    (attempt,) = attempts_to_leave.take()
    assert ELSEWHERE in attempt


def test_programs_that_heed_a_proxy_find_a_closed_door(attempts_to_leave: Attempts) -> None:
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen("http://example.org", timeout=5)

    assert attempts_to_leave.take() == []


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
