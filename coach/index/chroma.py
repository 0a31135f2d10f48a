"""Chroma, behind the few verbs an index needs. The one module that imports chromadb.

A collection holds ids and unit vectors, no texts: those are SQLite's.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from coach.errors import IndexUnusable

if TYPE_CHECKING:
    import httpx
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

# Measured at 100,000 passages against exact search, see evals/benchmarks/search_scale.py.
_HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "max_neighbors": 16,
    "ef_construction": 100,
    "ef_search": 100,
    # Vectors that are not yet in the graph's files are put in whenever the collection is opened:
    # 500 of them make the first question wait 0.4 s. So it writes after each batch.
    "sync_threshold": 100,
}

# How long a server may take to answer.
_SECONDS = 60.0


@dataclass(frozen=True)
class Location:
    """Where a collection is: a folder of its own, or a server's address; and its name."""

    place: str
    name: str

    @property
    def folder(self) -> Path | None:
        """The folder, None for a collection on a server."""
        return None if self._on_server else Path(self.place)

    @property
    def _on_server(self) -> bool:
        return self.place.startswith(("http://", "https://"))


class Vectors:
    """An open collection. Safe to query from several threads at once."""

    def __init__(self, location: Location, client: Client, collection: Collection) -> None:
        self._location = location
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, location: Location) -> Vectors:
        """Make an empty collection.

        Raises:
            IndexUnusable: the folder cannot be written to, or the server cannot be reached.
        """
        with _translated(location), _closed_on_failure(_client(location)) as client:
            collection = client.create_collection(
                location.name, embedding_function=None, configuration={"hnsw": _HNSW}
            )
            return cls(location, client, collection)

    @classmethod
    def open(cls, location: Location) -> Vectors:
        """Open a collection. A damaged folder may end the process: prove it sound beforehand.

        Raises:
            IndexUnusable: it is not there or cannot be opened.
        """
        with _translated(location), _closed_on_failure(_client(location)) as client:
            collection = client.get_collection(location.name, embedding_function=None)
            return cls(location, client, collection)

    def count(self) -> int:
        """The number of vectors."""
        with _translated(self._location):
            return int(self._collection.count())

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add vectors, one row an id, in batches that Chroma takes."""
        with _translated(self._location):
            size = self._client.get_max_batch_size()
            for start in range(0, len(ids), size):
                part = slice(start, start + size)
                self._collection.add(ids=list(ids[part]), embeddings=vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors, in batches that Chroma takes."""
        with _translated(self._location):
            size = self._client.get_max_batch_size()
            for start in range(0, len(ids), size):
                self._collection.delete(ids=list(ids[start : start + size]))

    def query(self, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
        """The ids nearest to a unit vector with their cosines, best first."""
        with _translated(self._location):
            found = self._collection.query(
                query_embeddings=vector[np.newaxis, :], n_results=limit, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [
            (name, 1.0 - float(distance))
            for name, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def close(self) -> None:
        """Free the memory that the collection takes."""
        _close(self._client)


def remove(location: Location) -> None:
    """Delete a collection, half-built ones too; one that is not there is fine.

    Raises:
        IndexUnusable: the folder cannot be written to, or the server cannot be reached.
    """
    with _translated(location):
        if location.folder is not None:
            if location.folder.exists():
                shutil.rmtree(location.folder)
            return
        from chromadb.errors import NotFoundError

        client = _client(location)
        try:
            with suppress(NotFoundError):
                client.delete_collection(location.name)
        finally:
            _close(client)


def _client(location: Location) -> Client:
    import chromadb
    from chromadb.config import Settings

    # Chroma would read a `.env` file of the folder we run in.
    settings = Settings(anonymized_telemetry=False, _env_file=None)
    if location.folder is not None:
        return cast("Client", chromadb.PersistentClient(location.folder, settings))
    address = urlsplit(location.place)
    secure = address.scheme == "https"
    client = chromadb.HttpClient(
        host=address.hostname or "",
        port=address.port or (443 if secure else 80),
        ssl=secure,
        settings=settings,
    )
    for session in _sessions(cast("Client", client)):
        session.timeout = _SECONDS
    return cast("Client", client)


@contextmanager
def _closed_on_failure(client: Client) -> Iterator[Client]:
    try:
        yield client
    except BaseException:
        _close(client)
        raise


def _close(client: Client) -> None:
    for session in _sessions(client):
        session.close()
    with suppress(Exception):
        client.close()


def _sessions(client: Client) -> list[httpx.Client]:
    # Chroma neither closes its HTTP clients nor gives them a timeout.
    servers = (client._server, getattr(client._admin_client, "_server", None))
    sessions = (getattr(server, "_session", None) for server in servers)
    return [session for session in sessions if session is not None]


@contextmanager
def _translated(location: Location) -> Iterator[None]:
    # Chroma's own errors, the network's, and panics of its Rust core, which are no Exceptions.
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, IndexUnusable):
        raise
    except BaseException as error:
        on_disk = location.folder is not None
        raise IndexUnusable(
            f"The vectors in Chroma cannot be used: {error}.",
            where=location.place,
            remedy="Free space on that disk, check that it can be written to, and run "
            "`python ingest.py` again; nothing was lost."
            if on_disk
            else "Start the Chroma server, or correct COACH_CHROMA_URL.",
        ) from error
