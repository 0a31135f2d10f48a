"""``python -m evals``: ask the cases, compare runs, and tell whether a change may be taken."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.errors import CoachError, ModelError, ReadingError
from evals.asking import CASES, Finished, Interrupted, Options, Part, ask_all, console
from evals.outcome import remind, show, write
from evals.records import CaseRecord, Run, Sample
from evals.runs import BASELINE, RUNS, find_run, load_description, load_run, write_baseline

if TYPE_CHECKING:
    from coach.database import Database
    from evals.judge import Judge
    from evals.table import Results

_FAILED = 2  # unlike the 1 of a gate that refuses
_INTERRUPTED = 130

app = typer.Typer(
    help="Know whether answers are right, and whether a change made them better or worse.",
    no_args_is_help=True,
    add_completion=False,
)

Made = tuple[Run, list[CaseRecord]]
Against = Annotated[
    str | None,
    typer.Option(metavar="RUN", help="A run to compare with, by folder or id; the baseline."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder that holds the folders of runs.")]


class Tool(StrEnum):
    """Other people's tools that can load our files."""

    RAGAS = "ragas"
    PROMPTFOO = "promptfoo"


@app.command()
def run(
    split: Annotated[Part, typer.Option(help="The cases to tune on, the others, or all.")] = "dev",
    tag: Annotated[
        str | None, typer.Option(help="Only cases with this tag, answerability or kind of attack.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="A language model as provider:name; without one, answers are quoted."),
    ] = None,
    cases: Annotated[Path, typer.Option(metavar="PATH", help="A file or folder of cases.")] = CASES,
    only: Annotated[str | None, typer.Option(metavar="ID", help="One case.")] = None,
    against: Against = None,
    out: Out = RUNS,
    workers: Annotated[int | None, typer.Option(min=1, help="Cases asked at once.")] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="An index to use, instead of indexing the guides."),
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with this run that was not finished.")
    ] = None,
    judging: Annotated[
        bool,
        typer.Option("--judge", help="Have the language model in COACH_JUDGE_MODEL judge, too."),
    ] = False,
    transcripts: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Ask so many questions that people asked, instead of cases."
        ),
    ] = None,
    as_json: AsJson = False,
    as_markdown: AsMarkdown = False,
) -> None:
    """Ask the cases and print the figures, against the baseline unless told otherwise.

    Given again after an interruption, the same command goes on where the run ended. Questions that
    people asked are drawn anew by each call; --resume goes on with those of a run. They have no
    right answer: only the metrics that need none are told, and no other run is held against them.
    """
    from evals.table import results_of

    _refuse_both(as_json, as_markdown)
    with telling():
        sample = _sample(transcripts, resume, out)
        if sample is not None:
            given = {"--against": against, "--tag": tag, "--only": only}
            changed = {"--split": split != "dev", "--cases": cases != CASES}
            _refuse_with_questions({**given, **changed})
        before = _found(against, out) if against is not None else _baseline_if_there()
        judge_model = _judge_model() if judging else None
        options = Options(
            split=split,
            tag=tag,
            only=only,
            cases=cases,
            model=model,
            data=data,
            runs=out,
            resume=resume,
            sample=sample,
            workers=workers,
        )
        if sample is not None:
            before = None
            finished = _ask_transcripts(options, sample)
        else:
            finished = ask_all(options)
            _tell_coaches(finished)
        results = results_of(finished.run, finished.records, before)
        write(results, finished.folder)
        if judge_model is not None:
            results = _judged(results, judge_model, finished.folder)
            write(results, finished.folder)
        show(results, as_json=as_json, as_markdown=as_markdown)
        looked = any(record.case.split == "test" for record in finished.records)
        if looked and sample is None:
            remind(finished.run)


