"""Opening the coaches' queue over 100,000 conversations, with the query plan.

``python -m evals.benchmarks.review_queue [postgresql://user@host/name]``: an empty database of
PostgreSQL, or an SQLite file of its own without an address. What is asked for is 300 ms.
"""

from __future__ import annotations

import hashlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, insert, text

from coach.accounts import Accounts, Role
from coach.database import Database, migrate, open_database
from coach.database.tables import ConversationRow, FeedbackRow, ReviewItemRow, ReviewRow, TurnRow
from coach.domain import Section
from coach.review.queue import ReviewQueue
from coach.review.values import Filters, ItemState
from coach.transcripts.queueing import Reason

CONVERSATIONS = 100_000
TURNS = 2
ROUNDS = 15
_QUEUED = 0.5  # of the turns: far more than in life
_SEED = 1
_BATCH = 5_000


def main() -> None:
    """Fill a database, then print how long each view of the queue takes."""
    url = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(url, Path(folder))
        migrate(database)
        account = Accounts(database).add("coach", Role.COACH).id
        started = time.perf_counter()
        _fill(database, account)
        print(f"{database.engine.dialect.name}: filled in {time.perf_counter() - started:.0f} s")
        _measure(database, account)
        database.close()


def _measure(database: Database, account: str) -> None:
    queue = ReviewQueue(database)
    first = queue.page(account)
    counts = queue.counts()
    print(f"{counts.total} items, {counts.done} done")

    def opened() -> None:
        queue.page(account)
        queue.counts()

    views: dict[str, Callable[[], object]] = {
        "the queue as it opens (first page and counts)": opened,
        "its first page": lambda: queue.page(account),
        "its counts": queue.counts,
        "second page": lambda: queue.page(account, after=first.after),
        "by reason": lambda: queue.page(account, Filters(reason=Reason.SAMPLE)),
        "by guide": lambda: queue.page(account, Filters(guide="guide-3")),
        "all states": lambda: queue.page(account, Filters(state=None)),
        "done by me": lambda: queue.page(account, Filters(state=ItemState.DONE, reviewer=account)),
        "text that is there": lambda: queue.page(account, Filters(text="question 1")),
        "text that is nowhere": lambda: queue.page(account, Filters(text="nowhere")),
        "next item claimed": lambda: _claimed(queue, account),
    }
    for name, view in views.items():
        spent = sorted(_timed(view) for _ in range(ROUNDS))
        print(f"{name:48} median {statistics.median(spent):7.1f} ms, slowest {spent[-1]:7.1f} ms")
    print(_plan(database, lambda: queue.page(account)))


def _claimed(queue: ReviewQueue, account: str) -> None:
    turn_id = queue.claim_next(account)
    assert turn_id is not None
    queue.release(turn_id, account)


def _timed(view: Callable[[], object]) -> float:
    started = time.perf_counter()
    view()
    return (time.perf_counter() - started) * 1000


def _plan(database: Database, view: Callable[[], object]) -> str:
    """How the database looks up the items of a page."""
    said: list[tuple[str, Mapping[str, object]]] = []

    def listen(
        connection: Connection,
        cursor: object,
        statement: str,
        given: Mapping[str, object],
        *more: object,
    ) -> None:
        if "review_items.priority" in statement and "LIMIT" in statement:
            said.append((statement, given))

    event.listen(database.engine, "before_cursor_execute", listen)
    view()
    event.remove(database.engine, "before_cursor_execute", listen)
    statement, given = said[0]
    how = "EXPLAIN QUERY PLAN" if database.on_sqlite else "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF)"
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{how} {statement}", given).all()
    return "\n".join(str(row[-1]) for row in rows)


def _fill(database: Database, account: str) -> None:
    tables = (ConversationRow, TurnRow, FeedbackRow, ReviewItemRow, ReviewRow)
    made = _conversations(account)
    while batch := list(islice(made, _BATCH)):  # batched() is younger than Python 3.11
        with database.writing() as session:
            for table in tables:
                rows = [row for one in batch for kind, row in one if kind is table]
                if rows:
                    session.execute(insert(table), rows)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _conversations(account: str) -> Iterator[list[tuple[type, dict[str, Any]]]]:
    drawn = random.Random(_SEED)
    begin = datetime.now(UTC) - timedelta(days=300)
    for number in range(CONVERSATIONS):
        asked = begin + timedelta(seconds=number * 250)
        name = f"conversation-{number}"
        made: list[tuple[type, dict[str, Any]]] = [(ConversationRow, _conversation(name, asked))]
        for position in range(TURNS):
            turn = f"{name}-{position}"
            made.append((TurnRow, _turn(turn, name, position, asked, drawn)))
            if drawn.random() < _QUEUED:
                made += _queued(turn, asked, account, drawn)
        yield made


def _conversation(name: str, asked: datetime) -> dict[str, Any]:
    return {
        "id": name,
        "owner": f"visitor:{hashlib.sha256(name.encode()).hexdigest()}",
        "source": "chat",
        "title": name,
        "created_at": asked,
        "updated_at": asked,
    }


def _turn(
    turn: str, name: str, position: int, asked: datetime, drawn: random.Random
) -> dict[str, Any]:
    return {
        "id": turn,
        "conversation_id": name,
        "position": position,
        "asked_at": asked,
        "finished_at": asked,
        "question": f"This is question {turn}, how long does it take?",
        "resolved_question": "",
        "guide": f"guide-{drawn.randrange(12)}",
        "section": drawn.choice(list(Section)),
        "state": "done",
        "answer": "It takes a while, and here is what the guide says of it. [1] " * 8,
        "refused": False,
        "coverage": "covered",
        "mode": "quoting",
        "dropped": 0,
        "tokens": 0,
        "record": {"answer": None, "hits": [{"text": "x" * 3000}]},
    }


def _queued(
    turn: str, asked: datetime, account: str, drawn: random.Random
) -> list[tuple[type, dict[str, Any]]]:
    reason = drawn.choice(list(Reason))
    done = drawn.random() < 0.3
    item = {
        "turn_id": turn,
        "reason": reason,
        "priority": reason.priority,
        "state": "done" if done else "open",
        "asked_at": asked,
        "reviews_wanted": 1,
        "reviews_done": int(done),
    }
    made: list[tuple[type, dict[str, Any]]] = [(ReviewItemRow, item)]
    if done:
        review = dict.fromkeys(("correct", "complete", "grounded", "helpful", "tone"), 1)
        more = {"tags": [], "notes": "", "created_at": asked}
        made.append((ReviewRow, {"turn_id": turn, "account_id": account, **review, **more}))
    if reason is Reason.THUMBS_DOWN:
        said = {"turn_id": turn, "verdict": "down", "reasons": [], "comment": "No."}
        made.append((FeedbackRow, {**said, "created_at": asked, "updated_at": asked}))
    return made


if __name__ == "__main__":
    main()
