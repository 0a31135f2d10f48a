"""Refuses whatever would leave this machine, and notes it, so that no attempt passes unseen.

An audit hook sees every connection and name look-up that Python makes, in any thread, whoever
catches the error. It works in the processes that tests start, too: they find ``sitecustomize``
beside this module on their path.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

NOTES = "OFFLINE_NOTES"
"""The variable that names the file of attempts, a line each."""

_CONNECTIONS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


class OutsideError(OSError):
    """Code under test reached for another machine."""


class Attempts:
    """What was tried, by this process and those it started, since it was last asked."""

    def __init__(self, notes: Path) -> None:
        self._notes = notes
        self._read = 0

    def take(self) -> list[str]:
        """Give the attempts noted since the last call, oldest first."""
        lines = self._notes.read_text(encoding="utf-8").splitlines()
        new = lines[self._read :]
        self._read = len(lines)
        return new


def refuse_outside(notes: Path) -> None:
    """Refuse and note every attempt from now on; Python cannot take this back."""

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CONNECTIONS:
            address = arguments[-1]
            host = address[0] if isinstance(address, tuple) else None
        elif event in _LOOK_UPS:
            host = arguments[0]
        else:
            return
        if isinstance(host, bytes):
            host = host.decode(errors="replace")
        if not isinstance(host, str) or _is_here(host):
            return
        with notes.open("a", encoding="utf-8") as file:
            file.write(f"{event} {host} by {' '.join(sys.orig_argv)}\n".replace("\n", " ") + "\n")
        raise OutsideError(f"Tests stay on this machine; this reached for {host}.")

    sys.addaudithook(look)


def _is_here(host: str) -> bool:
    return host in ("", "localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")


def refuse_outside_if_told() -> None:
    """Refuse, if the variable names a file of attempts."""
    if notes := os.environ.get(NOTES):
        refuse_outside(Path(notes))
