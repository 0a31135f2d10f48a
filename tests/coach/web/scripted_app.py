"""The app over a coach that does as it is asked, where the real one is too quick and too sound.

Run with a JSON object of what ``build_app`` takes besides the coach; for a database of its own it
takes ``database_url``, and ``log_text`` to log as the app does.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from coach.database import migrate, open_database
from coach.domain import (
    Answer,
    Check,
    CheckStatus,
    Citation,
    Coverage,
    CoverageStatus,
    Guide,
    Passage,
    Section,
    Span,
    Turn,
)
from coach.errors import IndexMissing, QuestionError
from coach.monitoring.logs import configure_logs
from coach.web.server import build_app, serve

CITATION = Citation(
    marker=1,
    passage=Passage(
        id="one",
        source="knowledge/a-to-b.md",
        guide="a-to-b",
        section=Section.TIMELINE,
        headings=("A → B", "Timeline"),
        text="Timeline: 18-24 months",
        span=Span(start=0, end=22, first_line=7, last_line=7),
    ),
    quote="18-24 months",
    first_line=7,
    last_line=7,
)
HALF = Answer(
    text="Half an answer.",
    refused=False,
    coverage=Coverage(status=CoverageStatus.COVERED),
    follow_ups=("Go on?",),
)
WHOLE = HALF.model_copy(
    update={
        "text": f"{HALF.text}\n\nIt takes **18-24 months** [1]. Üben hilft.",
        "coverage": Coverage(status=CoverageStatus.PARTLY, missing=("the pay",)),
        "citations": (CITATION,),
    }
)
HOSTILE = (
    "Half an answer. It takes <b>18-24 months</b> [1]. ![image](http://192.0.2.1/x.png) "
    "[link](http://192.0.2.1/) <img src=http://192.0.2.1/y.png onerror='window.hacked=1'>"
    "<a href=javascript:window.hacked=2>more</a> http://192.0.2.1/z"
)
WRITTEN = WHOLE.model_copy(
    update={
        "text": HOSTILE,
        "mode": "generating",
        "tokens": 500,
        "checks": (
            Check(
                sentence="It takes **18-24 months** [1].",
                status=CheckStatus.SUPPORTED,
                reason="What it says stands in “Timeline”.",
            ),
            Check(
                sentence="Good question!", status=CheckStatus.GENERAL, reason="It states no fact."
            ),
            Check(
                sentence=f"It pays $500,000 [1, 2]. {HOSTILE}",
                status=CheckStatus.FAILED,
                reason="Its source does not say $500,000.",
            ),
        ),
    }
)
NOTICE = "Quoted from the guide, because <i>the writing assistant</i> took too long."
QUOTED = WHOLE.model_copy(update={"notice": NOTICE})


class ScriptedCoach:
    """Gives half an answer and then the whole, waits for ever, or fails."""

    def guides(self) -> tuple[Guide, ...]:
        return ()

    def quoting(self) -> ScriptedCoach:
        return self

    async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
        question = turn.question
        sys.stderr.write(f"begun: {question}\n")
        try:
            if question.endswith("at once"):
                await self._do(question)
            yield HALF
            await self._do(question)
            if last := self._last(turn):
                yield last
        finally:
            sys.stderr.write(f"closed: {question}\n")

    async def _do(self, question: str) -> None:
        if "wait" in question:
            await asyncio.Event().wait()
        if "fail" in question:
            raise RuntimeError("a secret of the machine")
        if "lack" in question:
            raise IndexMissing("There is no index.", where="/some/folder")
        if "refuse" in question:
            raise QuestionError("The question is too long.", remedy="Shorten it.")

    def _last(self, turn: Turn) -> Answer | None:
        answers = {"whole": WHOLE, "written": WRITTEN, "quoted": QUOTED}
        if turn.question == "echo":
            return HALF.model_copy(update={"text": HALF.text + turn.model_dump_json()})
        return answers.get(turn.question)


def main() -> None:
    given = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    if "log_text" in given:
        configure_logs(text=given.pop("log_text"))
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(given.pop("database_url", None), Path(folder))
        migrate(database)
        if "daily_tokens" in given:
            given["daily_tokens"] = tuple(given["daily_tokens"])
        limits = {"question_limit": 100, "turns_a_minute": 1000}
        app = build_app(ScriptedCoach(), database=database, **{**limits, **given})
        serve(app, "127.0.0.1", 0, ready=lambda address: sys.stderr.write(f"open {address}\n"))


if __name__ == "__main__":
    main()
