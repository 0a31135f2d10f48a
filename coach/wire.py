"""Parts of an answer as the documented JSON has them, on the command line and over HTTP."""

from __future__ import annotations

from typing import Any

from coach.domain import Check, Citation


def citation_fields(citation: Citation) -> dict[str, Any]:
    """A citation as the documented JSON has it; ``lines`` are counted from 1, both included."""
    passage = citation.passage
    return {
        "marker": citation.marker,
        "guide": passage.guide,
        "section": passage.section.value,
        "heading": passage.heading,
        "quote": citation.quote,
        "source": passage.source,
        "lines": [citation.first_line, citation.last_line],
    }


def check_fields(check: Check) -> dict[str, Any]:
    """What was found about a sentence, as the documented JSON has it."""
    return {"sentence": check.sentence, "status": check.status.value, "reason": check.reason}
