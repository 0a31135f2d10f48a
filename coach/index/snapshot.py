"""What a reader sees: one state of the index, whatever is published meanwhile."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from coach.domain import Guide, Passage
from coach.errors import IndexIncompatible
from coach.index.generations import rows_to_matrix
from coach.index.schema import COMMAND, translated

# How much a word of the heading path counts in BM25, and a word of the text.
HEADING_WEIGHT = 1.0
TEXT_WEIGHT = 1.0

_GUIDES_KEPT = 64
_PARAMETERS = 500

T = TypeVar("T")
Search = Callable[[NDArray[np.float32], int], list[tuple[str, float]] | None]


class _Recent(Generic[T]):
    """The values made last, by name."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, make: Callable[[], T]) -> T:
        """The value of a name, made if it is not kept."""
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
                return self._values[name]
        value = make()
        with self._lock:
            self._values[name] = value
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value


class _Rows:
    """Vectors with the ids they belong to."""

    def __init__(self, rows: Sequence[tuple[str, bytes]]) -> None:
        self.ids = [name for name, _ in rows]
        self.vectors = rows_to_matrix(vector for _, vector in rows)


class Revision:
    """What all snapshots of one published state share: the catalogue, and what was read before."""

    def __init__(
        self, connection: sqlite3.Connection, folder: Path, number: int, before: Revision | None
    ) -> None:
        self.number = number
        parsed: dict[str, Guide] = before.parsed if before else {}
        rows = connection.execute("SELECT slug, content FROM guides ORDER BY slug").fetchall()
        with _this_layout(folder):
            self.parsed: dict[str, Guide] = {
                content: parsed.get(content) or Guide.model_validate_json(content)
                for _, content in rows
            }
        self.guides: Mapping[str, Guide] = MappingProxyType(
            {slug: self.parsed[content] for slug, content in rows}
        )
        (files,) = connection.execute("SELECT count(*) FROM files").fetchone()
        self.documents = int(files) - len(rows)
        self.size = int(connection.execute("SELECT count(*) FROM passages").fetchone()[0])
        self.frequencies = _Recent[int](100_000)
        self.passages = _Recent[tuple[Passage, ...]](_GUIDES_KEPT)
        self.vectors = _Recent[_Rows](_GUIDES_KEPT)
        self.all_vectors = _Recent[_Rows](1)


