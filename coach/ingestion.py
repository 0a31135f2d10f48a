"""Files to an index: only what changed is read and encoded, and readers switch in one step."""

from __future__ import annotations

import hashlib
import stat
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from coach.chunking import encoded_text, split
from coach.discovery import FoundFile, Skipped, discover
from coach.domain import Guide, Passage, SourceText
from coach.errors import CoachError, ReadingError
from coach.index.writer import KnownFile, Writer, move_of, writing
from coach.reading import read
from coach.reading.files import SIZE_LIMIT

if TYPE_CHECKING:
    from coach.encoder import TextEncoder

# Texts encoded between two commits: some five seconds' work, all that a kill can lose. Smaller
# parts are padded more: parts of 256 by 4.5% of all tokens, of 512 by 2%.
_PART = 512


class Stage(StrEnum):
    """What an ingest is doing."""

    READING = "Reading"
    ENCODING = "Encoding"
    INDEXING = "Indexing"


class Progress:
    """Told how an ingest goes on; this one tells nobody."""

    def advance(self, stage: Stage, done: int, total: int) -> None:
        """``done`` files (reading) or passages (encoding, indexing) of ``total`` are done."""

    def notice(self, sentence: str) -> None:
        """Something the person should know meanwhile."""


@dataclass(frozen=True)
class Report:
    """What an ingest did.

    Attributes:
        files: files in the index now.
        guides: guides in the index now.
        passages: passages in the index now.
        added: names of files that are new in the index.
        changed: names of files that were read again.
        removed: names of files that left the index.
        skipped: files left out by their nature.
        problems: one for each file that could not be used; the index keeps what it had of it.
        encoded: passages that were encoded.
        seconds: how long it took.
    """

    files: int
    guides: int
    passages: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[CoachError, ...]
    encoded: int
    seconds: float

    @property
    def passages_per_second(self) -> float:
        """Passages encoded a second, all work counted."""
        return self.encoded / self.seconds if self.seconds else 0.0


