"""A visitor of the chat page, who speaks with its queue as a browser does."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import AsyncGenerator
from typing import Any, Self

import httpx

SECONDS = 120
_EXCHANGE = re.compile(
    r'data-state="(?P<state>\w+)" data-turn="(?P<turn>[^"]+)">(?P<rest>.*)', re.DOTALL
)
_WAITING = 'class="waiting"'
_UNSAVED = "could not be saved"


class Shown:
    """What the page shows of the newest question.

    Attributes:
        turn_id: its name in the database.
        done: whether the answer is whole.
        begun: whether there is any text of the answer.
        saved: whether the page lets the person believe that it is kept.
        markup: of the question and its answer.
    """

    def __init__(self, conversation: str) -> None:
        found = _EXCHANGE.search(conversation, conversation.rindex("<article "))
        assert found, "each exchange says how far it is"
        self.turn_id = found["turn"]
        self.done = found["state"] == "done"
        self.markup = found["rest"]
        self.begun = _WAITING not in self.markup
        self.saved = self.done and _UNSAVED not in self.markup


class Visitor:
    """One browser with one tab, in one conversation.

    Args:
        address: where the page is served.
    """

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=address,
            timeout=SECONDS,
            # Nothing is encrypted here, and loading certificates takes longer than the page.
            verify=False,
            headers={"sec-fetch-site": "same-origin"},
        )
        self._session = secrets.token_hex(6)
        self._conversation = ""

    async def __aenter__(self) -> Self:
        """Open the page, which gives the visitor's cookie."""
        (await self._client.get("/")).raise_for_status()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the browser."""
        await self._client.aclose()

    async def config(self) -> dict[str, Any]:
        """What the page tells its script: all visitors get the same."""
        answer = await self._client.get("/config")
        answer.raise_for_status()
        return dict(answer.json())

    def start_again(self) -> None:
        """Ask the next question in a new conversation."""
        self._conversation = ""

    async def ask(
        self, config: dict[str, Any], question: str, guide: str | None = None
    ) -> AsyncGenerator[Shown, None]:
        """Ask in the visitor's conversation and yield what is drawn, up to its end.

        Raises:
            RuntimeError: the page did not see the question through.
            httpx.HTTPError: it was not reached, or refused.
        """
        names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        ask = next(event for event in config["dependencies"] if event["api_name"] == "ask")
        values = {
            "question": question,
            "picker": guide or "",
            "conversation-id": self._conversation,
        }
        joined = {
            "data": [values[names[part]] for part in ask["inputs"]],
            "fn_index": ask["id"],
            "trigger_id": ask["targets"][0][0],
            "session_hash": self._session,
        }
        shown = dict.fromkeys((names[part] for part in ask["outputs"]), "")
        (await self._client.post("/gradio_api/queue/join", json=joined)).raise_for_status()
        url = f"/gradio_api/queue/data?session_hash={self._session}"
        async with self._client.stream("GET", url) as events:
            async for line in events.aiter_lines():
                event = json.loads(line.removeprefix("data:")) if line else {}
                message = event.get("msg")
                if message == "process_generating":
                    before = shown["conversation"]
                    _draw(shown, event["output"]["data"])
                    self._conversation = shown["conversation-id"] or self._conversation
                    if shown["conversation"] != before:
                        yield Shown(shown["conversation"])
                elif message == "process_completed" and event["success"]:
                    return
                elif message in ("process_completed", "unexpected_error"):
                    break
        raise RuntimeError(f"The page did not see this through: {question}")


def _draw(shown: dict[str, str], data: list[Any]) -> None:
    """Change what is shown as Gradio says: whole texts first, then what is to be done to them."""
    for name, change in zip(shown, data, strict=True):
        if isinstance(change, str):
            shown[name] = change
        elif isinstance(change, list):
            for action, _, value in change:
                if isinstance(value, str):
                    shown[name] = shown[name] + value if action == "append" else value
