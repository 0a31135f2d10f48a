"""``coach transcripts``: the conversations that are kept, for who runs the app."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from coach.cli_keeping import opened_transcripts
from coach.cli_settings import read_settings, stop
from coach.errors import CoachError
from coach.wiring import conversations

if TYPE_CHECKING:
    from coach.transcripts import StoredTurn, Summary, Transcript, Transcripts

app = typer.Typer(help="Look at the conversations that are kept.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="Folder of the index; .coach by default.")]
Identifier = Annotated[
    str, typer.Argument(metavar="ID", help="The conversation's id, as `list` shows it.")
]
READER = "cli"


@app.command("list")
def list_conversations(
    search: Annotated[
        str, typer.Option(help="Only those with this text in title, questions or answers.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    data: Data = None,
) -> None:
    """Print the conversations of all people, the last one used first.

    That their titles were read is noted in the audit.
    """
    with _transcripts(data) as transcripts:
        found = transcripts.everyones(READER, search, limit)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False))  # noqa: T201
        return
    for summary in found:
        print(_line(summary))  # noqa: T201
    if not found:
        _say("There are no such conversations." if search else "There are no conversations yet.")


@app.command()
def show(identifier: Identifier, data: Data = None) -> None:
    """Print a conversation with what was found and checked for each answer.

    That it was read is noted in the audit.
    """
    for line in _shown(_read(identifier, data)):
        print(line)  # noqa: T201


@app.command()
def export(
    identifier: Identifier,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print all that is kept, as JSON, not Markdown.")
    ] = False,
    data: Data = None,
) -> None:
    """Print a conversation as a Markdown or JSON file has it.

    That it was read is noted in the audit.
    """
    transcript = _read(identifier, data)
    from coach.transcripts.export import Format, exported

    sys.stdout.write(exported(transcript, Format.JSON if as_json else Format.MARKDOWN))


@app.command()
def delete(identifier: Identifier, data: Data = None) -> None:
    """Delete a conversation for good, as for somebody who can no longer do it themselves.

    That it was deleted is noted in the audit.
    """
    with _transcripts(data) as transcripts:
        there = transcripts.remove(identifier, READER)
    if not there:
        _stop_without(identifier)
    _say(f"Conversation {identifier} deleted.")


@app.command()
def purge(
    before: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Delete what was last used before this day, UTC; by default what is older than "
            "COACH_KEEP_DAYS.",
        ),
    ] = None,
    data: Data = None,
) -> None:
    """Delete old conversations for good, and all that the app deletes daily."""
    from coach.privacy import Privacy

    settings = read_settings(data)
    if before is None:
        moment = datetime.now(UTC) - timedelta(days=settings.keep_days)
    else:
        moment = before.replace(tzinfo=UTC)
    try:
        with conversations(settings) as database:
            count = Privacy(database).purge(moment)
    except CoachError as error:
        stop(error)
    if count is None:
        stop(CoachError("Another process does it just now.", remedy="Try again in a minute."))
    _say(f"{count} conversation{'' if count == 1 else 's'} deleted.")


@contextmanager
def _transcripts(data: Path | None) -> Iterator[Transcripts]:
    """The conversations; what goes wrong with them ends the command."""
    try:
        with opened_transcripts(data) as transcripts:
            yield transcripts
    except CoachError as error:
        stop(error)


def _read(identifier: str, data: Path | None) -> Transcript:
    with _transcripts(data) as transcripts:
        transcript = transcripts.inspect(identifier, READER)
    if transcript is None:
        _stop_without(identifier)
    return transcript


def _stop_without(identifier: str) -> NoReturn:
    remedy = "`coach transcripts list` shows those there are."
    stop(CoachError(f"There is no conversation {identifier}.", remedy=remedy))


def _line(summary: Summary) -> str:
    return (
        f"{summary.id:<22}  {summary.updated_at:%Y-%m-%d %H:%M}  {summary.source:<4}  "
        f"{summary.turns:>3}  {summary.title}"
    )


def _shown(transcript: Transcript) -> Iterator[str]:
    yield transcript.title
    yield f"{transcript.id}, {transcript.source}, begun {transcript.created_at:%Y-%m-%d %H:%M} UTC"
    if transcript.human_asked_at is not None:
        yield f"A human was asked for on {transcript.human_asked_at:%Y-%m-%d %H:%M} UTC."
    for turn in transcript.turns:
        yield ""
        yield from _shown_turn(turn)


def _shown_turn(turn: StoredTurn) -> Iterator[str]:
    yield f"> {turn.question}"
    if turn.resolved_question not in ("", turn.question):
        yield f"  read as: {turn.resolved_question}"
    answer = turn.answer
    if answer is not None:
        yield answer.text.replace("**", "")
    if turn.problem:
        yield f"  problem: {turn.problem}"
    spent = (turn.finished_at - turn.asked_at).total_seconds()
    facts = [turn.state.value, f"{spent:.1f} s"]
    if answer is not None:
        facts += [f"coverage {answer.coverage.status}", answer.model or answer.mode]
        facts += [f"{answer.tokens} tokens"] if answer.tokens else []
        facts += ["refused"] if answer.refused else []
        facts += [answer.notice] if answer.notice else []
    yield f"  {', '.join(facts)}"
    for hit in turn.hits:
        yield f"  {hit.score:.3f}  {hit.heading}  ({hit.source})"
    for check in answer.dropped if answer is not None else ():
        yield f"  not shown: {check.sentence} {check.reason}"
    if turn.feedback is not None:
        said = [f"thumbs {turn.feedback.verdict}", *turn.feedback.reasons, turn.feedback.comment]
        yield f"  feedback: {', '.join(filter(None, said))}"
    if turn.correction is not None:
        yield f"  corrected: {turn.correction.text}"


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201
