"""Asking the database from async code, in threads that nothing else needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

# As many as there are connections to PostgreSQL: see coach.database.
THREADS = 30

T = TypeVar("T")

_limiter: RunVar[CapacityLimiter] = RunVar("database threads")


async def ask_database(call: Callable[[], T]) -> T:
    """Call what uses the database, and wait for it in a thread.

    A database that hangs takes no thread from the search or the pages. Whoever is cancelled
    leaves at once; the call itself goes on.
    """
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(THREADS)
        _limiter.set(limiter)
    return await to_thread.run_sync(call, abandon_on_cancel=True, limiter=limiter)
