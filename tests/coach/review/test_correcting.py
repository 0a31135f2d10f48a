"""Corrections: what is kept of them, who may write them, and the change of a guide they propose."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from coach.database import Database
from coach.domain import Passage, Section, Span
from coach.review.correcting import (
    FACT_LENGTH,
    MOST_FACTS,
    Corrections,
    changes,
    drafted,
    guide_edit,
)
from coach.review.queue import ReviewQueue
from coach.transcripts import Transcripts
from tests.coach.review.made import coach, keep
from tests.coach.transcripts.made import OWNER, PASSAGE

NAME = "knowledge/guide.md"
SOURCE = "# Baker to welder\n\nTimeline: 6-9 months\n\n- Read a book\n- Weld\n\nThe end"


def part(text: str, **changes: object) -> Passage:
    """A passage of the source above."""
    start = SOURCE.index(text)
    span = Span(start=start, end=start + len(text), first_line=1, last_line=1)
    given = {"id": f"p{start}", "source": NAME, "text": text, "span": span, **changes}
    return PASSAGE.model_copy(update=given)


def test_person_who_asked_sees_the_correction(database: Database) -> None:
    ada, turn = coach(database), keep(database)
    draft = drafted("It costs nothing.", [PASSAGE], ["6-9 months"], {"a": "b"}, "a diff")
    ReviewQueue(database).claim(turn.turn_id, ada)

    assert Corrections(database).save(turn.turn_id, ada, draft)

    transcript = Transcripts(database).load(OWNER, turn.conversation_id)
    assert transcript is not None
    correction = transcript.turns[0].correction
    assert correction is not None
    assert (correction.text, correction.passages) == ("It costs nothing.", (PASSAGE.id,))
    opened = ReviewQueue(database).read(turn.turn_id, ada)
    assert opened is not None
    assert opened.draft == draft
    assert opened.item.corrected


def test_correction_can_be_changed_and_taken_back(database: Database) -> None:
    ada, turn = coach(database), keep(database)
    corrections, queue = Corrections(database), ReviewQueue(database)
    queue.claim(turn.turn_id, ada)
    corrections.save(turn.turn_id, ada, drafted("One.", [], []))
    corrections.save(turn.turn_id, ada, drafted("Two.", [], []))
    opened = queue.read(turn.turn_id, ada)
    assert opened is not None
    assert opened.draft is not None
    assert opened.draft.text == "Two."

    corrections.save(turn.turn_id, ada, drafted(" ", [], []))

    opened = queue.read(turn.turn_id, ada)
    assert opened is not None
    assert opened.draft is None


def test_coach_cannot_correct_what_they_do_not_hold(database: Database) -> None:
    ada, ben, turn = coach(database), coach(database, "Ben"), keep(database)
    assert not Corrections(database).save(turn.turn_id, ada, drafted("Mine.", [], []))
    ReviewQueue(database).claim(turn.turn_id, ben)

    assert not Corrections(database).save(turn.turn_id, ada, drafted("Mine.", [], []))
    assert not Corrections(database).save("none", ada, drafted("Mine.", [], []))
    assert Corrections(database).save(turn.turn_id, ben, drafted("His.", [], []))


def test_words_of_picked_passages_are_the_answer_where_nothing_is_typed() -> None:
    draft = drafted(" \r\n", [part("Timeline: 6-9 months"), part("The end")], [])

    assert draft.text == "Timeline: 6-9 months\n\nThe end"


def test_facts_are_lines_each_once_and_not_without_end() -> None:
    facts = ["  6-9   months\0 ", "6-9 months", "", "x" * 999, *map(str, range(99))]

    draft = drafted("x", [], facts)

    assert draft.facts[0] == "6-9 months"
    assert len(draft.facts[1]) == FACT_LENGTH
    assert len(draft.facts) == MOST_FACTS


@pytest.mark.parametrize(
    "given",
    [
        lambda folder: f"{folder}/{NAME}",
        lambda folder: f"{folder}/other/../{NAME}",
        lambda folder: os.path.relpath(folder / NAME),
    ],
    ids=["whole path", "path with a way back", "path from here"],
)
def test_guides_change_is_a_diff_that_git_applies(
    tmp_path: Path, given: Callable[[Path], str]
) -> None:
    passages = [part("Timeline: 6-9 months"), part("- Read a book\n- Weld"), part("The end")]
    edited = {
        passages[0].id: "Timeline: 8-12 months",
        passages[1].id: "- Read a book\r\n- Weld every day\r\n- Rest\r\n",
        passages[2].id: "The very end",
    }

    named = [one.model_copy(update={"source": given(tmp_path)}) for one in passages]
    edits = changes(named, edited)

    diff = guide_edit(named, edits, {given(tmp_path): SOURCE}, tmp_path)

    file = tmp_path / NAME
    file.parent.mkdir()
    file.write_text(SOURCE)
    subprocess.run(["git", "apply"], input=diff.encode(), cwd=tmp_path, check=True)
    assert file.read_text() == (
        "# Baker to welder\n\nTimeline: 8-12 months\n\n- Read a book\n- Weld every day\n- Rest\n\n"
        "The very end"
    )


@pytest.mark.parametrize(
    "edited",
    [{}, {"p0": "other"}, {"p19": "Timeline: 6-9 months\r\n"}],
    ids=["nothing", "unknown passage", "blanks alone"],
)
def test_guide_that_was_not_changed_has_no_diff(edited: dict[str, str]) -> None:
    passages = [part("Timeline: 6-9 months")]

    assert changes(passages, edited) == {}
    assert guide_edit(passages, {}, {NAME: SOURCE}, Path()) == ""


def test_file_that_cannot_be_edited_has_no_diff() -> None:
    passage = part("The end", section=Section.DOCUMENT)

    assert guide_edit([passage], {passage.id: "Changed"}, {}, Path()) == ""


def test_file_outside_the_folder_has_a_name_that_leads_nowhere_else() -> None:
    passage = part("The end", source="/srv/../elsewhere/guide.md")

    diff = guide_edit([passage], {passage.id: "x"}, {passage.source: SOURCE}, Path("/nowhere"))

    assert "+++ b/srv/elsewhere/guide.md\n" in diff
