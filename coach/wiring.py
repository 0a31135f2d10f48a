"""The only place that builds the objects from the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coach.coach import Coach
from coach.settings import Settings
from coach.understanding import Phrasings

if TYPE_CHECKING:
    from coach.encoder import Encoder


def build_coach(settings: Settings) -> Coach:
    """A coach over the index in the settings' data folder.

    Raises:
        KnowledgeIndexError: there is no index, or it cannot be used.
        EncoderError: the encoder cannot be loaded.
    """
    from coach.encoder import load_encoder
    from coach.index import KnowledgeIndex

    encoder = load_encoder(settings.encoder, settings.cache)
    index = KnowledgeIndex.open(
        settings.data,
        encoder_id=encoder.id,
        dimensions=encoder.dimensions,
        chroma_url=settings.chroma_url,
    )
    phrasings = load_phrasings(encoder, settings.cache)
    return Coach(index, encoder, phrasings, settings.question_limit)


def load_phrasings(encoder: Encoder, cache: Path | None) -> Phrasings:
    """The phrasings that questions are recognised by, from the cache folder where it has them."""
    from coach.encoder import cache_folder

    return Phrasings.load(encoder.encode, encoder.id, cache_folder(cache))
