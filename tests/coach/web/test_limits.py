"""Questions a minute: who is told to wait, for how long, and who is not."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from coach.web.limits import (
    FOLLOWED_BY_A_VISITOR,
    REQUESTS_FOR_A_TURN,
    SIGN_INS_FOR_A_NAME,
    SIGN_INS_FOR_A_NAME_ANYWHERE,
    VISITORS_AT_AN_ADDRESS,
    Followed,
    RequestLimits,
    SignInLimits,
    TurnLimits,
    too_quick,
)


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
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("::ffff:192.0.2.1", "192.0.2.1", "::1"),
        ("", "", "192.0.2.1"),
    ],
    ids=["IPv4", "IPv6", "IPv4 seen as IPv6", "IPv4 seen either way", "unknown"],
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


async def test_guessing_at_a_name_keeps_its_owner_out_nowhere_else() -> None:
    limits = SignInLimits()
    tried = [await limits.take("ana", "192.0.2.1") for _ in range(SIGN_INS_FOR_A_NAME + 1)]
    assert [wait > 0 for wait in tried] == [False] * SIGN_INS_FOR_A_NAME + [True]
    assert await limits.take("ana", "192.0.2.2") == 0
    assert await limits.take("bob", "192.0.2.1") == 0


async def test_guessing_at_a_name_from_everywhere_is_slowed_down_too() -> None:
    limits = SignInLimits()
    for number in range(SIGN_INS_FOR_A_NAME_ANYWHERE):
        assert await limits.take("ana", f"192.0.2.{number}") == 0
    assert await limits.take("ana", "198.51.100.1") > 0


async def test_costly_requests_count_as_questions_do() -> None:
    limits = RequestLimits(1)
    for _ in range(VISITORS_AT_AN_ADDRESS - 1):
        assert await limits.take("192.0.2.1", costly=True) == 0
    for _ in range(REQUESTS_FOR_A_TURN):
        assert await limits.take("192.0.2.1", costly=False) == 0
    assert 1 <= await limits.take("192.0.2.1", costly=False) <= 60
    assert await limits.take("192.0.2.2", costly=True) == 0


def test_one_visitor_and_one_address_follow_so_many_answers_at_once() -> None:
    followed = Followed()
    with ExitStack() as open_pages:
        for _ in range(FOLLOWED_BY_A_VISITOR):
            assert not followed.full("one", "192.0.2.1")
            open_pages.enter_context(followed.one_more("one", "192.0.2.1"))
        assert followed.full("one", "192.0.2.1")
        assert followed.full("one", "192.0.2.2")
        assert not followed.full("other", "192.0.2.1")
        for number in range(FOLLOWED_BY_A_VISITOR * (VISITORS_AT_AN_ADDRESS - 1)):
            open_pages.enter_context(followed.one_more(f"visitor {number}", "192.0.2.1"))
        assert followed.full("other", "192.0.2.1")
        assert not followed.full("other", "192.0.2.2")
    assert not followed.full("one", "192.0.2.1")
