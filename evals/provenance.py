"""What a run is made with, so that two runs can be told apart."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from coach.answering.prompts import VERSION
from coach.cases import Case
from coach.settings import Settings
from evals.records import Run

REPOSITORY = Path(__file__).parents[1]
# Folders of one machine: what they hold is told by the hash of the guides.
_PLACES = {"data", "cache", "host", "port"}
_PACKAGES = (
    "chromadb",
    "lingua-language-detector",
    "numpy",
    "onnxruntime",
    "pystemmer",
    "rapidfuzz",
    "tokenizers",
)
_PACKAGES_OF_MODELS = ("langchain", "langchain-openai", "openai")


def describe(
    cases: Sequence[Case],
    *,
    split: str,
    settings: Settings,
    guides_hash: str,
    now: datetime | None = None,
) -> Run:
    """What a run of some cases is made with, at this moment."""
    from evals.comparison import SEED  # brings scipy along

    created = now or datetime.now(UTC)
    commit = commit_of(REPOSITORY)
    return Run(
        id=f"{created:%Y%m%d-%H%M%S}-{commit[:7] or 'unknown'}",
        created=created.isoformat(timespec="seconds"),
        commit=commit,
        guides_hash=guides_hash,
        cases_hash=hash_of_cases(cases),
        split=split,
        settings=settings_shown(settings),
        mode="quoting" if settings.model is None else "generating",
        model=settings.model,
        prompt_version=VERSION,
        seed=SEED,
        versions=versions(with_model=settings.model is not None),
    )


def made_alike(one: Run, other: Run) -> bool:
    """Whether two runs differ in nothing but when they were started and how far they came."""
    moment = {"id": "", "created": "", "complete": False}
    return one.model_copy(update=moment) == other.model_copy(update=moment)


def hash_of_cases(cases: Sequence[Case]) -> str:
    """SHA-256 over the cases, in order."""
    lines = "".join(f"{case.model_dump_json()}\n" for case in cases)
    return hashlib.sha256(lines.encode()).hexdigest()


def settings_shown(settings: Settings) -> dict[str, str]:
    """Every setting that differs from its default, without secrets and places on this machine."""
    shown = {}
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if name in _PLACES or value == field.default or isinstance(value, SecretStr):
            continue
        shown[name] = _without_login(str(value)) if name.endswith("_url") else str(value)
    return shown


def versions(*, with_model: bool) -> dict[str, str]:
    """Of Python, of the packages that answers depend on, and of our own code by its hash."""
    packages = _PACKAGES + (_PACKAGES_OF_MODELS if with_model else ())
    return {
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
        # A tree with changes has the commit of one without; this tells them apart.
        "coach": hash_of_code(REPOSITORY / "coach"),
        "metrics": hash_of_code(REPOSITORY / "evals" / "metrics"),
    }


def hash_of_code(folder: Path) -> str:
    """The start of the SHA-256 over the Python and YAML files of a package."""
    digest = hashlib.sha256()
    files = (path for path in folder.rglob("*") if path.suffix in {".py", ".yaml"})
    for path in sorted(files):
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def commit_of(folder: Path) -> str:
    """The commit of a repository, with ``+changed`` where its tree has changes, else empty."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    # The folder may lie in another project's repository, whose commit says nothing about it.
    if not top or Path(top).resolve() != folder.resolve():
        return ""
    changed = _git(folder, "status", "--porcelain")
    return f"{_git(folder, 'rev-parse', 'HEAD')}{'+changed' if changed else ''}"


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _without_login(url: str) -> str:
    """An address without the parts that may hold a password or a key."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
