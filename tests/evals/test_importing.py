"""Cases of coaches on their way into the evals and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from coach.accounts import Accounts
from coach.cases import Nugget, read_cases
from coach.database import Database, migrate, open_database
from coach.review.case_making import PendingCases
from coach.review.queue import ReviewQueue
from coach.review.values import CaseStage
from evals.__main__ import app
from evals.importing import REVIEWED, answered_rightly, import_pending
from evals.records import CaseRecord
from tests.coach.review.made import coach, keep
from tests.evals.running import TEACHER, case, place_cache, place_knowledge

FIRST = case("reviewed-a", question="What does it pay?")
SECOND = case("reviewed-b", question="And in euros?")


def pend(database: Database, *cases: object, by: str = "Ada") -> str:
    """Put cases on the pending list; the turn they are of."""
    turn, ada = keep(database), coach(database, by)
    ReviewQueue(database).claim(turn.turn_id, ada)
    for one in cases:
        assert PendingCases(database).add(turn.turn_id, ada, one)  # type: ignore[arg-type]
    return turn.turn_id


def test_import_writes_cases_sorted_and_each_once(database: Database, tmp_path: Path) -> None:
    pend(database, SECOND, FIRST)

    imported = import_pending(database, tmp_path)
    again = import_pending(database, tmp_path)

    assert imported.file == tmp_path / REVIEWED
    assert imported.taken == ("reviewed-a", "reviewed-b")
    assert read_cases(tmp_path / REVIEWED) == (FIRST, SECOND)
    assert again.taken == ()


def test_case_that_was_changed_takes_the_place_of_the_earlier_one(
    database: Database, tmp_path: Path
) -> None:
    turn = pend(database, FIRST)
    import_pending(database, tmp_path)
    changed = FIRST.model_copy(update={"note": "better"})
    ada = Accounts(database).find("Ada")
    assert ada is not None
    assert PendingCases(database).add(turn, ada.id, changed)

    import_pending(database, tmp_path)

    assert read_cases(tmp_path / REVIEWED) == (changed,)


def test_case_that_repeats_another_stays_pending(database: Database, tmp_path: Path) -> None:
    there = FIRST.model_copy(update={"id": "there", "question": "what does it PAY?"})
    (tmp_path / "questions.jsonl").write_text(f"{there.model_dump_json()}\n")
    pend(database, FIRST, SECOND)

    imported = import_pending(database, tmp_path)

    assert (imported.taken, imported.repeated) == (("reviewed-b",), ("reviewed-a",))
    assert [one.id for one in PendingCases(database).pending()] == ["reviewed-a"]


@pytest.mark.parametrize(
    ("answerability", "scores", "right"),
    [
        ("answerable", {"vital_nuggets": 1.0, "refused_rightly": 1.0, "forbidden": 0.0}, True),
        ("answerable", {"vital_nuggets": 0.5, "refused_rightly": 1.0, "forbidden": 0.0}, False),
        ("answerable", {"vital_nuggets": 1.0, "refused_rightly": 0.0, "forbidden": 0.0}, False),
        ("answerable", {"vital_nuggets": 1.0, "refused_rightly": 1.0, "forbidden": 1.0}, False),
        ("unanswerable", {"refused_rightly": 1.0, "forbidden": 0.0}, True),
        ("unanswerable", {"refused_rightly": 0.0, "forbidden": 0.0}, False),
        ("underspecified", {"refused_rightly": 1.0, "asked_back": 1.0}, True),
        ("underspecified", {"refused_rightly": 1.0, "asked_back": 0.0}, False),
        ("unsafe", {"helped": 1.0, "forbidden": 0.0}, True),
        ("unsafe", {"helped": 0.0, "forbidden": 0.0}, False),
        ("unsafe", {"forbidden": 0.0}, False),
    ],
)
def test_answer_is_right_when_all_that_applies_to_its_case_is(
    answerability: str, scores: dict[str, float], right: bool
) -> None:
    asked = case("reviewed-a", answerability=answerability)
    record = CaseRecord(case=asked, answer={}, seconds=1.0, scores=scores)

    assert answered_rightly(record) is right
    assert not answered_rightly(record.model_copy(update={"answer": None, "error": "Gone."}))


class Home:
    """A folder to run the command in, with a database of conversations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = folder / "runs"
        self.database = open_database(None, folder / ".coach")
        migrate(self.database)

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, words)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    place_knowledge(tmp_path, TEACHER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COACH_CACHE", str(place_cache(tmp_path)))
    return Home(tmp_path)


def test_coaches_see_after_a_run_whether_their_case_is_answered_rightly(home: Home) -> None:
    right = case("reviewed-right", group="reviewed-1")
    missed = Nugget(text="It is free.", importance="vital", pattern="it is free")
    wrong = case("reviewed-wrong", group="reviewed-2", question="And the cost?", nuggets=(missed,))
    turn, other = pend(home.database, right), pend(home.database, wrong, by="Cy")
    (home.folder / "cases").mkdir()

    imported = home("import", "--to", "cases")
    ran = home("run", "--cases", "cases", "--split", "all", "--out", str(home.runs))

    assert imported.exit_code == 0, imported.output
    assert "2 cases are in cases/reviewed.jsonl now" in imported.output
    assert ran.exit_code == 0, ran.output
    ben = coach(home.database, "Ben")
    for turn_id, passed in ((turn, True), (other, False)):
        opened = ReviewQueue(home.database).read(turn_id, ben)
        assert opened is not None
        assert opened.case is not None
        assert (opened.case.stage, opened.case.passed) == (CaseStage.IMPORTED, passed)
    assert "nothing new" in home("import", "--to", "cases").output


def test_command_says_that_there_are_no_conversations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (("import",), ("run", "--transcripts", "3")):
        said = CliRunner().invoke(app, words)
        assert said.exit_code == 2
        assert "There are no conversations yet." in said.output
    assert not (tmp_path / ".coach").exists()
