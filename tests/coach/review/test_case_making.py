"""Cases made of corrections: what stands in them, what is checked, and how they wait."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coach.case_checks import stands_in
from coach.cases import Case
from coach.database import Database
from coach.domain import Passage, Section
from coach.review.case_making import HISTORY_TURNS, PendingCases, preview
from coach.review.correcting import Corrections, drafted
from coach.review.queue import ReviewQueue
from coach.review.values import CaseStage, Opened
from coach.transcripts import Transcripts
from tests.coach.review.made import answer, coach, keep
from tests.coach.transcripts.made import OWNER, PASSAGE

GUIDE = "backend-developer-to-chief-ai-officer"
HELD: Passage = PASSAGE.model_copy(update={"guide": GUIDE})


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one guide, which is soon read."""
    folder = tmp_path_factory.mktemp("knowledge")
    shutil.copy(Path(__file__).parents[3] / "knowledge" / f"{GUIDE}.md", folder)
    return folder


def opened_turn(database: Database, question: str = "how long??", **fields: object) -> Opened:
    """The second turn of a conversation, as a coach sees it."""
    first = keep(database, "I am jo@example.org, hello", answer=answer(text="Mail jo@example.org"))
    turn = keep(database, question, conversation_id=first.conversation_id, **fields)
    opened = ReviewQueue(database).read(turn.turn_id, coach(database))
    assert opened is not None
    return opened


def holder(database: Database, opened: Opened) -> str:
    """The id of a coach who has taken an item."""
    ben = coach(database, "Ben")
    assert ReviewQueue(database).claim(opened.item.turn_id, ben)
    return ben


def made(
    knowledge: Path, opened: Opened, *facts: str, picked: tuple[Passage, ...] = (HELD,)
) -> Case:
    """The case of a sound correction."""
    found = preview(opened, drafted("", picked, facts), picked, knowledge)
    assert (found.problems, found.warnings) == ((), ())
    assert found.case is not None
    return found.case


def test_case_asks_what_was_asked_with_personal_data_masked(
    database: Database, knowledge: Path
) -> None:
    opened = opened_turn(database, "how long? call +1 212 555 0123", guide=GUIDE)

    case = made(knowledge, opened, "18-24 months")

    assert case.question == "how long? call [phone]"
    assert [one.content for one in case.history] == [
        "I am [e-mail], hello",
        "Mail [e-mail]",
    ]
    assert case.guide == GUIDE
    assert [(gold.source, gold.section, gold.grade) for gold in case.gold] == [
        (GUIDE, Section.TIMELINE, 2)
    ]
    assert case.answerability == "answerable"
    assert case.author == "coach"
    assert opened.item.turn_id not in case.model_dump_json()
    assert opened.transcript.id not in case.model_dump_json()


def test_cases_of_one_conversation_stay_together_in_the_dev_split(
    database: Database, knowledge: Path
) -> None:
    ada = coach(database, "Ben")
    for number in range(6):
        turn = keep(database, conversation_id=f"conversation-{number}")
        later = keep(database, conversation_id=f"conversation-{number}")
        cases = []
        for one in (turn, later):
            opened = ReviewQueue(database).read(one.turn_id, ada)
            assert opened is not None
            found = preview(opened, drafted("No.", [], []), (), knowledge).case
            assert found is not None
            cases.append(found)
        assert cases[0].group == cases[1].group
        assert cases[0].id != cases[1].id
        assert cases[0].split == "dev"


@pytest.mark.parametrize(
    ("fact", "held", "other"),
    [
        ("18-24 months", "It takes 18 to 24 months.", "It takes 18 months."),
        ("Deep Learning Specialization", "the **deep learning** specialization", "deep learning"),
        ("C++", "learn C++ first", "learn D first"),
        ("10-15 hours a week", "10–15 hours a week", "10 hours"),
    ],
)
def test_fact_is_found_in_any_fitting_wording(
    database: Database, knowledge: Path, fact: str, held: str, other: str
) -> None:
    found = preview(opened_turn(database), drafted("x", [HELD], [fact]), [HELD], knowledge)

    assert found.case is not None
    (nugget,) = found.case.nuggets
    assert stands_in(nugget, held)
    assert not stands_in(nugget, other)


