"""Quoted answers held to the same facts as written ones, line by line, before they are shown."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace

from coach.answering import replies
from coach.answering.checking import (
    Evidence,
    check_quoted,
    gives_orders,
    markers,
    without_markers,
)
from coach.answering.headlines import sentences
from coach.answering.material import Composition
from coach.domain import CheckStatus, Coverage, CoverageStatus

log = logging.getLogger(__name__)

_MARKER = re.compile(r"\[(\d+)\]")


def verified(composed: Composition, evidence: Evidence) -> Composition:
    """A composition with a check for each line that cites, those that fail left out.

    Sentences of a guide that speak to a program are left out before. The sources that are left
    are numbered from 1; where none is, the answer is a refusal. A line that fails is a defect of
    ours, so the log has it as an error.

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
    composed = replace(composed, checks=tuple(checks.values()))
    if shown == {citation.marker for citation in composed.citations}:
        return replace(composed, text=text)
    if not shown:
        return _unshown(composed)
    kept = [citation for citation in composed.citations if citation.marker in shown]
    numbers = {citation.marker: number for number, citation in enumerate(kept, start=1)}
    return replace(
        composed,
        text=_renumbered(text, numbers),
        citations=tuple(one.model_copy(update={"marker": numbers[one.marker]}) for one in kept),
        derived=tuple(
            _renumbered(line, numbers) for line in composed.derived if set(markers(line)) <= shown
        ),
    )


def _unshown(composed: Composition) -> Composition:
    """The refusal that stands for an answer of which nothing could be shown."""
    coverage = Coverage(status=CoverageStatus.NONE, missing=("an answer that could be checked",))
    return replace(
        composed,
        text=replies.UNSHOWN,
        refused=True,
        coverage=coverage,
        citations=(),
        absent=(),
        derived=(),
    )


def _renumbered(text: str, numbers: Mapping[int, int]) -> str:
    return _MARKER.sub(lambda match: f"[{numbers[int(match[1])]}]", text)


def _without_orders(line: str) -> str:
    """A line without the sentences in it that speak to a program; empty where none is left."""
    if not gives_orders(line):
        return line
    body = without_markers(line)
    kept = " ".join(piece for piece in sentences(body) if not gives_orders(piece))
    return f"{kept} {line[len(body.rstrip()) :].strip()}" if kept.strip(" -*") else ""
