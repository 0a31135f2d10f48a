"""What a person tells about themselves: their role, their time, their skills, their dates."""

from __future__ import annotations

import re
from collections.abc import Callable

from coach.conversation.tellings import (
    A_DAY,
    AIM,
    AN_HOUR,
    ASKED_START,
    DEADLINE,
    FILLER,
    FINISHED,
    FINISHED_END,
    I_AM,
    KNOWS,
    KNOWS_NOT,
    NO_DEADLINE,
    NO_SUBJECT,
    OF_STUDY,
    OF_THE_MOVE,
    ON_DAYS,
    OWN,
    SKILL_PARTS,
    SKILLS_END,
    STARTING,
    TOLD_DEADLINE,
    UNKNOWN_I_AM,
)
from coach.domain import Profile, Range, Value
from coach.reading.figures import DASHES, find_range
from coach.terms import fold, spelt_out, terms
from coach.understanding import Catalogue
from coach.understanding.patterns import SENTENCE_END
from coach.understanding.roles import find_mentions
from coach.understanding.unknown_roles import unknown_roles

_DAYS = {"weekday": 5, "weekend": 1}
_MOST_WORDS = 4
_LONGEST_TITLE = 12
_ARTICLE = re.compile(r"^(?:the|a|an|my) (?:(?:book|course|certificate|class) )?(?:called )?")
_MINUS = re.compile(
    rf"(?:(?<![\w{re.escape(''.join(DASHES))}])[{re.escape(''.join(DASHES))}]|\bminus )$"
)
_AROUND = " ,.'\"“”‘’"
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS, _WEEKEND = (0, 1, 2, 3, 4), (5, 6)


class Told(Value):
    """What one message tells: facts, and the skills it takes back."""

    role: str | None = None
    no_role: str | None = None
    hours_a_week: Range | None = None
    skills: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    deadline: str | None = None
    no_deadline: bool = False
    start: str | None = None
    finished: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether it tells anything at all."""
        return self != Told()


def told(text: str, catalogue: Catalogue, known: Callable[[str], bool]) -> Told:
    """Read one message of the person's; ``known`` tells the stems of the knowledge."""
    role, no_role = _role(text, catalogue, known)
    hours: Range | None = None
    skills: list[str] = []
    lacking: list[str] = []
    deadline: str | None = None
    start: str | None = None
    finished: list[str] = []
    weekdays: tuple[int, ...] = ()
    for sentence in SENTENCE_END.split(text):
        folded = fold(sentence)
        hours = _hours(folded) or hours
        base = sentence if len(folded) == len(sentence) else folded
        absent = list(KNOWS_NOT.finditer(folded))
        for match in absent:
            lacking += _skills(base, match)
        for match in KNOWS.finditer(folded):
            if not any(a.start() <= match.start() < a.end() for a in absent):
                skills += _skills(base, match)
        deadline = _deadline(base, folded) or deadline
        start = _start(base, folded) or start
        finished += _finished(base, folded)
        weekdays = _weekdays(folded) or weekdays
    return Told(
        role=role,
        no_role=no_role,
        hours_a_week=hours,
        skills=tuple(dict.fromkeys(skills)),
        lacking=tuple(dict.fromkeys(lacking)),
        deadline=deadline,
        no_deadline=bool(NO_DEADLINE.search(fold(text))),
        start=start,
        finished=tuple(dict.fromkeys(finished)),
        weekdays=weekdays,
    )


def with_told(profile: Profile, news: Told) -> Profile:
    """A profile with what was told later: it replaces, adds and takes away."""
    if not news.anything:
        return profile
    role = news.role or profile.role
    if news.no_role and role and fold(news.no_role) == fold(role):
        role = None
    skills = [*profile.skills]
    skills += [skill for skill in news.skills if not _held(skill, skills)]
    deadline = None if news.no_deadline else news.deadline or profile.deadline
    return Profile(
        role=role,
        hours_a_week=news.hours_a_week or profile.hours_a_week,
        skills=tuple(skill for skill in skills if not _held(skill, news.lacking)),
        deadline=deadline,
        start=news.start or profile.start,
        finished=tuple(dict.fromkeys((*profile.finished, *news.finished))),
        weekdays=news.weekdays or profile.weekdays,
    )


def hours_told(text: str, *, anyone: bool = False) -> Range | None:
    """The hours a week that a message says its writer has, those named last.

    Where a plan is being made, hours are the writer's even if nobody says so: ``anyone``.
    """
    found = [_hours(fold(sentence), anyone=anyone) for sentence in SENTENCE_END.split(text)]
    return next((hours for hours in reversed(found) if hours is not None), None)