@app.command()
def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="The earlier run, by folder or id.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The later run, by folder or id.")],
    out: Out = RUNS,
    as_json: AsJson = False,
    as_markdown: AsMarkdown = False,
) -> None:
    """Print what became of each figure from one run to another, and the cases that flipped."""
    from evals.gate import notes
    from evals.table import flip_lines, results_of

    _refuse_both(as_json, as_markdown)
    with telling():
        before, after = _found(first, out), _found(second, out)
        results = results_of(*after, before)
        comparison = results.comparison
        if comparison is None:
            raise ReadingError(
                "The two runs have no answered case in common, so there is nothing to compare.",
                where=f"{first}, {second}",
                remedy="Give two runs of the same cases.",
            )
        sentences = [*notes(before[0], after[0], comparison)]
        sentences += [] if as_markdown else flip_lines(comparison)
        show(results, as_json=as_json, as_markdown=as_markdown, sentences=sentences)


@app.command()
def judge(
    made: Annotated[str, typer.Argument(metavar="RUN", help="A run, by folder or id.")],
    out: Out = RUNS,
    as_json: AsJson = False,
    as_markdown: AsMarkdown = False,
) -> None:
    """Have the language model in COACH_JUDGE_MODEL judge a run, or go on where it was stopped."""
    from evals.table import results_of

    _refuse_both(as_json, as_markdown)

    with telling():
        folder = find_run(made, out)
        results = results_of(*load_run(folder), _baseline_if_there())
        results = _judged(results, _judge_model(), folder)
        write(results, folder)
        show(results, as_json=as_json, as_markdown=as_markdown)


@app.command()
def gate(
    against: Annotated[Path, typer.Option(metavar="RUN", help="The baseline's folder.")] = BASELINE,
    cases: Annotated[Path, typer.Option(metavar="PATH", help="A file or folder of cases.")] = CASES,
    out: Out = RUNS,
    as_markdown: AsMarkdown = False,
) -> None:
    """Ask the dev split in quoting mode; end with 1 if something is broken or became worse."""
    from evals.gate import decide, decision_lines
    from evals.table import results_of

    with telling():
        before = load_run(against)
        finished = ask_all(Options(cases=cases, runs=out))
        _tell_coaches(finished)
        results = results_of(finished.run, finished.records, before)
        decision = decide(before, (finished.run, finished.records), results.comparison)
        lines = decision_lines(decision)
        write(results, finished.folder, lines)
        show(results, as_markdown=as_markdown, sentences=lines)
    raise typer.Exit(1 if decision.is_refused else 0)


@app.command()
def baseline(
    made: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="A run, by folder or id; without one it is made now."),
    ] = None,
    to: Annotated[Path, typer.Option(metavar="DIR", help="Where to write it.")] = BASELINE,
    out: Out = RUNS,
) -> None:
    """Make a run the baseline: the dev split, quoted."""
    with telling():
        if made is None:
            finished = ask_all(Options(runs=out))
            known, records = finished.run, finished.records
        else:
            known, records = _found(made, out)
        write_baseline(known, records, to)
        console.print(f"{to} is the run {known.id} now. Commit it with the change it belongs to.")


@app.command("import")
def import_reviewed(
    to: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder of cases to write them to.")
    ] = CASES,
) -> None:
    """Take up the cases that coaches made of corrected answers."""
    from coach.settings import Settings
    from evals.importing import conversations, import_pending

    with telling():
        with conversations(Settings.from_environment()) as database:
            imported = import_pending(_there(database), to)
        for repeated in imported.repeated:
            console.print(f"{repeated} asks the same as another case and was left out.")
        count = len(imported.taken)
        if not count:
            console.print("There is nothing new to take up.")
            return
        console.print(
            f"{count} case{'s are' if count > 1 else ' is'} in {imported.file} now. Read them, run "
            f"`coach check {to}`, then commit them."
        )


