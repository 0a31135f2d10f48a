"""``/metrics``: figures of this process, and of the coaches' queue, for Prometheus."""

from __future__ import annotations

import math
from functools import partial

from fastapi import APIRouter
from fastapi.responses import Response

from coach.errors import DatabaseUnusable
from coach.monitoring.figures import CONTENT_TYPE, REVIEW_QUEUE, exposed
from coach.review.queue import ReviewQueue
from coach.web.database_threads import ask_database


def metrics_router(queue: ReviewQueue) -> APIRouter:
    """Build the address of the figures, open to whoever reaches it."""
    router = APIRouter()

    @router.get("/metrics")
    async def metrics() -> Response:
        REVIEW_QUEUE.set(await ask_database(partial(_waiting, queue)))
        return Response(exposed(), media_type=CONTENT_TYPE)

    return router


def _waiting(queue: ReviewQueue) -> float:
    try:
        counts = queue.counts()
    except DatabaseUnusable:
        return math.nan
    return counts.total - counts.done
