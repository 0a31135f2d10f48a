"""The coaches that a run asks: built as for users, over an index of the run's own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from coach.coach import Coach
from coach.discovery import discover
from coach.errors import ReadingError
from coach.settings import Settings
from coach.wiring import build_coach, encoder_id, load_encoder

TODAY = date(2026, 11, 23)
"""The day on which every case is asked, a Monday: plans are made from it."""
_POISONED = Path(__file__).parent / "cases" / "poisoned"


@dataclass(frozen=True)
class Coaches:
    """Who is asked.

    Attributes:
        answering: answers the cases, with the language model where one is set.
        quoting: never asks a model; the same object where none is set.
        poisoned: answers the cases that attack by a guide; None where there are none.
        guides_hash: SHA-256 over the files of the guides, the poisoned ones too, names and
            contents; over the guides as the index holds them where it is somebody else's.
    """

    answering: Coach
    quoting: Coach
    poisoned: Coach | None
    guides_hash: str


def open_coaches(settings: Settings, *, own_index: bool, poisoned: bool) -> Coaches:
    """Build the coaches, and their indexes first where they are not in the cache folder yet.

    Args:
        settings: those of the run; ``data`` is used only without an index of one's own.
        own_index: index the guides' folder in the settings, else use the index in ``data``.
        poisoned: whether the coach that knows the poisoned guides too is wanted.

    Raises:
        CoachError: a guide has a problem, or a part of the coach cannot be opened.
    """
    if own_index:
        guides_hash = hash_of_files([settings.knowledge, _POISONED])
        settings = settings.model_copy(update={"data": indexed([settings.knowledge], settings)})
    answering = build_coach(settings, lambda: TODAY)
    if not own_index:
        guides_hash = _hash_of_guides(answering)
    quoting = answering
    if settings.model is not None:
        quoting = build_coach(settings.model_copy(update={"model": None}), lambda: TODAY)
    hostile = None
    if poisoned:
        data = indexed([settings.knowledge, _from_here(_POISONED)], settings)
        hostile = build_coach(settings.model_copy(update={"data": data}), lambda: TODAY)
    return Coaches(answering, quoting, hostile, guides_hash)


def indexed(folders: Sequence[Path], settings: Settings) -> Path:
    """The data folder, in the cache folder, of an index that mirrors some folders of guides.

    It is named after the guides' hash, the folders and the encoder's id, so a second run finds it
    done.

    Raises:
        CoachError: a guide has a problem, or the index cannot be made.
    """
    from coach.encoder import cache_folder
    from coach.ingestion import sync

    encoder = encoder_id(settings)
    # Citations name a file by the folder that was given, so another folder is another index.
    made_of = f"{hash_of_files(folders)} {[str(folder) for folder in folders]} {encoder}"
    key = hashlib.sha256(made_of.encode()).hexdigest()[:16]
    data = cache_folder(settings.cache) / "evals" / key
    # Looks at each file and the reader's version, too: what is up to date is not encoded again.
    report = sync(
        folders,
        folder=data,
        encoder=lambda: load_encoder(settings),
        encoder_id=encoder,
        chroma_url=settings.chroma_url,
    )
    if report.problems:
        raise report.problems[0]
    return data


def hash_of_files(folders: Sequence[Path]) -> str:
    """SHA-256 over the files that an ingest of some folders would read, names and contents.

    Raises:
        ReadingError: a folder or file is not there, or there are no files.
    """
    # Nothing in these folders is an index, so none is left out.
    if not all(folder.exists() for folder in folders):
        raise _no_guides(folders)
    files, _, problems = discover(folders, data=Path("no such folder"))
    if problems:
        raise problems[0]
    if not files:
        raise _no_guides(folders)
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.key}\n".encode())
        digest.update(hashlib.sha256(file.path.read_bytes()).digest())
    return digest.hexdigest()


def _no_guides(folders: Sequence[Path]) -> ReadingError:
    return ReadingError(
        "There are no guides to ask about.",
        where=", ".join(str(folder) for folder in folders),
        remedy="Run this in the folder that holds knowledge/, or set COACH_KNOWLEDGE.",
    )


@cache
def source_text(name: str) -> str:
    """The text of a file that a citation names, as its reader reads it; "" when there is none."""
    from coach.reading import read

    path = Path(name)
    try:
        return read(path, name=name, key=path.name).source.text
    except ReadingError:
        return ""


def _from_here(folder: Path) -> Path:
    """A folder as citations name it, which keeps records of two machines alike."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _hash_of_guides(coach: Coach) -> str:
    digest = hashlib.sha256()
    for guide in coach.guides():
        digest.update(guide.model_dump_json().encode())
    return digest.hexdigest()
