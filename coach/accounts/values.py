"""What an account is, wherever it is kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from coach.domain import Value


class Role(StrEnum):
    """What somebody signed in may do."""

    USER = "user"
    """Chat, and keep conversations over several devices."""
    COACH = "coach"
    """That, and review the conversations of others."""
    EVALS = "evals"
    """That of a user, and see and run the evals."""
    ADMIN = "admin"
    """All of it."""


COACHES = (Role.COACH, Role.ADMIN)
"""Those who review answers and see shared plans."""


class Account(Value):
    """Someone who can sign in.

    Attributes:
        id: random, never used again.
        name: as in ``clean_name``; unique.
        role: what they may do.
        disabled: whether they are kept out.
        issuer: the address of the provider they sign in through; None for a password.
        created_at: when the account was made.
    """

    id: str
    name: str
    role: Role
    disabled: bool
    issuer: str | None
    created_at: datetime
