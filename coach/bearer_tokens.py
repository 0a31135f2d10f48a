"""Tokens that open something to whoever has them: a session, a shared link.

They are random, so that nothing is to be guessed, and kept as SHA-256 alone.
"""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A token that nobody can guess, 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """What is kept of a token, 64 hex digits; any text has a hash, whoever made it up."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
