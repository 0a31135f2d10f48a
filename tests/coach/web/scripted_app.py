"""The app over a coach that waits, or breaks, where the real one is too quick and too sound."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

from coach.domain import Answer, Coverage, CoverageStatus, Guide, Turn
from coach.web.server import build_app, serve


class WaitingCoach:
    """Gives half an answer and waits for ever, or fails, or answers, as it is asked to."""

    def guides(self) -> tuple[Guide, ...]:
        return ()

    async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
        yield Answer(
            text="Half an answer.",
            refused=False,
            coverage=Coverage(status=CoverageStatus.COVERED),
            follow_ups=("Go on?",),
        )
        if "wait" in turn.question:
            await asyncio.Event().wait()
        if "fail" in turn.question:
            raise RuntimeError("a secret of the machine")


def main() -> None:
    app = build_app(WaitingCoach(), question_limit=100, turns_a_minute=200)
    serve(app, "127.0.0.1", 0, ready=lambda address: sys.stderr.write(f"open {address}\n"))


main()
