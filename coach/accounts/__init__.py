"""Accounts: who may sign in, as what, and which browsers are signed in."""

from coach.accounts.store import Accounts
from coach.accounts.values import Account, Role

__all__ = ["Account", "Accounts", "Role"]
