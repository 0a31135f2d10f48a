"""A correction made an eval case: personal data masked, held against the guides, then pending."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError
from sqlalchemy import select

from coach.answering.amounts import find_amounts, normalised
from coach.case_checks import findings
from coach.cases import Case, Gold, Nugget, Quantity
from coach.check import Problem
from coach.database import Database
from coach.database.tables import PendingCaseRow
from coach.domain import Message, Passage, Value
from coach.errors import CoachError
from coach.redaction import redact
from coach.review.auditing import audit, conversation_of
from coach.review.queue import holds
from coach.review.values import CaseStage, Draft, Opened
from coach.transcripts.rows import storable
from coach.transcripts.values import StoredTurn, TurnState

Answerability = Literal["answerable", "partial", "unanswerable", "underspecified", "unsafe"]
ANSWERABILITIES: tuple[Answerability, ...] = get_args(Answerability)
AUTHOR = "coach"
TAG = "reviewed"
HISTORY_TURNS = 6
"""What a follow-up rests on was said shortly before; a case keeps no more of anybody."""

_UNITS = get_args(Quantity.model_fields["unit"].annotation)


class Preview(Value):
    """A case before it is kept.

    Attributes:
        case: the case; None where none can be made.
        problems: what keeps it from being used, a plain sentence each.
        warnings: what does not fit the guides, a plain sentence each; it can still be kept.
    """

    case: Case | None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class PendingCases:
    """Cases on their way to the evals. All methods block: call them in a thread from async code.

    All methods raise DatabaseUnusable where the database cannot be reached, read or written.

    Args:
        database: with its tables made.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, turn_id: str, account_id: str, case: Case) -> bool:
        """Put a case on the pending list, in place of an earlier one of the same turn.

        Returns:
            Whether it was kept; not where the coach does not hold the item.
        """
        with self._database.writing() as session:
            if not holds(session, turn_id, account_id):
                return False
            row = session.get(PendingCaseRow, case.id)
            if row is None:
                row = PendingCaseRow(id=case.id, turn_id=turn_id, created_at=datetime.now(UTC))
                session.add(row)
            row.state, row.passed = CaseStage.PENDING, None
            row.case = case.model_dump(mode="json")
            audit(session, account_id, "make case", conversation_of(session, turn_id))
            return True

    def pending(self) -> list[Case]:
        """The cases that were not imported yet, by id."""
        found = select(PendingCaseRow).where(PendingCaseRow.state == CaseStage.PENDING)
        with self._database.reading() as session:
            rows = session.scalars(found.order_by(PendingCaseRow.id))
            return [Case.model_validate(row.case) for row in rows]

    def mark_imported(self, cases: Iterable[Case]) -> None:
        """Note that cases are imported; one that was changed meanwhile stays pending."""
        with self._database.writing() as session:
            for case in cases:
                row = session.get(PendingCaseRow, case.id, with_for_update=True)
                if row is not None and Case.model_validate(row.case) == case:
                    row.state = CaseStage.IMPORTED

    def note_results(self, results: Iterable[tuple[Case, bool]]) -> int:
        """Note which cases were answered rightly in a run; how many of them are ours.

        A case that was changed since it was imported is another one, which the run did not ask.
        """
        noted = 0
        with self._database.writing() as session:
            for case, right in results:
                row = session.get(PendingCaseRow, case.id, with_for_update=True)
                if row is not None and Case.model_validate(row.case) == case:
                    row.passed, noted = right, noted + 1
        return noted


