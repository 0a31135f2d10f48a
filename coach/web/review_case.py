"""A correction made a test: looked at, changed where it tells too much, then kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from coach.accounts import Account
from coach.database import Database
from coach.review.case_making import ANSWERABILITIES, Answerability, PendingCases, preview
from coach.web.pages import page
from coach.web.review_item import Knowledge
from coach.web.review_work import SAID, Coach, ItemPages, reach, to_item


class _Wanted(NamedTuple):
    """What a coach wants of the case; None for what the conversation and the correction give."""

    answerability: Answerability | None = None
    question: str | None = None
    with_history: bool = True


def add_case(
    router: APIRouter, pages: ItemPages, knowledge: Knowledge, database: Database, guides: Path
) -> None:
    """Add the page that makes a correction a test to the coaches' pages.

    Args:
        router: of the coaches' pages.
        pages: of the items.
        knowledge: the guides as the coach knows them.
        database: keeps conversations, accounts and reviews.
        guides: the folder of guides that tests are checked against.
    """
    pending = PendingCases(database)

    async def answer(
        coach: Account, turn_id: str, wanted: _Wanted, *, keep: bool = False
    ) -> Response:
        opened = await pages.open(turn_id, coach)
        if opened.draft is None:
            raise HTTPException(404, "Correct the answer first, then make it a test.")
        picked = await reach(partial(knowledge.passages, opened.draft.passages))
        found = await reach(
            partial(
                preview,
                opened,
                opened.draft,
                picked,
                guides,
                wanted.answerability,
                wanted.question,
                with_history=wanted.with_history,
            )
        )
        said = ""
        if keep and found.case is not None and not found.problems:
            if await reach(partial(pending.add, turn_id, coach.id, found.case)):
                return to_item(turn_id, "test")
            said = SAID["lost"]
        return page(
            "review_case.html",
            409 if keep else 200,
            title="Make it a test",
            coach=coach,
            item=opened.item,
            found=found,
            wanted=wanted,
            text=found.case.model_dump_json(indent=2) if found.case else "",
            answerabilities=ANSWERABILITIES,
            said=said,
        )

    @router.get("/items/{turn_id}/test")
    async def look(coach: Coach, turn_id: str) -> Response:
        return await answer(coach, turn_id, _Wanted())

    @router.post("/items/{turn_id}/test/check")
    async def check(request: Request, coach: Coach, turn_id: str) -> Response:
        async with request.form() as form:
            return await answer(coach, turn_id, _wanted(form))

    @router.post("/items/{turn_id}/test")
    async def make(request: Request, coach: Coach, turn_id: str) -> Response:
        async with request.form() as form:
            return await answer(coach, turn_id, _wanted(form), keep=True)


def _wanted(form: FormData) -> _Wanted:
    given, question = form.get("answerability"), form.get("question")
    return _Wanted(
        answerability=next((one for one in ANSWERABILITIES if one == given), None),
        question=question if isinstance(question, str) else None,
        with_history="without_history" not in form,
    )
