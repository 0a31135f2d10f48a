"""What the list of conversations beside the chat asks for, each for its owner alone.

Of another's conversation as of none it is said that it is not here (404).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from coach.accounts import COACHES
from coach.transcripts import Format, Summary, Transcripts
from coach.web.conversations import Conversations
from coach.web.keeping import reach

GONE = "This conversation is not here any more."
LONGEST_TITLE = 200
LONGEST_SEARCH = 200
# What is one person's alone stays in no cache, for whoever sits at the browser next.
UNSTORED = {"cache-control": "no-store"}

_FILES = {
    Format.MARKDOWN: ("md", "text/markdown; charset=utf-8"),
    Format.JSON: ("json", "application/json"),
}


class Renaming(BaseModel):
    """A conversation's new title."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]


def sidebar_router(
    transcripts: Transcripts, conversations: Conversations, can_sign_in: Callable[[], bool]
) -> APIRouter:
    """Build the addresses under ``/conversations``.

    Args:
        transcripts: where the conversations are kept.
        conversations: those that are open.
        can_sign_in: whether there is any account to sign in to; asked in a thread.
    """
    router = APIRouter(prefix="/conversations")

    @router.get("")
    async def listing(
        request: Request,
        response: Response,
        search: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
    ) -> dict[str, Any]:
        response.headers.update(UNSTORED)
        found = await reach(partial(transcripts.conversations, _owner(request), search))
        account = request.state.account
        return {
            "account": account.name if account else None,
            "reviews": account is not None and account.role in COACHES,
            "sign_in": account is None and await reach(can_sign_in),
            "conversations": [_line(summary) for summary in found],
        }

    @router.get("/{identifier}/export")
    async def export(
        request: Request,
        identifier: str,
        form: Annotated[Format, Query(alias="format")] = Format.MARKDOWN,
    ) -> Response:
        text = await reach(partial(transcripts.export, _owner(request), identifier, form))
        if text is None:
            raise HTTPException(404, GONE)
        ending, kind = _FILES[form]
        attached = f'attachment; filename="conversation-{_safe(identifier)}.{ending}"'
        headers = {"content-disposition": attached, **UNSTORED}
        return Response(text, media_type=kind, headers=headers)

    @router.post("/{identifier}/rename", status_code=204)
    async def rename(request: Request, identifier: str, given: Renaming) -> None:
        call = partial(transcripts.rename, _owner(request), identifier, given.title)
        _there(await reach(call))

    @router.post("/{identifier}/delete", status_code=204)
    async def delete(request: Request, identifier: str) -> None:
        # First an answer under way, which would otherwise be kept after all.
        await conversations.end(_owner(request), identifier)
        _there(await reach(partial(transcripts.delete, _owner(request), identifier)))

    @router.post("/{identifier}/share")
    async def share(request: Request, identifier: str) -> dict[str, str]:
        token = await reach(partial(transcripts.share, _owner(request), identifier))
        if token is None:
            raise HTTPException(404, GONE)
        return {"path": f"/shared/{token}"}

    @router.post("/{identifier}/revoke", status_code=204)
    async def revoke(request: Request, identifier: str) -> None:
        _there(await reach(partial(transcripts.revoke, _owner(request), identifier)))

    return router


def _owner(request: Request) -> str:
    return str(request.state.owner)


def _line(summary: Summary) -> dict[str, Any]:
    return summary.model_dump(mode="json", include={"id", "title", "updated_at", "shared"})


def _there(found: bool) -> None:
    if not found:
        raise HTTPException(404, GONE)


def _safe(identifier: str) -> str:
    return re.sub(r"[^\w-]", "", identifier, flags=re.ASCII)[:8]
