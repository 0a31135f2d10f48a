"""The only place that builds the objects from the settings."""

from __future__ import annotations

from coach.coach import Coach
from coach.settings import Settings


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
    return Coach(index, encoder, settings.question_limit)
