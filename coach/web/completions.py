"""The coach for programs: OpenAI's chat completions, as far as they fit.

``POST /v1/chat/completions`` and ``GET /v1/models``, for whoever has the key. Of a request, the
last user message is the question and the user's and assistant's messages before it the history.
All other messages, and parameters such as ``temperature``, are ignored: what the coach says is
decided by the guides. Beside the text, a message (or the last piece of a stream) has
``citations``, ``refused``, ``coverage`` and ``mode``, as ``coach ask --json`` gives them, and
``kept``, whether the turn is in the database. Token counts are left out: most answers cost none.

Each request is kept as a conversation of one turn, before its answer ends. The history is the
program's and is not kept; what the question means with it is, as the turn's resolved question. The
owner is the key together with the ``user`` that a request may name.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from coach.domain import Answer, Turn
from coach.errors import CoachError, QuestionError
from coach.monitoring.figures import UNDER_WAY
from coach.monitoring.turns import note_turn
from coach.transcripts import Entry, Origin, Transcripts, TurnState
from coach.web.completion_requests import (
    MODEL,
    Refused,
    check_model,
    read_request,
    turn_of,
)
from coach.web.conversations import BROKEN, TOO_SLOW, UNREADABLE, Answerer
from coach.web.daily_tokens import (
    USED_UP_FOR_PROGRAMS,
    Allowance,
    DailyTokens,
    seconds_to_midnight,
)
from coach.web.exchanges import new_id
from coach.web.identity import visitor_owner
from coach.web.keeping import keep
from coach.web.limits import TurnLimits, too_quick
from coach.wire import citation_fields

log = logging.getLogger(__name__)

# All programs share the one key, and with it one visitor's limit.
KEY_HOLDER = "the key"


def completions_router(
    coach: Answerer,
    transcripts: Transcripts,
    *,
    api_key: str,
    limits: TurnLimits,
    turn_seconds: float,
    tokens: DailyTokens | None = None,
) -> APIRouter:
    """Build the addresses under ``/v1``.

    Args:
        coach: answers the questions.
        transcripts: where each turn is kept.
        api_key: what a request has to bring as its bearer token.
        limits: how many questions a minute are taken.
        turn_seconds: the longest an answer may take.
        tokens: how much may be written in a day for each ``user``, and for all.
    """
    router = APIRouter(prefix="/v1")
    since = int(time.time())
    card = {"id": MODEL, "object": "model", "created": since, "owned_by": MODEL}

    @router.post("/chat/completions")
    async def complete(request: Request) -> Response:
        try:
            _check_key(request, api_key)
            asked = await read_request(request)
            turn = turn_of(asked)
            await _take(request, limits)
            owner = visitor_owner(f"{KEY_HOLDER}:{asked.user}")
            answerer = coach if tokens is None else await _writing_for(owner, tokens)
        except Refused as refused:
            return refused.response()
        kept = _Kept(answerer, transcripts, turn, owner=owner)
        return _Reply(kept, streamed=asked.stream, seconds=turn_seconds)

    @router.get("/models")
    async def models(request: Request) -> Response:
        try:
            _check_key(request, api_key)
        except Refused as refused:
            return refused.response()
        return JSONResponse({"object": "list", "data": [card]})

    @router.get("/models/{name}")
    async def model(request: Request, name: str) -> Response:
        try:
            _check_key(request, api_key)
            check_model(name)
        except Refused as refused:
            return refused.response()
        return JSONResponse(card)

    # Without this, the page would answer for what is not here.
    @router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
    async def nothing(path: str) -> Response:
        message = f"There is no /v1/{path}. Use POST /v1/chat/completions or GET /v1/models."
        return Refused(404, message, "unknown_url").response()

    return router


def _check_key(request: Request, api_key: str) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    # Headers come decoded as Latin-1, whatever their sender meant.
    same = secrets.compare_digest(given.strip().encode("latin-1"), api_key.encode())
    if scheme.lower() != "bearer" or not same:
        raise Refused(
            401,
            "The API key is missing or wrong. Send the value of COACH_API_KEY as bearer token.",
            "invalid_api_key",
            headers={"www-authenticate": "Bearer"},
        )


async def _take(request: Request, limits: TurnLimits) -> None:
    address = request.client.host if request.client else ""
    if wait := await limits.take(KEY_HOLDER, address):
        raise Refused(
            429,
            too_quick(wait),
            "rate_limit_exceeded",
            kind="rate_limit_error",
            headers={"retry-after": str(wait)},
        )


async def _writing_for(owner: str, tokens: DailyTokens) -> Answerer:
    allowance = await tokens.allowance(owner)
    if allowance in (Allowance.USED_UP, Allowance.USED_UP_BY_ALL):
        raise Refused(
            429,
            USED_UP_FOR_PROGRAMS,
            "daily_tokens_exceeded",
            kind="rate_limit_error",
            headers={"retry-after": str(seconds_to_midnight())},
        )
    return tokens.answerer_for(allowance)


class _Kept:
    """One turn and its way into the database, once, however it ends.

    Attributes:
        known: whether it is known to be there.
    """

    def __init__(
        self, coach: Answerer, transcripts: Transcripts, turn: Turn, *, owner: str
    ) -> None:
        self._coach = coach
        self._transcripts = transcripts
        self._turn = turn
        self._owner = owner
        self._asked_at = datetime.now(UTC)
        self._shown: Answer | None = None
        self._ended = False
        self.known = False

    async def answers(self) -> AsyncGenerator[Answer, None]:
        """Yield the snapshots of the answer, and keep the turn before this ends."""
        async with aclosing(self._coach.stream(self._turn)) as answers:
            async for answer in answers:
                self._shown = answer
                yield answer
        await self.end(TurnState.DONE)

    async def end(self, state: TurnState, problem: str = "") -> None:
        """Keep the turn, unless it has ended before."""
        if self._ended:
            return
        self._ended = True
        entry = Entry(
            turn_id=new_id(),
            conversation_id=new_id(),
            owner=self._owner,
            source=Origin.API,
            asked_at=self._asked_at,
            finished_at=datetime.now(UTC),
            question=self._turn.question,
            state=state,
            answer=self._shown,
            problem=problem,
        )
        with anyio.CancelScope(shield=True):  # also when the client has left
            self.known = await keep(self._transcripts, entry)
        note_turn(entry, kept=self.known)


class _Reply(Response):
    """One turn, answered over HTTP; it ends as soon as the client has left."""

    def __init__(self, kept: _Kept, *, streamed: bool, seconds: float) -> None:
        super().__init__()
        self._kept = kept
        self._streamed = streamed
        self._seconds = seconds
        self._head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time())}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        with UNDER_WAY.track_inprogress():
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as group:

            async def leave_with_client() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()

            group.start_soon(leave_with_client)
            try:
                if self._streamed:
                    await self._stream(scope, receive, send)
                else:
                    await (await self._whole())(scope, receive, send)
            finally:
                await self._kept.end(TurnState.STOPPED)
            group.cancel_scope.cancel()

    async def _whole(self) -> Response:
        try:
            async with (
                asyncio.timeout(self._seconds),
                aclosing(self._kept.answers()) as answers,
            ):
                *_, last = [answer async for answer in answers]
        except Exception as error:
            return (await self._failed(error)).response()
        message = {"role": "assistant", "content": last.text, "refusal": None, **self._extras(last)}
        return JSONResponse(self._body("chat.completion", message=message, finish_reason="stop"))

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The head waits for the first piece: what fails before that still has a status.
        begun = False
        try:
            async with asyncio.timeout(self._seconds), aclosing(self._events()) as events:
                async for event in events:
                    if not begun:
                        await send(_START)
                        begun = True
                    await send(_piece(event))
        except Exception as error:
            refused = await self._failed(error)
            if not begun:
                await refused.response()(scope, receive, send)
                return
            await send(_piece(json.dumps(refused.content)))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _events(self) -> AsyncGenerator[str, None]:
        """What a stream says: the text piece by piece, then what it rests on, then its end."""
        shown: Answer | None = None
        async with aclosing(self._kept.answers()) as answers:
            async for answer in answers:
                if shown is None:
                    yield self._chunk({"role": "assistant", "content": answer.text})
                elif len(answer.text) > len(shown.text):
                    yield self._chunk({"content": answer.text[len(shown.text) :]})
                shown = answer
        assert shown is not None, "a turn has an answer"
        yield self._chunk(self._extras(shown), finish_reason="stop")
        yield "[DONE]"

    async def _failed(self, error: Exception) -> Refused:
        refused = _refusal(error)
        await self._kept.end(TurnState.FAILED, str(refused))
        return refused

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> str:
        body = self._body("chat.completion.chunk", delta=delta, finish_reason=finish_reason)
        return json.dumps(body, ensure_ascii=False)

    def _body(self, kind: str, **choice: Any) -> dict[str, Any]:  # noqa: ANN401
        choices = [{"index": 0, **choice, "logprobs": None}]
        return {**self._head, "object": kind, "model": MODEL, "choices": choices}

    def _extras(self, answer: Answer) -> dict[str, Any]:
        return {
            "citations": [citation_fields(citation) for citation in answer.citations],
            "refused": answer.refused,
            "coverage": answer.coverage.model_dump(mode="json"),
            "mode": answer.mode,
            "kept": self._kept.known,
        }


def _refusal(error: Exception) -> Refused:
    """What a program is told of a turn that failed; the log has the rest."""
    if isinstance(error, QuestionError):
        return Refused(400, f"{error.problem} {error.remedy}".strip(), "invalid_question")
    if isinstance(error, TimeoutError):
        return Refused(503, TOO_SLOW, "too_slow", kind="server_error")
    if isinstance(error, CoachError):
        log.error("A turn failed: %s", error)
        return Refused(503, UNREADABLE, "unavailable", kind="server_error")
    log.error("A turn failed", exc_info=error)
    return Refused(500, BROKEN, "internal_error", kind="server_error")


_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
    ],
}


def _piece(event: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": f"data: {event}\n\n".encode(), "more_body": True}
