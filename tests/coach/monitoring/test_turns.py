"""The figures of turns: each counted once, under what came of it."""

from __future__ import annotations

from prometheus_client import REGISTRY

from coach.domain import Check, CheckStatus
from coach.monitoring.figures import exposed
from coach.monitoring.turns import note_turn
from coach.transcripts import TurnState
from tests.coach.transcripts.made import ANSWER, entry

FIGURES = (
    ("coach_turns_total", {"source": "chat", "state": "done", "mode": "generating"}),
    ("coach_turns_total", {"source": "chat", "state": "failed", "mode": "none"}),
    ("coach_turn_seconds_count", {"mode": "generating"}),
    ("coach_refusals_total", {}),
    ("coach_fallbacks_total", {}),
    ("coach_failed_checks_total", {}),
    ("coach_turns_not_kept_total", {}),
    ("coach_model_tokens_total", {}),
)


def counted() -> list[float]:
    return [REGISTRY.get_sample_value(name, labels) or 0 for name, labels in FIGURES]


def test_figures_count_each_turn_and_what_came_of_it() -> None:
    failed = Check(sentence="No.", status=CheckStatus.FAILED, reason="no")
    written = ANSWER.model_copy(update={"checks": (failed, failed)})
    refused = ANSWER.model_copy(update={"refused": True, "notice": "Quoted.", "tokens": 0})
    before = counted()

    note_turn(entry(answer=written), kept=True)
    note_turn(entry(answer=refused), kept=True)
    note_turn(entry(answer=None, state=TurnState.FAILED), kept=False)

    assert [now - then for now, then in zip(counted(), before, strict=True)] == [
        2,
        1,
        2,
        1,
        1,
        2,
        1,
        ANSWER.tokens,
    ]


def test_figures_are_told_in_the_format_of_prometheus() -> None:
    text = exposed().decode()

    assert "# TYPE coach_turns_total counter" in text or "# TYPE coach_turns counter" in text
    assert "process_resident_memory_bytes" in text
