"""Names and passwords: how they are checked and what is kept of them.

Passwords are kept as argon2id hashes with the parameters of RFC 9106 for machines of little memory
(argon2-cffi's own choice).
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from coach.bearer_tokens import new_token
from coach.errors import AccountError

NAME_LENGTH = 200
PASSWORD_LENGTH = 10


def clean_name(name: str) -> str:
    """A name as it is kept and compared: no case, one form of each letter, single spaces.

    Raises:
        AccountError: nothing is left, it is too long, or it has characters that cannot be seen.
    """
    clean = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    if not clean or len(clean) > NAME_LENGTH or not clean.isprintable():
        raise AccountError(
            "This cannot be the name of an account.",
            where=clean[:NAME_LENGTH] if clean.isprintable() else "",
            remedy=f"Give an e-mail address or another name of 1 to {NAME_LENGTH} letters.",
        )
    return clean


def hash_password(password: str) -> str:
    """What is kept of a password.

    Raises:
        AccountError: it is too short.
    """
    text = _one_form(password)
    if len(text) < PASSWORD_LENGTH:
        raise AccountError(
            f"The password has fewer than {PASSWORD_LENGTH} characters.",
            remedy="Choose a longer one; a few words in a row are easy to keep in mind.",
        )
    return _hasher().hash(text)


def password_fits(password: str, kept: str | None) -> bool:
    """Whether this is the password that ``kept`` was made of.

    Without a hash it is never right, and finding that out takes as long: who is served cannot be
    told by the time it takes.
    """
    try:
        return _hasher().verify(kept or _nobodys(), _one_form(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _one_form(password: str) -> str:
    """The same characters whichever keyboard typed them."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash(new_token())
