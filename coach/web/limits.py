"""How many requests and questions a minute are taken here, and how many answers followed at once.

A visitor is known by a cookie, which can be thrown away; the limit by address holds then. Several
people may share an address, so it is ``VISITORS_AT_AN_ADDRESS`` times that of a visitor.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

VISITORS_AT_AN_ADDRESS = 10
# Whoever has an IPv6 address has all of those that begin with its first half.
HOST_BITS = 64
# The page asks for some ten things when it is opened and for three with each question.
REQUESTS_FOR_A_TURN = 15
FOLLOWED_BY_A_VISITOR = 20
SIGN_INS_FOR_A_NAME = 5
SIGN_INS_FROM_AN_ADDRESS = 20
# From anywhere: more than one address may try, or whoever guesses keeps out whom they guess at.
SIGN_INS_FOR_A_NAME_ANYWHERE = 50


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


class RequestLimits:
    """Counts the requests of a minute by address, in this process.

    Args:
        turns_a_minute: the most questions a minute from one visitor.
    """

    def __init__(self, turns_a_minute: int) -> None:
        # Beginning anew each minute is close enough here, and costs the same however many come.
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        requests = turns_a_minute * VISITORS_AT_AN_ADDRESS * REQUESTS_FOR_A_TURN
        self._address = RateLimitItemPerMinute(requests)

    async def take(self, address: str, *, costly: bool) -> int:
        """Count a request, if it may be made now.

        Args:
            address: the address it comes from.
            costly: whether it is as much work as a question, and counts as one.

        Returns:
            The seconds to wait before it may be made; 0 when it may be made now.
        """
        limit = (self._address, "address", _network(address))
        return await _take(self._limiter, limit, cost=REQUESTS_FOR_A_TURN if costly else 1)


class Followed:
    """Counts the answers that are followed now: each holds one of the page's places to run."""

    def __init__(self) -> None:
        self._visitors: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()

    def full(self, visitor: str, address: str) -> bool:
        """Whether a visitor follows, or an address has followed, as many as may be at once."""
        return (
            self._visitors[visitor] >= FOLLOWED_BY_A_VISITOR
            or self._addresses[_network(address)] >= FOLLOWED_BY_A_VISITOR * VISITORS_AT_AN_ADDRESS
        )

    @contextmanager
    def one_more(self, visitor: str, address: str) -> Iterator[None]:
        """Count one while the block runs."""
        counted = ((self._visitors, visitor), (self._addresses, _network(address)))
        for counter, name in counted:
            counter[name] += 1
        try:
            yield
        finally:
            for counter, name in counted:
                counter[name] -= 1
                if not counter[name]:
                    del counter[name]


class SignInLimits:
    """Counts the attempts to sign in of the last minute, right or wrong."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._name = RateLimitItemPerMinute(SIGN_INS_FOR_A_NAME)
        self._anywhere = RateLimitItemPerMinute(SIGN_INS_FOR_A_NAME_ANYWHERE)
        self._address = RateLimitItemPerMinute(SIGN_INS_FROM_AN_ADDRESS)

    async def take(self, name: str, address: str) -> int:
        """Count an attempt, if it may be made now.

        Args:
            name: the account's name, as it is compared.
            address: the address it comes from.

        Returns:
            The seconds to wait before it may be made; 0 when it may be made now.
        """
        network = _network(address)
        return await _take(
            self._limiter,
            (self._address, "address", network),
            (self._name, f"name at {network}", name),
            (self._anywhere, "name", name),
        )


async def _take(
    limiter: RateLimiter, *limits: tuple[RateLimitItemPerMinute, str, str], cost: int = 1
) -> int:
    """Count under each limit, of a kind and a name; the seconds to wait where one is reached."""
    for limit, kind, name in limits:
        if not await limiter.hit(limit, kind, name, cost=cost):
            stats = await limiter.get_window_stats(limit, kind, name)
            return max(1, math.ceil(stats.reset_time - time.time()))
    return 0


def too_quick(seconds: int) -> str:
    """Say kindly that there were too many questions."""
    return f"That was quick: please wait {_told(seconds)} before the next question."


def too_many_attempts(seconds: int) -> str:
    """Say kindly that there were too many attempts to sign in."""
    return f"Too many attempts. Please wait {_told(seconds)}, then try again."


def too_many_requests(seconds: int) -> str:
    """Say kindly that there was too much at once from an address."""
    return f"Very much comes from your network just now. Please try again in {_told(seconds)}."


def _told(seconds: int) -> str:
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:  # what listens for both kinds sees the other one so
            return str(parsed.ipv4_mapped)
        return f"{int(parsed) >> HOST_BITS:x}"
    return address
