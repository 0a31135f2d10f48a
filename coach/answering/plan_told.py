"""What a person told to plan with, on top of the plan they keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from rapidfuzz import fuzz

from coach.answering.material import Material
from coach.answering.plan_doubts import Doubt, settled
from coach.answering.plan_wishes import hours_of
from coach.conversation.dates import first_day, last_day
from coach.domain import (
    Guide,
    HeldSkill,
    Level,
    Message,
    Preferences,
    Profile,
    Range,
    Value,
)
from coach.planning.skills import Certainty, match
from coach.terms import fold, words

_ALIKE = 85


class Told(Value):
    """What to plan with, and what of it is to be asked or said.

    Attributes:
        preferences: None while the hours are not known.
        kept: those of the plan that the person keeps, if they keep one.
        hours: as they were told; None where those of the kept plan count.
        doubts: skills that may be held only in part, to be asked about.
        untaught: what the person knows and the guide does not teach.
        past_start: a start that was told and is over.
        no_start: what was told for a start and is no day.
        no_deadline: what was told for a deadline and is no day.
    """

    preferences: Preferences | None
    kept: Preferences | None = None
    hours: Range | None = None
    doubts: tuple[Doubt, ...] = ()
    untaught: tuple[str, ...] = ()
    past_start: date | None = None
    no_start: str | None = None
    no_deadline: str | None = None


def told(
    material: Material, guide: Guide, kept: Preferences | None = None, *, earlier: bool = False
) -> Told:
    """What the person told to plan a guide's move with, this turn's words left out if wanted.

    What is told counts before what is kept; what of a kept plan is not told stays as it is there.
    """
    said = material.said[:-1] if earlier else material.said
    profile = material.earlier if earlier else material.profile
    today = material.today
    hours = hours_of(said)
    finished, skills = _titles_and_skills(profile, guide)
    news = () if earlier else (Message(role="user", content=material.said[-1]),)
    before = settled((*material.history, *news))
    held, doubts, untaught = _held(skills, guide, material, before)
    start = first_day(profile.start, today) if profile.start else None
    deadline = last_day(profile.deadline, today) if profile.deadline else None
    past = start if start and start < today else None
    found = Told(
        preferences=None,
        kept=kept,
        hours=hours,
        doubts=tuple(one for one in doubts if one.skill not in _solid(kept)),
        untaught=untaught,
        past_start=past,
        no_start=None if start else profile.start,
        no_deadline=None if deadline else profile.deadline,
    )
    if hours is None and kept is None:
        return found
    base = kept or Preferences(hours_a_week=0, start=_next_monday(today))
    changes: dict[str, object] = {
        "held": tuple({one.name: one for one in (*base.held, *held)}.values()),
        "finished": tuple(dict.fromkeys((*base.finished, *finished))),
    }
    if hours is not None:
        changes["hours_a_week"] = (hours.low + hours.high) / 2
    if start is not None and past is None:
        changes["start"] = start
        if kept is not None and kept.replanned:
            changes["replanned"] = start  # what is open begins anew there
    if deadline is not None:
        changes["deadline"] = deadline
    if profile.weekdays:
        changes["weekdays"] = profile.weekdays
    return found.model_copy(update={"preferences": base.model_copy(update=changes)})


def _solid(kept: Preferences | None) -> set[str]:
    return {one.name for one in kept.held if one.level is Level.SOLID} if kept else set()


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
    for part in guide.parts:
        yield from (resource.title for resource in part.resources)


def _held(
    skills: Sequence[str], guide: Guide, material: Material, before: Mapping[str, bool]
) -> tuple[tuple[HeldSkill, ...], tuple[Doubt, ...], tuple[str, ...]]:
    """The skills held, those to ask about, and what the guide does not teach.

    ``before`` are the doubts that were settled, and whether the skill is held in full.
    """
    held: dict[str, Level] = {}
    doubtful: dict[str, list[str]] = {}
    untaught: list[str] = []
    for one in match(skills, guide, material.encoder):
        if one.skill is None:
            untaught.append(one.said)
        elif one.certainty is Certainty.SURE:
            held[one.skill] = Level.SOLID
        elif one.skill in before:
            held.setdefault(one.skill, Level.SOLID if before[one.skill] else Level.SOME)
        else:
            doubtful.setdefault(one.skill, []).append(one.said)
    doubts = tuple(
        Doubt(said=tuple(parts), skill=name) for name, parts in doubtful.items() if name not in held
    )
    skills_held = tuple(HeldSkill(name=name, level=level) for name, level in held.items())
    return skills_held, doubts, tuple(untaught)
