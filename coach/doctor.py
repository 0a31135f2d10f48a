"""What is configured, whether it can be reached, and what to do where it cannot.

Nothing is changed: the index is opened to read, and nothing is made on a Chroma server.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import platform
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from coach.domain import Value
from coach.errors import CoachError, IndexUnusable
from coach.settings import PREFIX, Settings

if TYPE_CHECKING:
    import sqlite3

    from coach.encoder import TextEncoder

LIBRARIES = ("chromadb", "gradio", "langchain", "openai")

# The longest a check may take. An encoder that was never used is exported first, by torch.
SECONDS = 20.0
ENCODER_SECONDS = 180.0
_CHROMA_SECONDS = 5.0

# What may hold a password or a key in an address: the part before "@", and the query.
_USER = re.compile(r"(?<=://)[^/\s]*@")
_QUERY = re.compile(r"(://[^\s?]*)\?\S*")

T = TypeVar("T")


class Mark(StrEnum):
    """How a check went."""

    OK = "ok"
    PROBLEM = "problem"
    UNUSED = "not used"


class Finding(Value):
    """One line of the report; ``remedy`` says what to do about a problem, and is else empty."""

    mark: Mark
    subject: str
    sentence: str
    remedy: str = ""


def examine(
    settings: Settings, *, seconds: float = SECONDS, encoder_seconds: float = ENCODER_SECONDS
) -> Iterator[Finding]:
    """Check everything, and give each finding as soon as it is known.

    No finding holds a secret.

    Args:
        settings: what is configured.
        seconds: the longest a check may take; a language model may take its own time on top.
        encoder_seconds: the longest that loading the encoder may take.
    """
    for finding in _findings(settings, seconds, encoder_seconds):
        yield finding.model_copy(
            update={
                "sentence": _without_secrets(finding.sentence),
                "remedy": _without_secrets(finding.remedy),
            }
        )


def _findings(settings: Settings, seconds: float, encoder_seconds: float) -> Iterator[Finding]:
    loaded: list[TextEncoder] = []
    model_seconds = seconds + settings.model_seconds
    yield _checked("versions", seconds, _versions)
    yield _checked("settings", seconds, lambda: _settings(settings))
    yield _checked("knowledge", seconds, lambda: _knowledge(settings))
    yield _checked("encoder", encoder_seconds, lambda: _encoder(settings, loaded))
    yield _checked("index", seconds, lambda: _index(settings, loaded[0] if loaded else None))
    yield _checked("Chroma server", seconds, lambda: _chroma(settings))
    yield _checked("language model", model_seconds, lambda: _model(settings))
    yield _checked("database", seconds, lambda: _database(settings))


def _checked(subject: str, seconds: float, check: Callable[[], tuple[Mark, str]]) -> Finding:
    """The finding of a check, whatever becomes of it."""
    try:
        mark, sentence = _in_time(check, seconds)
    except TimeoutError:
        return Finding(
            mark=Mark.PROBLEM,
            subject=subject,
            sentence=f"This did not finish within {seconds:g} seconds.",
            remedy="Check what it waits for, the network first, and try again.",
        )
    except CoachError as error:
        where = f"{error.where}: " if error.where else ""
        return Finding(
            mark=Mark.PROBLEM,
            subject=subject,
            sentence=where + error.problem,
            remedy=error.remedy,
        )
    except Exception as error:  # the report goes on, and what libraries say may hold a secret
        return Finding(
            mark=Mark.PROBLEM,
            subject=subject,
            sentence=f"This check itself failed with {type(error).__name__}.",
            remedy="Run `make install`; if that does not help, report it as a mistake of ours.",
        )
    return Finding(mark=mark, subject=subject, sentence=sentence)


def _in_time(work: Callable[[], T], seconds: float) -> T:
    """What some work gives, done in a thread that is left behind when it takes too long.

    Raises:
        TimeoutError: it took too long.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    # A thread of a pool would be waited for when the program ends.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]


def _versions() -> tuple[Mark, str]:
    installed = [f"pathway-coach {metadata.version('pathway-coach')}"]
    installed += [f"{name} {metadata.version(name)}" for name in LIBRARIES]
    return Mark.OK, f"Python {platform.python_version()}, {', '.join(installed)}."


def _settings(settings: Settings) -> tuple[Mark, str]:
    shown = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if value != field.default:
            text = "set" if isinstance(value, SecretStr) else value
            shown.append(f"{PREFIX}{name.upper()} is {text}")
    return Mark.OK, f"{'; '.join(shown)}." if shown else "All have their defaults."


def _knowledge(settings: Settings) -> tuple[Mark, str]:
    from coach.check import problems
    from coach.discovery import discover
    from coach.index.schema import FILE

    folder = settings.knowledge
    if not folder.exists():
        if (settings.data / FILE).exists():
            return Mark.UNUSED, f"There is no {folder} here, and the index does without."
        raise CoachError(
            "There is no folder of guides here.",
            where=str(folder),
            remedy="Start in the project's folder, or set COACH_KNOWLEDGE.",
        )
    files, _, _ = discover([folder], data=settings.data)
    found = problems([folder], data=settings.data)
    if found:
        raise CoachError(
            f"{_count(len(files), 'file')} with {_count(len(found), 'problem')}.",
            where=str(folder),
            remedy=f"Run `coach check {folder}` to see {'them' if len(found) > 1 else 'it'}.",
        )
    return Mark.OK, f"{folder}: {_count(len(files), 'file')} without a problem."


