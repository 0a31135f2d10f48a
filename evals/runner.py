"""Ask the cases, score the answers and keep a record of each as soon as it is there."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from coach.cases import Case
from coach.coach import Coach
from coach.domain import Answer, Guide, Turn
from coach.errors import CoachError, ReadingError
from coach.wire import answer_fields
from evals.coaches import source_text
from evals.metrics import score
from evals.records import CaseRecord, HitPlace, Run
from evals.runs import (
    RECORDS,
    append,
    appending,
    load_records,
    load_run,
    save_description,
    save_records,
    writing,
)

__all__ = ["ask", "load_run", "refuse_twins", "run"]

_REPOSITORY = Path(__file__).parents[1]


async def run(
    cases: Sequence[Case],
    coach: Coach,
    folder: Path,
    *,
    description: Run,
    workers: int,
    quoting: Coach | None = None,
    poisoned: Coach | None = None,
    told: Callable[[int], None] = lambda done: None,
) -> list[CaseRecord]:
    """Ask every case of a run that its folder has no record of yet.

    Each record is in the folder as soon as it is made, so a run that is stopped, even killed, goes
    on from there. At the end the records stand in the order of the cases.

    Args:
        cases: with ids that differ.
        coach: answers them.
        folder: of the run; it is there.
        description: what the run is made with.
        workers: cases asked at once.
        quoting: finds the hits of a question without its history, and of its rewrite; ``coach``
            where it is None.
        poisoned: answers the cases that attack by a guide; without it they are errors.
        told: called with the number of records there are, at the start and after each case.

    Returns:
        The records, in the order of the cases.

    Raises:
        ReadingError: two cases have one id, another process is working on the run, or its records
            cannot be read.
    """
    refuse_twins(cases)
    guides = {guide.slug: guide for guide in coach.guides()}
    hostile = guides | {guide.slug: guide for guide in poisoned.guides()} if poisoned else guides
    with writing(folder), appending(folder / RECORDS) as stream:
        save_description(folder, description.model_copy(update={"complete": False}))
        records = {record.case.id: record for record in load_records(folder)}
        told(len(records))
        waiting = iter([case for case in cases if case.id not in records])

        async def work() -> None:
            for case in waiting:
                attacked = case.attack == "guide"
                record = await ask(
                    case,
                    poisoned if attacked else coach,
                    quoting or coach,
                    hostile if attacked else guides,
                )
                append(stream, record)
                records[case.id] = record
                told(len(records))

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(workers):
                    group.create_task(work())
        except* OSError as errors:
            raise ReadingError(
                f"A record cannot be written: {errors.exceptions[0]}.",
                where=str(folder),
                remedy="Make room, then give the same command again; the run goes on.",
            ) from errors
        ordered = [records[case.id] for case in cases]
        save_records(folder, ordered)
        save_description(folder, description.model_copy(update={"complete": True}))
    return ordered


async def ask(
    case: Case, coach: Coach | None, quoting: Coach, guides: Mapping[str, Guide]
) -> CaseRecord:
    """Put one case to a coach and score what comes back; whatever fails is an error of the case.

    Args:
        case: the case.
        coach: answers it; None gives an error.
        quoting: finds the hits of the question without its history, and of its rewrite.
        guides: those that the coach knows, by slug.
    """
    started = time.perf_counter()
    try:
        if coach is None:
            raise ReadingError(
                "The guides that this case is about are not indexed.", remedy="Run all the cases."
            )
        turn = Turn(question=case.question, history=case.history, guide=case.guide)
        answer = await coach.answer(turn)
        seconds = time.perf_counter() - started
        raw, rewritten = await _hits_beside(case, quoting)
        record = CaseRecord(
            case=case,
            answer=answer_fields(case.id, answer),
            raw_hits=raw,
            rewrite_hits=rewritten,
            seconds=round(seconds, 6),
        )
        return record.model_copy(update={"scores": score(record, guides, source_text)})
    except CoachError as error:
        return _failed(case, started, str(error))
    except Exception as error:  # a defect that one case brings out must not cost the others
        return _failed(case, started, f"{type(error).__name__}: {error} ({_place(error)})")


async def _hits_beside(
    case: Case, quoting: Coach
) -> tuple[tuple[HitPlace, ...] | None, tuple[HitPlace, ...] | None]:
    """The hits of the question without its history, and of its rewrite, where there are such."""
    # The coach without poison would be asked about guides that it does not know.
    if case.attack == "guide":
        return None, None
    raw = await _places(case.question, case.guide, quoting) if case.history else None
    rewritten = await _places(case.rewrite, case.guide, quoting) if case.rewrite else None
    return raw, rewritten


async def _places(question: str, guide: str | None, coach: Coach) -> tuple[HitPlace, ...]:
    answer: Answer = await coach.answer(Turn(question=question, guide=guide))
    return tuple(
        HitPlace(
            passage_id=hit.passage.id,
            guide=hit.passage.guide,
            section=hit.passage.section.value,
            heading=hit.passage.heading,
            score=hit.score,
        )
        for hit in answer.hits
    )


def _failed(case: Case, started: float, why: str) -> CaseRecord:
    seconds = round(time.perf_counter() - started, 6)
    return CaseRecord(case=case, answer=None, seconds=seconds, error=why)


def _place(error: Exception) -> str:
    """The line that raised an error."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    path = Path(last.filename)
    name = path.relative_to(_REPOSITORY) if path.is_relative_to(_REPOSITORY) else path.name
    return f"{name}:{last.lineno}"


def refuse_twins(cases: Sequence[Case]) -> None:
    """Make sure that an id tells one case from all others.

    Raises:
        ReadingError: two cases have one id.
    """
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise ReadingError(
                "Two cases have the same id.", where=case.id, remedy="Give one of them another."
            )
        seen.add(case.id)