def sync(
    paths: Sequence[Path],
    *,
    folder: Path,
    encoder: Callable[[], TextEncoder],
    encoder_id: str,
    chroma_url: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Make the index mirror exactly the files at some paths.

    Waits while another process writes to the index. Can be stopped at any time: readers go on with
    what they had, and what was encoded is kept for the next time.

    Args:
        paths: files, and folders of files.
        folder: the data folder; made if it is not there.
        encoder: gives the encoder; called only when there is something to encode.
        encoder_id: the id of that encoder.
        chroma_url: the address of a Chroma server, None for Chroma in the data folder.
        progress: told how it goes on.

    Raises:
        IndexUnusable: the disk is full, the folder read-only, the index damaged, or the Chroma
            server away. Readers go on with what they had.
        EncoderError: the encoder cannot be loaded.
    """
    started = time.perf_counter()
    progress = progress or Progress()
    with (
        writing(folder, waiting=progress.notice),
        closing(Writer.open(folder, encoder_id)) as writer,
    ):
        run = _Run(writer, encoder, encoder_id, progress)
        writer.clean(progress.notice)
        skipped = run.read(paths, folder)
        encoded = run.encode()
        run.publish(chroma_url)
        files, guides, passages = writer.totals()
    return Report(
        files=files,
        guides=guides,
        passages=passages,
        added=tuple(run.added),
        changed=tuple(run.changed),
        removed=tuple(run.removed),
        skipped=tuple(skipped),
        problems=tuple(run.problems),
        encoded=encoded,
        seconds=time.perf_counter() - started,
    )


class _Run:
    """One ingest, with what it found so far."""

    def __init__(
        self,
        writer: Writer,
        encoder: Callable[[], TextEncoder],
        encoder_id: str,
        progress: Progress,
    ) -> None:
        self._writer = writer
        self._load = encoder
        self._loaded: TextEncoder | None = None
        self._progress = progress
        self._reader = _version_of_reader()
        self._same_encoder = writer.encoder == encoder_id
        self._same_reader = writer.reader == self._reader
        self._taken: dict[tuple[str, str], str] = {}
        self.added: list[str] = []
        self.changed: list[str] = []
        self.removed: list[str] = []
        self.problems: list[CoachError] = []

    def _encoder(self) -> TextEncoder:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def read(self, paths: Sequence[Path], folder: Path) -> list[Skipped]:
        """Stage the files that changed and drop those that left."""
        found, skipped, problems = discover(paths, data=folder)
        self.problems += problems
        known = self._writer.files()
        for position, file in enumerate(found):
            self._progress.advance(Stage.READING, position, len(found))
            self._take(file, known.pop(str(file.path), None))
        self._progress.advance(Stage.READING, len(found), len(found))
        # A mistyped path must not empty the index, so nothing leaves until all paths are found.
        mistyped = any(not path.exists() for path in paths)
        for missing in known.values():
            if mistyped or any(
                _is_at_or_below(missing.name, problem.where) for problem in problems
            ):
                self._keep(missing)
            else:
                self._drop(missing)
        return skipped

    def _take(self, file: FoundFile, known: KnownFile | None) -> None:
        path = str(file.path)
        try:
            sha256 = _sha256(file)
            if known is not None and self._is_unchanged(file, known, sha256):
                self._claim(known.slug, known.move, file.name)
                return
            try:
                reading = read(file.path, name=file.name, key=file.key)
            except ReadingError as error:
                self.problems.append(error)
                if known is not None:
                    self._keep(known)
                return
            guide = reading.content if isinstance(reading.content, Guide) else None
            if guide is not None:
                where = f"{file.name}:{guide.title.span.first_line}"
                self._claim(guide.slug, move_of(guide), where)
            passages = split(reading, self._encoder())
            self._stage(path, sha256, reading.source, guide, passages)
        except ReadingError as error:
            self.problems.append(error)
            if known is not None:
                self._drop(known)
            return
        (self.added if known is None else self.changed).append(file.name)

    def _is_unchanged(self, file: FoundFile, known: KnownFile, sha256: str) -> bool:
        return (
            self._same_encoder
            and self._same_reader
            and (file.name, file.key, sha256) == (known.name, known.key, known.sha256)
        )

    def _keep(self, known: KnownFile) -> None:
        # The file cannot be read now; what was read of it before still answers.
        self._claim(known.slug, known.move, known.name)
        if not self._same_encoder:
            self._stage(known.path, known.sha256, *self._writer.stored(known.path))

    def _stage(
        self,
        path: str,
        sha256: str,
        source: SourceText,
        guide: Guide | None,
        passages: Sequence[Passage],
    ) -> None:
        encoded = [encoded_text(passage) for passage in passages]
        self._writer.stage(path, sha256, source, guide, passages, encoded)

    def _claim(self, slug: str | None, move: str | None, where: str) -> None:
        if slug is None or move is None:
            return
        for claim, fault, remedy in (
            (("move", move), "This is a second guide for one move", "Keep one of the two."),
            (("slug", slug), "Another guide has this name", "Rename one of the two files."),
        ):
            first = self._taken.get(claim)
            if first is not None:
                raise ReadingError(f"{fault}: {first} is the first.", where=where, remedy=remedy)
        self._taken[("move", move)] = self._taken[("slug", slug)] = where

    def _drop(self, known: KnownFile) -> None:
        self._writer.drop(known.path)
        self.removed.append(known.name)

    def encode(self) -> int:
        """Encode the staged passages that have no vector, keeping each part at once."""
        total = self._writer.count_unencoded()
        done = 0
        if total:
            encoder = self._encoder()
            self._progress.advance(Stage.ENCODING, 0, total)
            for texts in self._writer.unencoded(_PART):
                self._writer.keep(list(texts), encoder.encode(list(texts.values())))
                done += len(texts)
                self._progress.advance(Stage.ENCODING, done, total)
        return done

    def publish(self, chroma_url: str | None) -> None:
        """Show readers what was staged, if there is anything new."""
        made = self._writer.build(chroma_url, partial(self._progress.advance, Stage.INDEXING))
        nothing_new = made is None and not (self.added or self.changed or self.removed)
        if nothing_new and self._same_encoder and self._same_reader and self._writer.revision:
            return
        if self._loaded is not None:
            dimensions = self._loaded.dimensions
        else:
            dimensions = self._writer.dimensions if self._same_encoder else 0
        self._writer.publish(made, reader=self._reader, dimensions=dimensions)


def _is_at_or_below(name: str, where: str) -> bool:
    return name == where or name.startswith(f"{where}/")


def _sha256(file: FoundFile) -> str:
    try:
        status = file.path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size >= SIZE_LIMIT:
            return ""  # the reader refuses it, and says why
        with file.path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def _version_of_reader() -> str:
    """Changes whenever the code that makes passages of files does, so that files are read again."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for pattern in ("reading/*.py", "chunking.py", "splitting.py", "domain.py", "terms.py"):
        for source in sorted(package.glob(pattern)):
            digest.update(source.read_bytes())
    return digest.hexdigest()
