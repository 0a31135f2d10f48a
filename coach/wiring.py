"""The only place that builds the objects from the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coach.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from coach.coach import Coach
    from coach.database import Database
    from coach.encoder import TextEncoder
    from coach.language_model import LanguageModel
    from coach.understanding import Phrasings


def build_coach(settings: Settings, today: Callable[[], date] = date.today) -> Coach:
    """A coach over the index in the settings' data folder; ``today`` tells it the day.

    Raises:
        KnowledgeIndexError: there is no index, or it cannot be used.
        EncoderError: the encoder cannot be loaded.
        SettingsError: the language model cannot be opened, or what traces need is missing.
    """
    from coach.coach import Coach
    from coach.index import KnowledgeIndex

    encoder = load_encoder(settings)
    index = KnowledgeIndex.open(
        settings.data,
        encoder_id=encoder.id,
        dimensions=encoder.dimensions,
        chroma_url=settings.chroma_url,
    )
    phrasings = load_phrasings(encoder, settings.cache)
    return Coach(
        index,
        encoder,
        phrasings,
        settings.question_limit,
        settings.history_limit,
        build_model(settings),
        build_tracer(settings),
        today,
    )


def build_model(settings: Settings) -> LanguageModel | None:
    """The language model in the settings, not contacted yet; None without one.

    Raises:
        SettingsError: it cannot be opened: no provider, no package for it, no key.
    """
    if settings.model is None:
        return None
    from coach.language_model import open_model

    return open_model(
        settings.model,
        url=settings.model_url,
        context=settings.model_context,
        answer_tokens=settings.model_tokens,
        calls=settings.model_calls,
        connect_seconds=settings.model_connect_seconds,
        first_token_seconds=settings.model_first_token_seconds,
        seconds=settings.model_seconds,
    )


def build_tracer(settings: Settings) -> Tracer | None:
    """What traces turns; None unless it is switched on.

    Raises:
        SettingsError: a package for it is missing.
    """
    if not settings.traces:
        return None
    from coach.monitoring.tracing import open_tracer

    return open_tracer()


def load_encoder(settings: Settings) -> TextEncoder:
    """The encoder in the settings: one of this machine's, or a server's for an openai: name.

    Raises:
        EncoderError: it cannot be loaded, or its server gives no vectors.
    """
    from coach import encoder, remote_encoder

    if settings.encoder.startswith(remote_encoder.PREFIX):
        cache = encoder.cache_folder(settings.cache)
        return remote_encoder.load_remote_encoder(settings.encoder, settings.encoder_url, cache)
    return encoder.load_encoder(settings.encoder, settings.cache)


def encoder_id(settings: Settings) -> str:
    """The id of the encoder that ``load_encoder`` would load, told without loading it if possible.

    Raises:
        EncoderError: as ``load_encoder``.
    """
    from coach import encoder, remote_encoder

    if settings.encoder.startswith(remote_encoder.PREFIX):
        cache = encoder.cache_folder(settings.cache)
        return remote_encoder.remote_encoder_id(settings.encoder, settings.encoder_url, cache)
    return encoder.encoder_id(settings.encoder, settings.cache)


def load_phrasings(encoder: TextEncoder, cache: Path | None) -> Phrasings:
    """The phrasings that questions are recognised by, from the cache folder where it has them."""
    from coach.encoder import cache_folder
    from coach.understanding import Phrasings

    return Phrasings.load(encoder.encode, encoder.id, cache_folder(cache))


def open_conversations(settings: Settings) -> Database:
    """The database of conversations and accounts, its tables as they are: to be migrated.

    Raises:
        DatabaseUnusable: its address is none.
    """
    from coach.database import open_database

    url = settings.database_url
    return open_database(url.get_secret_value() if url else None, settings.data)


@contextmanager
def conversations(settings: Settings) -> Iterator[Database]:
    """The database of conversations and accounts while the block runs, its tables up to date.

    Raises:
        DatabaseUnusable: it cannot be reached, read or written.
    """
    from coach.database import migrate

    database = open_conversations(settings)
    try:
        migrate(database)
        yield database
    finally:
        database.close()
