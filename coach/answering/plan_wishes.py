"""Whether a turn asks for a plan or to change one, and what the person told to plan with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from coach.answering.material import Material
from coach.conversation.dates import first_day, last_day
from coach.conversation.profile import hours_told
from coach.conversation.tellings import OF_THE_MOVE
from coach.domain import EVERY_DAY, Guide, Phase, Profile, Range, SkillGap, Value
from coach.planning import HeldSkill, Level, Preferences
from coach.planning.skills import Certainty, match
from coach.reading.figures import find_range, number_of
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
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|correct|right|exactly|it is|all of it)\b[\w ,]{0,20}\W*$"
)
_NO = re.compile(
    r"^\W*(?:no|nope|nah|not (?:really|all|quite|all of it)|only (?:some|a part|partly)|partly)\b"
    r"[\w ,]{0,20}\W*$"
)
_BARE_NUMBER = re.compile(
    r"^\W*(?:about|around|maybe|roughly|say|only|just|i have|i can do|let's say)?\s*"
    r"(?P<low>\d{1,3}(?:\.\d)?)(?:\s*(?:-|to|or)\s*(?P<high>\d{1,3}))?\W*$"
)
_ASKS = re.compile(r"\?|\b(?:what|which|how|who|where|why|is|are|do|does|can|should)\b")
_OF_A_TIME = frozenset({Field.TIMELINE, Field.HOURS, Field.PHASES, Field.OVERVIEW})
_ALIKE = 85
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


class Doubt(Value):
    """What a person said they know, and the skill of the guide it may be a part of only."""

    said: tuple[str, ...]
    skill: str


class Told(Value):
    """What to plan with, and what of it is to be asked or said.

    Attributes:
        preferences: None while the hours are not known.
        hours: as they were told.
        doubts: skills that may be held only in part, to be asked about.
        untaught: what the person knows and the guide does not teach.
        assumed_start: whether nobody said when to start.
        past_start: a start that was told and is over.
    """

    preferences: Preferences | None
    hours: Range | None = None
    doubts: tuple[Doubt, ...] = ()
    untaught: tuple[str, ...] = ()
    assumed_start: bool = True
    past_start: date | None = None


def wish(material: Material) -> Wish | None:
    """What this turn wants of a plan; None where it is about something else."""
    text = fold(material.said[-1])
    planning = any(asks_for_plan(earlier) for earlier in material.said[:-1])
    if planning and (_BARE_NUMBER.match(text) or _answers_doubt(material, text)):
        return Wish.PLAN
    if material.understanding.manner is not Manner.QUESTION:
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
    if not planning:
        return None
    return _going_on(material, text)


def _answers_doubt(material: Material, text: str) -> bool:
    """Whether a yes or no follows a question whether a skill is held."""
    if not (_YES.match(text) or _NO.match(text)) or len(material.focus) != 1:
        return False
    guide = material.catalogue.guides[material.focus[0]]
    return bool(told(material, guide, earlier=True).doubts)


def _going_on(material: Material, text: str) -> Wish | None:
    """What a turn wants after a plan was asked for."""
    starts_anew = material.profile.start != material.earlier.start
    if _WHAT_NOW.match(text) or (
        _PERIOD.search(text) and _ASKS_TASKS.search(text) and not starts_anew
    ):
        return Wish.NEXT
    asks = material.understanding.asks
    elsewhere = {field for ask in asks for field in ask.fields} - _OF_A_TIME
    if elsewhere and _ASKS.search(text) and "what if" not in text:
        return None
    news = material.profile != material.earlier or hours_of(material.said) != hours_of(
        material.said[:-1]
    )
    if news or _WHEN_DONE.search(text) or _IN_TIME.search(text):
        return Wish.PLAN
    # The move that was asked back for.
    named = ROLE in material.understanding.text and not any(
        ask.items or ask.key_terms or ask.topics for ask in asks
    )
    return Wish.PLAN if named and len(words(text)) <= _FEW_WORDS else None


def asks_for_plan(text: str) -> bool:
    """Whether a message asks for a plan by itself."""
    folded = fold(text)
    return bool(_PLAN.search(folded) or _NEXT_WEEK.search(folded))


def hours_of(said: Sequence[str]) -> Range | None:
    """The hours a week that were told last; once a plan is asked for, a bare figure will do."""
    hours: Range | None = None
    planning = False
    for text in said:
        planning = planning or asks_for_plan(text)
        hours = hours_told(text, anyone=planning) or (
            (_bare_hours(text) if planning else None) or hours
        )
    return hours


def _bare_hours(text: str) -> Range | None:
    folded = spelt_out(fold(text))
    if number := _BARE_NUMBER.match(folded):
        low = number_of(number["low"])
        return Range(low=low, high=number_of(number["high"]) if number["high"] else low)
    if OF_THE_MOVE.search(folded):
        return None
    found = find_range(folded, "hour")
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


def told(material: Material, guide: Guide, *, earlier: bool = False) -> Told:
    """What the person told to plan a guide's move with, this turn's words left out if wanted."""
    said = material.said[:-1] if earlier else material.said
    profile = material.earlier if earlier else material.profile
    hours = hours_of(said)
    finished, skills = _titles_and_skills(profile, guide)
    held, doubts, untaught = _held(skills, guide, material, said)
    if hours is None:
        return Told(preferences=None, doubts=doubts, untaught=untaught)
    start = first_day(profile.start, material.today) if profile.start else None
    past = start if start and start < material.today else None
    begin = start if start and not past else _next_monday(material.today)
    preferences = Preferences(
        hours_a_week=(hours.low + hours.high) / 2,
        start=begin,
        deadline=last_day(profile.deadline, material.today) if profile.deadline else None,
        weekdays=profile.weekdays or EVERY_DAY,
        held=held,
        finished=finished,
    )
    return Told(
        preferences=preferences,
        hours=hours,
        doubts=doubts,
        untaught=untaught,
        assumed_start=start is None,
        past_start=past,
    )


def _next_monday(today: date) -> date:
    return today + timedelta(days=-today.weekday() % 7)


def _titles_and_skills(profile: Profile, guide: Guide) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of what a person has done and knows: the guide's courses and books, and the rest."""
    titles = list(dict.fromkeys(_titles(guide)))
    finished: list[str] = []
    rest: list[str] = []
    for said in (*profile.finished, *profile.skills):
        own = f" {' '.join(words(said))} "
        named = [title for title in titles if f" {_bare_title(title)} " in own]
        if not named:
            best = max(
                titles, key=lambda title: fuzz.token_sort_ratio(own, fold(title)), default=""
            )
            named = [best] if fuzz.token_sort_ratio(own.strip(), fold(best)) >= _ALIKE else []
        finished += named
        rest += [] if named else [said]
    return tuple(dict.fromkeys(finished)), tuple(rest)


