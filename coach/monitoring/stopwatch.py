"""What a turn spends its time on: figures for its answer, and a trace where one is wanted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from coach.domain import Answer

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer


class Stopwatch:
    """Milliseconds spent on each step of a turn, and until something first happened.

    Spans are begun and ended here and never made the current one: an answer is a generator, which
    may be closed elsewhere than where it was begun.

    Args:
        tracer: makes a span of the turn, and of each step a child of it.
    """

    def __init__(self, tracer: Tracer | None = None) -> None:
        self._started = time.perf_counter()
        self._spent: dict[str, float] = {}
        self._tracer = tracer
        self._turn = None if tracer is None else _begun(tracer)

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        """Time a step; one that comes again adds to what it had."""
        started = time.perf_counter()
        with self.tracing(step):
            yield
        spent = self._spent.get(step, 0.0) + (time.perf_counter() - started) * 1000
        self._spent[step] = round(spent, 3)

    @contextmanager
    def tracing(self, step: str) -> Iterator[None]:
        """Trace a step without timing it."""
        if self._tracer is None or self._turn is None:
            yield
            return
        from opentelemetry.trace import StatusCode, set_span_in_context

        span = self._tracer.start_span(step, context=set_span_in_context(self._turn))
        try:
            yield
        except Exception as error:
            # Its kind alone: its message may quote what a person wrote.
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            span.end()

    def note(self, event: str) -> None:
        """Note when something happened, if it is the first time."""
        self._spent.setdefault(event, self._since_start())

    def spent(self) -> dict[str, float]:
        """Milliseconds by step, and in all by now as ``total``."""
        return {**self._spent, "total": self._since_start()}

    def end(self, answer: Answer | None) -> None:
        """End the trace with what came of the turn."""
        if self._turn is None:
            return
        if answer is not None:
            self._turn.set_attributes(
                {
                    "coach.guide": answer.guide or "",
                    "coach.mode": answer.mode,
                    "coach.refused": answer.refused,
                    "coach.coverage": answer.coverage.status.value,
                    "coach.dropped": len(answer.dropped),
                    "coach.tokens": answer.tokens,
                }
            )
        self._turn.end()

    def _since_start(self) -> float:
        return round((time.perf_counter() - self._started) * 1000, 3)


def _begun(tracer: Tracer) -> Span:
    """A turn's span, found by the id of the request that the log has too."""
    from structlog.contextvars import get_contextvars

    names = {f"coach.{name}": str(value) for name, value in get_contextvars().items()}
    return tracer.start_span("turn", attributes=names)
