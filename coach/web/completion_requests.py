"""Requests of programs in OpenAI's terms: what is read of them, and how they are turned down."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from coach.domain import Message, Turn

MODEL = "pathway-coach"
BODY_BYTES = 1_000_000


class TextPart(BaseModel):
    """A piece of a message; only text can be read."""

    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """A message of a request."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The message's text in one piece."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or ())


class ChatRequest(BaseModel):
    """What is read of a request; everything else in it is ignored."""

    model: str
    messages: list[ChatMessage]
    stream: bool = False
    user: str = ""


class Refused(Exception):  # noqa: N818
    """A request that gets no answer, and why, in OpenAI's terms."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str,
        *,
        kind: str = "invalid_request_error",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.content = {"error": {"message": message, "type": kind, "param": None, "code": code}}
        self.headers = headers

    def response(self) -> JSONResponse:
        """The answer to such a request."""
        return JSONResponse(self.content, self.status, self.headers)


def check_model(name: str) -> None:
    """Raise `Refused` (404) for a model that is not ours."""
    if name != MODEL:
        message = f"There is no model called {name}. Use {MODEL}."
        raise Refused(404, message, "model_not_found")


async def read_request(request: Request) -> ChatRequest:
    """Read the body, never more of it than `BODY_BYTES`; raise `Refused` (413, 400)."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            message = f"The request is longer than {BODY_BYTES:,} bytes. Send fewer messages."
            raise Refused(413, message, "request_too_large")
    try:
        return ChatRequest.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"{place + ': ' if place else ''}{first['msg']}."
        raise Refused(400, message, "invalid_request") from None


def turn_of(asked: ChatRequest) -> Turn:
    """The last question of a request, with what was said before it; raise `Refused` (400, 404)."""
    check_model(asked.model)
    asking = [number for number, message in enumerate(asked.messages) if message.role == "user"]
    if not asking:
        message = "There is no question: messages has none of the role user."
        raise Refused(400, message, "invalid_request")
    history = tuple(
        Message(role="user" if message.role == "user" else "assistant", content=message.text)
        for message in asked.messages[: asking[-1]]
        if message.role in {"user", "assistant"} and message.text.strip()
    )
    return Turn(question=asked.messages[asking[-1]].text, history=history)
