"""Text to vectors by an OpenAI-compatible endpoint, ``POST {url}/embeddings``.

The key comes from OPENAI_API_KEY, which the openai client reads itself. A server may repeat the
key in what it says, so nothing that a server says is passed on, not even as a cause.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from coach.errors import EncoderError
from coach.token_counts import token_counts

if TYPE_CHECKING:
    import numpy
    import openai
    from numpy.typing import NDArray
    from openai.types import CreateEmbeddingResponse

PREFIX = "openai:"
OPENAI_URL = "https://api.openai.com/v1"

# Texts in one request: servers of one's own often take no more than 32.
_BATCH_SIZE = 32
# What is read of a text, since many models read no more. Of the 436 passages that the packaged
# encoder splits the guides into, 430 are the same with this limit.
_TOKEN_LIMIT = 512
_SPECIAL_TOKENS = 2
_CONNECT_SECONDS = 5.0
_SECONDS = 30.0
# The client waits between tries: as long as the server asks for, up to two minutes, else 0.5-8 s.
_RETRIES = 3

_KEY = re.compile(r"[!-~]+")
_BYTES_A_TOKEN = 3


class RemoteEncoder:
    """Turns texts into vectors of unit length by asking a server; safe to share between threads.

    Attributes:
        id: the model's name, the server's address and the length of a vector.
        dimensions: the length of a vector.
        token_limit: the tokens of a text that are sent, as ``count_tokens`` estimates them; the
            rest of a longer text is ignored.
    """

    token_limit = _TOKEN_LIMIT

    def __init__(self, model: str, url: str | None) -> None:
        """Reach the server and encode one text, which tells the dimensions.

        Args:
            model: the model's name as the server knows it.
            url: the address of the server, such as ``http://localhost:11434/v1``; None for OpenAI.

        Raises:
            EncoderError: there is no key, or the server gives no vectors.
        """
        self._model = model
        self._address = _address(url)
        self._client = _client(url, self._address)
        self.dimensions = self._ask(["dimensions"]).shape[1]
        self.id = _id(model, self._address, self.dimensions)

    def encode(self, texts: Sequence[str], batch_size: int = _BATCH_SIZE) -> NDArray[numpy.float32]:
        """Encode texts.

        Args:
            texts: any number of texts, none included.
            batch_size: the most texts in one request.

        Returns:
            Vectors of unit length, one row a text in the order given, shape ``(n, dimensions)``.

        Raises:
            EncoderError: the server cannot be reached, refuses, or gives other than that.
        """
        import numpy

        vectors = numpy.empty((len(texts), self.dimensions), dtype=numpy.float32)
        for start in range(0, len(texts), batch_size):
            batch = [_sendable(text) for text in texts[start : start + batch_size]]
            found = self._ask(batch)
            if found.shape[1] != self.dimensions:
                raise EncoderError(
                    f"The encoder's server gave vectors of {found.shape[1]} dimensions, and of "
                    f"{self.dimensions} before.",
                    where=f"{self._model} at {self._address}",
                    remedy="Check which model the server runs, and start again.",
                )
            vectors[start : start + len(batch)] = found
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the tokens of each text, special tokens included; rather too many than too few.

        No tokenizer is asked, since the endpoint has none. A word counts a token for each three of
        its bytes, a digit or a mark one. On the passages of the guides that is 1.4-2.3 times what
        the tokenizer of all-MiniLM-L6-v2 counts.
        """
        return [
            _SPECIAL_TOKENS + sum(tokens for _, tokens in token_counts(text, _BYTES_A_TOKEN))
            for text in texts
        ]

    def _ask(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        """The vectors of one request, of whatever dimensions, normalised."""
        with _translated(self._model, self._address):
            reply = self._client.embeddings.create(
                model=self._model, input=list(texts), encoding_format="float"
            )
        vectors = _unit_vectors(reply, len(texts))
        if vectors is not None:
            return vectors
        raise EncoderError(
            f"The encoder's server did not give one vector for each of {len(texts)} texts.",
            where=f"{self._model} at {self._address}",
            remedy="Check that this address serves an embedding model at /embeddings.",
        )


def load_remote_encoder(name: str, url: str | None, cache: Path) -> RemoteEncoder:
    """Reach an encoder on a server, and keep in the cache folder how long its vectors are.

    Args:
        name: ``openai:`` and the model's name.
        url: the address of the server; None for OpenAI.
        cache: the cache folder; done without where it cannot be written.

    Raises:
        EncoderError: there is no key, or the server gives no vectors.
    """
    model = name.removeprefix(PREFIX)
    encoder = RemoteEncoder(model, url)
    _remember(cache, model, _address(url), encoder.dimensions)
    return encoder


def remote_encoder_id(name: str, url: str | None, cache: Path) -> str:
    """The id of the encoder that ``load_remote_encoder`` would load.

    The server is asked only when the cache folder does not tell how long its vectors are.

    Args:
        name: as for ``load_remote_encoder``.
        url: as for ``load_remote_encoder``.
        cache: as for ``load_remote_encoder``.

    Raises:
        EncoderError: as ``load_remote_encoder``.
    """
    model, address = name.removeprefix(PREFIX), _address(url)
    dimensions = _remembered(cache, model, address)
    if dimensions is None:
        return load_remote_encoder(name, url, cache).id
    return _id(model, address, dimensions)


def _id(model: str, address: str, dimensions: int) -> str:
    return f"{PREFIX}{model}@{address}-{dimensions}"


def _address(url: str | None) -> str:
    """Host, port and path of a server: what may be shown, without a password in the address."""
    parts = urlsplit(url or OPENAI_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise EncoderError(
            "This is no address of a server.",
            where="COACH_ENCODER_URL",
            remedy="Give one such as http://localhost:11434/v1.",
        )
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")


def _client(url: str | None, address: str) -> openai.OpenAI:
    import openai

    client = openai.OpenAI(
        base_url=url or OPENAI_URL,
        admin_api_key="",  # or the client would take OPENAI_ADMIN_KEY for a key
        timeout=openai.Timeout(_SECONDS, connect=_CONNECT_SECONDS),
        max_retries=_RETRIES,
    )
    if not client.api_key:
        if url is None:
            raise EncoderError(
                "There is no key for this encoder.",
                where=address,
                remedy="Set OPENAI_API_KEY, or COACH_ENCODER_URL to a server that needs none.",
            )
        client.api_key = "none"  # servers of one's own want a key and take any
    if not _KEY.fullmatch(client.api_key):
        raise EncoderError(
            "The key holds characters that no key has.",
            where="OPENAI_API_KEY",
            remedy="Set it again, without a line end or a space.",
        )
    return client


@contextmanager
def _translated(model: str, address: str) -> Iterator[None]:
    import openai

    fail = partial(EncoderError, where=f"{model} at {address}")
    try:
        yield
    except openai.APITimeoutError:
        raise fail(
            "The encoder's server did not answer in time.", remedy="Try again in a while."
        ) from None
    except openai.APIConnectionError:
        raise fail(
            "The encoder's server cannot be reached.",
            remedy="Start it, check the connection, or correct COACH_ENCODER_URL.",
        ) from None
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        raise fail(
            "The encoder's server does not accept the key.", remedy="Correct OPENAI_API_KEY."
        ) from None
    except openai.NotFoundError:
        raise fail(
            "The encoder's server does not know this model or this address.",
            remedy="Correct COACH_ENCODER or COACH_ENCODER_URL.",
        ) from None
    except openai.RateLimitError:
        raise fail(
            "The encoder's server takes no more requests for now.",
            remedy="Wait a while, or look at the limits of your account.",
        ) from None
    except openai.APIStatusError as error:
        raise fail(
            f"The encoder's server failed or refused the request (status {error.status_code}).",
            remedy="Look at the server's log, and check the model's name.",
        ) from None
    except (openai.OpenAIError, ValueError):
        raise fail(
            "The encoder's server gave a reply that cannot be read.",
            remedy="Check that this address serves an embedding model at /embeddings.",
        ) from None


def _unit_vectors(reply: CreateEmbeddingResponse, count: int) -> NDArray[numpy.float32] | None:
    """The vectors of a reply at unit length; None where it has no such thing for each text.

    The client does not check that a reply has the shape that its type says.
    """
    import numpy

    try:
        if len(reply.data) != count:
            return None
        rows = {entry.index: entry.embedding for entry in reply.data}
        vectors = numpy.array([rows[index] for index in range(count)], dtype=numpy.float32)
        lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if not (numpy.isfinite(lengths).all() and lengths.all()):
        return None
    unit: NDArray[numpy.float32] = vectors / lengths
    return unit


def _sendable(text: str) -> str:
    """A text as servers take it: no lone surrogates, not past the token limit, never empty."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    count = _SPECIAL_TOKENS
    for start, tokens in token_counts(text, _BYTES_A_TOKEN):
        count += tokens
        if count > _TOKEN_LIMIT:
            # A first word of thousands of letters is cut anywhere.
            text = text[:start].strip() or text[start : start + _TOKEN_LIMIT]
            break
    return text if text.strip() else "."


def _record(cache: Path, model: str, address: str) -> Path:
    digest = hashlib.sha256(f"{model}\0{address}".encode()).hexdigest()
    return cache / "endpoints" / f"{digest[:24]}.json"


def _remembered(cache: Path, model: str, address: str) -> int | None:
    try:
        found = json.loads(_record(cache, model, address).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, int) else None


def _remember(cache: Path, model: str, address: str, dimensions: int) -> None:
    record = _record(cache, model, address)
    with contextlib.suppress(OSError):
        record.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=record.parent, suffix=".part", delete=False, encoding="utf-8"
        ) as file:
            json.dump(dimensions, file)
        Path(file.name).replace(record)
