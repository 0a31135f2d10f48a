"""One server and one model for many tests: opening a client takes a tenth of a second.

Tests that share a model share an event loop too, since connections belong to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coach.language_model import LanguageModel
from tests.coach.language_model.opening import opened
from tests.coach.model_servers import Behaviour, Exchange, ModelServer


class Stage:
    """A model whose server does what it was told last.

    Attributes:
        server: the server.
        model: the model on it, with room for whole answers.
    """

    def __init__(self) -> None:
        self.server = ModelServer(self._act)
        self._script: tuple[Behaviour, ...] = ()
        self._before = 0
        self._models: list[LanguageModel] = []

    @property
    def model(self) -> LanguageModel:
        return self._models[0]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What was asked since ``play``."""
        return [exchange.body for exchange in self.server.exchanges[self._before :]]

    def play(self, *behaviours: Behaviour) -> None:
        """Have the next requests met in this way, one after another, the last again and again."""
        self._script = behaviours
        self._before = len(self.server.exchanges)
        self.server.disconnected.clear()

    def open(self, **limits: Any) -> LanguageModel:
        """Another model on the server, with limits of its own."""
        model = opened(self.server.url, **{"context": 8192, "answer_tokens": 300, **limits})
        # Kept, since a model's connections are closed by its event loop, at the end.
        self._models.append(model)
        return model

    async def _act(self, exchange: Exchange) -> None:
        count = len(self.server.exchanges) - self._before
        await self._script[min(count, len(self._script)) - 1](exchange)

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Stage]:
        """A stage until the end of the block."""
        stage = cls()
        with stage.server:
            stage.open()
            yield stage
