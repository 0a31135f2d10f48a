"""The database of conversations from async code: keeping turns, and asking it for a route."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from fastapi import HTTPException

from coach.errors import DatabaseUnusable
from coach.transcripts import Entry, Transcripts
from coach.web.database_threads import ask_database

log = logging.getLogger(__name__)

# A database that is being restarted is back within seconds; nobody waits longer for it.
WAITS = (0.0, 0.5, 2.0)
KEEPING_SECONDS = 10.0
AWAY = "Your conversations cannot be reached just now. Please try again in a minute."

T = TypeVar("T")


async def keep(transcripts: Transcripts, entry: Entry) -> bool:
    """Record a turn; whether it is known to be in the database.

    What goes wrong is logged and no reason to stop: the person has their answer.
    """
    try:
        async with asyncio.timeout(KEEPING_SECONDS):
            return await _record(transcripts, entry)
    except TimeoutError:
        log.error("A turn was not kept in time: %s", entry.turn_id)
    except Exception:
        log.exception("A turn could not be kept: %s", entry.turn_id)
    return False


async def _record(transcripts: Transcripts, entry: Entry) -> bool:
    for wait in WAITS:
        await asyncio.sleep(wait)
        try:
            await ask_database(partial(transcripts.record, entry))
        except DatabaseUnusable as error:
            log.warning("A turn is not kept yet: %s", error)
        else:
            return True
    log.error("A turn could not be kept: %s", entry.turn_id)
    return False


async def reach(call: Callable[[], T]) -> T:
    """Ask the database for a route.

    Raises:
        HTTPException: 503, with a line for the person, where it cannot be used.
    """
    try:
        return await ask_database(call)
    except DatabaseUnusable as error:
        log.error("A request failed: %s", error)
        raise HTTPException(503, AWAY) from error