def hours_in(text: str) -> tuple[Range, int, int] | None:
    """The first hours in folded text with their place, below zero where a minus stands before."""
    found = find_range(text, "hour")
    if found is None or not _MINUS.search(text[: found[1]]):
        return found
    amount, start, end = found
    return Range(low=-amount.high, high=-amount.low), start, end


def _held(skill: str, skills: tuple[str, ...] | list[str]) -> bool:
    return any(terms(skill) == terms(other) for other in skills)


def _hours(folded: str, *, anyone: bool = False) -> Range | None:
    """Hours a week that the person says they have."""
    text = AN_HOUR.sub("1 hour", spelt_out(folded))
    found = hours_in(text)
    if found is None or not (anyone or OWN.search(text)):
        return None
    amount, start, end = found
    if OF_THE_MOVE.search(text, 0, start):
        return None
    rest = text[end:]
    daily = A_DAY.match(rest)
    if daily is None:
        weekly = re.match(r"[^.?!]{0,30}?\b(?:week|weekly|wk)\b|/ ?w", rest)
        return amount if weekly else None
    days = len(_weekdays(folded)) or _DAYS.get(daily["part"] or "day", 7)
    return Range(low=amount.low * days, high=amount.high * days)


def _skills(base: str, match: re.Match[str]) -> list[str]:
    """The skills that a match names, as written."""
    name = next(name for name, value in match.groupdict().items() if value is not None)
    start, end = match.span(name)
    folded = fold(base)[start:end]
    if NO_SUBJECT.match(folded):
        return []
    stop = SKILLS_END.search(folded)
    written = base[start : start + stop.start()] if stop else base[start:end]
    found = []
    for part in SKILL_PARTS.split(written):
        skill = FILLER.sub("", part.strip(" ,.'\"")).strip()
        if skill and len(skill.split()) <= _MOST_WORDS and not NO_SUBJECT.match(fold(skill)):
            found.append(skill)
    return found


def _role(
    text: str, catalogue: Catalogue, known: Callable[[str], bool]
) -> tuple[str | None, str | None]:
    """The role the person says they have, and the one they say they do not have."""
    folded = fold(text)
    if len(folded) != len(text):
        text = folded
    mentions = find_mentions(text, catalogue.roles, known)
    role: str | None = None
    no_role: str | None = None
    for mention in mentions:
        match = I_AM.search(folded[: mention.start])
        if match is None:
            continue
        said = f"{match['before'] or ''}{text[mention.start : mention.end]}"
        if match["not"]:
            no_role = said
        elif role is None:
            role = said
    if role is None and UNKNOWN_I_AM.search(folded):
        unknown = unknown_roles(text, mentions).get("from")
        role = unknown if unknown and UNKNOWN_I_AM.search(folded.split(fold(unknown))[0]) else None
    return role, no_role


def _deadline(base: str, folded: str) -> str | None:
    """When the person says they have to be done, in their words."""
    stated = TOLD_DEADLINE.search(folded)
    if stated:
        return base[stated.start("when") : stated.end("when")].strip()
    if not AIM.search(folded):
        return None
    match = DEADLINE.search(folded)
    return base[match.start("when") : match.end("when")] if match else None


def _start(base: str, folded: str) -> str | None:
    """When the person says they begin, in their words."""
    match = STARTING.search(folded)
    if match is None or ASKED_START.search(folded):
        return None
    return base[match.start("when") : match.end("when")]


def _finished(base: str, folded: str) -> list[str]:
    """The courses and books that the person says they are done with, as written."""
    titles = []
    for match in FINISHED.finditer(folded):
        start, end = match.span("title" if match["title"] else "other")
        stop = FINISHED_END.search(folded, start, end)
        title = base[start : stop.start() if stop else end].strip(_AROUND)
        title = title[len(_article(fold(title))) :].strip(_AROUND)
        if title and len(title.split()) <= _LONGEST_TITLE and not NO_SUBJECT.match(fold(title)):
            titles.append(title)
    return titles


def _article(folded: str) -> str:
    match = _ARTICLE.match(folded)
    return match.group() if match else ""


def _weekdays(folded: str) -> tuple[int, ...]:
    """The days of the week that the person says they study on, Monday is 0."""
    match = ON_DAYS.search(folded)
    if match is None or not OF_STUDY.search(folded):
        return ()
    if match["days"].startswith("week"):
        return _WEEKEND if match["days"].startswith("weekend") else _WEEKDAYS
    return tuple(day for day, name in enumerate(_WEEK) if re.search(rf"\b{name}", match["days"]))
