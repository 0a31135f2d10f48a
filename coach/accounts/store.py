"""Accounts and sessions in the database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coach.accounts.credentials import (
    NAME_LENGTH,
    clean_name,
    hash_password,
    password_fits,
)
from coach.accounts.values import Account, Role
from coach.bearer_tokens import hash_token, new_token
from coach.database import Database
from coach.database.tables import AccountRow, SessionRow
from coach.errors import AccountError

SESSION_HOURS = 168
# Of several first visits at once one after the other finds its name taken.
ATTEMPTS = 10


class Accounts:
    """Who may sign in. All methods block: call them in a thread from async code.

    All of them raise ``DatabaseUnusable`` where the database cannot be used.

    Args:
        database: where they are kept.
        session_hours: how long a browser stays signed in.
    """

    def __init__(self, database: Database, session_hours: int = SESSION_HOURS) -> None:
        self._database = database
        self._session_length = timedelta(hours=session_hours)

    def add(self, name: str, role: Role, password: str | None = None) -> Account:
        """Make an account; without a password nobody can sign in to it yet.

        Raises:
            AccountError: the name is none or taken, or the password is too short.
        """
        clean = clean_name(name)
        row = _new_row(clean, role)
        row.password_hash = None if password is None else hash_password(password)
        with self._database.writing() as session:
            session.add(row)
            try:
                session.flush()
            except IntegrityError:
                raise AccountError(
                    "There is an account of this name already.",
                    where=clean,
                    remedy="Choose another name, or give that account a new password.",
                ) from None
            return _account(row)

    def find(self, name: str) -> Account | None:
        """The account of that name, if there is one."""
        try:
            named = _named(name)
        except AccountError:
            return None
        with self._database.reading() as session:
            row = session.scalar(select(AccountRow).where(named))
            return None if row is None else _account(row)

    def accounts(self) -> list[Account]:
        """All accounts, by name."""
        with self._database.reading() as session:
            rows = session.scalars(select(AccountRow).order_by(AccountRow.name))
            return [_account(row) for row in rows]

    def disable(self, name: str) -> Account:
        """Keep somebody out from now on: their sessions end, too.

        Raises:
            AccountError: there is no such account.
        """
        with self._database.writing() as session:
            row = _existing(session, name)
            row.disabled = True
            _end_sessions(session, row.id)
            return _account(row)

    def enable(self, name: str) -> Account:
        """Let somebody sign in again.

        Raises:
            AccountError: there is no such account.
        """
        with self._database.writing() as session:
            row = _existing(session, name)
            row.disabled = False
            return _account(row)

    def set_role(self, name: str, role: Role) -> Account:
        """Change what somebody may do, at once where they are signed in.

        Raises:
            AccountError: there is no such account.
        """
        with self._database.writing() as session:
            row = _existing(session, name)
            row.role = role
            return _account(row)

    def set_password(self, name: str, password: str) -> Account:
        """Give somebody a new password; their sessions end.

        Raises:
            AccountError: there is no such account, or the password is too short.
        """
        kept = hash_password(password)
        with self._database.writing() as session:
            row = _existing(session, name)
            if row.issuer is not None:
                raise AccountError(
                    "This account signs in through a provider and has no password here.",
                    where=row.name,
                    remedy="Change the password at the provider.",
                )
            row.password_hash = kept
            _end_sessions(session, row.id)
            return _account(row)

    def sign_in(self, name: str, password: str) -> str | None:
        """Begin a session, if name and password are right and the account is not disabled.

        Whether there is such an account can be told neither by the answer nor by the time it takes.

        Returns:
            The token of the session, which is kept nowhere; None where something is not right.
        """
        try:
            named = _named(name)
        except AccountError:
            password_fits(password, None)
            return None
        with self._database.reading() as session:
            row = session.scalar(select(AccountRow).where(named))
        # Outside of any transaction: this takes long on purpose.
        fits = password_fits(password, None if row is None else row.password_hash)
        if row is None or not fits:
            return None
        with self._database.writing() as session:
            return _new_session(session, row.id, row.password_hash, self._session_length)

    def start_session(self, account: Account) -> str:
        """Begin a session for somebody whom a provider has vouched for.

        Raises:
            AccountError: the account is disabled or gone.
        """
        with self._database.writing() as session:
            token = _new_session(session, account.id, None, self._session_length)
        if token is None:
            raise AccountError(
                "This account has been switched off.",
                remedy="Ask the people who run this site.",
            )
        return token

    def account_of(self, token: str) -> Account | None:
        """Who is signed in with this token; None for one that is unknown, revoked or too old."""
        with self._database.reading() as session:
            row = session.scalar(
                select(AccountRow)
                .join(SessionRow, SessionRow.account_id == AccountRow.id)
                .where(
                    SessionRow.token_hash == hash_token(token),
                    SessionRow.expires_at > datetime.now(UTC),
                    AccountRow.disabled.is_(False),
                )
            )
            return None if row is None else _account(row)

    def sign_out(self, token: str) -> None:
        """End a session; one that has ended already is none."""
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.token_hash == hash_token(token)))

    def sign_out_everywhere(self, name: str) -> Account:
        """End all sessions of somebody, who may sign in again.

        Raises:
            AccountError: there is no such account.
        """
        with self._database.writing() as session:
            row = _existing(session, name)
            _end_sessions(session, row.id)
            return _account(row)

    def provider_account(self, issuer: str, subject: str, name: str) -> Account:
        """The account of somebody whom a provider knows, made at their first visit.

        It is told by ``issuer`` and ``subject`` alone. An account of the same name is another's:
        a new one gets a number behind its name.

        Raises:
            AccountError: nothing that the provider says can be a name.
        """
        wanted = clean_name(name)
        theirs = (AccountRow.issuer == issuer) & (AccountRow.subject == subject)
        with self._database.writing() as session:
            for _ in range(ATTEMPTS):
                row = session.scalar(select(AccountRow).where(theirs))
                if row is not None:
                    return _account(row)
                row = _new_row(_free_name(session, wanted), Role.USER)
                row.issuer, row.subject = issuer, subject
                try:
                    with session.begin_nested():
                        session.add(row)
                except IntegrityError:  # another visit at once has taken the name, or is the same
                    continue
                return _account(row)
        raise AccountError(
            "The account could not be made just now.", where=wanted, remedy="Try again."
        )


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        disabled=row.disabled,
        issuer=row.issuer,
        created_at=row.created_at,
    )


def _new_row(name: str, role: Role) -> AccountRow:
    return AccountRow(
        id=secrets.token_urlsafe(16),
        name=name,
        role=role,
        disabled=False,
        created_at=datetime.now(UTC),
    )


def _named(name: str) -> ColumnElement[bool]:
    return AccountRow.name == clean_name(name)


def _existing(session: Session, name: str) -> AccountRow:
    row = session.scalar(select(AccountRow).where(_named(name)))
    if row is None:
        raise AccountError(
            "There is no account of this name.",
            where=name,
            remedy="`coach users list` shows all of them.",
        )
    return row


def _new_session(
    session: Session, account_id: str, checked: str | None, length: timedelta
) -> str | None:
    """Begin a session; None where the account is gone or disabled by now.

    Args:
        session: of a transaction.
        account_id: whose.
        checked: the hash that the password was checked against, which may have been replaced
            meanwhile; None where no password was asked for.
        length: how long it lasts.
    """
    now = datetime.now(UTC)
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    # Held until the session is in: who is being disabled gets none, nor does an old password.
    row = session.scalar(select(AccountRow).where(AccountRow.id == account_id).with_for_update())
    if row is None or row.disabled or checked not in (None, row.password_hash):
        return None
    token = new_token()
    session.add(
        SessionRow(
            token_hash=hash_token(token),
            account_id=account_id,
            created_at=now,
            expires_at=now + length,
        )
    )
    return token


def _end_sessions(session: Session, account_id: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))


def _free_name(session: Session, wanted: str) -> str:
    """The name, or the name with the first number behind it that is not taken."""
    return next(
        name
        for name in _numbered(wanted)
        if session.scalar(select(AccountRow.id).where(AccountRow.name == name)) is None
    )


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        ending = f" {number}"
        yield name[: NAME_LENGTH - len(ending)] + ending
