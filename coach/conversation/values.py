"""What is kept of a conversation from turn to turn."""

from __future__ import annotations

from coach.domain import Profile, Section, Value
from coach.understanding import Ask, Field, Item, Move


class Resolved(Value):
    """A turn made to stand alone, and what the conversation was about before it.

    Attributes:
        question: the question, its pointing words replaced and what it leaves out filled in.
        guides: the slugs of the guides in focus; read the question with them.
        fields: the fields of the turn before.
        section: the section in focus, that of the item where there is one.
        item: the name of the skill, phase or resource in focus.
        profile: what the person told about themselves, in this turn too.
        earlier: what they told before this turn.
        depends: whether the person's words need the history to be understood.
    """

    question: str
    guides: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    section: Section | None = None
    item: str | None = None
    profile: Profile = Profile()
    earlier: Profile = Profile()
    depends: bool = False


class Listed(Value):
    """An entry of a list that the coach gave: its words, and the item or the guides it names."""

    text: str
    item: Item | None = None
    guides: tuple[str, ...] = ()


class Reply(Value):
    """What a reply of the coach leaves to point at.

    Attributes:
        items: the items it names, in their order.
        listed: the entries of its list.
        guides: the guides it names outside of a list.
        asks_which: whether it asks which of the listed moves is meant.
        offer: the question it offers to answer, empty without one.
    """

    items: tuple[Item, ...] = ()
    listed: tuple[Listed, ...] = ()
    guides: tuple[str, ...] = ()
    asks_which: bool = False
    offer: str = ""


class State(Value):
    """A conversation up to a turn.

    Attributes:
        guides: the guides in focus.
        spoken: the guides spoken of one at a time, the latest last, each once.
        question: the last question as resolved, empty before the first.
        ask: what that question asked for, its last part.
        move: the move it was about.
        fields: the fields asked for last.
        fresh: the items that the last question and its answer were about.
        items: the items spoken of so far, the latest last, each once.
        reply: what the coach said last.
        choices: the guides that the coach listed last.
        started: whether anything was said.
    """

    guides: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    question: str = ""
    ask: Ask | None = None
    move: Move = Move()
    fields: tuple[Field, ...] = ()
    fresh: tuple[Item, ...] = ()
    items: tuple[Item, ...] = ()
    reply: Reply = Reply()
    choices: tuple[str, ...] = ()
    started: bool = False


class Rewrite(Value):
    """A turn put in other words: the question, the guides it is about, the items it points at."""

    question: str
    guides: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
