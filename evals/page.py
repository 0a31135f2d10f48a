"""The pages under ``/evals``: runs over time, a run, two runs side by side, a case asked again.

They are drawn on the server and hold no script. They are for the roles evals and admin, and off
unless a setting turns them on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from coach.accounts import Role
from coach.coach import Coach
from coach.errors import CoachError, ReadingError
from coach.web.identity import require
from evals.agreement import judging_of
from evals.coaches import source_text
from evals.drawing import Plot
from evals.judge import FILE as JUDGEMENTS
from evals.metrics import METRICS, Metric
from evals.plots import Line, lines_plot
from evals.records import CaseRecord, Run
from evals.report import Made, compared, results, templates
from evals.runner import ask
from evals.runs import BASELINE, RECORDS, RUNS, load_description, load_records, load_run
from evals.traces import trace

PREFIX = "/evals"
RUNS_SHOWN = 30
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    # The browser tells a form's origin only where it may tell a referrer.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


@dataclass(frozen=True)
class Entry:
    """A run in the list; ``name`` is its folder's. ``means`` has the primary metrics it has."""

    name: str
    run: Run
    cases: int
    errors: int
    means: dict[str, float]


@dataclass(frozen=True)
class Unreadable:
    """A folder whose run cannot be read, and why."""

    name: str
    problem: str


def evals_router(
    coach: Coach, *, seconds: float, runs: Path = RUNS, baseline: Path = BASELINE
) -> APIRouter:
    """The pages under ``/evals``, for the people who run evals.

    Args:
        coach: answers a case that is asked again.
        seconds: the longest that may take.
        runs: the folder of the runs.
        baseline: the folder of the baseline.
    """
    pages = _Pages(coach, seconds, runs, baseline)
    router = APIRouter(
        prefix=PREFIX,
        route_class=_ExplainingRoute,
        dependencies=[Depends(require(Role.EVALS, Role.ADMIN))],
        default_response_class=HTMLResponse,
    )
    case = "/runs/{name}/cases/{case_id:path}"
    # Those that only read run in threads.
    router.add_api_route("", pages.overview)
    router.add_api_route("/compare", pages.two_runs)
    router.add_api_route("/runs/{name}", pages.one_run)
    router.add_api_route(case, pages.one_case)
    router.add_api_route(case, pages.again, methods=["POST"])
    router.add_api_route("/{path:path}", _not_found)
    return router


class _ExplainingRoute(APIRoute):
    """A route that says on a page why something cannot be shown."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def explaining(request: Request) -> Response:
            try:
                return await handle(request)
            except CoachError as error:
                return _explain(error)

        return explaining


class _Pages:
    def __init__(self, coach: Coach, seconds: float, runs: Path, baseline: Path) -> None:
        self._coach = coach
        self._seconds = seconds
        self._runs = runs
        self._baseline = baseline
        # A case asked again shall not slow the people who chat.
        self._turn = asyncio.Semaphore(1)

    def overview(self, request: Request) -> HTMLResponse:
        entries = [_entry(folder) for folder in self._folders()]
        readable = [entry for entry in entries if isinstance(entry, Entry)]
        return _page(
            "Evals",
            "overview",
            entries=readable,
            unreadable=[entry for entry in entries if isinstance(entry, Unreadable)],
            metrics=_primary(),
            plots=list(_over_time(readable)),
        )

    def one_run(self, request: Request) -> HTMLResponse:
        folder = self._folder(request.path_params["name"])
        body = _run_page(folder, _stamp(folder))
        return HTMLResponse(body, headers=HEADERS)

    def two_runs(self, request: Request) -> HTMLResponse:
        before, after = (self._folder(request.query_params.get(key, "")) for key in "ab")
        body = _comparison_page(before, _stamp(before), after, _stamp(after))
        return HTMLResponse(body, headers=HEADERS)

    def one_case(self, request: Request) -> HTMLResponse:
        name, record = self._record(request)
        return _page(record.case.id, "case", name=name, stored=trace(record), fresh=None)

    async def again(self, request: Request) -> HTMLResponse:
        """Ask the case again, now, and show both answers; nothing is stored."""
        name, record = await asyncio.to_thread(self._record, request)
        guides = await asyncio.to_thread(self._coach.guides)
        # A guide may have been changed and indexed anew while the app runs.
        source_text.cache_clear()
        async with self._turn:
            try:
                async with asyncio.timeout(self._seconds):
                    fresh = await ask(
                        record.case, self._coach, self._coach, {one.slug: one for one in guides}
                    )
            except TimeoutError:
                fresh = CaseRecord(
                    case=record.case,
                    answer=None,
                    seconds=self._seconds,
                    error="This took too long, so it was ended. Please try again.",
                )
        return _page(record.case.id, "case", name=name, stored=trace(record), fresh=trace(fresh))

    def _folders(self) -> list[Path]:
        """The runs' folders, the newest first, then the baseline."""
        found = sorted(self._runs.glob("*/run.json"), reverse=True)[:RUNS_SHOWN]
        folders = [file.parent for file in found]
        return [*folders, self._baseline] if (self._baseline / "run.json").is_file() else folders

    def _folder(self, name: str) -> Path:
        """The folder of a run by its name; nothing outside of the runs can be named."""
        if name == self._baseline.name and (self._baseline / "run.json").is_file():
            return self._baseline
        for file in self._runs.glob("*/run.json"):
            if file.parent.name == name:
                return file.parent
        raise ReadingError(
            "There is no such run.", where=name, remedy="Choose one of the list of runs."
        )

    def _record(self, request: Request) -> tuple[str, CaseRecord]:
        name, case_id = request.path_params["name"], request.path_params["case_id"]
        folder = self._folder(name)
        for record in _loaded(folder, _stamp(folder))[1]:
            if record.case.id == case_id:
                return name, record
        raise ReadingError(
            "This run has no such case.", where=case_id, remedy="Choose one of its list of cases."
        )


