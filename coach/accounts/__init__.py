"""Accounts: who may sign in, as what, and which browsers are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coach.accounts.values import COACHES, Account, Role

if TYPE_CHECKING:
    from coach.accounts.store import Accounts

__all__ = ["COACHES", "Account", "Accounts", "Role"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load the store when it is asked for: commands that only name a role start without it."""
    if name == "Accounts":
        from coach.accounts.store import Accounts

        return Accounts
    raise AttributeError(name)
