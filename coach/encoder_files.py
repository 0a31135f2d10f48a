"""Where exported encoders are kept, and how one is found again without hashing its weights."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

# Part of an export's name: raise it when the export changes, and the old ones are not used again.
_LAYOUT = 1

_EXPORTED = ("model.onnx", "model.onnx.data", "tokenizer.json", "encoder.json")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_CONFIGURATION = ("*.json", "*.txt", "*.model")


@dataclass(frozen=True)
class Fingerprint:
    """What a model is: its name and the sha256 of its weights and of its configuration."""

    name: str
    weights: str
    configuration: str

    @property
    def id(self) -> str:
        """The name and the start of each hash."""
        return f"{self.name}-{self.weights[:12]}-{self.configuration[:4]}"

    def export_folder(self, cache: Path) -> Path:
        """Where this model's export is, or will be."""
        return cache / "encoders" / f"{self.weights}-{self.configuration[:16]}-{_LAYOUT}"


@dataclass(frozen=True)
class Description:
    """What ``encoder.json`` in an export says. ``padding`` is the id of the padding token."""

    id: str
    dimensions: int
    token_limit: int
    padding: int


def fingerprint(name: str, source: Path) -> Fingerprint | None:
    """Hash a sentence-transformers model's files; None for a folder without weights.

    Raises:
        OSError: a file cannot be read.
    """
    weights = _files(source, _WEIGHTS)
    if not weights:
        return None
    return Fingerprint(
        name=Path(name).name,
        weights=_sha256(weights[0]) if len(weights) == 1 else _sha256_of_all(source, weights),
        configuration=_sha256_of_all(source, _files(source, _CONFIGURATION)),
    )


def is_complete(folder: Path) -> bool:
    """Whether an export is there; it is renamed into place whole, so a missing file is damage."""
    return all((folder / name).is_file() for name in _EXPORTED)


def write_description(folder: Path, description: Description) -> None:
    """Write ``encoder.json``."""
    (folder / "encoder.json").write_text(json.dumps(asdict(description), indent=2) + "\n")


def read_description(folder: Path) -> Description:
    """Read ``encoder.json``.

    Raises:
        OSError, ValueError, TypeError: it is missing or damaged.
    """
    return Description(**json.loads((folder / "encoder.json").read_text()))


def known_export(cache: Path, key: str) -> Path | None:
    """The export made from ``key`` earlier, if the files it was made from have not changed since.

    Args:
        cache: the folder of exports.
        key: the model's folder, or its name on the hub.
    """
    try:
        note = json.loads(_note(cache, key).read_text())
        folder = cache / "encoders" / note["export"]
        source = note["source"]
        unchanged = source is None or _stamps(Path(source)) == note["stamps"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return folder if unchanged and is_complete(folder) else None


def remember_export(cache: Path, key: str, folder: Path, source: Path | None) -> None:
    """Note which export came from ``key`` and what its files looked like.

    Raises:
        OSError: the cache folder cannot be written.
    """
    stamps = _stamps(source) if source else None
    note = {"export": folder.name, "source": str(source) if source else None, "stamps": stamps}
    path = _note(cache, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(f".{os.getpid()}")
    written.write_text(json.dumps(note))
    written.replace(path)


def _note(cache: Path, key: str) -> Path:
    return cache / "encoders" / "known" / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"


def _stamps(source: Path) -> dict[str, list[int]]:
    """Size and time of change of each file that decides a vector."""
    files = _files(source, _WEIGHTS + _CONFIGURATION)
    stats = {str(path.relative_to(source)): path.stat() for path in files}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _files(source: Path, patterns: tuple[str, ...]) -> list[Path]:
    """The model's files and those of its modules, whose folders begin with a number."""
    found = [path for pattern in patterns for path in source.glob(pattern)]
    found += [path for pattern in patterns for path in source.glob(f"[0-9]*_*/{pattern}")]
    return sorted(path for path in found if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256_of_all(source: Path, paths: list[Path]) -> str:
    lines = (f"{path.relative_to(source)} {_sha256(path)}\n" for path in paths)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