@app.command()
def export(
    made: Annotated[str, typer.Argument(metavar="RUN", help="A run, by folder or id.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    tool: Annotated[Tool, typer.Option("--for", help="The tool that is to load it.")],
    out: Out = RUNS,
) -> None:
    """Write a run, or its cases, as a file that another tool loads."""
    from evals.exports import export_promptfoo, export_ragas

    with telling():
        known, records = _found(made, out)
        if tool is Tool.RAGAS:
            count = export_ragas(known, records, file)
        else:
            count = export_promptfoo([record.case for record in records], file)
        console.print(f"{count} cases are in {file}.")


@contextmanager
def telling() -> Iterator[None]:
    """Tell errors and interruptions in a sentence, and end with a code of their own."""
    try:
        yield
    except CoachError as error:
        console.print(f"evals: {error}")
        raise typer.Exit(_FAILED) from error
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        why = error.strerror or str(error)
        console.print(f"evals: {what}This cannot be read or written: {why}. Name another place.")
        raise typer.Exit(_FAILED) from error
    except Interrupted as stopped:
        again = "" if stopped.sampled else "give the same command again, or "
        console.print(
            f"Stopped after {stopped.done} of {stopped.total} cases. They are kept. To go on, "
            f"{again}add --resume {stopped.folder.name}."
        )
        raise typer.Exit(_INTERRUPTED) from stopped


def _sample(count: int | None, resume: str | None, runs: Path) -> Sample | None:
    """Which kept questions to ask: those of the run to go on with, or new ones if any."""
    known = load_description(find_run(resume, runs)).sample if resume is not None else None
    if known is not None and count not in (None, known.count):
        raise typer.BadParameter(f"{resume} asks {known.count} questions. Leave out --transcripts.")
    if known is not None or count is None:
        return known
    from evals.sampling import new_sample

    return new_sample(count)


def _ask_transcripts(options: Options, sample: Sample) -> Finished:
    """Ask a sample of the questions that people asked."""
    from coach.settings import Settings
    from evals.importing import conversations
    from evals.sampling import kept_questions

    with conversations(Settings.from_environment()) as database:
        cases = kept_questions(_there(database), sample)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "transcripts.jsonl"
        lines = (f"{case.model_dump_json()}\n" for case in cases)
        file.write_text("".join(lines), encoding="utf-8", newline="\n")
        return ask_all(replace(options, cases=file, split="all"))


def _tell_coaches(finished: Finished) -> None:
    """Show coaches how the cases they made were answered; a run is not lost for want of that."""
    from coach.settings import Settings
    from evals.importing import note_results

    try:
        note_results(Settings.from_environment(), finished.records)
    except CoachError as error:
        console.print(f"The review pages do not show this run: {error}")


def _there(database: Database | None) -> Database:
    if database is None:
        raise ReadingError(
            "There are no conversations yet.",
            remedy="Ask on the chat page first, or set COACH_DATA or COACH_DATABASE_URL.",
        )
    return database


def _found(name: str, runs: Path) -> Made:
    return load_run(find_run(name, runs))


def _baseline_if_there() -> Made | None:
    return load_run(BASELINE) if BASELINE.is_dir() else None


def _judge_model() -> Judge:
    from coach.settings import Settings
    from evals.judge import open_judge

    with console.status("Opening the judge ..."):
        return open_judge(Settings.from_environment())


def _judged(results: Results, judge_model: Judge, folder: Path) -> Results:
    """The same results with the figures of a judge."""
    from evals.agreement import judge_run

    go_on = f"What was judged is kept: `python -m evals judge {folder}` goes on."
    try:
        with console.status("Judging ...") as status:
            judging = judge_run(
                results.records,
                judge_model,
                folder,
                seed=results.run.seed,
                told=lambda done, total: status.update(f"Judging: {done} of {total} ..."),
            )
    except KeyboardInterrupt as error:
        console.print(f"Stopped. {go_on}")
        raise typer.Exit(_INTERRUPTED) from error
    except ModelError:
        console.print(go_on)
        raise
    return replace(results, judging=judging)


def _refuse_both(as_json: bool, as_markdown: bool) -> None:
    if as_json and as_markdown:
        raise typer.BadParameter("--json and --markdown do not go together.")


def _refuse_with_questions(given: Mapping[str, object]) -> None:
    """Refuse what chooses among cases, or compares with them, where kept questions are asked."""
    for name in (name for name, value in given.items() if value):
        raise typer.BadParameter(f"{name} does not go together with questions that people asked.")


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()
