"""A small set of guides and cases, and runs of them, as the tests of the evals use them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from coach.cases import Case, Gold, Nugget
from coach.domain import Message, Section
from coach.encoder import cache_folder
from evals.records import CaseRecord, Run

ROOT = Path(__file__).parents[2]
TEACHER = "teacher-to-instructional-designer"
NURSE = "registered-nurse-to-health-informatics-specialist"


def case(name: str = "one", **changes: Any) -> Case:
    """A case about the teacher's salary, or what is made of it."""
    fields: dict[str, Any] = {
        "id": name,
        "group": name,
        "question": "How does the salary change from teacher to instructional designer?",
        "answerability": "answerable",
        "gold": (Gold(source=TEACHER, section=Section.SALARY, grade=2),),
        "nuggets": (Nugget(text="+7.5%", importance="vital", pattern=r"7\.5\s*%"),),
        "author": "team",
        "created": date(2026, 11, 22),
    }
    return Case(**fields | changes)


FOLLOW_UP = case(
    "follow-up",
    question="and how long does it take?",
    history=(
        Message(role="user", content="What does an instructional designer earn after teaching?"),
        Message(role="assistant", content="The median wage is higher. [1]"),
    ),
    rewrite="How long does it take from teacher to instructional designer?",
    gold=(Gold(source=TEACHER, section=Section.TIMELINE, grade=2),),
    nuggets=(Nugget(text="6-10 months", importance="vital", pattern=r"6\s*[-–]\s*10 months"),),
)
FRANCE = case(
    "france",
    question="What is the capital of France?",
    answerability="unanswerable",
    gold=(),
    nuggets=(),
    must_not=("Paris",),
)
TOO_LONG = case("too-long", question="how long? " * 300)
CASES = (case(), FOLLOW_UP, FRANCE)


def place_knowledge(folder: Path, *guides: str) -> Path:
    """A folder ``knowledge`` with some of the guides."""
    knowledge = folder / "knowledge"
    knowledge.mkdir()
    for guide in guides:
        shutil.copy(ROOT / "knowledge" / f"{guide}.md", knowledge)
    return knowledge


def place_cache(folder: Path) -> Path:
    """A cache folder that has the encoder and the phrasings, and no index."""
    cache = folder / "cache"
    cache.mkdir()
    known = cache_folder(None)
    for path in (known / "encoders", *known.glob("phrasings-*.npy")):
        (cache / path.name).symlink_to(path)
    return cache


def write_cases(file: Path, cases: Sequence[Case]) -> Path:
    """A file of cases."""
    file.write_text("".join(f"{one.model_dump_json()}\n" for one in cases), encoding="utf-8")
    return file


def record(name: str = "one", *, error: str | None = None, **scores: float) -> CaseRecord:
    """A record as it may come out of a run, of a case with the same name."""
    answer = {"answer": "It is +7.5%. [1]", "refused": False, "hits": [], "timings_ms": {"a": 1.0}}
    return CaseRecord(
        case=case(name),
        answer=None if error else answer,
        seconds=0.01,
        error=error,
        scores=scores,
    )


def description(**changes: Any) -> Run:
    """What a run may have been made with."""
    fields: dict[str, Any] = {
        "id": "20261122-120000-abcdef1",
        "created": "2026-11-22T12:00:00+00:00",
        "commit": "abcdef1",
        "guides_hash": "1",
        "cases_hash": "2",
        "split": "dev",
        "settings": {},
        "mode": "quoting",
        "model": None,
        "prompt_version": "1",
        "seed": 1,
        "versions": {},
        "complete": True,
    }
    return Run(**fields | changes)


def environment_of(**changes: str) -> dict[str, str]:
    """The environment in which ``evals`` is found from any folder."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **changes}
