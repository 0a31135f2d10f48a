"""The coaches' pages: the queue, an item, and what can be learnt from all of them.

Made on the server without Gradio: whatever people, guides and models wrote is escaped. Every
address asks for the role; other sites can have nothing changed here, see ``coach.web.security``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import ValidationError

from coach.accounts import COACHES, Accounts
from coach.database import Database
from coach.domain import Section
from coach.errors import CoachError
from coach.review.gaps import Gaps, as_csv, as_markdown
from coach.review.insights import Insights
from coach.review.queue import ReviewQueue
from coach.review.values import WHY, Filters, ItemState
from coach.transcripts.queueing import Reason
from coach.web.identity import require
from coach.web.pages import page, plain_page
from coach.web.review_case import add_case
from coach.web.review_item import Knowledge
from coach.web.review_work import REVIEW, Coach, ItemPages, add_item, download, reach, to_next

log = logging.getLogger(__name__)

EMPTY = "There is nothing left to review."
AWAY = "The conversations or the guides cannot be reached just now. Please try again in a minute."


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
            except CoachError as error:
                log.error("A request of the coaches' pages failed: %s", error)
                return plain_page("Please try again in a minute", AWAY, 503)

        return handle_or_tell


def review_router(knowledge: Knowledge, database: Database, guides: Path) -> APIRouter:
    """Build the coaches' pages.

    Args:
        knowledge: the guides as the coach knows them.
        database: keeps conversations, accounts and reviews.
        guides: the folder of guides, which tests are checked against and changes proposed of.
    """
    router = APIRouter(
        prefix=REVIEW, route_class=_PageRoute, dependencies=[Depends(require(*COACHES))]
    )
    _add_queue(router, knowledge, database)
    pages = ItemPages(knowledge, database, guides)
    add_item(router, pages, database)
    add_case(router, pages, knowledge, database, guides)
    _add_insights(router, knowledge, database)
    return router


def _add_queue(router: APIRouter, knowledge: Knowledge, database: Database) -> None:
    queue, accounts = ReviewQueue(database), Accounts(database)

    @router.get("")
    async def show(request: Request, coach: Coach, after: str = "", said: str = "") -> Response:
        given = {name: value for name, value in request.query_params.items() if value}
        filters = _filters(given)
        found = await reach(partial(queue.page, coach.id, filters, after=after or None))
        counts = await reach(queue.counts)
        coaches = [one for one in await reach(accounts.accounts) if one.role in COACHES]
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
            guides=[guide.slug for guide in await reach(knowledge.guides)],
            sections=list(Section),
            reasons=list(Reason),
            states=list(ItemState),
            why=WHY,
            said=EMPTY if said == "empty" else "",
        )

    @router.post("/next")
    async def claim_next(coach: Coach) -> Response:
        return await to_next(queue, coach)


def _add_insights(router: APIRouter, knowledge: Knowledge, database: Database) -> None:
    insights, gaps = Insights(database), Gaps(database, knowledge.vectors, knowledge.guides)

    @router.get("/gaps")
    async def show_gaps(coach: Coach) -> Response:
        found = await reach(partial(gaps.gaps, coach.id))
        return page("review_gaps.html", title="Gaps", coach=coach, gaps=found)

    @router.get("/gaps.csv")
    async def csv_of_gaps(coach: Coach) -> Response:
        found = await reach(partial(gaps.gaps, coach.id))
        return download(as_csv(found), "gaps.csv", "text/csv")

    @router.get("/gaps.md")
    async def list_of_gaps(coach: Coach) -> Response:
        found = await reach(partial(gaps.gaps, coach.id))
        return download(as_markdown(found), "gaps.md", "text/markdown")

    @router.get("/asked")
    async def asked(coach: Coach) -> Response:
        found = await reach(partial(insights.asked, datetime.now(UTC).date()))
        return page("review_asked.html", title="What people ask", coach=coach, asked=found)

    @router.get("/agreement")
    async def agreement(coach: Coach) -> Response:
        found = await reach(insights.agreement)
        return page("review_agreement.html", title="Agreement", coach=coach, found=found)


def _filters(given: Mapping[str, str]) -> Filters:
    chosen: dict[str, str | None] = {
        name: value for name, value in given.items() if name in Filters.model_fields
    }
    if chosen.get("state") == "all":
        chosen["state"] = None
    return Filters.model_validate(chosen)
