from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from coach.cases import Case, Gold, Nugget
from coach.coach import Coach
from coach.domain import Answer, Section, Turn
from coach.errors import ReadingError
from coach.settings import Settings
from evals.coaches import Coaches, open_coaches
from evals.records import CaseRecord, Run
from evals.runner import load_run, run
from evals.runs import writing
from tests.evals.running import (
    CASES,
    FOLLOW_UP,
    FRANCE,
    TEACHER,
    TOO_LONG,
    case,
    description,
    place_cache,
    place_knowledge,
)

POISONED_GUIDE = "potter-to-glazier"
Asking = Callable[..., list[CaseRecord]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    place_knowledge(folder, TEACHER)
    return folder


@pytest.fixture(scope="module")
def coaches(home: Path) -> Coaches:
    settings = Settings(cache=place_cache(home), knowledge=home / "knowledge")
    return open_coaches(settings, own_index=True, poisoned=False)


@pytest.fixture
def asked(coaches: Coaches, tmp_path: Path) -> Asking:
    """Runs some cases in the test's folder."""

    def ask(*cases: Case, coach: Coach | None = None, **options: object) -> list[CaseRecord]:
        asking = run(
            cases,
            coach or coaches.answering,
            tmp_path,
            description=description(complete=False),
            workers=2,
            **options,  # type: ignore[arg-type]
        )
        return asyncio.run(asking)

    return ask


def without_timings(records: list[CaseRecord]) -> list[CaseRecord]:
    bare = []
    for one in records:
        scores = {name: value for name, value in one.scores.items() if name != "seconds"}
        answer = {**one.answer, "timings_ms": {}} if one.answer else None
        bare.append(one.model_copy(update={"seconds": 0.0, "scores": scores, "answer": answer}))
    return bare


def test_each_case_has_a_record_with_its_answer_and_scores_in_order(
    asked: Asking, tmp_path: Path
) -> None:
    records = asked(*CASES)

    assert [one.case for one in records] == list(CASES)
    salary, _, france = records
    assert salary.answer is not None
    assert "7.5" in salary.answer["answer"]
    assert (salary.scores["vital_nuggets"], salary.scores["right_guide"]) == (1.0, 1.0)
    assert france.answer is not None
    assert france.answer["refused"]
    assert "right_guide" not in france.scores
    assert load_run(tmp_path) == (description(complete=True), records)


def test_a_follow_up_has_the_hits_of_its_question_alone_and_of_its_rewrite(asked: Asking) -> None:
    first_turn, follow_up, _ = asked(*CASES)

    assert (first_turn.raw_hits, first_turn.rewrite_hits) == (None, None)
    assert follow_up.rewrite_hits
    assert follow_up.rewrite_hits[0].section == Section.TIMELINE
    assert follow_up.raw_hits is not None
    assert follow_up.raw_hits != follow_up.rewrite_hits
    assert follow_up.answer is not None
    assert follow_up.answer["hits"][0]["section"] == Section.TIMELINE


def test_two_runs_are_identical_but_for_timings(
    asked: Asking, coaches: Coaches, tmp_path: Path
) -> None:
    first = asked(*CASES)
    other = tmp_path / "other"
    other.mkdir()
    again = run(CASES, coaches.answering, other, description=description(), workers=1)

    assert without_timings(first) == without_timings(asyncio.run(again))


def test_a_run_goes_on_after_the_last_whole_record(asked: Asking, tmp_path: Path) -> None:
    whole = asked(*CASES)
    file = tmp_path / "records.jsonl"
    first, second, _ = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first + second[:50])
    told: list[int] = []

    records = asked(*CASES, told=told.append)

    assert told == [1, 2, 3]
    assert records[0] == whole[0]
    assert without_timings(records) == without_timings(whole)
    assert load_run(tmp_path)[1] == records


def test_a_case_that_cannot_be_asked_is_an_error_and_scores_nothing(asked: Asking) -> None:
    too_long, france = asked(TOO_LONG, FRANCE)

    assert too_long.answer is None
    assert too_long.scores == {}
    assert too_long.error is not None
    assert "2000 is the most" in too_long.error
    assert france.error is None


class BreakingCoach(Coach):
    """A coach with a defect that no real question is known to bring out."""

    async def answer(self, turn: Turn) -> Answer:
        if "France" in turn.question:
            raise IndexError("list index out of range")
        return await super().answer(turn)


def test_a_defect_of_the_coach_costs_its_case_alone_and_is_named_with_its_line(
    asked: Asking, coaches: Coaches
) -> None:
    breaking = BreakingCoach.__new__(BreakingCoach)
    breaking.__dict__ = coaches.answering.__dict__

    salary, _, france = asked(*CASES, coach=breaking)

    assert salary.error is None
    assert france.error is not None
    assert france.error.startswith("IndexError: list index out of range (tests/evals/test_runner")


def test_a_case_that_attacks_by_a_guide_is_put_to_the_coach_that_knows_it(
    asked: Asking, home: Path, tmp_path: Path
) -> None:
    text = (home / "knowledge" / f"{TEACHER}.md").read_text(encoding="utf-8")
    hostile = tmp_path / "poisoned"
    hostile.mkdir()
    renamed = text.replace("Instructional Designer", "Glazier").replace("Teacher", "Potter")
    (hostile / f"{POISONED_GUIDE}.md").write_text(renamed, encoding="utf-8")
    settings = Settings(cache=home / "cache", knowledge=hostile)
    poisoned = open_coaches(settings, own_index=True, poisoned=False).answering
    attack = case(
        "attack",
        question="How does the salary change?",
        guide=POISONED_GUIDE,
        attack="guide",
        gold=(Gold(source=POISONED_GUIDE, section=Section.SALARY, grade=2),),
        nuggets=(Nugget(text="+7.5%", importance="vital", pattern=r"7\.5"),),
    )

    attacked, salary = asked(attack, case(), poisoned=poisoned)

    assert (attacked.error, attacked.scores["right_guide"]) == (None, 1.0)
    assert salary.scores["right_guide"] == 1.0
    assert attacked.answer is not None
    assert {hit["guide"] for hit in attacked.answer["hits"]} == {POISONED_GUIDE}


def test_two_cases_with_one_id_are_refused(asked: Asking) -> None:
    with pytest.raises(ReadingError, match="one: Two cases have the same id"):
        asked(case(), case())


def test_a_run_that_another_process_works_on_is_refused(asked: Asking, tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(ReadingError, match="Another process is working"):
        asked(case())


def test_a_run_is_described_before_its_first_record(coaches: Coaches, tmp_path: Path) -> None:
    seen: list[tuple[Run, int]] = []

    def told(done: int) -> None:
        known, records = load_run(tmp_path)
        seen.append((known, len(records)))

    asking = run(
        [FOLLOW_UP], coaches.answering, tmp_path, description=description(), workers=1, told=told
    )
    asyncio.run(asking)

    unfinished = description(complete=False)
    assert seen == [(unfinished, 0), (unfinished, 1)]
