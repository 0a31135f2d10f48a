"""Opening the queue is measured on the coaches' own page, on both databases, and can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.encoder import PACKAGED_NAME, load_encoder
from coach.ingestion import sync
from coach.settings import Settings
from coach.wiring import build_coach
from evals.benchmarks.review_queue import WITHIN_MS, measure, verdict
from tests.evals.running import TEACHER, place_knowledge


def test_pages_of_a_filled_queue_are_timed(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    knowledge, encoder = place_knowledge(tmp_path, TEACHER), load_encoder(PACKAGED_NAME, None)
    sync([knowledge], folder=tmp_path, encoder=lambda: encoder, encoder_id=encoder.id)
    coach = build_coach(Settings(data=tmp_path))

    opened = measure(database_url, tmp_path, coach, conversations=60)

    said = capsys.readouterr().out
    assert f"95% {opened:7.1f} ms" in said
    assert "next item claimed" in said
    assert "review_items" in said, "the plan"


@pytest.mark.parametrize(("slowest", "code"), [(WITHIN_MS, 0), (WITHIN_MS + 1, 1)])
def test_one_database_that_is_too_slow_fails(slowest: float, code: int) -> None:
    assert verdict([12.0, slowest]) == code
    assert verdict([slowest, 12.0]) == code
