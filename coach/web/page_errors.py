"""Errors of Gradio's page in our log: it would print them, with what people typed, by itself."""

from __future__ import annotations

import logging
from types import SimpleNamespace

log = logging.getLogger(__name__)


def log_page_errors() -> None:
    """Have Gradio log what it cannot handle, as the log is configured, in place of printing it."""
    from gradio import queueing, routes

    # All that these modules use of `traceback`; there is no setting for it.
    logged = SimpleNamespace(print_exc=_log)
    for module in (queueing, routes):
        vars(module)["traceback"] = logged


def _log() -> None:
    """Log the error that is being handled."""
    log.exception("The page could not handle a request")
