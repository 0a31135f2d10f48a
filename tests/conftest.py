"""What holds for every test: nothing leaves this machine, and no COACH_ variable leaks in."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.database import Database, migrate, open_database
from tests.offline.offline import NOTES, Attempts, refuse_outside
from tests.postgres_server import PostgresServer, postgres_server

# Programs that are not Python cannot be watched; those that heed a proxy find a closed door.
CLOSED_DOOR = "http://127.0.0.1:9"
OFFLINE = Path(__file__).parent / "offline"

for name in [name for name in os.environ if name.startswith("COACH_")]:
    del os.environ[name]
for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ[name] = CLOSED_DOOR
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost,::1"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(OFFLINE), *filter(None, [os.environ.get("PYTHONPATH")])]
)

# A shell that runs the tests in the background has them, and all they start, ignore Ctrl+C.
signal.signal(signal.SIGINT, signal.default_int_handler)

_notes = Path(tempfile.mkstemp(prefix="pathway-coach-offline-")[1])
os.environ[NOTES] = str(_notes)
refuse_outside(_notes)
_attempts = Attempts(_notes)


@pytest.fixture(autouse=True)
def attempts_to_leave() -> Iterator[Attempts]:
    """Fail a test that reached for another machine, whoever caught the error."""
    yield _attempts
    assert _attempts.take() == [], "Tests stay on this machine."


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: each test that takes it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'conversations.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def database_url(either_url: str) -> str:
    """The address of an empty database of either kind."""
    return either_url


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """An empty database of either kind, its tables made."""
    opened = open_database(database_url, tmp_path)
    migrate(opened)
    yield opened
    opened.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Leave the notes to each worker, which watches itself and those it starts."""
    del os.environ[NOTES]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with one."""
    longest: dict[Path, float] = {}
    for item in items:
        allowed = item.get_closest_marker("timeout")
        seconds = allowed.args[0] if allowed else float(item.get_closest_marker("slow") is not None)
        longest[item.path] = max(seconds, longest.get(item.path, 0))
    items.sort(key=lambda item: -longest[item.path])


def pytest_unconfigure() -> None:
    """Leave no file behind."""
    _notes.unlink(missing_ok=True)