def _encoder(settings: Settings, loaded: list[TextEncoder]) -> tuple[Mark, str]:
    """Load the encoder, leave it in ``loaded``, and time it."""
    from coach.wiring import load_encoder

    encoder = load_encoder(settings)
    encoder.encode(["warming up"])
    start = time.perf_counter()
    encoder.encode(["How long does it take?"])
    spent = (time.perf_counter() - start) * 1000
    loaded.append(encoder)
    return (
        Mark.OK,
        f"{encoder.id} gives {encoder.dimensions} dimensions, and encoded a question in "
        f"{spent:.0f} ms.",
    )


def _index(settings: Settings, encoder: TextEncoder | None) -> tuple[Mark, str]:
    from coach.index import schema

    with closing(schema.connect_to_read(settings.data)) as connection:
        with schema.translated(settings.data):
            if encoder is not None:
                schema.check(connection, settings.data, encoder.id, encoder.dimensions)
            guides, passages = connection.execute(
                "SELECT (SELECT count(*) FROM guides), (SELECT count(*) FROM passages)"
            ).fetchone()
        search = _search(settings, connection)
    built = datetime.fromtimestamp(_last_written(settings.data / schema.FILE)).astimezone()
    fits = "built by this encoder" if encoder is not None else "not compared with the encoder"
    return (
        Mark.OK,
        f"{settings.data}: {_count(guides, 'guide')} in {_count(passages, 'passage')}, "
        f"{fits}, last written {built:%Y-%m-%d %H:%M}. {search}",
    )


def _search(settings: Settings, connection: sqlite3.Connection) -> str:
    """Whether Chroma's vectors can be searched; without them answers are as good, but slower."""
    from coach.index import generations, schema
    from coach.index.chroma import Vectors

    with schema.translated(settings.data):
        current = generations.current(connection, settings.data)
    exact = "Exact search answers until the web app or `python ingest.py` has mended that."
    if current is None or not generations.is_at(current, settings.chroma_url):
        return f"There are no vectors in Chroma where the settings say. {exact}"
    if not current.sound():  # opening it could end this process
        return f"The vectors in Chroma were changed. {exact}"
    try:
        with closing(Vectors.open(current.location)) as vectors:
            return f"Chroma opens and holds {_count(vectors.count(), 'vector')}."
    except IndexUnusable as error:
        return f"{error.problem} {exact}"


def _chroma(settings: Settings) -> tuple[Mark, str]:
    if settings.chroma_url is None:
        return Mark.UNUSED, "No server is set; Chroma works inside the folder of the index."
    remedy = "Start the Chroma server, or correct COACH_CHROMA_URL."
    try:
        address = urlsplit(settings.chroma_url)
        secure = address.scheme == "https"
        host, port = address.hostname or "", address.port or (443 if secure else 80)
    except ValueError as error:
        raise CoachError(
            "This is no address of a server.", where=f"{PREFIX}CHROMA_URL", remedy=remedy
        ) from error
    where = f"{host}:{port}"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    try:
        with closing(kind(host, port, timeout=_CHROMA_SECONDS)) as connection:
            connection.request("GET", "/api/v2/heartbeat")
            beat = json.loads(connection.getresponse().read(1000))
    except (http.client.HTTPException, ValueError):
        beat = None
    except OSError as error:
        raise CoachError(
            f"The server cannot be reached: {error.strerror or error}.", where=where, remedy=remedy
        ) from error
    if not isinstance(beat, dict) or "nanosecond heartbeat" not in beat:
        raise CoachError("What answers there is no Chroma server.", where=where, remedy=remedy)
    return Mark.OK, f"The server at {where} answers."


def _model(settings: Settings) -> tuple[Mark, str]:
    from coach.wiring import build_model

    model = build_model(settings)
    if model is None:
        return Mark.UNUSED, "None is set; answers are quoted."
    return Mark.OK, asyncio.run(model.reach())


def _database(settings: Settings) -> tuple[Mark, str]:
    from coach.database import standing
    from coach.database.engine import FILE
    from coach.wiring import open_conversations

    if settings.database_url is None and not (settings.data / FILE).exists():
        return Mark.UNUSED, f"No conversation is kept yet; {settings.data / FILE} will be made."
    with closing(open_conversations(settings)) as database:
        found = standing(database)
    url = settings.database_url.get_secret_value() if settings.database_url else None
    where = url or str(settings.data / FILE)
    if found is None:
        return Mark.OK, f"{where} answers; its tables are made when the app starts."
    kept = f"{_count(found.conversations, 'conversation')}, {_count(found.accounts, 'account')}"
    newer = "" if found.current else "; its tables are brought up to date when the app starts"
    return Mark.OK, f"{where} answers and keeps {kept}{newer}."


def _last_written(path: Path) -> float:
    """When a SQLite file was last written to, its journal included, in seconds since 1970."""
    journal = path.with_name(f"{path.name}-wal")
    files = [path, *(file for file in (journal,) if file.exists() and file.stat().st_size)]
    return max(file.stat().st_mtime for file in files)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _without_secrets(text: str) -> str:
    return _QUERY.sub(r"\1", _USER.sub("", text))
