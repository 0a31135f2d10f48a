"""One real index over the guides, with the real encoder, for all tests of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coach.coach import Coach
from coach.domain import Guide
from coach.encoder import PACKAGED_NAME, Encoder, load_encoder
from coach.index import KnowledgeIndex
from coach.ingestion import sync
from coach.reading import read
from coach.settings import Settings
from coach.terms import terms
from coach.understanding import Catalogue, Phrasings
from coach.wiring import load_phrasings
from tests.coach.asking import GUIDES, KNOWLEDGE, ROOT

QUESTION_LIMIT = 2000


@pytest.fixture(scope="session")
def guides() -> dict[str, Guide]:
    """Every guide by slug, read from its file."""
    found = {}
    for slug in GUIDES:
        path = KNOWLEDGE / f"{slug}.md"
        content = read(path, name=path.relative_to(ROOT).as_posix(), key=path.name).content
        assert isinstance(content, Guide)
        found[slug] = content
    return found


@pytest.fixture(scope="session")
def catalogue(guides: dict[str, Guide]) -> Catalogue:
    """The guides, ready to read questions against."""
    return Catalogue(guides)


@pytest.fixture(scope="session")
def known() -> Callable[[str], bool]:
    """Tells the stems that the guides use."""
    held = {
        part for slug in GUIDES for part in terms((KNOWLEDGE / f"{slug}.md").read_text("utf-8"))
    }
    return held.__contains__


@pytest.fixture(scope="session")
def real_encoder() -> Encoder:
    """The encoder that ships with the package."""
    return load_encoder(PACKAGED_NAME, None)


@pytest.fixture(scope="session")
def data(real_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an index over all guides."""
    folder = tmp_path_factory.mktemp("answers") / "data"
    report = sync(
        [KNOWLEDGE], folder=folder, encoder=lambda: real_encoder, encoder_id=real_encoder.id
    )
    assert report.guides == len(GUIDES)
    return folder


@pytest.fixture(scope="session")
def index(data: Path, real_encoder: Encoder) -> Iterator[KnowledgeIndex]:
    """The index over all guides."""
    opened = KnowledgeIndex.open(
        data, encoder_id=real_encoder.id, dimensions=real_encoder.dimensions
    )
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def phrasings(real_encoder: Encoder) -> Phrasings:
    """The known phrasings."""
    return load_phrasings(real_encoder, Settings().cache)


@pytest.fixture(scope="session")
def coach(index: KnowledgeIndex, real_encoder: Encoder, phrasings: Phrasings) -> Coach:
    """The coach over all guides."""
    return Coach(index, real_encoder, phrasings, QUESTION_LIMIT)
