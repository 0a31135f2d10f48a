"""Work on one item: taking it, reviewing and correcting its answer.

All that is typed on its page is one form, and comes back filled in whenever it cannot be kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from coach.accounts import COACHES, Account
from coach.database import Database
from coach.domain import Section
from coach.review.correcting import Corrections, changes, drafted, guide_edit
from coach.review.insights import RUBRIC
from coach.review.queue import ReviewQueue
from coach.review.values import Draft, Opened, Outcome
from coach.web.identity import require
from coach.web.pages import page
from coach.web.review_form import Typed, mark, typed_before, typed_in
from coach.web.review_item import Knowledge, beside, reviewed_turn, shown_turns

REVIEW = "/review"
DONE = frozenset({"corrected", "held"})
OUTCOMES = {
    Outcome.KEPT: "",
    Outcome.NOT_HELD: "lost",
    Outcome.SAID_MORE: "more",
    Outcome.COMPLETE: "complete",
}
SAID = {
    "taken": "Another coach has this just now, so nothing was changed.",
    "lost": "You do not hold this any more, so nothing was kept. What you typed is still here: "
    "claim it again and go on.",
    "more": "The person has said something more since you took this. Please look at it, then "
    "press Done again.",
    "complete": "This has all its reviews, so yours was not kept.",
    "corrected": "The correction is kept. The person who asked sees it beside the answer.",
    "edit": "A change of the guide is kept with an answer. Write one, or tick a passage.",
    "test": "The test is on the pending list.",
    "rate": "Rate all five first.",
}

Coach = Annotated[Account, Depends(require(*COACHES))]
Place = tuple[str, str]
T = TypeVar("T")


class ItemPages:
    """The page of an item, and what is done there.

    Args:
        knowledge: the guides as the coach knows them.
        database: keeps conversations, accounts and reviews.
        guides: the folder of guides; changes of them are written as below the folder it is in.
    """

    def __init__(self, knowledge: Knowledge, database: Database, guides: Path) -> None:
        self._knowledge = knowledge
        self._queue = ReviewQueue(database)
        self._corrections = Corrections(database)
        self._root = guides.absolute().parent

    async def open(self, turn_id: str, coach: Account) -> Opened:
        """An item with its conversation; a page says where there is none."""
        opened = await reach(partial(self._queue.read, turn_id, coach.id))
        if opened is None:
            raise HTTPException(404, "This is not in the queue any more. It may have been deleted.")
        return opened

    async def show(
        self,
        coach: Account,
        turn_id: str,
        said: str = "",
        typed: Typed | None = None,
        place: Place = ("", ""),
        status: int = 200,
    ) -> Response:
        """The page of an item.

        Args:
            coach: who looks.
            turn_id: of the item.
            said: what to say above it, by its name.
            typed: what is not kept yet.
            place: the guide and the section to look at; "" for the answer's.
            status: of the response.
        """
        opened = await self.open(turn_id, coach)
        kept = typed_before(opened, coach.id)
        base = mark(await self._drafted(kept))
        working = opened.item.holder == coach.id or typed is not None
        shown = typed or kept
        if typed is not None and typed.base == mark(await self._drafted(typed)):
            # The correction was not touched: what is kept of another meanwhile is not undone.
            shown = typed.with_correction_of(kept)
        shown = shown.model_copy(update={"base": base})
        guide, section = place
        looked_at = Section(section) if section in set(Section) else None
        passages = await reach(
            partial(beside, opened, self._knowledge, shown, guide or None, looked_at)
        )
        return page(
            "review_item.html",
            status,
            title="Review an answer",
            coach=coach,
            opened=opened,
            item=opened.item,
            turns=shown_turns(opened),
            turn=reviewed_turn(opened),
            beside=passages,
            draft=opened.draft or Draft.empty(),
            typed=shown,
            unkept=shown.said_of_answer != kept.said_of_answer
            or base != mark(await self._drafted(shown)),
            holding=opened.item.holder == coach.id,
            free=opened.item.holder in (None, coach.id),
            working=working,
            rubric=RUBRIC,
            guides=[one.slug for one in await reach(self._knowledge.guides)],
            sections=list(Section),
            said=SAID.get(said, ""),
        )

    async def again(self, coach: Account, turn_id: str, said: str, form: FormData) -> Response:
        """The page of an item after something was done, with all that was typed there."""
        typed = typed_in(form)
        if not typed.base:
            return to_item(turn_id, said)
        status = 200 if said in DONE else 409
        return await self.show(coach, turn_id, said, typed, place_in(form), status)

    async def correct(self, coach: Account, turn_id: str, typed: Typed) -> str:
        """Keep the correction that was typed; the name of what to say of it."""
        draft = await self._drafted(typed)
        if draft.edits and not draft.text:
            return "edit"
        kept = await reach(partial(self._corrections.save, turn_id, coach.id, draft))
        return "corrected" if kept else "lost"

    async def finish(self, coach: Account, turn_id: str, typed: Typed) -> str:
        """Keep the review, and the correction if one was begun; what to say, "" where all is."""
        review = typed.review
        if review is None:
            return "rate"
        if typed.base and typed.base != mark(await self._drafted(typed)):
            said = await self.correct(coach, turn_id, typed)
            if said != "corrected":
                return said
        return OUTCOMES[await reach(partial(self._queue.done, turn_id, coach.id, review))]

    async def _drafted(self, typed: Typed) -> Draft:
        return await reach(partial(_drafted, self._knowledge, typed, self._root))


def add_item(router: APIRouter, pages: ItemPages, database: Database) -> None:
    """Add the addresses of an item to the coaches' pages."""
    queue = ReviewQueue(database)

    @router.get("/items/{turn_id}")
    async def show(
        coach: Coach, turn_id: str, guide: str = "", section: str = "", said: str = ""
    ) -> Response:
        return await pages.show(coach, turn_id, said, place=(guide, section))

    @router.post("/items/{turn_id}/look")
    async def look(request: Request, coach: Coach, turn_id: str) -> Response:
        async with request.form() as form:
            typed = typed_in(form)
            place = place_in(form)
        return await pages.show(coach, turn_id, "", typed if typed.base else None, place)

    @router.post("/items/{turn_id}/claim")
    async def claim(request: Request, coach: Coach, turn_id: str) -> Response:
        held = await reach(partial(queue.claim, turn_id, coach.id))
        async with request.form() as form:
            return await pages.again(coach, turn_id, "held" if held else "taken", form)

    @router.post("/items/{turn_id}/release")
    async def release(coach: Coach, turn_id: str) -> Response:
        await reach(partial(queue.release, turn_id, coach.id))
        return to(REVIEW)

    @router.post("/items/{turn_id}/skip")
    async def skip(coach: Coach, turn_id: str) -> Response:
        await reach(partial(queue.skip, turn_id, coach.id))
        return await to_next(queue, coach)

    @router.post("/items/{turn_id}/done")
    async def done(request: Request, coach: Coach, turn_id: str) -> Response:
        async with request.form() as form:
            if said := await pages.finish(coach, turn_id, typed_in(form)):
                return await pages.again(coach, turn_id, said, form)
        return await to_next(queue, coach)

    @router.post("/items/{turn_id}/correction")
    async def correct(request: Request, coach: Coach, turn_id: str) -> Response:
        async with request.form() as form:
            said = await pages.correct(coach, turn_id, typed_in(form))
            return await pages.again(coach, turn_id, said, form)

    @router.get("/items/{turn_id}/guide.diff")
    async def diff(coach: Coach, turn_id: str) -> Response:
        opened = await pages.open(turn_id, coach)
        if opened.draft is None or not opened.draft.guide_edit:
            raise HTTPException(404, "No change of the guide was proposed here.")
        return download(opened.draft.guide_edit, "guide.diff", "text/x-diff")


