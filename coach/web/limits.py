"""How many questions and attempts to sign in are taken in a minute, counted in this process.

A visitor is known by a cookie, which can be thrown away; the limit by address holds then. Several
people may share an address, so it is ``VISITORS_AT_AN_ADDRESS`` times that of a visitor.
"""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

VISITORS_AT_AN_ADDRESS = 10
# Whoever has an IPv6 address has all of those that begin with its first half.
HOST_BITS = 64
SIGN_INS_FOR_A_NAME = 5
SIGN_INS_FROM_AN_ADDRESS = 20


class TurnLimits:
    """Counts the questions of the last minute, in this process.

    Args:
        turns_a_minute: the most questions a minute from one visitor or key.
    """

    def __init__(self, turns_a_minute: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._visitor = RateLimitItemPerMinute(turns_a_minute)
        self._address = RateLimitItemPerMinute(turns_a_minute * VISITORS_AT_AN_ADDRESS)

    async def take(self, visitor: str, address: str) -> int:
        """Count a question, if it may be asked now.

        Args:
            visitor: who asks: the visitor's id or the name of a key.
            address: the address it comes from.

        Returns:
            The seconds to wait before it may be asked; 0 when it may be asked now.
        """
        return await _take(
            self._limiter,
            (self._visitor, "visitor", visitor),
            (self._address, "address", _network(address)),
        )


class SignInLimits:
    """Counts the attempts to sign in of the last minute, right or wrong."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._name = RateLimitItemPerMinute(SIGN_INS_FOR_A_NAME)
        self._address = RateLimitItemPerMinute(SIGN_INS_FROM_AN_ADDRESS)

    async def take(self, name: str, address: str) -> int:
        """Count an attempt, if it may be made now.

        Args:
            name: the account's name, as it is compared.
            address: the address it comes from.

        Returns:
            The seconds to wait before it may be made; 0 when it may be made now.
        """
        return await _take(
            self._limiter,
            (self._address, "address", _network(address)),
            (self._name, "name", name),
        )


async def _take(
    limiter: MovingWindowRateLimiter, *limits: tuple[RateLimitItemPerMinute, str, str]
) -> int:
    """Count under each limit, of a kind and a name; the seconds to wait where one is reached."""
    for limit, kind, name in limits:
        if not await limiter.hit(limit, kind, name):
            stats = await limiter.get_window_stats(limit, kind, name)
            return max(1, math.ceil(stats.reset_time - time.time()))
    return 0


def too_quick(seconds: int) -> str:
    """Say kindly that there were too many questions."""
    wait = "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"That was quick: please wait {wait} before the next question."


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return f"{int(parsed) >> HOST_BITS:x}"
    return address
