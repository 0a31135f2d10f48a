"""Questions a minute: who is told to wait, for how long, and who is not."""

from __future__ import annotations

import pytest

from coach.web.limits import VISITORS_AT_AN_ADDRESS, TurnLimits, too_quick


async def taken(limits: TurnLimits, visitor: str, address: str, times: int) -> list[int]:
    return [await limits.take(visitor, address) for _ in range(times)]


async def test_visitor_over_the_limit_waits_at_most_a_minute() -> None:
    limits = TurnLimits(2)
    assert await taken(limits, "one", "192.0.2.1", 2) == [0, 0]
    assert 1 <= await limits.take("one", "192.0.2.1") <= 60
    assert await limits.take("another", "192.0.2.1") == 0


async def test_questions_not_taken_do_not_count() -> None:
    limits = TurnLimits(1)
    await taken(limits, "busy", "192.0.2.1", VISITORS_AT_AN_ADDRESS * 2)
    assert await limits.take("calm", "192.0.2.1") == 0


@pytest.mark.parametrize(
    ("first", "same", "other"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1"),
        ("", "", "192.0.2.1"),
    ],
    ids=["IPv4", "IPv6", "unknown"],
)
async def test_throwing_the_cookie_away_does_not_help_for_ever(
    first: str, same: str, other: str
) -> None:
    limits = TurnLimits(1)
    for number in range(VISITORS_AT_AN_ADDRESS):
        assert await limits.take(f"visitor {number}", first) == 0
    assert await limits.take("one more", same) > 0
    assert await limits.take("elsewhere", other) == 0


@pytest.mark.parametrize(("seconds", "words"), [(1, "wait 1 second before"), (9, "9 seconds")])
def test_wait_is_told_kindly(seconds: int, words: str) -> None:
    assert words in too_quick(seconds)
