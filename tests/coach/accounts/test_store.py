"""Accounts and sessions on both databases: who gets in, for how long, and who does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from coach.accounts import Account, Accounts, Role
from coach.accounts.credentials import NAME_LENGTH, password_fits
from coach.database import Database
from coach.database.tables import AccountRow, SessionRow
from coach.errors import AccountError

PASSWORD = "correct horse battery"
ISSUER = "https://provider.example"


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database)


def signed_in(accounts: Accounts, name: str = "ana@example.org") -> str:
    token = accounts.sign_in(name, PASSWORD)
    assert token is not None
    return token


def test_account_is_found_whatever_the_case_of_its_name(accounts: Accounts) -> None:
    made = accounts.add("  Ana@Example.ORG ", Role.COACH, PASSWORD)

    assert made.name == "ana@example.org"
    assert accounts.find("ANA@example.org") == made
    assert accounts.account_of(signed_in(accounts, "aNa@example.org")) == made
    assert accounts.find("bob@example.org") is None
    assert accounts.find("") is None


def test_name_is_given_once(accounts: Accounts) -> None:
    accounts.add("Straße", Role.USER)

    with pytest.raises(AccountError, match="already"):
        accounts.add("STRASSE", Role.ADMIN, PASSWORD)
    assert [account.role for account in accounts.accounts()] == [Role.USER]


@pytest.mark.parametrize("name", ["", "   ", "a\0b", "a\x1b[31mb", "n" * (NAME_LENGTH + 1)])
def test_name_that_cannot_be_read_is_none(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountError, match="cannot be the name"):
        accounts.add(name, Role.USER)
    assert accounts.sign_in(name, PASSWORD) is None


def test_short_password_is_refused_and_leaves_no_account(accounts: Accounts) -> None:
    with pytest.raises(AccountError, match="fewer than 10"):
        accounts.add("ana", Role.USER, "nine char")
    assert accounts.accounts() == []


def test_accounts_are_listed_by_name(accounts: Accounts) -> None:
    for name in ("carl", "Ana", "bob"):
        accounts.add(name, Role.USER)

    assert [account.name for account in accounts.accounts()] == ["ana", "bob", "carl"]


@pytest.mark.parametrize(
    ("name", "password"),
    [("ana", "correct horse batterx"), ("ana", ""), ("bob", PASSWORD), ("empty", PASSWORD)],
    ids=["wrong password", "no password", "no such account", "account without a password"],
)
def test_whoever_is_not_who_they_say_gets_nothing(
    accounts: Accounts, database: Database, name: str, password: str
) -> None:
    accounts.add("ana", Role.USER, PASSWORD)
    accounts.add("empty", Role.USER)

    assert accounts.sign_in(name, password) is None
    with database.reading() as session:
        assert session.scalars(select(SessionRow)).all() == []


def test_password_is_the_same_however_its_letters_are_composed(accounts: Accounts) -> None:
    accounts.add("ana", Role.USER, "caf\u00e9 au lait")

    assert accounts.sign_in("ana", "cafe\u0301 au lait") is not None


def test_neither_password_nor_token_is_kept(accounts: Accounts, database: Database) -> None:
    accounts.add("ana", Role.USER, PASSWORD)
    token = signed_in(accounts, "ana")

    with database.reading() as session:
        kept = f"{session.scalars(select(AccountRow.password_hash)).all()}"
        kept += f"{session.scalars(select(SessionRow.token_hash)).all()}"
    assert "$argon2id$" in kept
    assert PASSWORD not in kept
    assert token not in kept


def test_each_sign_in_has_a_token_of_its_own(accounts: Accounts) -> None:
    ana = accounts.add("ana", Role.USER, PASSWORD)
    first, second = signed_in(accounts, "ana"), signed_in(accounts, "ana")

    accounts.sign_out(first)

    assert first != second
    assert accounts.account_of(first) is None
    assert accounts.account_of(second) == ana
    accounts.sign_out(first)
    assert accounts.sign_out_everywhere("ANA") == ana
    assert accounts.account_of(second) is None
    assert accounts.account_of(signed_in(accounts, "ana")) == ana


@pytest.mark.parametrize("token", ["", "made up", "é", "\0"])
def test_token_that_was_made_up_is_nobodys(accounts: Accounts, token: str) -> None:
    accounts.add("ana", Role.USER, PASSWORD)
    signed_in(accounts, "ana")

    assert accounts.account_of(token) is None


def test_session_ends_by_itself_and_is_forgotten(accounts: Accounts, database: Database) -> None:
    accounts.add("ana", Role.USER, PASSWORD)
    old = signed_in(accounts, "ana")
    with database.writing() as session:
        session.execute(update(SessionRow).values(expires_at=datetime.now(UTC)))

    assert accounts.account_of(old) is None
    signed_in(accounts, "ana")
    with database.reading() as session:
        assert len(session.scalars(select(SessionRow)).all()) == 1


def test_session_lasts_as_many_hours_as_set(database: Database) -> None:
    accounts = Accounts(database, session_hours=2)
    accounts.add("ana", Role.USER, PASSWORD)
    signed_in(accounts, "ana")

    with database.reading() as session:
        kept = session.scalars(select(SessionRow)).one()
    assert kept.expires_at - kept.created_at == timedelta(hours=2)


def test_disabled_account_is_out_at_once_until_it_is_enabled(accounts: Accounts) -> None:
    ana = accounts.add("ana", Role.USER, PASSWORD)
    token = signed_in(accounts, "ana")

    assert accounts.disable("Ana").disabled
    assert accounts.account_of(token) is None
    assert accounts.sign_in("ana", PASSWORD) is None
    with pytest.raises(AccountError, match="switched off"):
        accounts.start_session(ana)
    assert not accounts.enable("ana").disabled
    assert accounts.account_of(token) is None
    assert accounts.account_of(signed_in(accounts, "ana")) == ana


def test_new_password_ends_the_sessions_of_the_old_one(accounts: Accounts) -> None:
    accounts.add("ana", Role.USER, PASSWORD)
    token = signed_in(accounts, "ana")

    accounts.set_password("ana", "another password")

    assert accounts.account_of(token) is None
    assert accounts.sign_in("ana", PASSWORD) is None
    assert accounts.sign_in("ana", "another password") is not None


def test_password_replaced_while_it_is_checked_lets_nobody_in(
    accounts: Accounts, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add("ana", Role.ADMIN, PASSWORD)

    def fits_but_slowly(password: str, kept: str | None) -> bool:
        fits = password_fits(password, kept)
        accounts.set_password("ana", "another password")
        return fits

    monkeypatch.setattr("coach.accounts.store.password_fits", fits_but_slowly)

    assert accounts.sign_in("ana", PASSWORD) is None
    with database.reading() as session:
        assert session.scalars(select(SessionRow)).all() == []


def test_new_role_holds_where_somebody_is_signed_in(accounts: Accounts) -> None:
    accounts.add("ana", Role.COACH, PASSWORD)
    token = signed_in(accounts, "ana")

    accounts.set_role("ana", Role.USER)

    found = accounts.account_of(token)
    assert found is not None
    assert found.role is Role.USER


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts: accounts.disable("nobody"),
        lambda accounts: accounts.enable("nobody"),
        lambda accounts: accounts.set_role("nobody", Role.USER),
        lambda accounts: accounts.set_password("nobody", PASSWORD),
        lambda accounts: accounts.sign_out_everywhere("nobody"),
    ],
    ids=["disable", "enable", "role", "password", "sign out"],
)
def test_account_that_is_not_there_cannot_be_changed(
    accounts: Accounts, change: Callable[[Accounts], Account]
) -> None:
    with pytest.raises(AccountError, match="no account of this name"):
        change(accounts)


def test_provider_account_is_told_by_issuer_and_subject_alone(accounts: Accounts) -> None:
    first = accounts.provider_account(ISSUER, "1", "Ana@example.org")

    assert first.role is Role.USER
    assert accounts.provider_account(ISSUER, "1", "renamed") == first
    assert accounts.provider_account("https://other.example", "1", "ana").id != first.id
    assert accounts.account_of(accounts.start_session(first)) == first


def test_provider_cannot_hand_out_the_account_of_another(accounts: Accounts) -> None:
    admin = accounts.add("admin", Role.ADMIN, PASSWORD)

    names = [accounts.provider_account(ISSUER, str(n), "ADMIN").name for n in range(2)]
    long = [accounts.provider_account(ISSUER, f"l{n}", "n" * NAME_LENGTH).name for n in range(2)]

    assert names == ["admin 2", "admin 3"]
    assert accounts.find("admin") == admin
    assert len(set(long)) == 2
    assert accounts.sign_in("admin 2", "") is None
    with pytest.raises(AccountError, match="through a provider"):
        accounts.set_password("admin 2", PASSWORD)


def test_first_visits_at_once_make_one_account_a_person(accounts: Accounts) -> None:
    start = threading.Barrier(8)

    def visit(number: int) -> str:
        start.wait()
        return accounts.provider_account(ISSUER, str(number % 4), "ana").id

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(visit, range(8)))

    assert len(set(ids)) == 4
    assert ids[:4] == ids[4:]
    assert len({account.name for account in accounts.accounts()}) == 4


def test_sessions_go_with_their_account(accounts: Accounts, database: Database) -> None:
    accounts.add("ana", Role.USER, PASSWORD)
    token = signed_in(accounts, "ana")
    with database.writing() as session:
        session.execute(text("DELETE FROM accounts"))

    assert accounts.account_of(token) is None
