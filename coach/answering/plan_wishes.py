"""Whether a turn asks for a plan, for what comes next in one, or to change it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from coach.answering.material import Material
from coach.answering.plan_doubts import settled
from coach.conversation.dates import last_day
from coach.conversation.profile import hours_in, hours_told
from coach.conversation.tellings import OF_THE_MOVE
from coach.domain import Message, Range, Value
from coach.reading.figures import number_of
from coach.terms import fold, spelt_out, words
from coach.understanding import Field, Manner
from coach.understanding.values import ROLE

_PLAN = re.compile(
    r"\b(?:make|create|build|draw(?: up)?|draft|write|prepare|set up|put together|work out|give|get"
    r"|want|need|would like|like|have|do)\b(?: (?:me|us|up|for|to|see))* (?:an?|my(?: own)?|our)"
    r" (?:(?!action\b)[\w-]+ ){0,3}?(?:plan|schedule|timetable)\b"
    r"(?! (?:takes?|says?|needs?|wants?))"
    r"|(?:^|[.,!?;:]\s*|\b(?:can|could|would|please|and|so|then|now|let's|lets) )"
    r"(?:you |please |now )*plan (?:it|this|that|my|me)\b"
    r"|\b(?:dated plan|plan with dates|roadmap with dates)\b"
)
_NEXT_WEEK = re.compile(
    r"\b(?:what|which)\b.*\b(?:next week|the coming week)\b|\bmy plan for next week\b"
)
_WHEN_DONE = re.compile(
    r"\bwhen (?:would|will|could|can|do|might|am) i (?:\w+ )?(?:be )?(?:\w+ )?"
    r"(?:done|finish\w*|ready|through)\b"
)
_IN_TIME = re.compile(
    r"\b(?:make it|be done|finish|be ready|get there|in time|meet (?:it|that)|manage (?:it|that))\b"
)
_FASTER = re.compile(r"\b(?:faster|quicker|sooner|shorter|fastest|quickest|first|earlier)\b")
_PERIOD = re.compile(
    r"\b(?P<which>this|next|coming) (?P<unit>week|month)\b"
    r"|\b(?:in|for|during) (?P<month>january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b(?: (?P<year>20\d\d))?"
)
_WHAT_NOW = re.compile(
    r"^\W*(?:(?:and|so|ok|okay)\W+)?what(?:'s| is| do i do| should i do| comes)?"
    r" (?:next|now|first|left|then)\W*$"
)
_ASKS_TASKS = re.compile(r"\b(?:what|which|tasks?|to do|show|due|on my plan)\b")
_BARE_NUMBER = re.compile(
    r"^(?:[^\w-]|-(?!\d))*"
    r"(?:about|around|maybe|roughly|say|only|just|i have|i can do|let's say)?\s*"
    r"(?P<low>(?:minus |-)?\d{1,3}(?:\.\d)?)(?:\s*(?:-|to|or)\s*(?P<high>\d{1,3}))?\W*$"
)
_ASKS = re.compile(r"\?|\b(?:what|which|how|who|where|why|is|are|do|does|can|should)\b")
_OWN_PLAN = re.compile(r"\bmy (?:own )?plan\b")
_SHOW_PLAN = re.compile(r"\b(?:show|see|what(?:'s| is)|how(?:'s| is))\b[^.?!]* my (?:own )?plan\b")
_WHAT_IF = "what if"
# To these nobody answers with a plan, whatever was said before.
_NEVER = frozenset({Manner.DISTRESS, Manner.INJECTION, Manner.FOREIGN})
_OF_A_TIME = frozenset({Field.TIMELINE, Field.HOURS, Field.PHASES, Field.OVERVIEW})
_OF_TASKS = frozenset({Field.THIS_WEEK, Field.THIS_MONTH, Field.NEXT_90_DAYS, Field.ACTIONS})
_FEW_WORDS = 14
_WEEK = timedelta(days=7)


class Wish(StrEnum):
    """What is wanted of a plan: all of it, what comes next, or two moves side by side."""

    PLAN = "plan"
    NEXT = "next"
    COMPARE = "compare"


class Time(Value):
    """A stretch of days, both ends included, as it is called: "next week"."""

    first: date
    last: date
    name: str


def wish(material: Material) -> Wish | None:
    """What this turn wants of a plan; None where it is about something else."""
    manner = material.understanding.manner
    if manner in _NEVER:
        return None
    text = fold(material.said[-1])
    planning = any(asks_for_plan(earlier) for earlier in material.said[:-1])
    if (planning and _BARE_NUMBER.match(text)) or _answers_doubt(material):
        return Wish.PLAN
    if manner is not Manner.QUESTION:
        return None
    hours = hours_of(material.said)
    if material.understanding.move.compared and len(material.understanding.move.guides) > 1:
        faster = _FASTER.search(text) or asks_for_plan(text)
        return Wish.COMPARE if faster and hours else None
    if _NEXT_WEEK.search(text):
        return Wish.NEXT
    if asks_for_plan(text):
        return Wish.PLAN
    if hours_told(material.said[-1], anyone=True) and (
        _WHEN_DONE.search(text) or (_IN_TIME.search(text) and material.profile.deadline)
    ):
        return Wish.PLAN
    kept = any(slug in material.plans for slug in guides_of(material))
    return _going_on(material, text, planning=planning) if planning or kept else None


def guides_of(material: Material) -> tuple[str, ...]:
    """The guides that a plan may be about: those named or spoken of, else those of kept plans.

    Who speaks of "my plan" means one that is kept, whatever was spoken of before.
    """
    move = material.understanding.move
    spoken = move.guides or tuple(material.focus)
    kept = tuple(slug for slug in material.plans if slug in material.catalogue.guides)
    own = _OWN_PLAN.search(fold(material.said[-1])) and not set(spoken) & set(kept)
    if move.named or move.unknown_roles or (spoken and not own):
        return spoken
    return kept or spoken


def _answers_doubt(material: Material) -> bool:
    """Whether this turn is the yes or no to the question whether a skill is held."""
    turn = Message(role="user", content=material.said[-1])
    return bool(settled((*material.history[-1:], turn)))


def _going_on(material: Material, text: str, *, planning: bool) -> Wish | None:
    """What a turn wants after a plan was asked for, or of one that is kept."""
    asks = material.understanding.asks
    elsewhere = {field for ask in asks for field in ask.fields} - _OF_A_TIME
    asks_tasks = _PERIOD.search(text) and _ASKS_TASKS.search(text) and not elsewhere - _OF_TASKS
    if _WHAT_NOW.match(text) or (asks_tasks and material.profile.start == material.earlier.start):
        return Wish.NEXT
    if _SHOW_PLAN.search(text) and not elsewhere - _OF_TASKS:
        return Wish.PLAN
    if elsewhere and _ASKS.search(text) and _WHAT_IF not in text:
        return None
    profile, earlier = material.profile, material.earlier
    finished = profile.finished != earlier.finished
    news = finished or hours_of(material.said) != hours_of(material.said[:-1])
    if news or _WHEN_DONE.search(text) or _IN_TIME.search(text):
        return Wish.PLAN
    if not planning:
        return Wish.PLAN if _WHAT_IF in text and profile != earlier else None
    # The move that was asked back for.
    named = ROLE in material.understanding.text and not any(
        ask.items or ask.key_terms or ask.topics for ask in asks
    )
    goes_on = profile != earlier or (named and len(words(text)) <= _FEW_WORDS)
    return Wish.PLAN if goes_on else None


def asks_for_plan(text: str) -> bool:
    """Whether a message asks for a plan by itself."""
    folded = fold(text)
    return bool(_PLAN.search(folded) or _NEXT_WEEK.search(folded))


def hours_of(said: Sequence[str]) -> Range | None:
    """The hours a week that were told last.

    Once a plan is asked for, and after "what if", a bare figure will do.
    """
    hours: Range | None = None
    planning = False
    for text in said:
        planning = planning or asks_for_plan(text)
        bare = planning or _WHAT_IF in fold(text)
        hours = hours_told(text, anyone=bare) or (_bare_hours(text) if bare else None) or hours
    return hours


def _bare_hours(text: str) -> Range | None:
    folded = spelt_out(fold(text))
    if number := _BARE_NUMBER.match(folded):
        low = number_of(number["low"].replace("minus ", "-"))
        return Range(low=low, high=number_of(number["high"]) if number["high"] else low)
    if OF_THE_MOVE.search(folded):
        return None
    found = hours_in(folded)
    return found[0] if found and len(folded.split()) <= _FEW_WORDS else None


def time_asked(text: str, start: date, today: date) -> Time | None:
    """The stretch of days that a turn asks about; None where it names none.

    What lies before the start of the plan becomes its first week.
    """
    period = _PERIOD.search(fold(text))
    if period is None:
        return None
    monday = today - timedelta(days=today.weekday())
    ahead = period["which"] in {"next", "coming"}
    if period["unit"] == "week":
        first = monday + (_WEEK if ahead else timedelta())
        found = Time(first=first, last=first + _WEEK - timedelta(days=1), name=period.group())
    else:
        named = period["month"] or ("next month" if ahead else f"{today:%B}".lower())
        last = last_day(f"{named} {period['year'] or ''}".strip(), today)
        if last is None:
            return None
        name = f"in {last:%B}" if period["month"] else period.group()
        found = Time(first=last.replace(day=1), last=last, name=name)
    if found.last >= start:
        return found
    return Time(first=start, last=start + _WEEK - timedelta(days=1), name="the first week")
