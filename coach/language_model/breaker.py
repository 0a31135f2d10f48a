"""A model that fails again and again is left alone for a while, so that nobody waits for it."""

from __future__ import annotations

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from coach.errors import ModelBusy, ModelError, ModelOverfull, ModelRefused, ModelUnreachable

FAILURES = 5
"""Failures in a row after which the model is left alone."""
REST_SECONDS = 30.0
"""How long it is left alone; the first call after that decides whether again."""

# From these a working server speaks; to leave it alone would only hide what is the matter.
_ANSWERS = (ModelBusy, ModelOverfull, ModelRefused)


class Breaker:
    """Counts failures in a row and refuses calls while the model is left alone.

    Unreachable, too slow and unreadable count: each costs people a wait and brings nothing.
    """

    def __init__(self, where: str, rest_seconds: float) -> None:
        self._where = where
        self._factory = AsyncCircuitBreakerFactory(
            default_threshold=FAILURES, default_ttl=rest_seconds, exclude=list(_ANSWERS)
        )

    async def check(self) -> None:
        """Let a call pass.

        Raises:
            ModelUnreachable: the model is left alone for now.
        """
        breaker = await self._factory.get_breaker(self._where)
        try:
            await breaker.__aenter__()
        except OpenedState as opened:
            opened.__traceback__ = None  # one object, raised each time: it would only grow
        else:
            return
        raise ModelUnreachable(
            "The model failed several times in a row and is left alone for a while.",
            where=self._where,
            remedy="It is tried again within a minute; the log has what failed.",
        )

    async def record(self, failure: ModelError | None) -> None:
        """Note how a call ended. A call that a person stopped tells nothing, so it is not noted."""
        breaker = await self._factory.get_breaker(self._where)
        await breaker.__aexit__(type(failure) if failure else None, failure, None)
