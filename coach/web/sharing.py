"""A conversation behind a shared link: a page to read, without script, drawn on the server."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from coach.transcripts import Transcripts
from coach.web.exchanges import exchanges_of
from coach.web.keeping import AWAY, reach
from coach.web.pages import page, plain_page
from coach.web.rendering import render_read_only

SHARED = "/shared"
# The link is the secret: it is found by no search engine and told to no other site.
HEADERS = {"x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer"}


def sharing_router(transcripts: Transcripts) -> APIRouter:
    """Build the address of shared conversations, open to whoever has a link."""
    router = APIRouter()

    @router.get(f"{SHARED}/{{token}}")
    async def shared(token: str) -> HTMLResponse:
        shown = await _page(transcripts, token)
        shown.headers.update(HEADERS)
        return shown

    return router


async def _page(transcripts: Transcripts, token: str) -> HTMLResponse:
    try:
        transcript = await reach(partial(transcripts.shared, token))
    except HTTPException as error:
        return plain_page("Please try again in a minute", AWAY, error.status_code)
    if transcript is None:
        return plain_page(
            "This link does not work any more",
            "Whoever shared the conversation has ended it, or a part of the link is missing. "
            "Ask them for a new one.",
            404,
        )
    return page(
        "shared.html",
        title=transcript.title,
        held_on=f"{transcript.created_at.day} {transcript.created_at:%B %Y}",
        # Our own markup, in which all text of others is escaped.
        conversation=Markup(render_read_only(exchanges_of(transcript.turns))),  # noqa: S704
    )
