"""``coach users``: who may sign in to the web app, and as what."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.accounts.values import Account, Role
from coach.cli_settings import read_settings, stop
from coach.errors import CoachError
from coach.wiring import conversations

if TYPE_CHECKING:
    from coach.accounts import Accounts

app = typer.Typer(help="Say who may sign in to the web app.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account's name, such as an e-mail address.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the index; .coach by default.")]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input, without asking."),
]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.USER,
    from_stdin: FromStdin = False,
    data: Data = None,
) -> None:
    """Make an account; its password is asked for."""
    with _accounts(data) as accounts:
        if accounts.find(name) is None:  # else nobody should type a password for nothing
            account = accounts.add(name, role, _password(from_stdin))
        else:
            account = accounts.add(name, role)
    _say(f"{account.name} can sign in as {account.role}.")


@app.command("list")
def list_accounts(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    data: Data = None,
) -> None:
    """Print all accounts by name."""
    with _accounts(data) as accounts:
        found = accounts.accounts()
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False))  # noqa: T201
        return
    for account in found:
        print(_line(account))  # noqa: T201
    if not found:
        _say("There are no accounts yet: `coach users add NAME` makes one.")


@app.command()
def disable(name: Name, data: Data = None) -> None:
    """Keep somebody out; where they are signed in, they are signed out."""
    with _accounts(data) as accounts:
        account = accounts.disable(name)
    _say(f"{account.name} can no longer sign in.")


@app.command()
def enable(name: Name, data: Data = None) -> None:
    """Let somebody sign in again."""
    with _accounts(data) as accounts:
        account = accounts.enable(name)
    _say(f"{account.name} can sign in again.")


@app.command()
def role(
    name: Name,
    role: Annotated[Role, typer.Argument(help="What they may do from now on.")],
    data: Data = None,
) -> None:
    """Change what somebody may do."""
    with _accounts(data) as accounts:
        account = accounts.set_role(name, role)
    # Names can be alike: the provider tells whose this one is.
    through = f", who signs in through {account.issuer}," if account.issuer else ""
    _say(f"{account.name}{through} is now {account.role}.")


@app.command()
def passwd(name: Name, from_stdin: FromStdin = False, data: Data = None) -> None:
    """Give somebody a new password; where they are signed in, they are signed out."""
    with _accounts(data) as accounts:
        account = accounts.set_password(name, _password(from_stdin))
    _say(f"{account.name} has a new password.")


@app.command("sign-out")
def sign_out(name: Name, data: Data = None) -> None:
    """Sign somebody out everywhere, as when a device is lost; they may sign in again."""
    with _accounts(data) as accounts:
        account = accounts.sign_out_everywhere(name)
    _say(f"{account.name} is signed out everywhere.")


@contextmanager
def _accounts(data: Path | None) -> Iterator[Accounts]:
    """The accounts of the settings' database; what goes wrong with them ends the command."""
    from coach.accounts import Accounts

    try:
        with conversations(read_settings(data)) as database:
            yield Accounts(database)
    except CoachError as error:
        stop(error)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))


def _line(account: Account) -> str:
    notes = [f"through {account.issuer}"] if account.issuer else []
    notes += ["disabled"] if account.disabled else []
    made = f"{account.created_at:%Y-%m-%d}"
    return "  ".join([f"{account.role:<6}", made, account.name, *(f"({one})" for one in notes)])


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201
