"""Records of our own making, as runs keep them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from coach.cases import Case, Gold, Nugget
from coach.domain import Message, Section
from evals.agreement import Judged, load_labels
from evals.judge import LEVELS, TIMES, VERSION, Judgement, Kind, Verdict, items_of
from evals.records import CaseRecord, Run
from evals.statistics import Interval

GUIDE = "backend-developer-to-chief-ai-officer"
OTHER = "registered-nurse-to-health-informatics-specialist"
HOSTILE = "<script>window.hacked=1</script>\"'><img src=http://192.0.2.1/x onerror=alert(1)>"


def made_run(name: str = "one", **changes: Any) -> Run:
    """A complete run in quoting mode."""
    run = Run(
        id=name,
        created="2026-11-22T10:00:00+00:00",
        commit="0123456789abcdef",
        guides_hash="aa",
        cases_hash="bb",
        split="dev",
        settings={},
        mode="quoting",
        model=None,
        prompt_version="1",
        seed=7,
        versions={"python": "3.11.7"},
        complete=True,
    )
    return run.model_copy(update=changes)


def made_case(name: str, **changes: Any) -> Case:
    """An answerable case about a guide's timeline."""
    case = Case(
        id=name,
        group=name,
        question=f"How long does it take ({name})?",
        answerability="answerable",
        gold=(Gold(source=GUIDE, section=Section.TIMELINE, grade=2),),
        nuggets=(
            Nugget(text="18-24 months", importance="vital", pattern=r"18\s*-\s*24 months"),
            Nugget(text="part-time", importance="okay", pattern="part-time"),
        ),
        must_not=("6 weeks",),
        tags=("timeline",),
        author="test",
        created=date(2026, 11, 22),
    )
    return case.model_copy(update=changes)


def made_answer(text: str = "It takes 18-24 months. [1]", **changes: Any) -> dict[str, Any]:
    """An answer as ``coach ask --json`` prints it, with one citation and two hits."""
    hit = {
        "passage_id": "p1",
        "source": f"knowledge/{GUIDE}.md",
        "guide": GUIDE,
        "section": "timeline",
        "heading": "Backend Developer → Chief AI Officer > Timeline",
        "text": "Timeline: 18-24 months",
        "score": 1.5,
        "dense": 0.61,
        "lexical": 4.2,
    }
    answer = {
        "id": "x",
        "answer": text,
        "refused": False,
        "coverage": {"status": "covered", "missing": []},
        "citations": [
            {
                "marker": 1,
                "guide": GUIDE,
                "section": "timeline",
                "heading": hit["heading"],
                "quote": "18-24 months",
                "source": hit["source"],
                "lines": [7, 7],
            }
        ],
        "hits": [hit, {**hit, "passage_id": "p2", "section": "faq", "dense": None, "score": 0.4}],
        "follow_ups": [],
        "mode": "quoting",
        "model": None,
        "prompt_version": None,
        "checks": [
            {"sentence": text, "status": "supported", "reason": "Its figure stands in “Timeline”."}
        ],
        "dropped": [],
        "timings_ms": {"total": 12.5},
        "error": None,
    }
    return answer | changes


def made_record(name: str, text: str = "It takes 18-24 months. [1]", **changes: Any) -> CaseRecord:
    """A record of an answered case, with the scores that it would have got."""
    found = "18-24 months" in text
    record = CaseRecord(
        case=made_case(name),
        answer=made_answer(text),
        seconds=0.012,
        scores={
            "right_guide": 1.0,
            "vital_nuggets": 1.0 if found else 0.0,
            "refused_rightly": 1.0,
        },
    )
    return record.model_copy(update=changes)


def made_judged(kind: Kind, *, share: Interval | None, alpha: float | None) -> Judged:
    """A judged figure over 15 items of which 12 are scored."""
    return Judged(
        kind=kind, share=share, scored=12, unscored=3, alpha=alpha, labels=45, all_labels=91
    )


def made_judgements(records: Sequence[CaseRecord], model: str = "openai:judge") -> list[Judgement]:
    """Judgements of the reference labels, as they are labelled, and of records, all the lowest."""
    items = {label.item: label.level for label in load_labels()}
    items |= {
        item: LEVELS[item.kind][0]
        for record in records
        for item in items_of(record)
        if item not in items
    }
    return [
        Judgement(
            item=item,
            model=model,
            version=VERSION,
            verdicts=(Verdict(reply=level, level=level),) * TIMES,
            level=level,
        )
        for item, level in items.items()
    ]


def failed_record(name: str) -> CaseRecord:
    """A record of a case that ended in an error."""
    return CaseRecord(
        case=made_case(name), answer=None, seconds=0.1, error="The index is away. Try again."
    )


def said(*lines: str) -> tuple[Message, ...]:
    """A history, the person first."""
    roles = ("user", "assistant")
    return tuple(
        Message.model_validate({"role": roles[number % 2], "content": line})
        for number, line in enumerate(lines)
    )
