"""A coach's correction of an answer, and the change of the guide it proposes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, delete, update

from coach.database import Database
from coach.database.tables import CorrectionRow, PendingCaseRow
from coach.domain import Passage
from coach.review.auditing import audit, conversation_of
from coach.review.queue import holds
from coach.review.values import CaseStage, Draft
from coach.transcripts.rows import storable

TEXT_LENGTH = 8000
FACT_LENGTH = 200
MOST_FACTS = 20
MOST_PASSAGES = 20

_NO_NEWLINE = "\\ No newline at end of file\n"


class Corrections:
    """What coaches put right. All methods block: call them in a thread from async code.

    All methods raise DatabaseUnusable where the database cannot be reached, read or written.

    Args:
        database: with its tables made.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, turn_id: str, account_id: str, draft: Draft) -> bool:
        """Keep a correction in place of an earlier one; one without a text takes it back.

        The person who asked sees its text beside the answer from now on. A test made of the
        earlier one that is on no list of the evals yet goes with it, or waits for being made anew.

        Returns:
            Whether it was kept; not where the coach does not hold the item.
        """
        now = datetime.now(UTC)
        with self._database.writing() as session:
            if not holds(session, turn_id, account_id):
                return False
            row = session.get(CorrectionRow, turn_id)
            audit(session, account_id, "correct", conversation_of(session, turn_id))
            if not draft.text:
                if row is not None:
                    session.delete(row)
                session.execute(delete(PendingCaseRow).where(*_not_imported(turn_id)))
                return True
            if row is None:
                row = CorrectionRow(turn_id=turn_id, created_at=now)
                session.add(row)
            elif (row.passages, row.facts) != (list(draft.passages), list(draft.facts)):
                session.execute(
                    update(PendingCaseRow)
                    .where(*_not_imported(turn_id))
                    .values(state=CaseStage.STALE)
                )
            row.account_id, row.updated_at = account_id, now
            row.text, row.guide_edit, row.edits = draft.text, draft.guide_edit, draft.edits
            row.passages, row.facts = list(draft.passages), list(draft.facts)
        return True


def _not_imported(turn_id: str) -> tuple[ColumnElement[bool], ...]:
    return PendingCaseRow.turn_id == turn_id, PendingCaseRow.state != CaseStage.IMPORTED


def drafted(
    text: str,
    picked: Sequence[Passage],
    facts: Iterable[str],
    edits: Mapping[str, str] | None = None,
    guide_edit: str = "",
) -> Draft:
    """A correction of what a coach typed and picked; see ``Draft``.

    Where nothing is typed, the words of the passages picked are the answer.
    """
    written = _clean(text)[:TEXT_LENGTH]
    if not written:
        written = "\n\n".join(_clean(passage.text) for passage in picked)[:TEXT_LENGTH]
    lines = (" ".join(storable(fact).split())[:FACT_LENGTH] for fact in facts)
    return Draft(
        text=written,
        passages=tuple(passage.id for passage in picked)[:MOST_PASSAGES],
        facts=tuple(dict.fromkeys(line for line in lines if line))[:MOST_FACTS],
        edits=dict(edits or {}),
        guide_edit=guide_edit,
    )


def changes(passages: Iterable[Passage], edited: Mapping[str, str]) -> dict[str, str]:
    """What passages were changed to, by their ids; those that were not are left out."""
    found = {}
    for one in passages:
        text = _clean(edited.get(one.id, one.text))
        if text != _clean(one.text):
            found[one.id] = text
    return found


def guide_edit(
    passages: Iterable[Passage], edits: Mapping[str, str], sources: Mapping[str, str], root: Path
) -> str:
    """What a coach would change in the guides, as a unified diff that ``git apply`` takes.

    Args:
        passages: those that are changed.
        edits: what they are changed to, by their id.
        sources: the text of each file, by its name.
        root: the folder that the guides' folder stands in, where the diff is applied.

    Returns:
        The diff; "" where nothing was changed.
    """
    changed: dict[str, list[tuple[Passage, str]]] = {}
    for passage in passages:
        if passage.source in sources and passage.id in edits:
            changed.setdefault(passage.source, []).append((passage, edits[passage.id]))
    return "".join(
        _diff(_below(name, root), sources[name], _replaced(sources[name], texts))
        for name, texts in sorted(changed.items())
    )


def _below(name: str, root: Path) -> str:
    """The name of a file seen from a folder; guides can be indexed by any path that leads there."""
    for path, top in (
        (Path(name).absolute(), root.absolute()),
        (Path(name).resolve(), root.resolve()),
    ):
        if path.is_relative_to(top) and ".." not in path.parts:
            return path.relative_to(top).as_posix()
    return "/".join(part for part in Path(name).parts if part not in (Path(name).anchor, ".."))


def _replaced(text: str, changed: Sequence[tuple[Passage, str]]) -> str:
    # From the end, so that the places before it stay right.
    for passage, new in sorted(changed, key=lambda one: -one[0].span.start):
        old = passage.text
        # The blanks around a passage are not the coach's to change.
        before, after = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :]
        text = f"{text[: passage.span.start]}{before}{new}{after}{text[passage.span.end :]}"
    return text


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def _clean(text: str) -> str:
    """A text as a browser sends it, with the line ends that files have."""
    return storable(text).replace("\r\n", "\n").replace("\r", "\n").strip()
