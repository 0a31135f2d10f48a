"""Folders of runs: ``run.json``, and ``records.jsonl`` with a line for each case asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from filelock import FileLock, Timeout
from pydantic import ValidationError

from coach.domain import Value
from coach.errors import ReadingError
from evals.provenance import made_alike
from evals.records import CaseRecord, Run

RUNS = Path(__file__).parent / "runs"
"""Where runs are kept unless said otherwise."""

BASELINE = Path(__file__).parent / "baseline"
"""The run that changes are held against; it is kept in the repository."""

_RUN = "run.json"
RECORDS = "records.jsonl"
_LOCK = ".lock"
_TIME = "seconds"  # the metric that no two runs have alike
_KEPT_HITS = 5

Line = TypeVar("Line", bound=Value)


def load_run(folder: Path) -> tuple[Run, list[CaseRecord]]:
    """What a run was made with, and its records in the order of the file.

    Raises:
        ReadingError: there is no run, or it cannot be read.
    """
    return load_description(folder), load_records(folder)


def load_description(folder: Path) -> Run:
    """What a run was made with.

    Raises:
        ReadingError: there is no run, or it cannot be read.
    """
    file = folder / _RUN
    try:
        return Run.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ReadingError(
            "There is no run here.",
            where=str(folder),
            remedy="Give the folder of a run, or its name in evals/runs.",
        ) from error
    except ValidationError as error:
        raise _unreadable(str(file), error) from error


def load_records(folder: Path) -> list[CaseRecord]:
    """The records of a run; a last line that was not written to its end is left out.

    Raises:
        ReadingError: the records cannot be read.
    """
    return load_lines(folder / RECORDS, CaseRecord)


def load_lines(file: Path, kind: type[Line]) -> list[Line]:
    """The values in a file, one a line; none where there is no file.

    A last line that was not written to its end is left out.

    Raises:
        ReadingError: the file cannot be read; says which line.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return []
    values = []
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        try:
            values.append(kind.model_validate_json(line))
        except ValidationError as error:
            raise _unreadable(f"{file}:{number}", error) from error
    return values


def find_run(name: str, runs: Path) -> Path:
    """The folder of a run, told by its path or by its id."""
    folder = Path(name)
    return folder if (folder / _RUN).is_file() else runs / name


def new_folder(runs: Path, run: Run) -> tuple[Path, Run]:
    """Make the folder of a run, and give the run the id that the folder has."""
    runs.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        run_id = run.id if number == 1 else f"{run.id}-{number}"
        try:
            (runs / run_id).mkdir()
        except FileExistsError:
            continue
        return runs / run_id, run.model_copy(update={"id": run_id})
    raise ReadingError(
        "There are too many runs of this second.", where=str(runs), remedy="Try again."
    )


def unfinished(runs: Path, run: Run) -> Path | None:
    """The newest unfinished run that was made as this one is, and that nobody is at now."""
    found = []
    for file in runs.glob(f"*/{_RUN}"):
        try:
            known = load_description(file.parent)
        except ReadingError:
            continue
        if not known.complete and made_alike(known, run):
            found.append((known.created, file.parent))
    for _, folder in sorted(found, reverse=True):
        try:
            with writing(folder):
                return folder
        except ReadingError:
            continue
    return None


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to a run's folder meanwhile.

    Raises:
        ReadingError: another process is at it.
    """
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise ReadingError(
            "Another process is working on this run.",
            where=str(folder),
            remedy="Wait for it, or start a run of your own.",
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def appending(file: Path) -> Iterator[IO[bytes]]:
    """A file of lines, open at its end; a line that was not written to its end is cut off."""
    file.touch()
    with file.open("r+b") as stream:
        data = stream.read()
        stream.seek(data.rfind(b"\n") + 1)
        stream.truncate()
        yield stream


def append(stream: IO[bytes], value: Value) -> None:
    """Write a value as a line that outlives the process."""
    stream.write(f"{value.model_dump_json()}\n".encode())
    stream.flush()


def save_description(folder: Path, run: Run) -> None:
    """Write what a run was made with."""
    _replace(folder / _RUN, f"{run.model_dump_json(indent=2)}\n")


def save_records(folder: Path, records: Sequence[CaseRecord]) -> None:
    """Write all records anew, in the order given."""
    _replace(folder / RECORDS, "".join(f"{record.model_dump_json()}\n" for record in records))


def write_baseline(run: Run, records: Sequence[CaseRecord], folder: Path) -> None:
    """Write a run as a baseline, which two runs of one commit give to the letter.

    The records are sorted and keep neither timings nor what scores no longer need: of hits the
    first five without their texts, and no hits of the question alone or of its rewrite.

    Raises:
        ReadingError: the run is not complete.
    """
    if not run.complete:
        raise ReadingError(
            "This run is not complete, so nothing can be held against it.",
            where=run.id,
            remedy="Go on with it first: give its command again.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    kept = sorted(map(_lasting, records), key=lambda record: record.case.id)
    save_records(folder, kept)
    save_description(folder, run)


def _lasting(record: CaseRecord) -> CaseRecord:
    scores = {name: value for name, value in record.scores.items() if name != _TIME}
    answer = None if record.answer is None else _lasting_answer(record.answer)
    lasting: dict[str, Any] = {"seconds": 0.0, "scores": scores, "answer": answer}
    return record.model_copy(update={**lasting, "raw_hits": None, "rewrite_hits": None})


def _lasting_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    hits = [{**hit, "text": ""} for hit in answer["hits"][:_KEPT_HITS]]
    return {**answer, "hits": hits, "timings_ms": {}}


def _replace(file: Path, text: str) -> None:
    """Write a file so that no reader ever finds half of it."""
    beside = file.with_suffix(".new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(file)


def _unreadable(where: str, error: ValidationError) -> ReadingError:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return ReadingError(
        f"This run cannot be read: {place + ': ' if place else ''}{first['msg']}.",
        where=where,
        remedy="It may be of another version: make the run again.",
    )
