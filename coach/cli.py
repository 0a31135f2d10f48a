"""The ``coach`` command: ask, search, chat and check from a terminal."""

from __future__ import annotations

import asyncio
import codecs
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from coach import cli_backup, cli_plan, cli_transcripts, cli_users
from coach.cli_keeping import Keeper, opened_transcripts
from coach.cli_settings import read_settings, stop
from coach.domain import Answer, Message, Turn, Value
from coach.errors import CoachError, DatabaseUnusable, QuestionError
from coach.wire import answer_fields, hit_fields

if TYPE_CHECKING:
    from coach.coach import Coach

app = typer.Typer(
    help="Ask pathway guides about changing career.", no_args_is_help=True, add_completion=False
)
app.add_typer(cli_users.app, name="users")
app.add_typer(cli_transcripts.app, name="transcripts")
app.command()(cli_plan.plan)
app.command()(cli_backup.backup)
app.command()(cli_backup.restore)

Data = Annotated[Path | None, typer.Option(help="Folder of the index; .coach by default.")]
GuideSlug = Annotated[str | None, typer.Option("--guide", help="Answer from this guide, by slug.")]
Batch = Annotated[
    str | None,
    typer.Option(help="File of questions, a JSON object a line; - for standard input."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON object.")]


class AskLine(Value):
    """A line of ``coach ask --batch``."""

    id: str | int
    question: str
    history: tuple[Message, ...] = ()
    guide: str | None = None


class SearchLine(Value):
    """A line of ``coach search --batch``."""

    id: str | int
    question: str


Line = TypeVar("Line", AskLine, SearchLine)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    guide: GuideSlug = None,
    data: Data = None,
    as_json: AsJson = False,
    batch: Batch = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep question and answer, for coaches to review.")
    ] = False,
) -> None:
    """Answer a question, or a file of them, with the sources of each sentence."""
    coach = _coach(data)
    with _keeper(data) if keep else nullcontext() as keeper:
        if batch is not None:
            _refuse_beside_batch(question)
            for number, line in _lines(batch):
                _print_json(_asked(coach, number, line, keeper))
        else:
            turn = Turn(question=_given(question), guide=guide)
            try:
                answer = _answer(coach, turn, keeper)
            except CoachError as error:
                stop(error)
            if as_json:
                _print_json(answer_fields(None, answer))
            else:
                _print_answer(answer)
        if keeper is not None and keeper.failed:
            raise typer.Exit(1)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    guide: GuideSlug = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many passages at most.")] = 10,
    data: Data = None,
    as_json: AsJson = False,
    batch: Batch = None,
) -> None:
    """Find the passages for a question, or a file of them, best first."""
    coach = _coach(data)
    if batch is not None:
        _refuse_beside_batch(query)
        for number, line in _lines(batch):
            _print_json(_searched(coach, number, line, guide, top))
        return
    try:
        hits = coach.search(_given(query), guide, top)
    except CoachError as error:
        stop(error)
    if as_json:
        _print_json({"id": None, "hits": [hit_fields(hit) for hit in hits]})
        return
    for hit in hits:
        print(f"{hit.score:.3f}  {hit.passage.heading}  ({hit.passage.source})")  # noqa: T201


@app.command()
def chat(guide: GuideSlug = None, data: Data = None) -> None:
    """Talk in the terminal; an empty line or Ctrl-D ends it. What is said is kept."""
    coach = _coach(data)
    with _keeper(data) as keeper:
        _talk(coach, guide, keeper)


def _talk(coach: Coach, guide: str | None, keeper: Keeper) -> None:
    history: list[Message] = []
    print("Ask about a career move. An empty line ends the chat.", file=sys.stderr)  # noqa: T201
    while True:
        try:
            sys.stderr.write("> ")
            sys.stderr.flush()
            question = input()
        except (EOFError, KeyboardInterrupt):
            break
        if not question.strip():
            break
        turn = Turn(question=question, history=tuple(history), guide=guide)
        try:
            answer = keeper.answer(coach, turn)
        except KeyboardInterrupt:
            break
        except CoachError as error:
            print(error, file=sys.stderr)  # noqa: T201
            continue
        _print_answer(answer)
        history += [
            Message(role="user", content=question),
            Message(role="assistant", content=answer.text),
        ]


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Guides, cases of the evals (.jsonl), or folders of them."),
    ] = None,
    schema: Annotated[
        bool,
        typer.Option(
            "--schema", help="Print the JSON Schema of the front matter, or of the cases given."
        ),
    ] = False,
) -> None:
    """Report every problem of some guides or cases, with file and line."""
    from coach.cases import holds_cases
    from coach.cases import json_schema as schema_of_cases

    cases = [path for path in paths or () if holds_cases(path)]
    guides = [path for path in paths or () if path not in cases]
    if schema:
        from coach.reading.front_matter import json_schema

        _print_json(schema_of_cases() if cases else json_schema())
        return
    from coach.case_checks import findings
    from coach.check import problems

    settings = read_settings()
    try:
        found = list(problems(guides or [settings.knowledge])) if guides or not cases else []
        in_cases = [findings(path, settings.knowledge) for path in cases]
    except CoachError as error:
        stop(error)
    found += [problem for one in in_cases for problem in one.problems]
    stale = [problem for one in in_cases for problem in one.stale]
    for problem in found:
        print(problem)  # noqa: T201
    for problem in stale:
        print(f"warning: {problem}")  # noqa: T201
    counts = [f"{len(found)} problem{'s' if len(found) != 1 else ''} found."] if found else []
    counts += [f"{len(stale)} stale fact{'s' if len(stale) != 1 else ''} found."] if stale else []
    print(" ".join(counts) or "No problems.", file=sys.stderr)  # noqa: T201
    raise typer.Exit(1 if found else 0)


