"""``coach users`` on both databases, and as a program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from coach.accounts import Accounts, Role
from coach.cli import app
from coach.database import Database

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """The accounts that the commands see."""
    monkeypatch.setenv("COACH_DATABASE_URL", database_url)
    return Accounts(database)


def users(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["users", *arguments], input=typed)


def test_account_is_made_with_a_password_typed_twice_and_never_shown(accounts: Accounts) -> None:
    said = users("add", "Ana@example.org", "--role", "coach", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert said.exit_code == 0, said.output
    assert PASSWORD not in said.output
    assert accounts.sign_in("ana@example.org", PASSWORD) is not None
    account = accounts.find("ana@example.org")
    assert account is not None
    assert account.role is Role.COACH


def test_password_typed_otherwise_the_second_time_is_asked_again(accounts: Accounts) -> None:
    typed = f"{PASSWORD}\nanother thing\n{PASSWORD}\n{PASSWORD}\n"

    assert users("add", "ana", typed=typed).exit_code == 0
    assert accounts.sign_in("ana", PASSWORD) is not None


def test_password_comes_from_standard_input_where_asked_for(accounts: Accounts) -> None:
    assert users("add", "ana", "--password-stdin", typed=f"{PASSWORD}\r\n").exit_code == 0
    assert accounts.sign_in("ana", PASSWORD) is not None
    new = " spaces are kept "
    assert users("passwd", "ana", "--password-stdin", typed=f"{new}\n").exit_code == 0
    assert accounts.sign_in("ana", PASSWORD) is None
    assert accounts.sign_in("ana", new) is not None


def test_accounts_are_listed_for_people_and_programs(accounts: Accounts) -> None:
    assert "no accounts yet" in users("list").stderr
    accounts.add("bob", Role.EVALS)
    accounts.disable("bob")
    accounts.provider_account("https://provider.example", "1", "ana")

    first, second = users("list").stdout.splitlines()

    assert first.startswith("user")
    assert first.endswith("ana  (through https://provider.example)")
    assert second.startswith("evals")
    assert second.endswith("bob  (disabled)")
    listed = json.loads(users("list", "--json").stdout)
    assert [(one["name"], one["role"], one["disabled"]) for one in listed] == [
        ("ana", "user", False),
        ("bob", "evals", True),
    ]


def test_account_is_disabled_enabled_and_given_another_role(accounts: Accounts) -> None:
    ana = accounts.add("ana", Role.USER, PASSWORD)

    assert users("disable", "ANA").exit_code == 0
    assert accounts.sign_in("ana", PASSWORD) is None
    assert users("enable", "ana").exit_code == 0
    assert users("role", "ana", "admin").exit_code == 0
    assert accounts.find("ana") == ana.model_copy(update={"role": Role.ADMIN})


def test_everyone_signed_in_to_an_account_is_signed_out(accounts: Accounts) -> None:
    accounts.add("ana", Role.USER, PASSWORD)
    token = accounts.sign_in("ana", PASSWORD)
    assert token is not None

    said = users("sign-out", "Ana")

    assert (said.exit_code, said.stderr) == (0, "ana is signed out everywhere.\n")
    assert accounts.account_of(token) is None
    assert accounts.sign_in("ana", PASSWORD) is not None


def test_changed_role_tells_whose_account_it_is(accounts: Accounts) -> None:
    accounts.add("ana", Role.USER, PASSWORD)
    accounts.provider_account("https://provider.example", "1", "ana")

    assert users("role", "ana", "coach").stderr == "ana is now coach.\n"
    assert users("role", "ana 2", "coach").stderr == (
        "ana 2, who signs in through https://provider.example, is now coach.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (["add", "ana", "--password-stdin"], "short\n", "fewer than 10"),
        (["add", "taken"], None, "already"),
        (["add", " ", "--password-stdin"], f"{PASSWORD}\n", "cannot be the name"),
        (["passwd", "nobody", "--password-stdin"], f"{PASSWORD}\n", "no account of this name"),
        (["disable", "nobody"], None, "coach users list"),
        (["enable", "nobody"], None, "coach users list"),
        (["role", "nobody", "user"], None, "coach users list"),
        (["sign-out", "nobody"], None, "coach users list"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_what_cannot_be_done_is_told_in_one_line(
    accounts: Accounts, arguments: list[str], typed: str | None, words: str
) -> None:
    users("add", "taken", "--password-stdin", typed=f"{PASSWORD}\n")

    said = users(*arguments, typed=typed)

    assert said.exit_code == 1
    assert said.stderr.startswith("coach: ")
    assert words in said.stderr
    assert "Traceback" not in said.output
    assert [account.name for account in accounts.accounts()] == ["taken"]


def test_unknown_role_and_a_password_among_the_words_are_refused(accounts: Accounts) -> None:
    assert users("add", "ana", "--role", "king", typed=f"{PASSWORD}\n").exit_code == 2
    assert users("add", "ana", PASSWORD).exit_code == 2
    assert users("add", "ana", "--password", PASSWORD).exit_code == 2
    users("list")
    assert accounts.accounts() == []


def test_database_that_cannot_be_reached_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COACH_DATABASE_URL", "postgresql://ana:secret@127.0.0.1:9/none")

    said = users("list")

    assert said.exit_code == 1
    assert "cannot be used" in said.stderr
    assert "secret" not in said.output


def test_program_needs_no_index_and_other_commands_start_without_the_database(
    tmp_path: Path,
) -> None:
    program = [sys.executable, "-c", "from coach.cli import main; main()"]
    added = subprocess.run(
        [*program, "users", "add", "ana", "--password-stdin", "--data", tmp_path / "new"],
        input=f"{PASSWORD}\n",
        capture_output=True,
        text=True,
    )
    loaded = subprocess.run(
        [sys.executable, "-c", "import coach.cli, sys; print('sqlalchemy' in sys.modules)"],
        capture_output=True,
        text=True,
    )

    assert (added.returncode, added.stdout) == (0, ""), added.stderr
    assert loaded.stdout.strip() == "False"
