"""Questions that people asked, drawn, audited, asked again, and gone on with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from sqlalchemy import select
from typer.testing import CliRunner, Result

from coach.database import Database, migrate, open_database
from coach.database.tables import AuditRow
from coach.errors import ReadingError
from evals.__main__ import app, telling
from evals.asking import Interrupted
from evals.metrics.refusals import over_refused, refused_rightly
from evals.records import Sample
from evals.runs import load_run, save_description, save_records
from evals.sampling import READER, kept_questions, new_sample
from tests.coach.review.made import answer, keep
from tests.coach.transcripts.made import ASKED
from tests.evals.running import TEACHER, place_cache, place_knowledge

QUESTIONS = [
    "How long from teacher to instructional designer?",
    "What does an instructional designer earn after teaching?",
    "Which skills does a teacher lack for instructional design?",
    "Is it hard to go from teacher to instructional designer?",
]
LATER = ASKED + timedelta(days=1)


def test_kept_questions_are_cases_without_a_right_answer(database: Database) -> None:
    first = keep(database, "I am jo@example.org", answer=answer(text="Hello jo@example.org"))
    keep(database, "call +1 212 555 0123", conversation_id=first.conversation_id, guide=TEACHER)

    cases = kept_questions(database, new_sample(10))

    asked = {one.question: one for one in cases}
    follow_up = asked["call [phone]"]
    assert set(asked) == {"I am [e-mail]", "call [phone]"}
    assert [said.content for said in follow_up.history] == ["I am [e-mail]", "Hello [e-mail]"]
    assert follow_up.guide == TEACHER
    assert first.conversation_id not in follow_up.model_dump_json()
    assert refused_rightly(follow_up, refused=True) is None
    assert over_refused(follow_up, refused=True) is None
    assert len(kept_questions(database, new_sample(1))) == 1


def test_reading_for_a_sample_is_audited(database: Database) -> None:
    keep(database)
    keep(database)
    audited = select(AuditRow.account_id, AuditRow.action, AuditRow.conversation_id)

    kept_questions(database, new_sample(1))

    with database.reading() as session:
        (row,) = session.execute(audited).all()
    assert (row.account_id, row.action) == (READER, "read")
    assert row.conversation_id is not None


def test_one_sample_gives_the_same_questions_when_others_were_asked_since(
    database: Database,
) -> None:
    for number in range(30):
        keep(database, f"question {number}?", asked_at=ASKED, finished_at=ASKED)
    sample = Sample(count=5, seed=7, drawn_at=LATER)
    first = kept_questions(database, sample)
    for number in range(30):
        keep(database, f"late {number}?", asked_at=LATER, finished_at=LATER + timedelta(seconds=1))

    assert kept_questions(database, sample) == first
    assert kept_questions(database, sample.model_copy(update={"seed": 8})) != first
    assert new_sample(5).seed != new_sample(5).seed


def test_sample_of_nothing_is_told(database: Database) -> None:
    with pytest.raises(ReadingError, match="No question is kept yet"):
        kept_questions(database, new_sample(5))


class Home:
    """A folder to run the command in, with a database of conversations."""

    def __init__(self, folder: Path) -> None:
        self.runs = folder / "runs"
        self.database = open_database(None, folder / ".coach")
        migrate(self.database)

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["run", *words, "--out", str(self.runs)])

    def run(self) -> Path:
        """The folder of the only run."""
        (folder,) = self.runs.iterdir()
        return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    place_knowledge(tmp_path, TEACHER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COACH_CACHE", str(place_cache(tmp_path)))
    return Home(tmp_path)


def test_kept_questions_are_run_as_cases(home: Home) -> None:
    keep(home.database, f"{QUESTIONS[0]} jo@example.org")

    ran = home("--transcripts", "5", "--json")

    assert ran.exit_code == 0, ran.output
    (record,) = load_run(home.run())[1]
    unlabelled = {"right_guide", "vital_nuggets", "refused_rightly", "over_refused"}
    assert not record.scores.keys() & unlabelled
    assert record.scores["quote_exactness"] == 1.0
    assert "jo@example.org" not in json.dumps([path.read_text() for path in home.runs.rglob("*.*")])


def test_interrupted_sample_is_gone_on_with(home: Home) -> None:
    for question in QUESTIONS:
        keep(home.database, question)
    assert home("--transcripts", "3").exit_code == 0
    folder = home.run()
    known, records = load_run(folder)
    save_description(folder, known.model_copy(update={"complete": False}))
    save_records(folder, records[:1])
    keep(home.database, "Asked since?", finished_at=datetime.now(UTC))

    other = home("--resume", folder.name, "--transcripts", "4")
    ran = home("--resume", folder.name)

    assert (other.exit_code, ran.exit_code) == (2, 0), ran.output
    assert "asks 3 questions" in other.output
    assert f"Going on with the run {folder.name}" in ran.output
    again, whole = load_run(home.run())
    assert again.complete
    assert [one.case for one in whole] == [one.case for one in records]


@pytest.mark.parametrize("sampled", [True, False])
def test_person_who_stops_is_told_how_to_go_on(
    sampled: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit), telling():
        raise Interrupted(Path("runs/20261122"), 1, 3, sampled=sampled)

    said = capsys.readouterr().err
    assert "add --resume 20261122." in said
    assert ("give the same command again" in said) is not sampled


@pytest.mark.parametrize(
    "words",
    [
        ("--against", "earlier"),
        ("--split", "test"),
        ("--tag", "timeline"),
        ("--only", "one"),
        ("--cases", "cases.jsonl"),
    ],
    ids=lambda words: words[0],
)
def test_what_would_be_ignored_is_refused(home: Home, words: tuple[str, str]) -> None:
    keep(home.database, QUESTIONS[0])

    ran = home("--transcripts", "1", *words)

    assert ran.exit_code == 2
    assert f"{words[0]} does not go together" in " ".join(ran.output.split())
    assert not home.runs.exists()
