"""Personal data in text: what is masked, and what must stay."""

from __future__ import annotations

from itertools import pairwise

import pytest

from coach.redaction import find, redact
from tests.coach.asking import KNOWLEDGE


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to ana.silva+cv@mail.example.org today", "Write to [e-mail] today"),
        ("ana [at] example.org", "[e-mail]"),
        ("call me on +44 20 7946 0958.", "call me on [phone]."),
        ("my number is (212) 555-0123, mornings", "my number is [phone], mornings"),
        ("see https://example.org/me?x=1, please", "see [link], please"),
        ("I'm at linkedin.com/in/someone-1234", "I'm at [link]"),
        ("I live at 221 Baker Street, London", "I live at [address]"),
        ("I live at 12 Long Meadow Rd., Apt 4, Dayton, OH 45402 now", "I live at [address] now"),
        ("i live at 14b long acre lane in bath", "i live at [address] in bath"),
        ("Hauptstraße 12 in Köln", "[address] in Köln"),
        ("P.O. Box 118", "[address]"),
        ("flat in SW1A 1AA", "flat in [address]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "How long does it take at 10-15 hours a week?",
        "It pays $132,000 to $169,510, or 12 % more by 2034.",
        "Phase 3 takes 18–24 weeks from 2026-11-22 to 2027-03-01.",
        "I have 12 years of Road construction behind me",
        "Is CompTIA Security+ (SY0-701) worth it at 45?",
        "After 12 years on the road I want a desk",
        "Does it need 16 weeks, 12 weeks and 20 weeks?",
        "Which of the 2 Great Courses do you mean?",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert redact(text) == text


def test_no_place_is_found_twice() -> None:
    found = find("mail me: https://example.org/a@example.org or +1 212 555 0123")

    assert all(one.end <= other.start for one, other in pairwise(found))
    assert [one.kind for one in found] == ["link", "phone"]


def test_in_the_guides_nothing_but_links_looks_personal() -> None:
    texts = [path.read_text() for path in sorted(KNOWLEDGE.glob("*.md"))]

    found = {text[one.start : one.end] for text in texts for one in find(text)}
    assert {one for one in found if not one.startswith(("http", "www"))} == set()
