"""From options to a finished run: choose the cases, open the coaches, ask, go on where it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coach.cases import Case, read_cases
from coach.errors import ReadingError, SettingsError
from coach.settings import Settings
from evals import runner
from evals.coaches import open_coaches
from evals.provenance import describe, made_alike
from evals.records import CaseRecord, Run, Sample
from evals.runs import RUNS, find_run, load_description, new_folder, unfinished

CASES = Path(__file__).parent / "cases"

# On two cores two at once take half as long, and an answer 7% longer; a model is waited for.
_WORKERS = 2
_WORKERS_WITH_MODEL = 4

Part = Literal["dev", "test", "all"]

console = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Options:
    """What to ask, of whom, and where to keep it.

    Attributes:
        split: the split of the cases.
        tag: cases with this tag, answerability or kind of attack; all where it is None.
        only: the id of the one case; all where it is None.
        cases: a file or folder of cases.
        model: the language model; answers are quoted where it is None.
        data: the folder of an index to use; None to index the guides for the run.
        runs: the folder that holds the folders of runs.
        resume: the unfinished run to go on with; the newest that fits where it is None.
        sample: which kept questions the cases are; None where they are no such questions.
        workers: cases asked at once; as suits quoting or a model where it is None.
    """

    split: Part = "dev"
    tag: str | None = None
    only: str | None = None
    cases: Path = CASES
    model: str | None = None
    data: Path | None = None
    runs: Path = RUNS
    resume: str | None = None
    sample: Sample | None = None
    workers: int | None = None


@dataclass(frozen=True)
class Finished:
    """A run that asked all its cases."""

    folder: Path
    run: Run
    records: list[CaseRecord]


class Interrupted(Exception):  # noqa: N818 - nothing went wrong
    """The run was stopped from the keyboard; what was asked is kept.

    Attributes:
        folder: of the run.
        done: the cases that have a record.
        total: the cases of the run.
        sampled: whether they are kept questions, of which the same command would draw others.
    """

    def __init__(self, folder: Path, done: int, total: int, *, sampled: bool) -> None:
        self.folder, self.done, self.total, self.sampled = folder, done, total, sampled
        super().__init__(folder, done, total)


def ask_all(options: Options) -> Finished:
    """Ask the cases that the options choose, and tell how it goes on standard error.

    Raises:
        CoachError: there are no such cases, or the coach cannot be built.
        Interrupted: Ctrl-C.
    """
    every = read_cases(options.cases)
    runner.refuse_twins(every)
    cases = chosen(every, options)
    settings = _settings(options)
    with console.status("Opening the coach, and indexing the guides where they changed ..."):
        try:
            coaches = open_coaches(
                settings,
                own_index=options.data is None,
                poisoned=any(case.attack == "guide" for case in cases),
            )
        except SettingsError as error:
            if error.where != "COACH_MODEL":
                raise
            # The model was named on the command line, not by the variable.
            raise SettingsError(error.problem, where="--model", remedy=error.remedy) from error
    description = describe(
        cases, split=options.split, settings=settings, guides_hash=coaches.guides_hash
    ).model_copy(update={"sample": options.sample})
    folder, description = _folder(options, description)
    workers = options.workers or (_WORKERS_WITH_MODEL if settings.model else _WORKERS)
    with _progress(len(cases)) as bar:
        try:
            records = asyncio.run(
                runner.run(
                    cases,
                    coaches.answering,
                    folder,
                    description=description,
                    workers=workers,
                    quoting=coaches.quoting,
                    poisoned=coaches.poisoned,
                    told=bar.show,
                )
            )
        except KeyboardInterrupt as error:
            sampled = options.sample is not None
            raise Interrupted(folder, bar.done, len(cases), sampled=sampled) from error
    return Finished(folder, description.model_copy(update={"complete": True}), records)


def chosen(cases: Sequence[Case], options: Options) -> list[Case]:
    """The cases to ask.

    Raises:
        ReadingError: none is left.
    """
    found = [
        case
        for case in cases
        if options.split in ("all", case.split)
        and options.only in (None, case.id)
        and (options.tag is None or options.tag in _labels(case))
    ]
    if found:
        return found
    if options.only is not None:
        raise _not_that_one(cases, options.only, options)
    raise ReadingError(
        f"No case of the {options.split} split fits." if cases else "There are no cases here.",
        where=str(options.cases),
        remedy="Choose another tag, split or file.",
    )


def _not_that_one(cases: Sequence[Case], name: str, options: Options) -> ReadingError:
    """Why the one case asked for is not asked."""
    named = next((case for case in cases if case.id == name), None)
    if named is None:
        near = get_close_matches(name, [case.id for case in cases], n=3)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "Look it up in the cases."
        return ReadingError(f"No case has this id in {options.cases}.", where=name, remedy=remedy)
    if options.split not in ("all", named.split):
        return ReadingError(
            f"This case belongs to the {named.split} split.",
            where=name,
            remedy=f"Add --split {named.split}.",
        )
    return ReadingError(
        f"This case does not have the tag {options.tag}.", where=name, remedy="Leave out --tag."
    )


def _labels(case: Case) -> set[str]:
    return {*case.tags, case.answerability, case.attack} - {""}


def _settings(options: Options) -> Settings:
    """The settings of the environment, but for the model, which must be asked for."""
    changes: dict[str, object] = {"model": options.model}
    if options.data is not None:
        changes["data"] = options.data
    return Settings.from_environment().model_copy(update=changes)


def _folder(options: Options, description: Run) -> tuple[Path, Run]:
    """The folder to go on in, or a new one, and the run that it is of."""
    if options.resume is not None:
        folder = find_run(options.resume, options.runs)
        known = load_description(folder)
        if known.complete or not made_alike(known, description):
            raise ReadingError(
                "This run is complete."
                if known.complete
                else "This run asked other cases, or was made with other guides, settings or code.",
                where=str(folder),
                remedy="Start a new run: leave out --resume.",
            )
    else:
        going_on = unfinished(options.runs, description)
        if going_on is None:
            return new_folder(options.runs, description)
        folder, known = going_on, load_description(going_on)
    console.print(f"Going on with the run {known.id}, which was not finished.")
    return folder, known


class _Bar:
    """The bar of a run, and how far it is."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("Asking", total=total)
        self.done = 0

    def show(self, done: int) -> None:
        """Move the bar."""
        self.done = done
        self._progress.update(self._task, completed=done)


@contextmanager
def _progress(total: int) -> Iterator[_Bar]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bar(progress, total)