def _bare_title(title: str) -> str:
    """A title without the article that people leave out."""
    own = words(title)
    return " ".join(own[1:] if own[0] in {"the", "a", "an"} else own)


def _titles(guide: Guide) -> Iterator[str]:
    parts: tuple[SkillGap | Phase, ...] = (*guide.skill_gaps, *guide.phases)
    for part in parts:
        yield from (resource.title for resource in part.resources)


def _held(
    skills: Sequence[str], guide: Guide, material: Material, said: Sequence[str]
) -> tuple[tuple[HeldSkill, ...], tuple[Doubt, ...], tuple[str, ...]]:
    """The skills held for sure, those to ask about, and what the guide does not teach.

    Doubts are asked about one at a time in the order they arose, so the answers that the person
    gave belong to them in that order.
    """
    held: dict[str, Level] = {}
    doubtful: dict[str, list[str]] = {}
    untaught: list[str] = []
    for one in match(skills, guide, material.encoder):
        if one.skill is None:
            untaught.append(one.said)
        elif one.certainty is Certainty.SURE:
            held[one.skill] = Level.SOLID
        else:
            doubtful.setdefault(one.skill, []).append(one.said)
    replies = _replies(said)
    open_doubts = []
    for name, parts in doubtful.items():
        if name in held:
            continue
        answer = next(replies, None)
        if answer is None:
            open_doubts.append(Doubt(said=tuple(parts), skill=name))
        else:
            held[name] = Level.SOLID if answer else Level.SOME
    skills_held = tuple(HeldSkill(name=name, level=level) for name, level in held.items())
    return skills_held, tuple(open_doubts), tuple(untaught)


def _replies(said: Sequence[str]) -> Iterator[bool]:
    """The answers of yes and no that were given since a plan was first asked for."""
    planning = False
    for text in said:
        folded = fold(text)
        if planning and _YES.match(folded):
            yield True
        elif planning and _NO.match(folded):
            yield False
        planning = planning or asks_for_plan(text)