def place_in(form: FormData) -> Place:
    """Where a coach looks: a guide and a section."""
    guide, section = form.get("guide"), form.get("section")
    return str(guide or ""), str(section or "")


async def reach(call: Callable[[], T]) -> T:
    """Do in a thread what blocks."""
    return await to_thread.run_sync(call)


async def to_next(queue: ReviewQueue, coach: Account) -> Response:
    """Lead to the next item, or to the queue where none is left."""
    turn_id = await reach(partial(queue.claim_next, coach.id))
    return to(f"{REVIEW}?said=empty") if turn_id is None else to_item(turn_id)


def to_item(turn_id: str, said: str = "") -> Response:
    """Lead to an item."""
    return to(f"{REVIEW}/items/{turn_id}{f'?said={said}' if said in SAID else ''}")


def to(address: str) -> Response:
    """Lead to an address."""
    return RedirectResponse(address, 303, {"cache-control": "no-store"})


def download(text: str, name: str, kind: str) -> Response:
    """A text as a file to keep."""
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(text.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)


def _drafted(knowledge: Knowledge, typed: Typed, root: Path) -> Draft:
    edited = knowledge.passages(list(typed.edits))
    edits = changes(edited, typed.edits)
    texts = {one.source: knowledge.source_text(one.source) for one in edited if one.id in edits}
    sources = {name: text for name, text in texts.items() if text is not None}
    diff = guide_edit(edited, edits, sources, root)
    return drafted(typed.text, knowledge.passages(typed.passages), typed.facts, edits, diff)