class Snapshot:
    """One consistent state of the index; get it from ``KnowledgeIndex.snapshot``.

    Safe to use from several threads. Scores are higher for better.
    """

    def __init__(
        self, connection: sqlite3.Connection, folder: Path, revision: Revision, search: Search
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._revision = revision
        self._search = search

    @property
    def generation(self) -> int:
        """A number that each finished ingest raises: what was read at one number stays true."""
        return self._revision.number

    @property
    def guides(self) -> Mapping[str, Guide]:
        """The guides by slug, in the order of slugs."""
        return self._revision.guides

    @property
    def documents(self) -> int:
        """The number of files without a guide's shape."""
        return self._revision.documents

    @property
    def size(self) -> int:
        """The number of passages."""
        return self._revision.size

    def dense(
        self,
        vector: NDArray[np.float32],
        limit: int,
        *,
        guides: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """The ids of the passages nearest to a unit vector with their cosines, best first.

        Within ``guides`` the search is exact: they are few, and a filter costs a graph recall.
        """
        limit = min(limit, self.size)
        if limit <= 0:
            return []
        if guides is not None:
            parts = [self._guide_vectors(guide) for guide in set(guides)]
            return _best((pair for part in parts for pair in _cosines(part, vector, limit)), limit)
        found = self._search(vector, limit)
        if found is not None:
            return found
        everything = self._revision.all_vectors.get("", lambda: self._rows("", ()))
        return _best(_cosines(everything, vector, limit), limit)

    def lexical(
        self,
        question_terms: Sequence[str],
        limit: int,
        *,
        guides: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """The ids of passages that hold any of the terms with their BM25 scores, best first.

        Args:
            question_terms: stems, as ``coach.terms.terms`` gives them.
            limit: how many at most.
            guides: the slugs of the guides to search; None searches all, and documents.
        """
        if not question_terms or limit <= 0 or (guides is not None and not guides):
            return []
        quoted = (term.replace('"', '""') for term in dict.fromkeys(question_terms))
        match = " OR ".join(f'"{term}"' for term in quoted)
        score = f"bm25(stems, {HEADING_WEIGHT}, {TEXT_WEIGHT})"
        within, slugs = "", tuple(guides or ())
        if slugs:
            # The plus keeps SQLite from running the match once for each passage of the guides.
            marks = ", ".join("?" * len(slugs))
            within = f"AND +rowid IN (SELECT number FROM passages WHERE guide IN ({marks}))"
        rows = self._all(
            f"SELECT p.id, -s.score FROM (SELECT rowid AS number, {score} AS score FROM stems"
            f" WHERE stems MATCH ? {within} ORDER BY score LIMIT ?) s"
            " JOIN passages p ON p.number = s.number",
            (match, *slugs, limit),
        )
        return _best(rows, limit)

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term stands, in text or heading path."""
        return {term: self._revision.frequencies.get(term, self._counter(term)) for term in terms}

    def has_term(self, term: str) -> bool:
        """Whether any passage holds a term."""
        return self.document_frequencies((term,))[term] > 0

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of some ids, in that order; unknown ids are left out."""
        contents: dict[str, str] = {}
        for marks, part in _parts(ids):
            contents.update(
                self._all(f"SELECT id, content FROM passages WHERE id IN ({marks})", part)
            )
        with _this_layout(self._folder):
            return {
                name: Passage.model_validate_json(contents[name])
                for name in ids
                if name in contents
            }

    def guide_passages(self, guide: str) -> tuple[Passage, ...]:
        """All passages of a guide in the order of its text; none of an unknown guide."""
        return self._revision.passages.get(guide, lambda: self._read_guide(guide))

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of some passages, a row each.

        Raises:
            KeyError: an id is unknown.
        """
        found: dict[str, bytes] = {}
        for marks, part in _parts(ids):
            found.update(self._all(f"{_VECTORS} WHERE p.id IN ({marks})", part))
        return rows_to_matrix(found[name] for name in ids)

    def quote_source(self, source: str) -> str:
        """The text of a file as its reader read it, by the name that passages give as source.

        Raises:
            KeyError: there is no such file in the index.
        """
        rows = self._all("SELECT text FROM files WHERE name = ?", (source,))
        if not rows:
            raise KeyError(source)
        return str(rows[0][0])

    def _counter(self, term: str) -> Callable[[], int]:
        def count() -> int:
            rows = self._all("SELECT doc FROM frequencies WHERE term = ?", (term,))
            return int(rows[0][0]) if rows else 0

        return count

    def _read_guide(self, guide: str) -> tuple[Passage, ...]:
        rows = self._all("SELECT content FROM passages WHERE guide = ? ORDER BY position", (guide,))
        with _this_layout(self._folder):
            return tuple(Passage.model_validate_json(content) for (content,) in rows)

    def _guide_vectors(self, guide: str) -> _Rows:
        return self._revision.vectors.get(guide, lambda: self._rows("WHERE p.guide = ?", (guide,)))

    def _rows(self, condition: str, values: tuple[str, ...]) -> _Rows:
        return _Rows(self._all(f"{_VECTORS} {condition} ORDER BY p.number", values))

    def _all(self, statement: str, values: Sequence[object]) -> list[Any]:
        with translated(self._folder):
            return self._connection.execute(statement, values).fetchall()


_VECTORS = "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector"


def _cosines(rows: _Rows, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
    if not rows.ids:
        return []
    # A product by BLAS would wake its threads, which wait for a busy core many times as long.
    scores = np.einsum("ij,j->i", rows.vectors, vector)
    best = np.argpartition(-scores, min(limit, len(scores)) - 1)[:limit]
    return [(rows.ids[position], float(scores[position])) for position in best]


def _best(pairs: Iterable[tuple[str, float]], limit: int) -> list[tuple[str, float]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]


def _parts(ids: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    for start in range(0, len(ids), _PARAMETERS):
        part = ids[start : start + _PARAMETERS]
        yield ", ".join("?" * len(part)), part


@contextmanager
def _this_layout(folder: Path) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise IndexIncompatible(
            "The index holds values that another version of this program wrote.",
            where=str(folder),
            remedy=f"Rebuild it with `{COMMAND}`.",
        ) from error
