"""What a person says of an answer, and their wish for a human, on its way to the coaches."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from coach.transcripts import FeedbackReason, Transcripts, Verdict
from coach.web.conversations import Conversations
from coach.web.keeping import reach
from coach.web.sidebar import GONE

COMMENT_LENGTH = 500


class Said(BaseModel):
    """A thumb, and why."""

    verdict: Verdict
    reasons: Annotated[tuple[FeedbackReason, ...], Field(max_length=len(FeedbackReason))] = ()
    comment: Annotated[str, Field(max_length=COMMENT_LENGTH)] = ""


def feedback_router(transcripts: Transcripts, conversations: Conversations) -> APIRouter:
    """Build the addresses that feedback and the wish for a human are sent to.

    Args:
        transcripts: where they are kept.
        conversations: those that are open, and show them from now on.
    """
    router = APIRouter()

    @router.post("/turns/{turn_id}/feedback", status_code=204)
    async def feedback(request: Request, turn_id: str, said: Said) -> None:
        owner = str(request.state.owner)
        call = partial(
            transcripts.give_feedback, owner, turn_id, said.verdict, said.reasons, said.comment
        )
        given = await reach(call)
        if given is None:
            raise HTTPException(404, GONE)
        conversations.note_feedback(owner, turn_id, given)

    @router.post("/conversations/{identifier}/human", status_code=204)
    async def human(request: Request, identifier: str) -> None:
        owner = str(request.state.owner)
        if not await reach(partial(transcripts.ask_human, owner, identifier)):
            raise HTTPException(404, GONE)
        conversations.note_human(owner, identifier)

    return router
