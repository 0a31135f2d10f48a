"""The page of gaps shows the largest and says how many more there are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coach.accounts import Account, Role
from coach.review.gaps import Gap
from coach.web.pages import page

WHEN = datetime(2026, 11, 2, tzinfo=UTC)


def gap(number: int) -> Gap:
    return Gap(
        question=f"Question {number}?",
        examples=(),
        times=1,
        people=1,
        guides=(),
        asked_at=WHEN,
    )


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (200, None),
        (201, "1 more stands in the list and in the table"),
        (350, "150 more stand in the list and in the table"),
    ],
)
def test_page_says_how_many_gaps_it_leaves_to_the_list(count: int, said: str | None) -> None:
    shown = page(
        "review_gaps.html",
        title="Gaps",
        coach=Account(
            id="ada", name="Ada", role=Role.COACH, disabled=False, issuer=None, created_at=WHEN
        ),
        gaps=[gap(number) for number in range(count)],
    )

    text = bytes(shown.body).decode()
    assert text.count("Question ") == 200
    assert "Question 200?" not in text
    assert (said in text) if said else "more st" not in text
