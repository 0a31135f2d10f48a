"""The coaches' pages: the queue, an item, and what can be learnt from all of them.

Made on the server without Gradio: whatever people, guides and models wrote is escaped. Every
address asks for the role; other sites can have nothing changed here, see ``coach.web.security``.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.datastructures import FormData

from coach.accounts import COACHES, Account, Accounts
from coach.database import Database
from coach.domain import Section
from coach.errors import CoachError
from coach.review.case_making import ANSWERABILITIES, Answerability, PendingCases, Preview, preview
from coach.review.correcting import Corrections, drafted, guide_edit
from coach.review.gaps import Gaps, as_csv, as_markdown
from coach.review.insights import RUBRIC, Insights
from coach.review.queue import ReviewQueue
from coach.review.values import WHY, Draft, Filters, ItemState, Opened, Review
from coach.transcripts.queueing import Reason
from coach.web.identity import require
from coach.web.pages import page, plain_page
from coach.web.review_item import Knowledge, beside, reviewed_turn, shown_turns

REVIEW = "/review"
EDIT = "edit:"

SAID = {
    "taken": "Another coach has this just now, so nothing was changed.",
    "corrected": "The correction is kept. The person who asked sees it beside the answer.",
    "test": "The test is on the pending list.",
    "empty": "There is nothing left to review.",
    "rate": "Rate all five first.",
}
AWAY = "The conversations or the guides cannot be reached just now. Please try again in a minute."

Coach = Annotated[Account, Depends(require(*COACHES))]
T = TypeVar("T")


class _PageRoute(APIRoute):
    """Says in a page what is wrong, where a program would get JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException as error:
                return plain_page("This is not there", str(error.detail), error.status_code)
            except ValidationError:
                return plain_page("This cannot be read", "Go back and check the fields.", 422)
            except CoachError:
                return plain_page("Please try again in a minute", AWAY, 503)

        return handle_or_tell


def review_router(knowledge: Knowledge, database: Database, guides: Path) -> APIRouter:
    """Build the coaches' pages.

    Args:
        knowledge: the guides as the coach knows them.
        database: keeps conversations, accounts and reviews.
        guides: the folder of guides that tests are checked against.
    """
    router = APIRouter(
        prefix=REVIEW, route_class=_PageRoute, dependencies=[Depends(require(*COACHES))]
    )
    _add_queue(router, knowledge, database)
    _add_item(router, knowledge, database)
    _add_correction(router, knowledge, database, guides)
    _add_insights(router, knowledge, database)
    return router


def _add_queue(router: APIRouter, knowledge: Knowledge, database: Database) -> None:
    queue, accounts = ReviewQueue(database), Accounts(database)

    @router.get("")
    async def show(request: Request, coach: Coach, after: str = "", said: str = "") -> Response:
        given = {name: value for name, value in request.query_params.items() if value}
        filters = _filters(given)
        found = await _reach(partial(queue.page, coach.id, filters, after=after or None))
        counts = await _reach(queue.counts)
        coaches = [one for one in await _reach(accounts.accounts) if one.role in COACHES]
        kept = {name: value for name, value in given.items() if name not in {"after", "said"}}
        return page(
            "review_queue.html",
            title="Review",
            coach=coach,
            found=found,
            counts=counts,
            filters=filters,
            given=kept,
            coaches=coaches,
            guides=[guide.slug for guide in await _reach(knowledge.guides)],
            sections=list(Section),
            reasons=list(Reason),
            states=list(ItemState),
            why=WHY,
            said=SAID.get(said, ""),
        )

    @router.post("/next")
    async def claim_next(coach: Coach) -> Response:
        return await _to_next(queue, coach)


