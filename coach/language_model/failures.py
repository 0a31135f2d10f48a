"""What the libraries raise, told as this package's errors and as a line for the log.

A server may repeat the key or the prompt in what it says, so its words go neither into an error
nor into the log: only the kind of error, its status and its short codes do. Kinds are told by
name and status, which the libraries of all providers share, so none is imported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coach.errors import (
    ModelBusy,
    ModelError,
    ModelOverfull,
    ModelRefused,
    ModelTooSlow,
    ModelUnreachable,
    ModelUnreadable,
)

_TOO_LONG = re.compile(r"context.?(length|size|window)|too many tokens|prompt is too long", re.I)
_CODES = ("code", "type", "param")
_CODE = re.compile(r"[a-z][a-z_.]{1,40}")


@dataclass(frozen=True)
class Place:
    """Where the model is, for errors: ``where`` names it, ``key`` the variable of its key."""

    where: str
    key: str


def explain(error: Exception, *, begun: bool, place: Place) -> ModelError:
    """Tell a library's error as one of ours.

    Args:
        error: what the model's library raised.
        begun: whether pieces of the reply had come before.
        place: where the model is.
    """
    status = _status(error)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    # Some servers send this as a failure of their own, some in the middle of a stream.
    refused = status is None or status in (400, 413, 422, 500)
    if "ContextOverflowError" in kinds or (
        refused and "APIError" in kinds and _TOO_LONG.search(_said(error))
    ):
        return ModelOverfull(
            "The prompt is longer than the model takes.",
            where=place.where,
            remedy="Set COACH_MODEL_CONTEXT to what the model takes.",
        )
    if status is not None:
        return _by_status(status, place)
    if begun and "APIConnectionError" in kinds:
        return ModelUnreadable(
            "The reply was cut in the middle.",
            where=place.where,
            remedy="Look at the log of the model's server.",
        )
    if kinds & {"TimeoutError", "APITimeoutError", "ModelTimeoutError"}:
        return ModelTooSlow(
            "The model's server could not be reached in time.",
            where=place.where,
            remedy="Start it, check the connection, or correct COACH_MODEL_URL.",
        )
    if kinds & {"APIError", "ModelError", "OSError"}:
        return ModelUnreachable(
            "The model's server cannot be reached or failed.",
            where=place.where,
            remedy="Start it, check the connection, or correct COACH_MODEL_URL.",
        )
    return ModelUnreadable(
        "The reply is not one of a chat model.",
        where=place.where,
        remedy="Check that this address serves an OpenAI-compatible chat model.",
    )


def describe(error: BaseException) -> str:
    """What happened, for the log: kinds, status and short codes, never a server's words."""
    parts = [" from ".join(type(link).__name__ for link in _chain(error))]
    if (status := _status(error)) is not None:
        parts.append(f"status {status}")
    for name in _CODES:
        value = getattr(error, name, None)
        if isinstance(value, str) and _CODE.fullmatch(value):
            parts.append(f"{name} {value}")
    parts += {
        link.strerror for link in _chain(error) if isinstance(link, OSError) and link.strerror
    }
    return ", ".join(parts)


def _said(error: Exception) -> str:
    """All that a server said, to look for words in; never to be passed on."""
    return " ".join(str(part) for part in (error, *(getattr(error, x, "") for x in _CODES)))


def _by_status(status: int, place: Place) -> ModelError:
    match status:
        case 401 | 403:
            return ModelRefused(
                "The model's server does not accept the key.",
                where=place.where,
                remedy=f"Set {place.key} to a key that this server takes.",
            )
        case 404:
            return ModelRefused(
                "The server does not know this model or this address.",
                where=place.where,
                remedy="Correct COACH_MODEL or COACH_MODEL_URL.",
            )
        case 402 | 429:
            return ModelBusy(
                "The model's server takes no more requests for now.",
                where=place.where,
                remedy="Wait a while, or look at the limits of your account.",
            )
        case _ if status == 408 or status >= 500:
            return ModelUnreachable(
                f"The model's server failed (status {status}).",
                where=place.where,
                remedy="Look at the log of the model's server, and try again in a while.",
            )
    return ModelRefused(
        f"The model's server does not take the request (status {status}).",
        where=place.where,
        remedy="Check that COACH_MODEL is a chat model; the log has the server's code.",
    )


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from, nearest first, each kind once."""
    seen: set[type[BaseException]] = set()
    while error is not None:
        if type(error) not in seen:
            yield error
        seen.add(type(error))
        error = error.__cause__ or error.__context__
