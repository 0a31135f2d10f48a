"""What a person can do with all that is theirs, and what is done daily so that it does not pile up.

``GET /data/export`` gives it as a JSON file, ``POST /data/delete`` deletes it: for whoever asks,
signed in or not, and for nobody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders

from coach.errors import DatabaseUnusable
from coach.privacy import Privacy
from coach.web.conversations import Conversations
from coach.web.database_threads import ask_database
from coach.web.identity import SESSION_COOKIE
from coach.web.keeping import reach
from coach.web.visitors import set_cookie

DAY_SECONDS = 24 * 3600.0

log = logging.getLogger(__name__)


class Deletion(BaseModel):
    """What is to be deleted: the conversations, and with ``account`` the account, too."""

    account: bool = False


def privacy_router(
    privacy: Privacy, conversations: Conversations, *, secure: bool = False
) -> APIRouter:
    """Build the addresses under ``/data``.

    Args:
        privacy: what is kept of people.
        conversations: those that are open.
        secure: whether browsers send cookies over https alone, whatever we are reached by.
    """
    router = APIRouter(prefix="/data")

    @router.get("/export")
    async def export(request: Request) -> Response:
        text = await reach(partial(privacy.export_all, str(request.state.owner)))
        name = f"pathway-coach-{datetime.now(UTC):%Y-%m-%d}.json"
        return Response(
            text,
            media_type="application/json",
            headers={
                "content-disposition": f'attachment; filename="{name}"',
                "cache-control": "no-store",
            },
        )

    @router.post("/delete")
    async def delete(request: Request, what: Deletion) -> Response:
        owner = str(request.state.owner)
        # First the answers under way, which would otherwise be kept after all.
        await conversations.end_all(owner)
        await reach(partial(privacy.delete_all, owner, with_account=what.account))
        response = Response(status_code=204)
        if what.account:
            over_https = secure or request.url.scheme == "https"
            cookie = set_cookie(SESSION_COOKIE, "", 0, secure=over_https)
            MutableHeaders(raw=response.raw_headers).append("set-cookie", cookie)
        return response

    return router


@asynccontextmanager
async def keeping_to(privacy: Privacy, days: int) -> AsyncIterator[None]:
    """Delete what is older than it may be, at once and then daily, while the block runs.

    Args:
        privacy: what is kept of people.
        days: how long a conversation is kept after its last question.
    """
    task = asyncio.create_task(_daily(privacy, days))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _daily(privacy: Privacy, days: int) -> None:
    while True:
        try:
            purged = await ask_database(partial(privacy.keep_to, days))
        except DatabaseUnusable as error:
            log.error("What is older than %d days could not be deleted: %s", days, error)
        except Exception:
            log.exception("What is older than %d days could not be deleted", days)
        else:
            if purged:
                log.info("Deleted %d conversations that were older than %d days.", purged, days)
        await asyncio.sleep(DAY_SECONDS)
