"""A conversation as a file to take away: Markdown to read, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from coach.domain import Citation
from coach.transcripts.values import StoredTurn, Transcript, TurnState


class Format(StrEnum):
    """The kinds of file."""

    MARKDOWN = "markdown"
    JSON = "json"


_ENDINGS = {
    TurnState.STOPPED: "*Stopped before the end.*",
    TurnState.FAILED: "*There is no whole answer to this question.*",
}


def exported(transcript: Transcript, form: Format) -> str:
    """The text of a file; JSON has all that is kept of the conversation."""
    if form is Format.JSON:
        return transcript.model_dump_json(indent=2) + "\n"
    return "\n\n".join(_paragraphs(transcript)) + "\n"


def _paragraphs(transcript: Transcript) -> Iterator[str]:
    yield f"# {transcript.title}"
    yield f"Pathway Coach, {transcript.created_at:%d %B %Y}. Times are in UTC."
    for turn in transcript.turns:
        yield from _turn(turn)


def _turn(turn: StoredTurn) -> Iterator[str]:
    yield f"## You, {turn.asked_at:%d %B %Y, %H:%M}"
    yield _quoted(turn.question)
    answer = turn.answer
    yield "### Pathway Coach"
    if answer is not None and answer.text:
        yield answer.text
    if answer is not None and answer.notice:
        yield f"*{answer.notice}*"
    if turn.problem:
        yield turn.problem
    if turn.state in _ENDINGS:
        yield _ENDINGS[turn.state]
    if answer is not None and answer.citations:
        yield "Sources:\n\n" + "\n".join(map(_source, answer.citations))
    if turn.correction is not None:
        yield "### A career coach"
        yield turn.correction.text
    if turn.feedback is not None:
        said = ", ".join([f"thumbs {turn.feedback.verdict}", *turn.feedback.reasons])
        yield f"Your feedback: {said}."
        if turn.feedback.comment:
            yield _quoted(turn.feedback.comment)


def _source(citation: Citation) -> str:
    passage = citation.passage
    quote = " ".join(citation.quote.split())
    place = f"{passage.source}, line {citation.first_line}"
    return f"- [{citation.marker}] {passage.heading} ({place}): “{quote}”"


def _quoted(text: str) -> str:
    """What a person typed, as a quotation: its lines can be taken for no heading of ours."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