def _add_item(router: APIRouter, knowledge: Knowledge, database: Database) -> None:
    queue = ReviewQueue(database)

    @router.get("/items/{turn_id}")
    async def show(
        coach: Coach,
        turn_id: str,
        guide: str = "",
        section: str = "",
        said: str = "",
    ) -> Response:
        opened = await _opened(queue, turn_id, coach)
        looked_at = Section(section) if section in set(Section) else None
        passages = await _reach(partial(beside, opened, knowledge, guide or None, looked_at))
        mine = next((one for one in opened.reviews if one.account_id == coach.id), None)
        return page(
            "review_item.html",
            title="Review an answer",
            coach=coach,
            opened=opened,
            item=opened.item,
            turns=shown_turns(opened),
            turn=reviewed_turn(opened),
            beside=passages,
            draft=opened.draft or Draft.empty(),
            mine=mine.review if mine else None,
            others=[one for one in opened.reviews if one.account_id != coach.id],
            holding=opened.item.holder == coach.id,
            free=opened.item.holder in (None, coach.id),
            rubric=RUBRIC,
            guides=[one.slug for one in await _reach(knowledge.guides)],
            sections=list(Section),
            said=SAID.get(said, ""),
        )

    @router.post("/items/{turn_id}/claim")
    async def claim(coach: Coach, turn_id: str) -> Response:
        held = await _reach(partial(queue.claim, turn_id, coach.id))
        return _to_item(turn_id, "" if held else "taken")

    @router.post("/items/{turn_id}/release")
    async def release(coach: Coach, turn_id: str) -> Response:
        await _reach(partial(queue.release, turn_id, coach.id))
        return _to(REVIEW)

    @router.post("/items/{turn_id}/skip")
    async def skip(coach: Coach, turn_id: str) -> Response:
        await _reach(partial(queue.skip, turn_id, coach.id))
        return await _to_next(queue, coach)

    @router.post("/items/{turn_id}/done")
    async def done(request: Request, coach: Coach, turn_id: str) -> Response:
        async with request.form() as form:
            if not all(form.get(name) in {"0", "1", "2"} for name in RUBRIC):
                return _to_item(turn_id, "rate")
            review = Review.model_validate(
                {
                    **{name: int(_text(form, name)) for name in RUBRIC},
                    "tags": _text(form, "tags").split(","),
                    "notes": _text(form, "notes"),
                }
            )
        if not await _reach(partial(queue.done, turn_id, coach.id, review)):
            return _to_item(turn_id, "taken")
        return await _to_next(queue, coach)


def _add_correction(
    router: APIRouter, knowledge: Knowledge, database: Database, guides: Path
) -> None:
    queue, corrections, pending = (
        ReviewQueue(database),
        Corrections(database),
        PendingCases(database),
    )

    @router.post("/items/{turn_id}/correction")
    async def correct(request: Request, coach: Coach, turn_id: str) -> Response:
        async with request.form() as form:
            edits = {
                name.removeprefix(EDIT): str(value)
                for name, value in form.multi_items()
                if name.startswith(EDIT)
            }
            draft = await _reach(partial(_drafted, knowledge, form, edits))
            keep_edit = "keep_edit" in form
        kept = await _reach(
            partial(corrections.save, turn_id, coach.id, draft, keep_edit=keep_edit)
        )
        return _to_item(turn_id, "corrected" if kept else "taken")

    @router.get("/items/{turn_id}/guide.diff")
    async def diff(coach: Coach, turn_id: str) -> Response:
        opened = await _opened(queue, turn_id, coach)
        if opened.draft is None or not opened.draft.guide_edit:
            raise HTTPException(404, "No change of the guide was proposed here.")
        return _download(opened.draft.guide_edit, "guide.diff", "text/x-diff")

    @router.get("/items/{turn_id}/test")
    async def look(coach: Coach, turn_id: str, answerability: str = "") -> Response:
        opened, found = await _preview(coach, turn_id, answerability)
        return page(
            "review_case.html",
            title="Make it a test",
            coach=coach,
            item=opened.item,
            found=found,
            text=found.case.model_dump_json(indent=2) if found.case else "",
            answerabilities=ANSWERABILITIES,
        )

    @router.post("/items/{turn_id}/test")
    async def make(request: Request, coach: Coach, turn_id: str) -> Response:
        async with request.form() as form:
            answerability = _text(form, "answerability")
        _, found = await _preview(coach, turn_id, answerability)
        if found.case is None or found.problems:
            return _to(f"{REVIEW}/items/{turn_id}/test?answerability={answerability}")
        kept = await _reach(partial(pending.add, turn_id, coach.id, found.case))
        return _to_item(turn_id, "test" if kept else "taken")

    async def _preview(coach: Account, turn_id: str, answerability: str) -> tuple[Opened, Preview]:
        opened = await _opened(queue, turn_id, coach)
        if opened.draft is None:
            raise HTTPException(404, "Correct the answer first, then make it a test.")
        picked = await _reach(partial(knowledge.passages, opened.draft.passages))
        chosen = _answerability(answerability)
        return opened, await _reach(partial(preview, opened, opened.draft, picked, guides, chosen))


