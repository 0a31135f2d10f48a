"""Indexes of made-up passages with made-up vectors, for tests that need no encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.domain import Guide, Passage, Section, Sourced, SourceText, Span
from coach.index import KnowledgeIndex
from coach.index.writer import Writer, writing

ENCODER = "made-up-1"
DIMENSIONS = 16


def vector_of(text: str) -> NDArray[np.float32]:
    """A unit vector that is always the same for a text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return vector / np.linalg.norm(vector)


def guide_of(slug: str) -> Guide:
    """The least that a guide is."""
    before, after = slug.split("-to-")
    span = Span(start=0, end=4, first_line=1, last_line=1)
    return Guide(
        slug=slug,
        title=Sourced[str](value=slug, span=span),
        from_role=before,
        to_role=after,
    )


def passages_of(name: str, texts: Sequence[str], guide: str | None = None) -> list[Passage]:
    """A passage a text; its id is made from the file's name and the text."""
    passages = []
    start = 0
    for line, text in enumerate(texts, start=1):
        passages.append(
            Passage(
                id=hashlib.sha256(f"{name}\0{text}".encode()).hexdigest()[:16],
                source=name,
                guide=guide,
                section=Section.DOCUMENT,
                headings=(name,),
                text=text,
                span=Span(start=start, end=start + len(text), first_line=line, last_line=line),
            )
        )
        start += len(text) + 1
    return passages


def publish(
    folder: Path,
    files: dict[str, Sequence[str]],
    *,
    removed: Iterable[str] = (),
    chroma_url: str | None = None,
    encoder: str = ENCODER,
) -> None:
    """Put files in place of those of the same names, as an ingest does; "-to-" names a guide."""
    with writing(folder, waiting=None), closing(Writer.open(folder, encoder)) as writer:
        writer.clean(print)
        for name, texts in files.items():
            guide = guide_of(name) if "-to-" in name else None
            passages = passages_of(name, texts, guide.slug if guide else None)
            source = SourceText(name=name, key=name, text="\n".join(texts))
            writer.stage(f"/{name}", "", source, guide, passages, texts)
        for name in removed:
            writer.drop(f"/{name}")
        for part in writer.unencoded(1000):
            writer.keep(list(part), np.stack([vector_of(text) for text in part.values()]))
        made = writer.build(chroma_url, lambda done, total: None)
        writer.publish(made, reader="", dimensions=DIMENSIONS)


def open_index(folder: Path, chroma_url: str | None = None) -> KnowledgeIndex:
    """Open an index that ``publish`` made."""
    return KnowledgeIndex.open(
        folder, encoder_id=ENCODER, dimensions=DIMENSIONS, chroma_url=chroma_url
    )