def preview(
    opened: Opened,
    draft: Draft,
    picked: Sequence[Passage],
    knowledge: Path,
    answerability: Answerability | None = None,
    question: str | None = None,
    *,
    with_history: bool = True,
) -> Preview:
    """The case that a correction makes, checked against the guides.

    Masking knows no names: what tells who asked is for the coach to write over, or leave out.

    Args:
        opened: the item.
        draft: its correction.
        picked: the passages of the correction.
        knowledge: the folder of guides.
        answerability: what the guides hold of it; told by whether passages were picked if None.
        question: what the case asks; as it was asked if None.
        with_history: whether the case has what was said shortly before.
    """
    turns = opened.transcript.turns
    place = next(n for n, turn in enumerate(turns) if turn.id == opened.item.turn_id)
    asked = storable(turns[place].question if question is None else question).strip()
    if not asked:
        return Preview(case=None, problems=("Write the question that the test asks.",))
    guessed: Answerability = "answerable" if picked else "unanswerable"
    places = dict.fromkeys((one.guide, one.section) for one in picked if one.guide is not None)
    try:
        case = Case(
            id=f"{TAG}-{_digest(opened.item.turn_id)}",
            group=_group(opened.transcript.id),
            history=said_before(turns[:place]) if with_history else (),
            question=redact(asked),
            guide=turns[place].chosen_guide,
            answerability=answerability or guessed,
            gold=tuple(Gold(source=guide, section=section, grade=2) for guide, section in places),
            nuggets=tuple(_nugget(redact(fact)) for fact in draft.facts),
            tags=(TAG,),
            author=AUTHOR,
            created=date.today(),
        )
    except ValidationError as error:
        return Preview(case=None, problems=tuple(one["msg"] for one in error.errors()))
    problems: list[str] = []
    if any(passage.guide is None for passage in picked):
        problems.append("A passage you picked is not from a guide, so a test cannot point at it.")
    if case.answerability == "answerable" and not case.gold:
        problems.append("Pick the passages that hold the answer.")
    if case.answerability in {"answerable", "unsafe"} and not case.nuggets:
        problems.append("Name at least one fact that a right answer must state.")
    problem, stale = _checked(case, knowledge)
    return Preview(case=case, problems=(*problems, *problem), warnings=stale)


def said_before(turns: Sequence[StoredTurn]) -> tuple[Message, ...]:
    """What was said in the last of some turns, oldest first, as a case keeps it: data masked."""
    return tuple(
        Message(role=role, content=redact(content))
        for turn in turns[-HISTORY_TURNS:]
        if turn.answer is not None and turn.state is not TurnState.FAILED
        for role, content in (("user", turn.question), ("assistant", turn.answer.text))
    )


def _nugget(fact: str) -> Nugget:
    """A fact: a figure in any wording where it is nothing else, else its words in their order."""
    amounts = find_amounts(fact)
    if len(amounts) == 1 and amounts[0].unit in _UNITS and amounts[0].unit != "count":
        amount = amounts[0]
        if not _letters(normalised(fact)[: amount.start] + normalised(fact)[amount.end :]):
            quantity = Quantity(low=amount.amount.low, high=amount.amount.high, unit=amount.unit)
            return Nugget(text=fact, importance="vital", quantity=quantity)
    words = re.findall(r"\w+", fact)
    pattern = r"\W+".join(map(re.escape, words)) or re.escape(fact)
    return Nugget(text=fact, importance="vital", pattern=rf"(?<!\w){pattern}(?!\w)")


def _letters(text: str) -> bool:
    return any(map(str.isalnum, text))


def _group(conversation_id: str) -> str:
    """A group of the dev split: what coaches read and the coach is mended for is held out no more.

    The turns of a conversation stay together.
    """
    base = f"{TAG}-{_digest(conversation_id)}"
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in names if _split(name) == "dev")


def _split(group: str) -> str:
    return Case(
        id="-",
        group=group,
        question="-",
        answerability="unanswerable",
        author=AUTHOR,
        created=date.min,
    ).split


def _digest(name: str) -> str:
    """A name that leads back to no conversation."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _checked(case: Case, knowledge: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is wrong with a case, and what of it does not stand in the guides."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.jsonl"
        file.write_text(f"{case.model_dump_json()}\n", encoding="utf-8")
        try:
            found = findings(file, knowledge)
        except CoachError as error:
            return (str(error),), ()
    told = tuple(_sentence(one, case) for one in found.problems)
    return told, tuple(_sentence(one, case) for one in found.stale)


def _sentence(problem: Problem, case: Case) -> str:
    return problem.problem.removeprefix(f"{case.id}: ").removeprefix("Stale: ")
