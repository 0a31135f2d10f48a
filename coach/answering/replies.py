"""Replies that rest on no passage: small talk, refusals, a question back, help in distress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coach.answering.draft import joined
from coach.answering.headlines import move_of
from coach.domain import Guide
from coach.understanding import Manner

_MOST_NAMED = 6

_SMALL_TALK = {
    Manner.GREETING: (
        "Hello! Tell me where you are and where you would like to go, and I will answer from "
        "the guides."
    ),
    Manner.THANKS: "You're welcome! Ask me anything else about your move.",
    Manner.FAREWELL: "Goodbye, and good luck with your move!",
}
_DISTRESS = (
    "I'm really sorry that things feel this heavy. You don't have to carry it alone, and a "
    "career can wait.\n\n"
    "If you might be in danger, please call your local emergency number now. "
    "In the US and Canada you can call or text 988, in the UK and Ireland call Samaritans "
    "on 116 123, "
    "and findahelpline.com lists free, confidential help in other countries.\n\n"
    "Talking to someone you trust, or to a doctor, can help too."
)

UNSHOWN = (
    "The guide has something on this, but I could not check it, so I won't show it. Could you ask "
    "about something else?"
)


def small_talk(manner: Manner, guides: Mapping[str, Guide]) -> str | None:
    """A natural reply to what is not a question; None when it is one."""
    if manner is Manner.DISTRESS:
        return _DISTRESS
    if manner is Manner.CAPABILITIES:
        return (
            "I'm Pathway Coach, a program that answers questions about changing career "
            "from written guides "
            "and shows where each answer comes from. You can ask how long a move takes, "
            "how hard it is, what "
            "happens to pay, which skills to learn, which books and courses help, and what "
            "to do first.\n\n"
            f"I have guides for these moves:\n{listed(tuple(guides.values()))}"
        )
    return _SMALL_TALK.get(manner)


def listed(guides: Sequence[Guide]) -> str:
    """Moves as a list, one a line."""
    return "\n".join(f"- {move_of(guide)}" for guide in guides)


def choices(guides: Sequence[Guide]) -> tuple[str, ...]:
    """The moves that ``which_move`` names, each as the person may answer."""
    return tuple(move_of(guide) for guide in guides[:_MOST_NAMED])


def unreadable(manner: Manner) -> str:
    """The refusal of something that cannot be read as a question about careers."""
    if manner is Manner.FOREIGN:
        return (
            "Sorry, I can only read English so far, because the guides are in English. Could "
            "you ask that in English?"
        )
    if manner is Manner.INJECTION:
        return (
            "I only answer questions about career moves, from the guides. What would you like "
            "to know about yours?"
        )
    return "I couldn't make sense of that. Could you put it as a question about a career move?"


def off_subject(guides: Mapping[str, Guide]) -> str:
    """The refusal of a question that has nothing to do with the guides."""
    some = joined([move_of(guide) for guide in list(guides.values())[:3]], "or")
    about = f", for example {some}" if some else ""
    return (
        "That is outside what my guides hold. I can help with moving from one career to "
        f"another{about}."
    )


def in_quotes(terms: Sequence[str]) -> tuple[str, ...]:
    """Words of the person, set off from ours."""
    return tuple(f"“{term}”" for term in terms)


def unknown_move(roles: Sequence[str], nearest: Sequence[Guide]) -> str:
    """The refusal of a move that no guide describes, with the nearest ones."""
    named = joined(in_quotes(roles), "or")
    text = (
        f"I don't have a guide for that move: none covers {named}."
        if named
        else "I don't have a guide for that move."
    )
    if nearest:
        text += f"\n\nThe nearest I have:\n{listed(nearest[:_MOST_NAMED])}"
    return text


def which_move(guides: Sequence[Guide]) -> str:
    """The question back when several guides fit."""
    return f"Which move do you mean?\n{listed(guides[:_MOST_NAMED])}"


def not_in_guide(missing: Sequence[str], guide: Guide | None) -> str:
    """The refusal of something that a guide does not hold."""
    lacking = joined(missing[:3], "or")
    if guide is None:
        return f"My guides say nothing about {lacking}."
    move = f"The guide on moving from {move_of(guide)}"
    return f"{move} says nothing about {lacking}." if lacking else f"{move} does not answer that."
