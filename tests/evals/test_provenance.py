from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from coach.settings import Settings
from evals.provenance import commit_of, describe, hash_of_code, made_alike, settings_shown
from tests.evals.running import CASES, case

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def git(folder: Path, *words: str) -> str:
    name = ("-c", "user.name=Team", "-c", "user.email=team@example.org")
    done = subprocess.run(["git", *name, *words], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "coach.py").write_text("answer = 1\n")
    git(tmp_path, "add", "coach.py")
    git(tmp_path, "commit", "--quiet", "--message", "Answer")
    return tmp_path


def test_the_commit_says_whether_the_tree_has_changes(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")

    assert commit_of(repository) == commit
    (repository / "coach.py").write_text("answer = 2\n")
    assert commit_of(repository) == f"{commit}+changed"


def test_a_folder_in_the_repository_of_something_else_has_no_commit(repository: Path) -> None:
    (repository / "installed").mkdir()

    assert commit_of(repository / "installed") == ""


def test_settings_are_told_where_they_differ_and_never_a_secret_or_a_place() -> None:
    settings = Settings(
        data=Path("/home/somebody/index"),
        cache=Path("/home/somebody/cache"),
        api_key=SecretStr("hush"),
        model="openai:gpt-5-mini",
        model_url="http://me:hush@localhost:11434/v1?key=hush",
        history_limit=12,
        question_limit=500,
    )

    assert settings_shown(settings) == {
        "model": "openai:gpt-5-mini",
        "model_url": "http://localhost:11434/v1",
        "question_limit": "500",
    }


def test_two_runs_made_alike_differ_in_nothing_but_the_moment() -> None:
    one = describe(CASES, split="dev", settings=Settings(), guides_hash="1", now=NOON)
    later = describe(CASES, split="dev", settings=Settings(), guides_hash="1")

    assert one.id.startswith("20261122-120000-")
    assert one.created == "2026-11-22T12:00:00+00:00"
    assert one.id != later.id
    assert made_alike(one, later.model_copy(update={"complete": True}))


def test_another_order_of_the_cases_is_another_run() -> None:
    one = describe(CASES, split="dev", settings=Settings(), guides_hash="1")
    turned = describe(CASES[::-1], split="dev", settings=Settings(), guides_hash="1")

    assert not made_alike(one, turned)


def test_a_run_with_a_model_tells_its_mode_and_the_packages_behind_it() -> None:
    settings = Settings(model="openai:gpt-5-mini")
    run = describe([case()], split="dev", settings=settings, guides_hash="1")

    assert (run.mode, run.model) == ("generating", "openai:gpt-5-mini")
    assert "langchain" in run.versions


def test_the_hash_of_code_changes_with_a_line_and_with_a_name(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("answer = 1\n")
    first = hash_of_code(tmp_path)
    (tmp_path / "one.py").write_text("answer = 2\n")
    second = hash_of_code(tmp_path)
    (tmp_path / "one.py").rename(tmp_path / "two.py")

    assert len({first, second, hash_of_code(tmp_path)}) == 3