def _page(title: str, view: str, status: int = 200, **shown: object) -> HTMLResponse:
    return HTMLResponse(_render(title, view, **shown), status, headers=HEADERS)


def _render(title: str, view: str, **shown: object) -> str:
    template = templates().get_template("page_template.html")
    return template.render(title=title, view=view, prefix=PREFIX, **shown)


def _explain(error: CoachError) -> HTMLResponse:
    problem = f"{error.problem} {error.remedy}"
    return _page("Not to be shown", "problem", 404, problem=problem)


def _not_found() -> HTMLResponse:
    return _page("Not found", "problem", 404, problem="There is no such page.")


def _primary() -> list[Metric]:
    return [metric for metric in METRICS.values() if metric.primary]


Stamp = tuple[int, ...]


def _stamp(folder: Path) -> Stamp:
    """What changes when a run's files do, so that what was drawn before is not shown again."""
    files = (folder / name for name in ("run.json", RECORDS, JUDGEMENTS))
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


# A run takes some hundred megabytes in memory.
@lru_cache(maxsize=2)
def _loaded(folder: Path, stamp: Stamp) -> Made:
    return load_run(folder)


@lru_cache(maxsize=8)
def _run_page(folder: Path, stamp: Stamp) -> str:
    run, records = _with_records(folder, stamp)
    judging = judging_of(records, folder, seed=run.seed)
    return _render(run.id, "run", name=folder.name, **results(run, records, judging=judging))


@lru_cache(maxsize=8)
def _comparison_page(before: Path, old: Stamp, after: Path, new: Stamp) -> str:
    earlier, later = _with_records(before, old), _with_records(after, new)
    return _render(
        f"{earlier[0].id} and {later[0].id}",
        "compare",
        names=(before.name, after.name),
        earlier=earlier[0],
        later=later[0],
        compared=compared(earlier, later),
    )


def _with_records(folder: Path, stamp: Stamp) -> Made:
    made = _loaded(folder, stamp)
    if not made[1]:
        raise ReadingError(
            "This run has no answers yet.", where=made[0].id, remedy="Come back in a minute."
        )
    return made


def _entry(folder: Path) -> Entry | Unreadable:
    try:
        return _summary(folder, _stamp(folder))
    except ReadingError as error:
        return Unreadable(folder.name, error.problem)


@lru_cache(maxsize=256)
def _summary(folder: Path, stamp: Stamp) -> Entry:
    records = load_records(folder)
    means = {}
    for metric in _primary():
        values = [one.scores[metric.name] for one in records if metric.name in one.scores]
        if values:
            means[metric.name] = sum(values) / len(values)
    errors = sum(record.error is not None for record in records)
    return Entry(folder.name, load_description(folder), len(records), errors, means)


def _over_time(entries: list[Entry]) -> Iterator[Plot]:
    """A plot for each split that has two complete runs or more, the oldest on the left."""
    for split in sorted({entry.run.split for entry in entries}):
        runs = [entry for entry in entries if entry.run.split == split and entry.run.complete]
        if len(runs) < 2:
            continue
        runs.sort(key=attrgetter("run.created"))
        lines = [
            Line(metric.title, [entry.means.get(metric.name) for entry in runs])
            for metric in _primary()
        ]
        moments = [f"{entry.run.created[5:10]} {entry.run.commit[:7]}".strip() for entry in runs]
        told = f"The primary scores of {len(runs)} runs on {split}, the oldest first."
        yield Plot(f"Runs on {split}", lines_plot(f"time-{split}", moments, lines, told))
