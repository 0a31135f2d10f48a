"""The log: one JSON object a line on standard error, plain lines where that is a terminal.

Modules log through ``logging``; what they give as ``extra`` become fields of the line. What people
ask and are answered stands in the fields of ``TEXT`` alone, which are left out unless it is
switched on, and then shown with personal data masked.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from coach.redaction import redact

TEXT = ("question", "answer")


def configure_logs(*, text: bool, stream: TextIO | None = None) -> None:
    """Send what is logged from now on to a stream, in place of what was configured before.

    Ours is logged from "info" on, that of libraries from "warning" on.

    Args:
        text: whether to log what people ask and are answered. Messages of errors that nobody
            foresaw are left out with it: they may quote anything.
        stream: where to; standard error by default.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    renderer: Processor = (
        structlog.dev.ConsoleRenderer()
        if stream.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _masked if text else _without_text,
                _with_messages if text else _without_messages,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    for earlier in root.handlers[:]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("coach").setLevel(logging.INFO)


def _without_text(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name not in TEXT}


def _masked(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {name: redact(value) if name in TEXT else value for name, value in event.items()}


def _with_messages(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    error = _error(event)
    if error is not None:
        event["exception"] = redact("".join(traceback.format_exception(error)).rstrip())
    return event


def _without_messages(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    error = _error(event)
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = (f"{one.filename}:{one.lineno} in {one.name}" for one in frames)
        event["exception"] = "\n".join((type(error).__qualname__, *places))
    return event


def _error(event: EventDict) -> BaseException | None:
    """The error of a line, taken out of it."""
    found = event.pop("exc_info", None)
    return found[1] if isinstance(found, tuple) else None
