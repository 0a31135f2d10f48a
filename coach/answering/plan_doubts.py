"""Skills that a person may hold only in part: the question about one, and what is replied."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from coach.answering.draft import joined
from coach.domain import Message, Value
from coach.terms import fold

_ASKED = re.compile(r"“(?P<skill>[^”\n]+)” for you\? Until you say yes,")
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|correct|right|exactly|it is|they are|all of (?:it|them))"
    r"(?:\W+(?:please|thanks|thank you|sure|right|correct|of course|definitely|absolutely"
    r"|completely|fully|really|all|all of (?:it|that|them)|it is|they are|that is|that's right"
    r"|i do|i am|i know (?:it|that|them)(?: all)?|i think so))*\W*$"
)
_NO = re.compile(
    r"^\W*(?:no|nope|nah|not (?:really|all|quite|yet|everything)|only|just|partly|in part)\b"
    r"(?:\W+(?:sorry|thanks|thank you|not (?:really|all|quite|yet|everything)|of (?:it|that|them)"
    r"|only|just|some|partly|in part|parts?|a (?:bit|little|part)|the basics?|it is not|it isn't"
    r"|i don't|i do not))*\W*$"
)


class Doubt(Value):
    """What a person said they know, and the skill of the guide it may be a part of only."""

    said: tuple[str, ...]
    skill: str


def ask_about(doubt: Doubt) -> str:
    """The question whether a skill is held in full."""
    said = joined([f"“{one}”" for one in doubt.said])
    are = "Are" if len(doubt.said) > 1 else "Is"
    return f"{are} {said} all of “{doubt.skill}” for you? Until you say yes, it stays in the plan."


def settled(messages: Sequence[Message]) -> Mapping[str, bool]:
    """The skills that a reply to the question settled, and whether they are held in full.

    A yes or no counts only for what was asked right before it.
    """
    found: dict[str, bool] = {}
    asked: str | None = None
    for message in messages:
        if message.role == "assistant":
            question = _ASKED.search(message.content)
            asked = question["skill"] if question else None
            continue
        text = fold(message.content)
        if asked is not None and (_YES.match(text) or _NO.match(text)):
            found[asked] = bool(_YES.match(text))
        asked = None
    return found
