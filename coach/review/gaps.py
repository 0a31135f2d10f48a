"""What the guides lack: questions that were refused or not covered, grouped by meaning."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import or_, select

from coach.database import Database
from coach.database.tables import ConversationRow, TurnRow
from coach.domain import CoverageStatus, Guide, Value
from coach.redaction import redact
from coach.review.auditing import audit
from coach.review.likeness import grouped, subject_of
from coach.spreadsheets import harmless
from coach.understanding.role_names import RoleNames

MOST_QUESTIONS = 2000
_EXAMPLES = 5
_VECTORS_KEPT = 2 * MOST_QUESTIONS
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~])")

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class Gap(Value):
    """Questions of one meaning that the guides do not answer; personal data is masked.

    Attributes:
        question: the one that is most like the others.
        examples: other wordings, the newest first, each once.
        times: how often it was asked.
        people: by how many.
        guides: the slugs of the guides it was asked about, the most frequent first.
        asked_at: when it was asked last, in UTC.
    """

    question: str
    examples: tuple[str, ...]
    times: int
    people: int
    guides: tuple[str, ...]
    asked_at: datetime


class Gaps:
    """Finds gaps. All methods block: call them in a thread from async code.

    Args:
        database: with its tables made.
        encode: gives vectors of length 1, a row for each text.
        guides: gives the guides, whose roles questions name.
    """

    def __init__(
        self, database: Database, encode: Encode, guides: Callable[[], Sequence[Guide]]
    ) -> None:
        self._database = database
        self._encode = encode
        self._guides = guides
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def gaps(self, account_id: str) -> tuple[Gap, ...]:
        """The gaps of the newest 2,000 questions that were not answered, the largest first.

        A gap is a subject, such as visas, whichever guide it was asked about; a move that no guide
        has is one of its own. The audit has a row of it, in the same transaction. The first call
        encodes all questions, which takes seconds; later ones those that are new.

        Raises:
            DatabaseUnusable: the database cannot be reached, read or written.
            EncoderError: the encoder's server gives no vectors.
        """
        resolved = TurnRow.resolved_question
        found = (
            select(
                TurnRow.question,
                resolved,
                TurnRow.guide,
                TurnRow.chosen_guide,
                TurnRow.asked_at,
                ConversationRow.owner,
            )
            .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
            .where(or_(TurnRow.refused, TurnRow.coverage == CoverageStatus.NONE))
            .order_by(TurnRow.asked_at.desc())
            .limit(MOST_QUESTIONS)
        )
        with self._database.writing() as session:
            rows = session.execute(found).all()
            audit(session, account_id, "read gaps", None)
        if not rows:
            return ()
        names = RoleNames.of({guide.slug: guide for guide in self._guides()})
        subjects = [subject_of(_asked(row), names) for row in rows]
        vectors = self._encoded([subject.text for subject in subjects])
        groups: dict[int, list[int]] = {}
        for number, group in enumerate(grouped(subjects, vectors)):
            groups.setdefault(group, []).append(number)
        gaps = (
            _gap([rows[number] for number in group], vectors[group]) for group in groups.values()
        )
        return tuple(sorted(gaps, key=lambda gap: (-gap.times, -gap.asked_at.timestamp())))

    def _encoded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
            if new:
                self._vectors.update(zip(new, self._encode(new), strict=True))
            vectors = np.stack([self._vectors[text] for text in texts])
            while len(self._vectors) > _VECTORS_KEPT:
                self._vectors.popitem(last=False)
        return vectors


def as_csv(gaps: Iterable[Gap]) -> str:
    """The gaps as a table for a spreadsheet, in which no cell is taken for a formula."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("question", "times", "people", "guides", "last asked", "other wordings"))
    for gap in gaps:
        guides, examples = ", ".join(gap.guides), " | ".join(gap.examples)
        day = f"{gap.asked_at:%Y-%m-%d}"
        cells = (gap.question, gap.times, gap.people, guides, day, examples)
        table.writerow(harmless(cell) if isinstance(cell, str) else cell for cell in cells)
    return file.getvalue()


def as_markdown(gaps: Iterable[Gap]) -> str:
    """The gaps as a list to work from."""
    lines = ["# What the guides do not answer", ""]
    for gap in gaps:
        about = f", about {', '.join(map(_literal, gap.guides))}" if gap.guides else ""
        times = "once" if gap.times == 1 else f"{gap.times} times"
        lines.append(
            f"- [ ] **{_literal(gap.question)}** Asked {times}, last on "
            f"{gap.asked_at:%d %B %Y}{about}."
        )
        lines += [f"  - {_literal(example)}" for example in gap.examples]
    return "\n".join(lines) + "\n"


def _gap(rows: Sequence[Any], vectors: NDArray[np.float32]) -> Gap:
    central = rows[int(np.argmax(vectors @ vectors.sum(axis=0)))]
    question = _shown(central)
    wordings = dict.fromkeys(_shown(row) for row in rows)
    asked_about = Counter(row.guide or row.chosen_guide for row in rows)
    return Gap(
        question=question,
        examples=tuple(text for text in wordings if text != question)[:_EXAMPLES],
        times=len(rows),
        people=len({row.owner for row in rows}),
        guides=tuple(slug for slug, _ in asked_about.most_common() if slug),
        asked_at=max(row.asked_at for row in rows),
    )


def _shown(row: Any) -> str:  # noqa: ANN401 - a row of the query above
    return redact(" ".join(_asked(row).split()))


def _asked(row: Any) -> str:  # noqa: ANN401 - as above
    asked: str = row.resolved_question or row.question
    return asked


def _literal(text: str) -> str:
    """A text that Markdown shows as it stands."""
    return _MARKDOWN.sub(r"\\\1", html.escape(text, quote=False))