def test_problems_are_told_in_a_sentence(database: Database, knowledge: Path) -> None:
    opened = opened_turn(database)
    stray = HELD.model_copy(update={"guide": "nowhere-to-nothing"})
    document = HELD.model_copy(update={"guide": None, "section": Section.DOCUMENT})

    unknown = preview(opened, drafted("", [stray], ["x"]), [stray], knowledge)
    nowhere = preview(opened, drafted("", [document], []), [document], knowledge)
    stale = preview(opened, drafted("", [HELD], ["3-4 months"]), [HELD], knowledge)

    assert unknown.problems == ("There is no guide `nowhere-to-nothing`.",)
    assert nowhere.problems == (
        "A passage you picked is not from a guide, so a test cannot point at it.",
        "Pick the passages that hold the answer.",
        "Name at least one fact that a right answer must state.",
    )
    assert stale.warnings == (f'"3-4 months" does not stand in timeline of {GUIDE}.',)


def test_question_that_no_guide_holds_is_a_case_without_gold(
    database: Database, knowledge: Path, tmp_path: Path
) -> None:
    opened = opened_turn(database)

    found = preview(opened, drafted("We do not know.", [], []), (), knowledge)
    gone = preview(opened, drafted("x", [], []), (), tmp_path / "none")

    assert found.case is not None
    assert (found.case.answerability, found.problems) == ("unanswerable", ())
    assert len(gone.problems) == 1
    partly = preview(opened, drafted("x", [], []), (), knowledge, "partial").case
    assert partly is not None
    assert partly.answerability == "partial"


def test_case_waits_is_imported_and_shows_how_it_was_answered(
    database: Database, knowledge: Path
) -> None:
    opened, pending = opened_turn(database), PendingCases(database)
    turn, ada = opened.item.turn_id, holder(database, opened)
    case = made(knowledge, opened, "18-24 months")

    assert pending.add(turn, ada, case)

    assert pending.pending() == [case]
    pending.mark_imported([case])
    assert pending.pending() == []
    another = case.model_copy(update={"id": "another"})
    assert pending.note_results([(case, True), (another, False)]) == 1
    shown = ReviewQueue(database).read(turn, ada)
    assert shown is not None
    assert shown.case is not None
    assert (shown.case.stage, shown.case.passed) == (CaseStage.IMPORTED, True)
    assert shown.item.passed


def test_case_changed_since_it_was_imported_has_no_result_of_the_earlier_one(
    database: Database, knowledge: Path
) -> None:
    opened, pending = opened_turn(database), PendingCases(database)
    turn, ada = opened.item.turn_id, holder(database, opened)
    case = made(knowledge, opened, "18-24 months")
    pending.add(turn, ada, case)
    pending.mark_imported([case])
    pending.add(turn, ada, case.model_copy(update={"note": "better"}))

    assert pending.note_results([(case, True)]) == 0

    shown = ReviewQueue(database).read(turn, ada)
    assert shown is not None
    assert shown.case is not None
    assert (shown.case.stage, shown.case.passed) == (CaseStage.PENDING, None)


def test_case_goes_with_a_correction_that_is_taken_back(
    database: Database, knowledge: Path
) -> None:
    opened, pending, corrections = (
        opened_turn(database),
        PendingCases(database),
        Corrections(database),
    )
    turn, ada = opened.item.turn_id, holder(database, opened)
    right = drafted("", [HELD], ["18-24 months"])
    corrections.save(turn, ada, right)
    pending.add(turn, ada, made(knowledge, opened, "18-24 months"))

    corrections.save(turn, ada, right.model_copy(update={"text": "In other words."}))
    assert len(pending.pending()) == 1
    corrections.save(turn, ada, drafted("x", [HELD], ["10-15 hours"]))
    assert pending.pending() == []
    shown = ReviewQueue(database).read(turn, ada)
    assert shown is not None
    assert shown.case is not None
    assert shown.case.stage is CaseStage.STALE

    pending.add(turn, ada, made(knowledge, opened, "18-24 months"))
    assert len(pending.pending()) == 1
    corrections.save(turn, ada, drafted("", [], []))
    assert pending.pending() == []
    shown = ReviewQueue(database).read(turn, ada)
    assert shown is not None
    assert shown.case is None


