from __future__ import annotations

import asyncio
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from coach.coach import Coach
from coach.domain import Answer, CoverageStatus, Section, Turn
from coach.encoder import Encoder
from coach.errors import IndexMissing, QuestionError
from coach.index import KnowledgeIndex
from coach.ingestion import sync
from coach.settings import Settings
from coach.wiring import build_coach
from tests.coach.asking import CAIO, GUIDES, KNOWLEDGE, NURSE, TEACHER, WEB, ask
from tests.coach.conftest import QUESTION_LIMIT

QUESTION = "How long would it take me to go from backend dev to CAIO?"
LONG_ANSWER = "Which skills do I need to learn to become a CAIO?"


def without_time(answer: Answer) -> Answer:
    return answer.model_copy(update={"timings_ms": {}})


async def snapshots(coach: Coach, question: str) -> list[Answer]:
    return [answer async for answer in coach.stream(Turn(question=question))]


@pytest.mark.parametrize(
    "question", [QUESTION, LONG_ANSWER, "What can you do?", "from nurse to airline pilot", "Hi"]
)
async def test_a_stream_grows_and_ends_with_the_answer(coach: Coach, question: str) -> None:
    stream = await snapshots(coach, question)

    for earlier, later in pairwise(stream):
        assert later.text.startswith(earlier.text)
        assert len(later.text) > len(earlier.text)
        assert later.citations[: len(earlier.citations)] == earlier.citations
    assert without_time(stream[-1]) == without_time(await coach.answer(Turn(question=question)))


async def test_a_snapshot_has_the_citations_of_the_markers_it_shows_and_no_other(
    coach: Coach,
) -> None:
    stream = await snapshots(coach, LONG_ANSWER)

    assert len(stream) > 5
    for snapshot in stream:
        shown = [c.marker for c in stream[-1].citations if f"[{c.marker}]" in snapshot.text]
        assert [c.marker for c in snapshot.citations] == shown
    assert [len(snapshot.citations) for snapshot in stream[1:]] == [1, 2, 3, 4, 5, 6]


async def test_questions_to_ask_next_come_with_the_last_snapshot_only(coach: Coach) -> None:
    *growing, last = await snapshots(coach, LONG_ANSWER)

    assert all(snapshot.follow_ups == () for snapshot in growing)
    assert len(last.follow_ups) == 3


@pytest.mark.parametrize("question", [QUESTION, "What does a CAIO earn in Berlin?", "asdfgh"])
def test_the_same_question_gets_the_same_answer(coach: Coach, question: str) -> None:
    assert without_time(ask(coach, question)) == without_time(ask(coach, question))


async def test_many_questions_at_once_get_what_each_gets_alone(coach: Coach) -> None:
    questions = [QUESTION, LONG_ANSWER, "teacher to instructional designer how long?", "Hi"] * 3

    together = await asyncio.gather(
        *(coach.answer(Turn(question=question)) for question in questions)
    )

    alone = {question: await coach.answer(Turn(question=question)) for question in questions}
    assert [without_time(answer) for answer in together] == [
        without_time(alone[question]) for question in questions
    ]


def test_an_answer_says_what_was_asked_and_of_which_state_of_the_index(
    coach: Coach, index: KnowledgeIndex
) -> None:
    answer = ask(coach, "why?", said=["How long does it take to become a CAIO?"])

    with index.snapshot() as snapshot:
        assert answer.index_generation == str(snapshot.generation)
    assert answer.resolved_question.startswith("Why does the move from Backend Developer to")
    assert answer.tokens == 0


@pytest.mark.parametrize("question", ["", "   ", "\n\t "])
async def test_an_empty_question_is_not_taken(coach: Coach, question: str) -> None:
    with pytest.raises(QuestionError, match="no question"):
        await coach.answer(Turn(question=question))


async def test_a_question_of_the_longest_length_is_taken_and_a_longer_one_not(
    coach: Coach,
) -> None:
    longest = (QUESTION + " please" * QUESTION_LIMIT)[:QUESTION_LIMIT]

    assert "18-24 months" in (await coach.answer(Turn(question=longest))).text
    with pytest.raises(QuestionError, match="2001 characters; 2000 is the most"):
        await coach.answer(Turn(question=longest + "!"))


async def test_an_unknown_guide_is_told_with_the_known_ones(coach: Coach) -> None:
    with pytest.raises(QuestionError) as raised:
        await coach.answer(Turn(question=QUESTION, guide="juggler-to-clown"))

    assert "juggler-to-clown" in raised.value.problem
    for slug in GUIDES:
        assert slug in raised.value.remedy


async def test_a_question_that_cannot_be_taken_ends_a_stream_before_it_begins(
    coach: Coach,
) -> None:
    with pytest.raises(QuestionError):
        await snapshots(coach, " ")


def test_the_guides_are_known(coach: Coach) -> None:
    assert sorted(guide.slug for guide in coach.guides()) == sorted(GUIDES)


def test_each_step_is_timed(coach: Coach) -> None:
    timings = ask(coach, QUESTION).timings_ms

    steps = {"resolve", "understand", "encode", "retrieve", "compose", "check"}
    assert set(timings) == steps | {"total"}
    assert sum(timings[step] for step in steps) <= timings["total"] + 0.01


