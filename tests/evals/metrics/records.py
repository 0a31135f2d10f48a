"""Small cases, answers and records to score by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from coach.cases import Case, Nugget
from evals.records import CaseRecord, HitPlace

GUIDE = "baker-to-pilot"
SOURCE = "knowledge/baker-to-pilot.md"
TIMELINE = "Timeline: 18-24 months"


def nugget(pattern: str, importance: str = "vital") -> Nugget:
    return Nugget.model_validate({"text": pattern, "importance": importance, "pattern": pattern})


def case(**changes: Any) -> Case:
    fields: dict[str, Any] = {
        "id": "one",
        "group": "one",
        "question": "How long does it take?",
        "answerability": "answerable",
        "gold": [{"source": GUIDE, "section": "timeline", "grade": 2}],
        "nuggets": [{"text": "18-24 months", "importance": "vital", "pattern": "18-24 months"}],
        "author": "team",
        "created": date(2026, 11, 22),
    }
    return Case.model_validate(fields | changes)


def hit(section: str, guide: str | None = GUIDE, text: str = "") -> dict[str, Any]:
    return {
        "passage_id": section,
        "source": f"knowledge/{guide}.md",
        "guide": guide,
        "section": section,
        "heading": f"Baker → Pilot > {section}",
        "text": text,
        "score": 1.0,
        "dense": None,
        "lexical": None,
    }


def place(section: str, guide: str | None = GUIDE) -> HitPlace:
    return HitPlace(passage_id=section, guide=guide, section=section, heading="", score=1.0)


def citation(marker: int, quote: str, section: str = "timeline") -> dict[str, Any]:
    return {
        "marker": marker,
        "guide": GUIDE,
        "section": section,
        "heading": f"Baker → Pilot > {section}",
        "quote": quote,
        "source": SOURCE,
        "lines": [1, 1],
    }


def answer(text: str = "It takes 18-24 months. [1]", **changes: Any) -> dict[str, Any]:
    return {
        "id": "one",
        "answer": text,
        "refused": False,
        "coverage": {"status": "covered", "missing": []},
        "citations": [citation(1, TIMELINE)],
        "hits": [hit("timeline", text=TIMELINE)],
        "follow_ups": [],
        "mode": "quoting",
        "model": None,
        "prompt_version": None,
        "checks": [],
        "dropped": [],
        "timings_ms": {},
        "error": None,
    } | changes


def record(
    of: Case | None = None, given: dict[str, Any] | None = None, **changes: Any
) -> CaseRecord:
    fields = {"case": of or case(), "answer": given or answer(), "seconds": 0.5}
    return CaseRecord.model_validate(fields | changes)


def failed(of: Case | None = None) -> CaseRecord:
    return CaseRecord(case=of or case(), answer=None, seconds=0.1, error="It broke.")
