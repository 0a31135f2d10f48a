"""The plan page: a form, a plan that follows it at once, files of it, and what is kept of it.

``GET /plan`` is the page. What it asks for while it is used comes as JSON; what cannot be planned
with is answered with 400 and a line on which field to change.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, TypeVar

import numpy as np
from anyio import to_thread
from fastapi import APIRouter, Depends, Header, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from numpy.typing import NDArray

from coach.accounts import COACHES, Account, Role
from coach.domain import Guide
from coach.errors import CoachError, PlanError, ReadingError
from coach.planning import Adjustment, Plan, Preferences, build
from coach.planning.comparing import Comparison, compare
from coach.planning.files import FileFormat, as_file
from coach.planning.skills import Match, match, shared
from coach.plans import KeptPlan, Plans
from coach.web.identity import require
from coach.web.pages import page, plain_page
from coach.web.plan_requests import Comment, Comparing, Keeping, Said, Undoing, Wanted, Which, read
from coach.web.plan_view import finishable, shown_plan, shown_skills, today_at
from coach.web.review_item import Knowledge
from coach.web.security import BODY_BYTES

log = logging.getLogger(__name__)

PLAN = "/plan"
# To read a long PDF takes seconds; questions are not to wait for many of them.
CVS_AT_ONCE = 1
AWAY = "Plans cannot be reached just now. What you entered is still here; try again in a minute."
ENDED = "This link does not work any more. Ask whoever shared the plan for a new one."

NOT_THEIRS = "Somebody else is signed in by now. Open the page again."

R = TypeVar("R")


def _signed(
    account: Annotated[Account, Depends(require(*Role))],
    x_account: Annotated[str | None, Header()] = None,
) -> Account:
    """Who is signed in.

    A page that was opened for one account and is still there when another has signed in from the
    same browser names the first: it is told so, and mixes nobody's plans.
    """
    if x_account not in {None, account.id}:
        raise HTTPException(401, NOT_THEIRS)
    return account


Signed = Annotated[Account, Depends(_signed)]
Coach = Annotated[Account, Depends(require(*COACHES))]


KINDS = {
    FileFormat.ICS: "text/calendar; charset=utf-8",
    FileFormat.MD: "text/markdown; charset=utf-8",
    FileFormat.PDF: "application/pdf",
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json",
}


class _PlanRoute(APIRoute):
    """Says what is wrong in a form that the page's script can put beside the field."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except PlanError as error:
                problem = f"{error.problem} ({error.where})" if error.where else error.problem
                return _told(400, problem, error.remedy, error.field)
            except ReadingError as error:
                return _told(400, error.problem, error.remedy, "cv")
            except HTTPException as error:
                return _told(error.status_code, str(error.detail))
            except CoachError as error:
                log.error("A request of the plan page failed: %s", error)
                if request.method == "GET":
                    return plain_page("Please try again in a minute", AWAY, 503)
                return _told(503, AWAY)

        return handle_or_tell


