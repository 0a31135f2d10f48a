"""The command: what it prints, what it leaves behind, and how it goes on and ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from coach.cases import Case, Nugget
from evals.__main__ import app
from evals.runs import load_records, load_run
from tests.evals.running import (
    FRANCE,
    TEACHER,
    TOO_LONG,
    case,
    environment_of,
    place_cache,
    place_knowledge,
    write_cases,
)

NEVER = (Nugget(text="a prize", importance="vital", pattern="Nobel prize"),)


def named(split: str, count: int, model: Case) -> list[Case]:
    """Cases like a model that belong to a split."""
    names = (f"{model.id}-{number}" for number in range(10_000))
    cases = (model.model_copy(update={"id": name, "group": name}) for name in names)
    return [one for one, _ in zip((c for c in cases if c.split == split), range(count))]  # noqa: B905


DEV = [*named("dev", 3, case()), *named("dev", 1, FRANCE), *named("dev", 1, TOO_LONG)]
TEST = named("test", 1, case())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a guide, a cache without an index, and cases of both splits."""
    folder = tmp_path_factory.mktemp("home")
    place_knowledge(folder, TEACHER)
    place_cache(folder)
    write_cases(folder / "cases.jsonl", [*DEV, *TEST])
    write_cases(folder / "twins.jsonl", [DEV[0], DEV[0]])
    write_cases(folder / "empty.jsonl", [])
    return folder


