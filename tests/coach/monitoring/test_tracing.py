"""Traces: a span a turn with its steps below it, and nothing of what was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from structlog.contextvars import bound_contextvars

from coach.coach import Coach
from coach.domain import Turn
from coach.encoder import Encoder
from coach.errors import QuestionError
from coach.index import KnowledgeIndex
from coach.monitoring.tracing import open_tracer
from coach.understanding import Phrasings
from tests.coach.asking import CAIO, run_coach
from tests.coach.conftest import QUESTION_LIMIT
from tests.coach.model_servers import answering
from tests.coach.stage import Stage

QUESTION = "How long would it take me to go from backend dev to CAIO?"
STEPS = ["resolve", "understand", "encode", "retrieve", "compose", "check"]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(
    index: KnowledgeIndex,
    real_encoder: Encoder,
    phrasings: Phrasings,
    exporter: InMemorySpanExporter,
) -> Coach:
    tracer = open_tracer(SimpleSpanProcessor(exporter))
    return Coach(index, real_encoder, phrasings, QUESTION_LIMIT, tracer=tracer)


def turn_and_steps(exporter: InMemorySpanExporter) -> tuple[ReadableSpan, list[ReadableSpan]]:
    """The one span without a parent, and those below it in the order they began."""
    *steps, turn = exporter.get_finished_spans()
    assert turn.parent is None
    for step in steps:
        assert step.parent is not None
        assert step.parent.span_id == turn.context.span_id
    return turn, sorted(steps, key=lambda step: step.start_time or 0)


async def test_a_turn_is_a_span_with_its_steps_below_it(
    traced: Coach, exporter: InMemorySpanExporter
) -> None:
    with bound_contextvars(request_id="abc"):
        answer = await traced.answer(Turn(question=QUESTION))

    turn, steps = turn_and_steps(exporter)
    assert turn.name == "turn"
    assert turn.resource.attributes["service.name"] == "pathway-coach"
    assert dict(turn.attributes or {}) == {
        "coach.request_id": "abc",
        "coach.guide": CAIO,
        "coach.mode": "quoting",
        "coach.refused": False,
        "coach.coverage": "covered",
        "coach.dropped": 0,
        "coach.tokens": 0,
    }
    assert [step.name for step in steps] == STEPS
    for span in (turn, *steps):
        assert QUESTION not in span.to_json()
        assert answer.text not in span.to_json()


async def test_writing_is_a_step_too(
    index: KnowledgeIndex,
    real_encoder: Encoder,
    phrasings: Phrasings,
    exporter: InMemorySpanExporter,
) -> None:
    tracer = open_tracer(SimpleSpanProcessor(exporter))
    with Stage.opened() as stage:
        stage.play(answering("The move takes 18-24 months [1]."))
        parts = (index, real_encoder, phrasings, QUESTION_LIMIT)
        writing = Coach(*parts, model=stage.model, tracer=tracer)
        await writing.answer(Turn(question=QUESTION))

    turn, steps = turn_and_steps(exporter)
    assert [step.name for step in steps] == [*STEPS, "prompt", "write"]
    assert (turn.attributes or {})["coach.mode"] == "generating"


async def test_a_turn_that_nobody_waits_for_ends_its_span(
    traced: Coach, exporter: InMemorySpanExporter
) -> None:
    answers = traced.stream(Turn(question=QUESTION))
    await anext(answers)
    await answers.aclose()

    assert turn_and_steps(exporter)[0].name == "turn"


async def test_a_step_that_fails_tells_the_kind_of_error_and_no_word_of_it(
    traced: Coach, exporter: InMemorySpanExporter
) -> None:
    with pytest.raises(QuestionError):
        await traced.answer(Turn(question=QUESTION, guide="my-secret-guide"))

    _, (step,) = turn_and_steps(exporter)
    assert step.status.status_code is StatusCode.ERROR
    assert step.status.description == "QuestionError"
    assert "my-secret-guide" not in step.to_json()


class Collector(TraceServiceServicer):
    """Keeps the names of the spans it is sent, by service."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}

    def Export(  # noqa: N802 - the protocol's name
        self, request: ExportTraceServiceRequest, context: grpc.ServicerContext
    ) -> ExportTraceServiceResponse:
        for sent in request.resource_spans:
            service = {one.key: one.value.string_value for one in sent.resource.attributes}
            names = [span.name for scope in sent.scope_spans for span in scope.spans]
            self.names.setdefault(service["service.name"], []).extend(names)
        return ExportTraceServiceResponse()


@contextmanager
def collecting() -> Iterator[tuple[str, Collector]]:
    """A real collector, its address and what it got."""
    collector = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"http://127.0.0.1:{port}", collector
    server.stop(None).wait()


def test_traces_are_sent_where_the_variables_of_opentelemetry_say(data: Path) -> None:
    with collecting() as (address, collector):
        variables = {
            "COACH_TRACES": "true",
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
            "OTEL_SERVICE_NAME": "our-coach",
        }
        done = run_coach("ask", QUESTION, "--data", data, "--json", **variables)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["refused"] is False
    assert sorted(collector.names["our-coach"]) == sorted([*STEPS, "turn"])
