"""What people ask, and how far coaches agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from sqlalchemy import func, select

from coach.database import Database
from coach.database.tables import ReviewItemRow, ReviewRow, TurnRow
from coach.domain import Value
from coach.review.agreement import krippendorff_alpha
from coach.review.values import Review
from coach.transcripts.queueing import reviews_drawn

RUBRIC = ("correct", "complete", "grounded", "helpful", "tone")
WEEKS = 12


class Asked(Value):
    """How many questions there were; the most frequent first, weeks in their order.

    Attributes:
        guides: by the slug of the guide that the answer is from; None for no guide.
        sections: by section; None for none.
        weeks: by the Monday of the week, in UTC; the last twelve, empty ones too.
        total: all of them.
    """

    guides: tuple[tuple[str | None, int], ...]
    sections: tuple[tuple[str | None, int], ...]
    weeks: tuple[tuple[date, int], ...]
    total: int


class Agreement(Value):
    """How far two coaches agree on one question of the rubric.

    ``alpha`` is None where it is not defined: too few answers reviewed twice, or all rated alike.
    ``same`` is how many of the ``pairs`` were rated the same.
    """

    question: str
    alpha: float | None
    same: int
    pairs: int


class Insights:
    """Counts over all that is kept. All methods block: call them in a thread from async code.

    All methods raise DatabaseUnusable where the database cannot be reached or read.

    Args:
        database: with its tables made.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def asked(self, today: date) -> Asked:
        """What people asked; whole numbers, and no words of theirs."""
        moment = TurnRow.asked_at
        on_sqlite = self._database.on_sqlite
        # PostgreSQL would take the day in the zone of its session.
        day = func.date(moment if on_sqlite else func.timezone("UTC", moment))
        counted = select(TurnRow.guide, TurnRow.section, day, func.count()).group_by(
            TurnRow.guide, TurnRow.section, day
        )
        guides: Counter[str | None] = Counter()
        sections: Counter[str | None] = Counter()
        weeks: Counter[date] = Counter()
        with self._database.reading() as session:
            for guide, section, asked_on, count in session.execute(counted):
                asked = date.fromisoformat(str(asked_on))
                guides[guide] += count
                sections[section] += count
                weeks[_monday(asked)] += count
        last = _monday(today)
        mondays = [last - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
        return Asked(
            guides=tuple(guides.most_common()),
            sections=tuple(sections.most_common()),
            weeks=tuple((monday, weeks[monday]) for monday in mondays),
            total=guides.total(),
        )

    def agreement(self) -> tuple[Agreement, ...]:
        """How far two coaches agree, over answers that two reviewed without sight of each other's.

        These are the first two reviews of the answers drawn for two. Of others a second one is
        written when the first is there to be seen. Where a review is missing, its coach wrote
        another in its place later, or has left.
        """
        found = (
            select(ReviewRow, ReviewItemRow.reviews_done)
            .join(ReviewItemRow, ReviewItemRow.turn_id == ReviewRow.turn_id)
            .where(ReviewItemRow.reviews_done > 1)
            .order_by(ReviewRow.turn_id, ReviewRow.created_at, ReviewRow.account_id)
        )
        by_turn: dict[str, list[ReviewRow]] = defaultdict(list)
        written: dict[str, int] = {}
        with self._database.reading() as session:
            for row, count in session.execute(found):
                by_turn[row.turn_id].append(row)
                written[row.turn_id] = count
        twice = [
            rows[:2]
            for turn_id, rows in by_turn.items()
            if len(rows) == written[turn_id] and reviews_drawn(turn_id) > 1
        ]
        return tuple(_agreement(name, twice) for name in RUBRIC)


def _agreement(name: str, twice: list[list[ReviewRow]]) -> Agreement:
    assert name in Review.model_fields
    pairs = [(int(getattr(first, name)), int(getattr(second, name))) for first, second in twice]
    return Agreement(
        question=name,
        alpha=krippendorff_alpha(pairs),
        same=sum(first == second for first, second in pairs),
        pairs=len(pairs),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
