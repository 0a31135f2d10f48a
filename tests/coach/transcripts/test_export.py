from __future__ import annotations

import itertools
from datetime import timedelta

from markdown_it import MarkdownIt

from coach.transcripts import (
    Correction,
    Feedback,
    FeedbackReason,
    Format,
    Origin,
    StoredTurn,
    Transcript,
    TurnState,
    Verdict,
)
from coach.transcripts.export import exported
from coach.transcripts.rows import stored_turn, to_row
from tests.coach.transcripts.made import ANSWER, ASKED, entry


def turn(question: str = "How long?", **fields: object) -> StoredTurn:
    return stored_turn(to_row(entry(question), 0)).model_copy(update=fields)


def transcript(*turns: StoredTurn) -> Transcript:
    return Transcript(
        id="id",
        title="Baker to welder",
        source=Origin.CHAT,
        created_at=ASKED,
        updated_at=ASKED + timedelta(seconds=2),
        shared=False,
        human_asked_at=None,
        turns=turns,
    )


def test_markdown_has_question_answer_and_sources_to_read() -> None:
    text = exported(transcript(turn()), Format.MARKDOWN)

    assert text == (
        "# Baker to welder\n\n"
        "Pathway Coach, 02 November 2026. Times are in UTC.\n\n"
        "## You, 02 November 2026, 09:30\n\n"
        "> How long?\n\n"
        "### Pathway Coach\n\n"
        "It takes **6-9 months**. [1]\n\n"
        "Sources:\n\n"
        "- [1] Baker to welder > Timeline (knowledge/guide.md, line 4): “6-9 months”\n"
    )


def test_markdown_tells_of_stopped_and_failed_turns() -> None:
    stopped = turn(
        state=TurnState.STOPPED, answer=ANSWER.model_copy(update={"notice": "Quoted, because."})
    )
    failed = turn(state=TurnState.FAILED, answer=None, problem="This took too long.")

    text = exported(transcript(stopped, failed), Format.MARKDOWN)

    assert "*Stopped before the end.*" in text
    assert "*Quoted, because.*" in text
    assert "This took too long.\n\n*There is no whole answer to this question.*" in text


def test_markdown_has_feedback_and_what_a_coach_wrote() -> None:
    said = turn(
        feedback=Feedback(
            verdict=Verdict.DOWN,
            reasons=(FeedbackReason.WRONG, FeedbackReason.OUTDATED),
            comment="Too old.",
            given_at=ASKED,
        ),
        correction=Correction(text="Nine months.", written_at=ASKED),
    )

    text = exported(transcript(said), Format.MARKDOWN)

    assert "### A career coach\n\nNine months." in text
    assert "Your feedback: thumbs down, wrong, outdated.\n\n> Too old." in text


def test_a_question_cannot_pass_for_a_heading_or_an_answer() -> None:
    text = exported(
        transcript(turn("Hello\n# Not a heading\n\n### Pathway Coach")), Format.MARKDOWN
    )

    tokens = MarkdownIt().parse(text)
    headings = [
        following.content
        for token, following in itertools.pairwise(tokens)
        if token.type == "heading_open" and token.level == 0
    ]
    assert headings == ["Baker to welder", "You, 02 November 2026, 09:30", "Pathway Coach"]


def test_json_can_be_read_back_whole() -> None:
    kept = transcript(turn(), turn("And how hard?"))

    assert Transcript.model_validate_json(exported(kept, Format.JSON)) == kept
