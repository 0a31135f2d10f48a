"""A process that records turns, killed at random moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from coach.database import Database
from coach.database.tables import ConversationRow, ReviewItemRow, TurnRow
from coach.transcripts import Transcripts
from tests.coach.transcripts.made import ANSWER, OWNER

ROOT = Path(__file__).parents[3]
KILLS = 4
CONVERSATIONS = 5
# A child records as fast as it can, each turn one of several conversations, all of them refused
# so that each goes into the queue too, and tells each id after it was recorded.
CHILD = """
import itertools, sys
from pathlib import Path
from coach.database import open_database
from coach.transcripts import Transcripts
from tests.coach.transcripts.made import ANSWER, entry

url, folder, round, conversations = sys.argv[1:]
transcripts = Transcripts(open_database(url, Path(folder)))
answer = ANSWER.model_copy(update={"refused": True})
for number in itertools.count():
    turn_id = f"{round}-{number}"
    conversation = f"{round}-{number % int(conversations)}"
    transcripts.record(entry(turn_id, turn_id=turn_id, conversation_id=conversation, answer=answer))
    print(turn_id, flush=True)
"""


@pytest.mark.slow
def test_every_turn_that_was_acknowledged_is_kept_whole_and_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    transcripts = Transcripts(database)
    moments = random.Random(3)
    acknowledged: list[str] = []

    for number in range(KILLS):
        acknowledged += _killed(database_url, tmp_path, number, moments.uniform(0.1, 0.6))

        kept = _kept(transcripts)
        assert set(acknowledged) <= set(kept)
        # Beside them at most the turn that was under way at each kill.
        assert len(kept) <= len(acknowledged) + number + 1

    assert len(acknowledged) > KILLS * 5
    with database.reading() as session:
        assert session.scalar(select(func.count(TurnRow.id))) == len(kept)
        assert session.scalar(select(func.count(ReviewItemRow.turn_id))) == len(kept)
        empty = select(ConversationRow.id).where(~ConversationRow.turns.any())
        assert session.scalars(empty).all() == []


def _killed(url: str, folder: Path, number: int, seconds: float) -> list[str]:
    """What a child acknowledged before it was killed, some time after its first turn."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, folder, str(number), str(CONVERSATIONS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    rest, errors = child.communicate(timeout=30)
    assert first.endswith("\n"), errors
    assert child.returncode == -signal.SIGKILL, errors
    # A line that was cut short tells nothing.
    return (first + rest).rpartition("\n")[0].split()


def _kept(transcripts: Transcripts) -> list[str]:
    """The ids of all turns, each looked at whether it is whole."""
    ids = []
    answer = ANSWER.model_copy(update={"refused": True, "hits": ()})
    for summary in transcripts.conversations(OWNER):
        transcript = transcripts.load(OWNER, summary.id)
        assert transcript is not None
        assert [turn.position for turn in transcript.turns] == list(range(summary.turns))
        for turn in transcript.turns:
            assert (turn.question, turn.answer) == (turn.id, answer)
            assert len(turn.hits) == 1
            ids.append(turn.id)
    return ids