@pytest.fixture
def evals(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Evals:
    """The command in that folder, with runs of the test's own."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("COACH_CACHE", str(home / "cache"))
    return Evals(tmp_path / "runs")


class Evals:
    """Calls the command, and knows the runs that it made."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs

    def __call__(self, command: str, *words: str | Path) -> Result:
        with_cases = command in ("run", "gate") and "--cases" not in words
        cases = ["--cases", "cases.jsonl"] if with_cases else []
        arguments = [command, *map(str, words), *cases, "--out", str(self.runs)]
        return CliRunner().invoke(app, arguments, catch_exceptions=False)

    def folders(self) -> list[Path]:
        """The folders of the runs, the oldest first."""
        return sorted(self.runs.iterdir(), key=lambda folder: load_run(folder)[0].created)


def test_a_run_asks_the_dev_split_and_prints_figures_alone_on_standard_output(
    evals: Evals,
) -> None:
    result = evals("run")

    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["Vital", "nuggets", "*", "1.000"] in [line[:4] for line in lines]
    assert ["Errors", "1", "5"] in lines
    assert "The run is in" in result.stderr
    (folder,) = evals.folders()
    known, records = load_run(folder)
    assert known.complete
    assert (known.mode, known.split) == ("quoting", "dev")
    assert [one.case for one in records] == DEV
    assert {path.name for path in folder.iterdir()} >= {
        "run.json",
        "records.jsonl",
        "summary.md",
        "report.html",
    }


def test_the_table_comes_as_json_and_as_markdown(evals: Evals) -> None:
    as_json, as_markdown = evals("run", "--json"), evals("run", "--markdown")

    assert json.loads(as_json.stdout)["figures"]["vital_nuggets"]["value"] == 1.0
    assert "| **Vital nuggets** | 1.000 | " in as_markdown.stdout
    assert evals("run", "--json", "--markdown").exit_code == 2


def test_one_case_or_one_tag_can_be_asked(evals: Evals) -> None:
    evals("run", "--only", DEV[0].id)
    evals("run", "--tag", "unanswerable")

    asked = [[one.case.id for one in load_run(folder)[1]] for folder in evals.folders()]
    assert sorted(asked) == sorted([[DEV[0].id], [DEV[3].id]])


def test_a_case_of_the_other_split_is_not_asked_by_mistake(evals: Evals) -> None:
    result = evals("run", "--only", TEST[0].id)

    assert result.exit_code == 2
    assert "This case belongs to the test split. Add --split test." in result.stderr
    assert not evals.runs.exists()


def test_a_look_at_the_test_split_comes_with_a_reminder_to_write_it_down(evals: Evals) -> None:
    looked, worked = evals("run", "--split", "test"), evals("run")

    assert "Write it down in docs/decisions.md" in looked.stderr
    assert "docs/decisions.md" not in worked.stderr


def test_the_model_of_the_environment_is_not_heeded(
    evals: Evals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_MODEL", "openai:gpt-5-mini")

    evals("run", "--only", DEV[0].id)

    assert load_run(evals.folders()[0])[0].mode == "quoting"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--cases", "nowhere.jsonl"), "nowhere.jsonl: The cases cannot be read"),
        (("--cases", "twins.jsonl"), "Two cases have the same id"),
        (("--cases", "empty.jsonl"), "empty.jsonl: There are no cases here"),
        (("--only", f"{DEV[0].id}x"), f"Did you mean {DEV[0].id} or"),
        (("--only", "&"), "No case has this id in cases.jsonl. Look it up in the cases."),
        (("--only", DEV[0].id, "--tag", "typo"), "does not have the tag typo. Leave out --tag."),
        (("--model", "nameless"), "--model: The name of the model has no provider."),
        (("--tag", "no such tag"), "No case of the dev split fits"),
        (("--against", "no such run"), "There is no run here"),
        (("--resume", "no such run"), "There is no run here"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    evals: Evals, words: Sequence[str], problem: str
) -> None:
    result = evals("run", *words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert problem in result.stderr
    assert not evals.runs.exists()


@pytest.mark.parametrize("words", [("run", "--only", DEV[0].id), ("baseline",)], ids=str)
def test_a_place_that_cannot_be_written_to_is_named(evals: Evals, words: Sequence[str]) -> None:
    evals.runs.write_text("no folder")

    result = evals(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{evals.runs}: This cannot be read or written: File exists." in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_outside_the_folder_of_the_guides_a_run_says_so(
    evals: Evals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = Path("cases.jsonl").resolve()
    monkeypatch.chdir(tmp_path)

    result = evals("run", "--cases", cases)

    assert result.exit_code == 2
    assert "There are no guides to ask about. Run this in the folder" in result.stderr


def test_a_case_of_the_dev_split_asked_among_all_is_no_look_at_the_other(evals: Evals) -> None:
    result = evals("run", "--split", "all", "--only", DEV[0].id)

    assert result.exit_code == 0
    assert "You looked" not in result.stderr


def test_two_runs_of_one_commit_give_one_baseline_to_the_letter(
    evals: Evals, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        evals("run", "--workers", "1" if name == "first" else "3")
        result = evals("baseline", evals.folders()[-1].name, "--to", tmp_path / name)
        assert result.exit_code == 0, result.output
    first, second = tmp_path / "first", tmp_path / "second"

    assert len(evals.folders()) == 2
    assert (first / "records.jsonl").read_bytes() == (second / "records.jsonl").read_bytes()
    one, other = (json.loads((folder / "run.json").read_text()) for folder in (first, second))
    assert {key for key in one if one[key] != other[key]} <= {"id", "created"}


def test_two_runs_are_compared_with_the_cases_that_flipped(evals: Evals, tmp_path: Path) -> None:
    evals("run")
    (folder,) = evals.folders()
    earlier = worsened(folder, tmp_path / "earlier")

    result = evals("compare", earlier, folder.name)

    assert result.exit_code == 0, result.output
    assert f"{DEV[0].id} (better): Vital nuggets 0.000 → 1.000" in result.stdout


def test_runs_without_a_case_in_common_are_not_compared(evals: Evals) -> None:
    evals("run", "--only", DEV[0].id)
    evals("run", "--only", DEV[1].id)

    result = evals("compare", *(folder.name for folder in evals.folders()))

    assert result.exit_code == 2
    assert "no answered case in common" in result.stderr


def test_the_gate_lets_an_unchanged_coach_pass_without_saying_so(
    evals: Evals, tmp_path: Path
) -> None:
    evals("run")
    evals("baseline", evals.folders()[0].name, "--to", tmp_path / "baseline")

    result = evals("gate", "--against", tmp_path / "baseline")

    assert result.exit_code == 0, result.output
    assert "Vital nuggets: inconclusive" in result.stdout
    assert "Nothing is broken" in result.stdout
    assert "Nothing is broken" in (evals.folders()[-1] / "summary.md").read_text(encoding="utf-8")


def test_the_gate_refuses_when_a_main_figure_became_worse(
    evals: Evals, home: Path, tmp_path: Path
) -> None:
    cases = named("dev", 8, case("prize", nuggets=NEVER))
    write_cases(tmp_path / "cases.jsonl", cases)
    evals("run", "--cases", tmp_path / "cases.jsonl")
    earlier = bettered(evals.folders()[0], tmp_path / "earlier")

    result = evals("gate", "--against", earlier, "--cases", tmp_path / "cases.jsonl")

    assert result.exit_code == 1, result.output
    assert "Vital nuggets: worse" in result.stdout
    assert "Refused." in result.stdout


def test_the_gate_without_a_baseline_says_so_and_does_not_pass(
    evals: Evals, tmp_path: Path
) -> None:
    result = evals("gate", "--against", tmp_path / "nowhere")

    assert result.exit_code == 2
    assert "There is no run here" in result.stderr


@pytest.mark.parametrize("tool", ["ragas", "promptfoo"])
def test_a_run_is_exported_for_other_tools(evals: Evals, tmp_path: Path, tool: str) -> None:
    evals("run")

    result = evals("export", evals.folders()[0].name, tmp_path / "file", "--for", tool)

    assert result.exit_code == 0, result.output
    assert (tmp_path / "file").stat().st_size > 0


def test_ctrl_c_leaves_a_run_that_the_same_command_goes_on_with(home: Path, tmp_path: Path) -> None:
    cases = named("dev", 200, case())
    write_cases(tmp_path / "cases.jsonl", cases)
    words = ["run", "--cases", str(tmp_path / "cases.jsonl"), "--out", str(tmp_path / "runs")]
    command = [sys.executable, "-m", "evals", *words, "--json"]
    environment = environment_of(COACH_CACHE=str(home / "cache"))
    with subprocess.Popen(
        command, cwd=home, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        while not (begun := records_in(tmp_path / "runs")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        told = process.communicate()[1]

    assert begun
    assert process.returncode == 130, told
    (folder,) = (tmp_path / "runs").iterdir()
    known, kept = load_run(folder)
    assert not known.complete
    assert 0 < len(kept) < len(cases)
    assert f"Stopped after {len(kept)} of 200 cases" in told

    done = subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert f"Going on with the run {folder.name}" in done.stderr
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [folder.name]
    known, records = load_run(folder)
    assert known.complete
    assert [one.case for one in records] == cases
    assert [one for one in records if one.case.id in {each.case.id for each in kept}] == sorted(
        kept, key=lambda one: cases.index(one.case)
    )


def records_in(runs: Path) -> int:
    return sum(len(load_records(folder)) for folder in runs.glob("*"))


def worsened(run: Path, folder: Path) -> Path:
    """A copy of a run whose answers held no vital nugget."""
    return rescored(run, folder, 0.0)


def bettered(run: Path, folder: Path) -> Path:
    """A copy of a run whose answers held every vital nugget."""
    return rescored(run, folder, 1.0)


def rescored(run: Path, folder: Path, vital: float) -> Path:
    folder.mkdir()
    (folder / "run.json").write_bytes((run / "run.json").read_bytes())
    lines = []
    for one in load_records(run):
        changed = {"vital_nuggets": vital} if "vital_nuggets" in one.scores else {}
        lines.append(one.model_copy(update={"scores": one.scores | changed}).model_dump_json())
    (folder / "records.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder
