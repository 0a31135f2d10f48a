"""The index: SQLite holds catalogue, passages, vectors and full text; Chroma searches vectors."""

from __future__ import annotations

from coach.index.knowledge import KnowledgeIndex
from coach.index.snapshot import Snapshot

__all__ = ["KnowledgeIndex", "Snapshot"]