def test_the_hits_of_an_answer_are_those_of_the_guide_it_is_about(coach: Coach) -> None:
    answer = ask(coach, QUESTION)

    assert answer.hits
    assert {hit.passage.guide for hit in answer.hits} == {CAIO}


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script>",
        "a" * 2000,
        "?" * 2000,
        "\x00\x07",
        "💼➡️🤖",
        "' OR 1=1 --",
        '" * ( ) : ^ NEAR AND OR NOT',
        "ﷺ" * 500,
        "İstanbul'da CAIO olmak ne kadar sürer",
        "[1] [2] **CAIO** `code`",
    ],
    ids=[
        "script",
        "one letter",
        "question marks",
        "control",
        "emoji",
        "sql",
        "search syntax",
        "unfolds longer",
        "turkish",
        "markup",
    ],
)
def test_odd_input_is_answered_in_words(coach: Coach, question: str) -> None:
    answer = ask(coach, question)

    assert answer.text.strip()
    assert "<script>" not in answer.text


HANDBOOK = """# Travel Handbook

## Trains

The travel desk books trains in second class. A seat reservation is always included.

## Hotels

Hotels may cost up to 140 crowns a night. Send the receipt to the travel desk within 12 days.
"""
NOTES = "The canteen opens at seven and closes at half past three.\n\nLockers need a blue coin.\n"


@pytest.fixture(scope="module")
def documents(
    real_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Coach]:
    folder = tmp_path_factory.mktemp("documents")
    files = folder / "files"
    files.mkdir()
    (files / "travel.md").write_text(HANDBOOK, encoding="utf-8")
    (files / "notes.txt").write_text(NOTES, encoding="utf-8")
    shutil.copy(KNOWLEDGE / f"{WEB}.md", files)
    shutil.copy(KNOWLEDGE / f"{NURSE}.md", files)
    report = sync(
        [files],
        folder=folder / "data",
        encoder=lambda: real_encoder,
        encoder_id=real_encoder.id,
    )
    assert report.files == 4
    return files, build_coach(Settings(data=folder / "data"))


@pytest.mark.parametrize(
    ("question", "file", "heading", "fact"),
    [
        ("How much may hotels cost a night?", "travel.md", "Hotels", "140 crowns a night"),
        ("Who books trains and in which class?", "travel.md", "Trains", "second class"),
        ("When does the canteen open?", "notes.txt", "Notes", "opens at seven"),
    ],
)
def test_a_file_without_a_guides_shape_is_answered_by_its_sentences(
    documents: tuple[Path, Coach], question: str, file: str, heading: str, fact: str
) -> None:
    files, coach = documents

    answer = ask(coach, question)

    assert fact in answer.text
    assert not answer.refused
    for citation in answer.citations:
        text = (files / file).read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)[citation.first_line - 1 : citation.last_line]
        assert Path(citation.passage.source) == files / file
        assert citation.passage.section is Section.DOCUMENT
        assert citation.passage.guide is None
        assert heading in citation.passage.heading
        assert citation.quote in "".join(lines)
        assert citation.quote in answer.text


def test_guides_beside_documents_are_still_answered_from(
    documents: tuple[Path, Coach],
) -> None:
    answer = ask(documents[1], "How long from web dev to UX designer?")

    assert "8-11 months" in answer.text
    assert answer.guide == WEB


def test_what_neither_documents_nor_guides_hold_is_refused(
    documents: tuple[Path, Coach],
) -> None:
    answer = ask(documents[1], "Where can I park my helicopter?")

    assert answer.refused
    assert answer.coverage.status is CoverageStatus.NONE


NURSE_QUESTION = "How long does it take a nurse to become a health informatics specialist?"


def test_a_finished_ingest_shows_in_the_next_answer(tmp_path: Path, real_encoder: Encoder) -> None:
    def ingest() -> None:
        sync(
            [tmp_path / "files"],
            folder=tmp_path / "data",
            encoder=lambda: real_encoder,
            encoder_id=real_encoder.id,
        )

    (tmp_path / "files").mkdir()
    for slug in (WEB, TEACHER):
        shutil.copy(KNOWLEDGE / f"{slug}.md", tmp_path / "files")
    ingest()
    coach = build_coach(Settings(data=tmp_path / "data"))
    assert ask(coach, NURSE_QUESTION).refused

    shutil.copy(KNOWLEDGE / f"{NURSE}.md", tmp_path / "files")
    ingest()

    assert "15-21" in ask(coach, NURSE_QUESTION).text


@pytest.mark.parametrize(
    "question",
    [
        "How long for a nurse to get into health informatics?",
        "How long does it take to become an astronaut?",
    ],
)
def test_the_only_guide_does_not_answer_for_another_move(
    tmp_path: Path, real_encoder: Encoder, question: str
) -> None:
    sync(
        [KNOWLEDGE / f"{WEB}.md"],
        folder=tmp_path,
        encoder=lambda: real_encoder,
        encoder_id=real_encoder.id,
    )

    answer = ask(build_coach(Settings(data=tmp_path)), question)

    assert answer.refused
    assert "8-11 months" not in answer.text


def test_without_an_index_there_is_no_coach(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"python ingest\.py"):
        build_coach(Settings(data=tmp_path))