class _Encoding:
    """The knowledge's encoder, as matching asks for it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._knowledge.vectors(texts)


def plans_router(knowledge: Knowledge, plans: Plans) -> APIRouter:
    """Build the plan page.

    Args:
        knowledge: the guides as the coach knows them.
        plans: those that people who are signed in keep.
    """
    router = APIRouter(route_class=_PlanRoute)
    _add_page(router, knowledge, plans)
    _add_planning(router, knowledge)
    _add_keeping(router, knowledge, plans)
    _add_coaches(router, knowledge, plans)
    return router


def _add_page(router: APIRouter, knowledge: Knowledge, plans: Plans) -> None:
    @router.get(PLAN)
    async def show(request: Request, guide: str = "") -> Response:
        account: Account | None = request.state.account
        guides = await _run(knowledge.guides)
        found = next((one for one in guides if one.slug == guide), None)
        slugs = await _run(partial(plans.guides, account.id)) if account else []
        kept = None
        if found is not None and account is not None:
            kept = await _run(partial(plans.load, account.id, found.slug))
        given = request.query_params
        asked = {name: given.getlist(name) for name in given if name != "guide"}
        unknown = bool(guide) and not found
        return _page(guides, found, account, kept, slugs, unknown=unknown, asked=asked)


def _add_planning(router: APIRouter, knowledge: Knowledge) -> None:
    reading = asyncio.Semaphore(CVS_AT_ONCE)

    @router.post(f"{PLAN}.json")
    async def make(request: Request) -> Response:
        wanted = await read(request, Wanted)
        made, guide = await _run(partial(_build, wanted, knowledge))
        today = today_at(wanted.preferences.time_zone)
        shown = await _run(partial(shown_plan, made, guide, knowledge, today))
        return _json(shown.model_dump(mode="json"))

    @router.post(f"{PLAN}/compare")
    async def set_beside(request: Request) -> Response:
        given = await read(request, Comparing)
        return _json((await _run(partial(_compared, given, knowledge))).model_dump(mode="json"))

    @router.post(f"{PLAN}/match")
    async def find(request: Request) -> Response:
        said = await read(request, Said)
        found = await _run(partial(_matched, said, knowledge))
        return _json([one.model_dump(mode="json") for one in found])

    @router.post(f"{PLAN}/cv")
    async def read_cv(request: Request) -> Response:
        from coach.cv import propose

        body = await request.body()
        guides = await _run(knowledge.guides)
        async with reading:
            found = await _run(partial(propose, body, guides))
        return _json(found.model_dump(mode="json"))

    @router.post(f"{PLAN}/export")
    async def export(request: Request, format: FileFormat) -> Response:
        made, guide = await _run(partial(_build, await read(request, Wanted), knowledge))
        content = await _run(partial(as_file, made, format))
        name = f"plan-{guide.slug}.{format}"
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
        }
        return Response(content, media_type=KINDS[format], headers=headers)

    @router.post(f"{PLAN}/import")
    async def take(request: Request) -> Response:
        from coach.planning import exports

        body = await request.body()
        slug, preferences = exports.from_json(body.decode("utf-8", "replace"))
        wanted = Wanted(guide=slug, preferences=preferences)
        await _run(partial(_build, wanted, knowledge))
        return _json(wanted.model_dump(mode="json"))


def _add_keeping(router: APIRouter, knowledge: Knowledge, plans: Plans) -> None:
    @router.post(f"{PLAN}/keep")
    async def keep(request: Request, account: Signed) -> Response:
        given = await read(request, Keeping)
        # What cannot be planned with is not kept.
        await _run(partial(_build, given, knowledge))
        kept = await _run(
            partial(plans.save, account.id, given.guide, given.preferences, given.version)
        )
        if kept is None:
            newest = await _run(partial(plans.load, account.id, given.guide))
            shown = newest.model_dump(mode="json") if newest else None
            return _json({"newest": shown}, 409)
        return _json(kept.model_dump(mode="json"))

    @router.post(f"{PLAN}/delete")
    async def delete(request: Request, account: Signed) -> Response:
        which = await read(request, Which)
        await _run(partial(plans.delete, account.id, which.guide))
        return Response(status_code=204)

    @router.post(f"{PLAN}/share")
    async def share(request: Request, account: Signed) -> Response:
        which = await read(request, Which)
        token = await _run(partial(plans.share, account.id, which.guide))
        if token is None:
            raise HTTPException(404, "There is no such plan to share yet.")
        return _json({"path": f"{PLAN}/shared/{token}"})

    @router.post(f"{PLAN}/revoke")
    async def revoke(request: Request, account: Signed) -> Response:
        which = await read(request, Which)
        await _run(partial(plans.revoke, account.id, which.guide))
        return Response(status_code=204)

    @router.post(f"{PLAN}/undo")
    async def undo(request: Request, account: Signed) -> Response:
        which = await read(request, Undoing)
        kept = await _run(partial(plans.undo, account.id, which.guide, which.change))
        if kept is None:
            raise HTTPException(404, "This has been undone already.")
        return _json(kept.model_dump(mode="json"))


def _add_coaches(router: APIRouter, knowledge: Knowledge, plans: Plans) -> None:
    @router.get(f"{PLAN}/shared/{{token}}")
    async def show(coach: Coach, token: str) -> Response:
        kept = await _run(partial(plans.shared, token, coach.id))
        guides = await _run(knowledge.guides)
        guide = next((one for one in guides if kept and one.slug == kept.guide), None)
        if kept is None or guide is None:
            return plain_page("This link does not work any more", ENDED, 404)
        response = _page(guides, guide, coach, kept, token=token)
        response.headers["referrer-policy"] = "no-referrer"
        return response

    @router.post(f"{PLAN}/shared/{{token}}/comment")
    async def comment(request: Request, coach: Coach, token: str) -> Response:
        said = await read(request, Comment)
        await _run(partial(_check_task, plans, knowledge, token, coach, said.task))
        kept = await _run(partial(plans.comment, token, coach.id, said.task, said.text))
        return _shared(kept)

    @router.post(f"{PLAN}/shared/{{token}}/adjust")
    async def adjust(request: Request, coach: Coach, token: str) -> Response:
        wanted = await read(request, Adjustment)
        await _run(partial(_check_task, plans, knowledge, token, coach, wanted.task, wanted))
        return _shared(await _run(partial(plans.adjust, token, coach.id, wanted, _worded(wanted))))


def _check_task(
    plans: Plans,
    knowledge: Knowledge,
    token: str,
    coach: Account,
    task: str,
    wanted: Adjustment | None = None,
) -> None:
    """See that a shared plan has a task, and can be planned with what is wanted of it.

    Raises:
        HTTPException: the link has ended, or there is no such task.
        PlanError: it cannot be planned so.
    """
    kept = plans.shared(token, coach.id)
    if kept is None:
        raise HTTPException(404, ENDED)
    preferences = kept.preferences
    if wanted is not None:
        others = tuple(one for one in preferences.adjusted if one.task != task)
        preferences = preferences.model_copy(update={"adjusted": (*others, wanted)})
    made, _ = _build(Wanted(guide=kept.guide, preferences=preferences), knowledge)
    if task not in {one.id for one in made.tasks}:
        raise HTTPException(404, "There is no such task in this plan.")


def _shared(kept: KeptPlan | None) -> Response:
    if kept is None:
        raise HTTPException(404, ENDED)
    return _json(kept.model_dump(mode="json"))


def _worded(wanted: Adjustment) -> str:
    if wanted.left_out:
        return "Left out"
    return "As the guide has it" if wanted.hours is None else f"About {wanted.hours:g} hours"


def _page(
    guides: Sequence[Guide],
    guide: Guide | None,
    account: Account | None,
    kept: KeptPlan | None,
    slugs: Sequence[str] = (),
    *,
    unknown: bool = False,
    asked: Mapping[str, Sequence[str]] | None = None,
    token: str | None = None,
) -> Response:
    """The page; ``data`` is what its script begins with, ``slugs`` are the plans they keep."""
    data = {
        "guide": guide.slug if guide else None,
        "skills": [one.model_dump(mode="json") for one in shown_skills(guide)] if guide else [],
        "finishable": finishable(guide) if guide else [],
        "account": account.id if account else None,
        "plans": slugs,
        "largest": BODY_BYTES,
        "kept": kept.model_dump(mode="json") if kept else None,
        "asked": asked or {},
        "token": token,
    }
    return page(
        "plan.html",
        404 if unknown else 200,
        title=guide.title.value if guide else "Plan a move",
        guides=guides,
        guide=guide,
        unknown=unknown,
        account=account,
        coach=token is not None,
        data=data,
    )


def _build(wanted: Wanted, knowledge: Knowledge) -> tuple[Plan, Guide]:
    """The plan and its guide.

    Raises:
        PlanError: there is no such guide, or it cannot be planned so.
    """
    guide = _guide(wanted.guide, knowledge)
    return build(guide, _tidy(wanted.preferences)), guide


def _tidy(preferences: Preferences) -> Preferences:
    """The preferences with each day of study once, in the order of the week."""
    days = tuple(sorted(set(preferences.weekdays)))
    return preferences.model_copy(update={"weekdays": days})


def _guide(slug: str, knowledge: Knowledge) -> Guide:
    for guide in knowledge.guides():
        if guide.slug == slug:
            return guide
    raise PlanError("There is no such guide.", remedy="Choose one of the list.", field="guide")


def _compared(given: Comparing, knowledge: Knowledge) -> Comparison:
    first, second = _guide(given.guide, knowledge), _guide(given.other, knowledge)
    common = shared(first, second, _Encoding(knowledge))
    return compare(first, second, _tidy(given.preferences), common)


def _matched(said: Said, knowledge: Knowledge) -> list[Match]:
    guide = _guide(said.guide, knowledge)
    return match([one for one in map(str.strip, said.said) if one], guide, _Encoding(knowledge))


async def _run(call: Callable[[], R]) -> R:
    return await to_thread.run_sync(call)


def _json(content: object, status: int = 200) -> Response:
    return JSONResponse(content, status, headers={"cache-control": "no-store"})


def _told(status: int, problem: str, remedy: str = "", field: str = "") -> Response:
    return _json({"problem": problem, "remedy": remedy, "field": field}, status)