@app.command()
def doctor(data: Data = None, as_json: AsJson = False) -> None:
    """Say what is configured, whether it works, and what to do where it does not."""
    from coach.doctor import Mark, examine

    found = []
    for finding in examine(read_settings(data)):
        found.append(finding)
        if not as_json:
            print(f"{finding.mark:<8}  {finding.subject:<14}  {finding.sentence}", flush=True)  # noqa: T201
            if finding.remedy:
                print(f"{'':<26}{finding.remedy}", flush=True)  # noqa: T201
    healthy = all(finding.mark is not Mark.PROBLEM for finding in found)
    if as_json:
        findings = [finding.model_dump(mode="json") for finding in found]
        _print_json({"healthy": healthy, "findings": findings})
    raise typer.Exit(0 if healthy else 1)


def _asked(coach: Coach, number: int, text: bytes, keeper: Keeper | None) -> dict[str, Any]:
    line = _parsed(AskLine, number, text)
    if isinstance(line, str):
        return answer_fields(_id_in(text), None, line)
    turn = Turn(question=line.question, history=line.history, guide=line.guide)
    try:
        return answer_fields(line.id, _answer(coach, turn, keeper))
    except CoachError as error:
        return answer_fields(line.id, None, str(error))


def _searched(
    coach: Coach,
    number: int,
    text: bytes,
    guide: str | None,
    top: int,
) -> dict[str, Any]:
    line = _parsed(SearchLine, number, text)
    if isinstance(line, str):
        return {"id": _id_in(text), "hits": [], "error": line}
    try:
        hits = coach.search(line.question, guide, top)
    except CoachError as error:
        return {"id": line.id, "hits": [], "error": str(error)}
    return {"id": line.id, "hits": [hit_fields(hit) for hit in hits]}


def _parsed(kind: type[Line], number: int, text: bytes) -> Line | str:
    """A line of a batch, or what is wrong with it."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"line {number}: {place + ': ' if place else ''}{first['msg']}. Correct the line."


def _id_in(text: bytes) -> str | int | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str | int) else None


def _lines(batch: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a batch that are not blank, with their numbers; a byte-order mark is no text."""
    try:
        stream = sys.stdin.buffer if batch == "-" else Path(batch).open("rb")  # noqa: SIM115
        with stream:
            for number, line in enumerate(stream, start=1):
                text = line.removeprefix(codecs.BOM_UTF8).strip()
                if text:
                    yield number, text
    except OSError as error:
        stop(
            QuestionError(
                f"The questions cannot be read: {error.strerror or error}.",
                where=batch,
                remedy="Give a file of JSON lines, or - for standard input.",
            )
        )


def _coach(data: Path | None) -> Coach:
    from coach.wiring import build_coach

    try:
        return build_coach(read_settings(data))
    except CoachError as error:
        stop(error)


@contextmanager
def _keeper(data: Path | None) -> Iterator[Keeper]:
    try:
        with opened_transcripts(data) as transcripts:
            yield Keeper(transcripts)
    except DatabaseUnusable as error:
        stop(error)


def _answer(coach: Coach, turn: Turn, keeper: Keeper | None) -> Answer:
    """The answer to a turn that stands alone, kept where there is a keeper."""
    if keeper is None:
        return asyncio.run(coach.answer(turn))
    keeper.begin()
    return keeper.answer(coach, turn)


def _refuse_beside_batch(question: str | None) -> None:
    if question is not None:
        stop(
            QuestionError(
                "A question and --batch do not go together.", remedy="Leave one of them out."
            )
        )


def _given(question: str | None) -> str:
    if question is None:
        stop(QuestionError("There is no question.", remedy="Give one, or a file with --batch."))
    return question


def _print_answer(answer: Answer) -> None:
    print(answer.text.replace("**", ""))  # noqa: T201
    for citation in answer.citations:
        quote = " ".join(citation.quote.split())
        place = f"{citation.passage.source}:{citation.first_line}"
        print(f"  [{citation.marker}] {citation.passage.heading} ({place})\n      “{quote}”")  # noqa: T201
    if answer.follow_ups:
        print("\nYou could ask next:", *(f"  {text}" for text in answer.follow_ups), sep="\n")  # noqa: T201


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)  # noqa: T201


def main() -> None:
    """Run the command."""
    app()
