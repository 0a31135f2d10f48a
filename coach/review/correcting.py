"""A coach's correction of an answer, and the change of the guide it proposes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from coach.database import Database
from coach.database.tables import CorrectionRow
from coach.domain import Passage
from coach.review.auditing import audit, conversation_of
from coach.review.queue import may_work
from coach.review.values import Draft
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

    def save(self, turn_id: str, account_id: str, draft: Draft, *, keep_edit: bool = False) -> bool:
        """Keep a correction in place of an earlier one; an empty one takes it back.

        The person who asked sees its text beside the answer from now on.

        Args:
            turn_id: of the item.
            account_id: of the coach.
            draft: the correction.
            keep_edit: whether the change of the guide stays that was proposed before, where the
                draft proposes none.

        Returns:
            Whether it was kept; not where another coach holds the item.
        """
        now = datetime.now(UTC)
        with self._database.writing() as session:
            if not may_work(session, turn_id, account_id):
                return False
            row = session.get(CorrectionRow, turn_id)
            audit(session, account_id, "correct", conversation_of(session, turn_id))
            if not draft.text:
                if row is not None:
                    session.delete(row)
                return True
            if row is None:
                row = CorrectionRow(turn_id=turn_id, created_at=now, guide_edit="")
                session.add(row)
            row.account_id, row.updated_at = account_id, now
            row.text = draft.text
            row.guide_edit = draft.guide_edit or (row.guide_edit if keep_edit else "")
            row.passages, row.facts = list(draft.passages), list(draft.facts)
        return True


def drafted(
    text: str,
    picked: Sequence[Passage],
    facts: Iterable[str],
    guide_edit: str = "",
) -> Draft:
    """A correction of what a coach typed and picked.

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
        guide_edit=guide_edit,
    )


def guide_edit(
    passages: Iterable[Passage], edited: Mapping[str, str], sources: Mapping[str, str]
) -> str:
    """What a coach would change in the guides, as a unified diff that ``git apply`` takes.

    Args:
        passages: those that were offered to be edited.
        edited: what they were changed to, by their id; what is not named stays.
        sources: the text of each file, by its name.

    Returns:
        The diff; "" where nothing was changed.
    """
    changes: dict[str, list[tuple[Passage, str]]] = {}
    for passage in passages:
        text = _clean(edited.get(passage.id, passage.text))
        if passage.source in sources and text != _clean(passage.text):
            changes.setdefault(passage.source, []).append((passage, text))
    return "".join(
        _diff(name, sources[name], _replaced(sources[name], changed))
        for name, changed in sorted(changes.items())
    )


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