def test_case_among_the_evals_stays_when_its_correction_is_taken_back(
    database: Database, knowledge: Path
) -> None:
    opened, pending, corrections = (
        opened_turn(database),
        PendingCases(database),
        Corrections(database),
    )
    turn, ada = opened.item.turn_id, holder(database, opened)
    corrections.save(turn, ada, drafted("", [HELD], ["18-24 months"]))
    case = made(knowledge, opened, "18-24 months")
    pending.add(turn, ada, case)
    pending.mark_imported([case])

    corrections.save(turn, ada, drafted("", [], []))

    assert pending.note_results([(case, False)]) == 1


def test_coach_writes_over_what_tells_who_asked(database: Database, knowledge: Path) -> None:
    opened = opened_turn(database, "My name is Joanna Kowalski, how long?")
    draft = drafted("", [HELD], ["18-24 months"])

    found = preview(
        opened, draft, [HELD], knowledge, question=" How long? jo@example.org ", with_history=False
    )
    empty = preview(opened, draft, [HELD], knowledge, question=" ")

    assert found.case is not None
    assert (found.case.question, found.case.history) == ("How long? [e-mail]", ())
    assert "Kowalski" not in found.case.model_dump_json()
    assert (empty.case, empty.problems) == (None, ("Write the question that the test asks.",))


def test_case_keeps_only_what_was_said_shortly_before(database: Database, knowledge: Path) -> None:
    first = keep(database, "Question 0")
    for number in range(1, HISTORY_TURNS + 3):
        last = keep(database, f"Question {number}", conversation_id=first.conversation_id)
    opened = ReviewQueue(database).read(last.turn_id, coach(database))
    assert opened is not None

    case = preview(opened, drafted("No.", [], []), (), knowledge).case

    assert case is not None
    asked = [said.content for said in case.history if said.role == "user"]
    assert asked == [f"Question {number}" for number in range(2, HISTORY_TURNS + 2)]


def test_case_of_somebody_in_distress_names_what_helps(database: Database, knowledge: Path) -> None:
    opened = opened_turn(database)

    without = preview(opened, drafted("x", [], []), (), knowledge, "unsafe")
    helped = preview(opened, drafted("x", [], ["talk to somebody"]), (), knowledge, "unsafe")

    assert without.problems == ("Name at least one fact that a right answer must state.",)
    assert helped.problems == ()


def test_case_changed_while_it_is_imported_waits_again(database: Database, knowledge: Path) -> None:
    opened, pending = opened_turn(database), PendingCases(database)
    ada = holder(database, opened)
    case = made(knowledge, opened, "18-24 months")
    changed = case.model_copy(update={"note": "better"})
    pending.add(opened.item.turn_id, ada, changed)

    pending.mark_imported([case])

    assert pending.pending() == [changed]


def test_case_outlives_the_conversation_it_was_made_of(database: Database, knowledge: Path) -> None:
    opened, pending = opened_turn(database), PendingCases(database)
    case = made(knowledge, opened, "18-24 months")
    pending.add(opened.item.turn_id, holder(database, opened), case)

    Transcripts(database).delete(OWNER, opened.transcript.id)

    assert pending.pending() == [case]


def test_no_case_is_made_of_what_the_coach_does_not_hold(
    database: Database, knowledge: Path
) -> None:
    opened, cy, pending = opened_turn(database), coach(database, "Cy"), PendingCases(database)
    case = made(knowledge, opened, "18-24 months")

    assert not pending.add(opened.item.turn_id, cy, case)
    holder(database, opened)
    assert not pending.add(opened.item.turn_id, cy, case)
    assert pending.pending() == []
