"""Traces of turns by OpenTelemetry; nothing of it is imported before a tracer is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coach.errors import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Tracer

SERVICE = "pathway-coach"


def open_tracer(processor: SpanProcessor | None = None) -> Tracer:
    """Make the tracer of this process. What people write never goes into a trace.

    Args:
        processor: takes the spans. By default they are sent in batches by OTLP over gRPC, to where
            OpenTelemetry's own variables say, such as ``OTEL_EXPORTER_OTLP_ENDPOINT``.

    Raises:
        SettingsError: the packages for it are not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(
            f"Traces need {error.name}, which is not installed.",
            where="COACH_TRACES",
            remedy="Install it with pip install 'pathway-coach[traces]', or unset the variable.",
        ) from error
    # The variables of OpenTelemetry win over what we call ourselves.
    named = Resource({"service.name": SERVICE}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=named)
    provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("coach")
