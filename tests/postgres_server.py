"""A real PostgreSQL server for the tests, in a folder of its own, gone when they end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

USER = "postgres"


class PostgresServer:
    """A server on a free port of loopback; each test gets an empty database of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = _free_port()
        self._databases = 0
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not binaries:
            pytest.fail("There is no PostgreSQL: run scripts/install-test-programs.")
        self._binaries = binaries[-1]
        self._run(
            "initdb", "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self._folder} -c fsync=on"
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it: "fast" in good order, "immediate" as in a crash."""
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def new_database(self) -> str:
        """Create an empty database and return its address."""
        self._databases += 1
        name = f"test_{self._databases}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)

    def address(self, name: str) -> str:
        """The address of a database on this server."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), "-D", str(self._folder / "data"), *arguments]
        if os.geteuid() == 0:  # the server refuses to run as root
            command = ["runuser", "-u", USER, "--", *command]
        said = self._folder / "said"
        # A file and no pipe: the server would keep the pipe open.
        with said.open("w") as out:
            done = subprocess.run(command, cwd=self._folder, stdout=out, stderr=out)
        if done.returncode:
            pytest.fail(f"{program} ended with {done.returncode}: {said.read_text()[-2000:]}")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server while the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="pathway-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
    server = PostgresServer(folder)
    try:
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
