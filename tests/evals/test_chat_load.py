"""The load of chats holds only where answers are kept, after the database's restart above all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evals.benchmarks.chat_load import KEPT_AFTERWARDS, Load, missed

BACK = 30.0


def load(name: str, asked: tuple[float, ...] = (10.0,) * 200) -> Load:
    """People whose answers all came and were kept."""
    return Load(
        first_text=[0.1] * 100,
        whole=[0.2] * 100,
        acknowledged={f"{name}-{number}": at for number, at in enumerate(asked)},
        megabytes=[400.0] * 9,
    )


def run() -> tuple[Load, Load, Load]:
    """The three loads of a run in which nothing was missed."""
    return load("few"), load("many"), load("troubled", (10.0,) * 50 + (40.0,) * KEPT_AFTERWARDS)


def stored_of(loads: tuple[Load, Load, Load]) -> set[str]:
    return {turn for one in loads for turn in one.acknowledged}


def test_run_that_kept_everything_holds() -> None:
    loads = run()
    loads[2].unsaved.append(BACK - 1)
    loads[2].errors.append((BACK - 1, "the database was away"))

    assert missed(*loads, BACK, stored_of(loads)) == []


def nothing_after(few: Load, many: Load, troubled: Load) -> None:
    troubled.acknowledged = dict.fromkeys(troubled.acknowledged, BACK - 1)


def no_answer_kept(few: Load, many: Load, troubled: Load) -> None:
    troubled.unsaved, troubled.acknowledged = [*troubled.acknowledged.values()], {}


def one_unsaved_after(few: Load, many: Load, troubled: Load) -> None:
    troubled.unsaved.append(BACK + 1)


def one_failed_after(few: Load, many: Load, troubled: Load) -> None:
    troubled.errors.append((BACK + 1, "RuntimeError"))


def one_unsaved_before(few: Load, many: Load, troubled: Load) -> None:
    many.unsaved.append(1.0)


def one_failed_before(few: Load, many: Load, troubled: Load) -> None:
    few.errors.append((1.0, "RuntimeError"))


def slow(few: Load, many: Load, troubled: Load) -> None:
    many.first_text = [0.21] * 100


def no_text(few: Load, many: Load, troubled: Load) -> None:
    few.first_text, many.first_text = [], []


def growing(few: Load, many: Load, troubled: Load) -> None:
    many.megabytes = [400.0] * 6 + [421.0] * 3


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (nothing_after, "restarted: 0 answers were kept afterwards, not 100"),
        (no_answer_kept, "restarted: 0 answers were kept afterwards, not 100"),
        (one_unsaved_after, "restarted: afterwards 1 answers were not kept, 0 failed"),
        (one_failed_after, "restarted: afterwards 0 answers were not kept, 1 failed"),
        (one_unsaved_before, "100 people: 1 answers were not kept"),
        (one_failed_before, "10 people: 1 errors"),
        (slow, "first text: 2.10x"),
        (no_text, "first text: nanx"),
        (growing, "memory: 1.052x"),
    ],
)
def test_run_that_missed_something_says_so(
    spoil: Callable[[Load, Load, Load], None], said: str
) -> None:
    loads = run()
    stored = stored_of(loads)
    spoil(*loads)

    assert said in missed(*loads, BACK, stored)


def test_answer_shown_as_kept_that_is_gone_is_told() -> None:
    loads = run()

    assert missed(*loads, BACK, stored_of(loads) - {"many-3"}) == [
        "100 people: 1 answers shown as kept are not in the database"
    ]
