"""Quoted answers held to the same facts as written ones, line by line, before they are shown."""

from __future__ import annotations

import logging
from dataclasses import replace

from coach.answering.checking import (
    Evidence,
    check_quoted,
    gives_orders,
    markers,
    without_markers,
)
from coach.answering.headlines import sentences
from coach.answering.material import Composition
from coach.domain import CheckStatus

log = logging.getLogger(__name__)


def verified(composed: Composition, evidence: Evidence) -> Composition:
    """A composition with a check for each line that cites, those that fail left out.

    A sentence of a guide that speaks to a program is left out before.

    A line that fails is a defect of ours, so the log has it as an error.

    Args:
        composed: an answer by quoting.
        evidence: the passages of its citations, in the order of their markers.
    """
    lines = [_without_orders(line) for line in composed.text.split("\n")]
    checks = {line: check_quoted(line, evidence) for line in lines if markers(line)}
    failed = {line for line, check in checks.items() if check.status is CheckStatus.FAILED}
    for line in failed:
        log.error("A quoted line was left out: %s (%s)", line, checks[line].reason)
    text = "\n".join(line for line in lines if line not in failed).strip()
    shown = set(markers(text))
    return replace(
        composed,
        text=text,
        checks=tuple(checks.values()),
        citations=tuple(one for one in composed.citations if one.marker in shown),
    )


def _without_orders(line: str) -> str:
    """A line without the sentences in it that speak to a program; empty where none is left."""
    if not gives_orders(line):
        return line
    body = without_markers(line)
    kept = " ".join(piece for piece in sentences(body) if not gives_orders(piece))
    return f"{kept} {line[len(body.rstrip()) :].strip()}" if kept.strip(" -*") else ""