def _add_insights(router: APIRouter, knowledge: Knowledge, database: Database) -> None:
    insights, gaps = Insights(database), Gaps(database, knowledge.vectors, knowledge.guides)

    @router.get("/gaps")
    async def show_gaps(coach: Coach) -> Response:
        found = await _reach(partial(gaps.gaps, coach.id))
        return page("review_gaps.html", title="Gaps", coach=coach, gaps=found)

    @router.get("/gaps.csv")
    async def csv_of_gaps(coach: Coach) -> Response:
        found = await _reach(partial(gaps.gaps, coach.id))
        return _download(as_csv(found), "gaps.csv", "text/csv")

    @router.get("/gaps.md")
    async def list_of_gaps(coach: Coach) -> Response:
        found = await _reach(partial(gaps.gaps, coach.id))
        return _download(as_markdown(found), "gaps.md", "text/markdown")

    @router.get("/asked")
    async def asked(coach: Coach) -> Response:
        found = await _reach(partial(insights.asked, datetime.now(UTC).date()))
        return page("review_asked.html", title="What people ask", coach=coach, asked=found)

    @router.get("/agreement")
    async def agreement(coach: Coach) -> Response:
        found = await _reach(insights.agreement)
        return page("review_agreement.html", title="Agreement", coach=coach, found=found)


def _drafted(knowledge: Knowledge, form: FormData, edits: Mapping[str, str]) -> Draft:
    picked = knowledge.passages([str(one) for one in form.getlist("passages")])
    edited = knowledge.passages(list(edits))
    texts = {passage.source: knowledge.source_text(passage.source) for passage in edited}
    sources = {name: text for name, text in texts.items() if text is not None}
    diff = guide_edit(edited, edits, sources)
    return drafted(_text(form, "text"), picked, _text(form, "facts").splitlines(), diff)


def _filters(given: Mapping[str, str]) -> Filters:
    chosen: dict[str, str | None] = {
        name: value for name, value in given.items() if name in Filters.model_fields
    }
    if chosen.get("state") == "all":
        chosen["state"] = None
    return Filters.model_validate(chosen)


def _answerability(given: str) -> Answerability | None:
    return next((one for one in ANSWERABILITIES if one == given), None)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


async def _opened(queue: ReviewQueue, turn_id: str, coach: Account) -> Opened:
    opened = await _reach(partial(queue.read, turn_id, coach.id))
    if opened is None:
        raise HTTPException(404, "This is not in the queue any more. It may have been deleted.")
    return opened


async def _reach(call: Callable[[], T]) -> T:
    return await to_thread.run_sync(call)


async def _to_next(queue: ReviewQueue, coach: Account) -> Response:
    turn_id = await _reach(partial(queue.claim_next, coach.id))
    return _to(f"{REVIEW}?said=empty") if turn_id is None else _to_item(turn_id)


def _to_item(turn_id: str, said: str = "") -> Response:
    return _to(f"{REVIEW}/items/{turn_id}{f'?said={said}' if said else ''}")


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, {"cache-control": "no-store"})


def _download(text: str, name: str, kind: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(text.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)
