"""Calls to the language model, counted by how they ended."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from coach.errors import ModelError
from tests.coach.language_model.opening import PROMPT, received
from tests.coach.model_servers import answering, failing
from tests.coach.stage import Stage


def counted() -> dict[str, float]:
    """The calls so far, by outcome."""
    (calls,) = (family for family in REGISTRY.collect() if family.name == "coach_model_calls")
    return {
        sample.labels["outcome"]: sample.value
        for sample in calls.samples
        if sample.name.endswith("_total")
    }


async def test_calls_are_counted_by_how_they_ended() -> None:
    before = counted()
    with Stage.opened() as stage:
        stage.play(answering("Yes."))
        await received(stage.model.stream(PROMPT))
        stage.play(failing(400))
        with pytest.raises(ModelError) as refused:
            await received(stage.model.stream(PROMPT))

    kind = type(refused.value).__name__
    assert kind != "answered"
    after = counted()
    assert {name: after[name] - before.get(name, 0) for name in ("answered", kind)} == {
        "answered": 1,
        kind: 1,
    }
