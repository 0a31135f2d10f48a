"""From a guide to the work it asks for: tasks with hours, in order, before they have dates."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from coach.domain import (
    Guide,
    HeldSkill,
    Level,
    Phase,
    Preferences,
    Priority,
    Range,
    Resource,
    ResourceKind,
    SkillGap,
    Sourced,
)
from coach.planning.values import Task, TaskKind
from coach.terms import stem, words
from coach.understanding.vocabulary import FUNCTION_WORDS

# What is worked through, and so is a task of its own where no task of its phase names it.
_WORKED_THROUGH = {ResourceKind.COURSE, ResourceKind.BOOK, ResourceKind.CERTIFICATION}
_RANK = {priority: rank for rank, priority in enumerate(Priority)}
# Work with other people, or work that has to run for a while, takes its time however many hours
# a week there are.
_EXPERIENCE = re.compile(
    r"\b(?:lead|shadow|mentor|volunteer|take (?:charge|over|on|part)|stand in|run (?:the|one real)|"
    r"hand over|get to know|network|apply|interviews?|present|hold|ask|talk|hired?|"
    r"replace .* at work|carry .* at work|at your present job|your present (?:team|employer)|"
    r"merged|accepted)\b",
    re.IGNORECASE,
)
# A task is of the skill it shares most words with: each counts less the more skills have it, and
# more in a skill's name. Below this the task is of none.
_SHARED = 2.0
_OF_NAME = 2.0


def actions(guide: Guide) -> list[Task]:
    """The guide's first steps: of this week, this month and the next 90 days."""
    lists = {
        "This week": guide.this_week,
        "This month": guide.this_month,
        "Next 90 days": guide.next_90_days,
    }
    return [
        Task(
            id=_identifier(guide, "action", step.value),
            text=step.value,
            kind=TaskKind.ACTION,
            heading=heading,
            source=step.span,
        )
        for heading, steps in lists.items()
        for step in steps
    ]


def phase_tasks(guide: Guide, preferences: Preferences) -> list[list[Task]]:
    """The tasks of each phase, critical skills first, each with its share of the phase's hours.

    A phase takes its weeks times the hours a week the guide says; its tasks share them equally,
    for the guide gives no hours of single tasks. A resource that an earlier task or phase names
    is not planned again.
    """
    pace = guide.study_hours.value if guide.study_hours else None
    hours = pace or Range(low=preferences.hours_a_week, high=preferences.hours_a_week)
    named: set[str] = set()
    phases: list[list[Task]] = []
    for phase in guide.phases:
        drafts = list(_drafts(guide, phase, preferences, named))
        drafts.sort(key=lambda task: _RANK[task.priority] if task.priority else _RANK_UNKNOWN)
        effort = Range(
            low=phase.weeks.value.low * hours.low / len(drafts),
            high=phase.weeks.value.high * hours.high / len(drafts),
        )
        middle = (effort.low + effort.high) / 2
        shared = {"hours": middle, "range_hours": effort}
        phases.append([_adjusted(one.model_copy(update=shared), preferences) for one in drafts])
    return phases


def unnamed_skills(guide: Guide, phases: Sequence[Sequence[Task]]) -> tuple[str, ...]:
    """The skills of a guide that no task of its phases belongs to."""
    named = {task.skill for tasks in phases for task in tasks}
    return tuple(gap.name.value for gap in guide.skill_gaps if gap.name.value not in named)


def _drafts(
    guide: Guide, phase: Phase, preferences: Preferences, named: set[str]
) -> Iterator[Task]:
    """The tasks of a phase in the guide's order, without hours; ``named`` grows by resources."""
    texts = " ".join(task.value for task in phase.tasks).casefold()
    for task in phase.tasks:
        within = [one for one in phase.resources if one.title.casefold() in task.value.casefold()]
        yield _draft(guide, phase, task, within, preferences)
    named |= {one.title.casefold() for one in phase.resources if one.title.casefold() in texts}
    for resource in phase.resources:
        title = resource.title.casefold()
        if resource.kind in _WORKED_THROUGH and title not in named:
            named.add(title)
            text = Sourced[str](value=_wording(resource), span=resource.span)
            yield _draft(guide, phase, text, [resource], preferences)


def _draft(
    guide: Guide,
    phase: Phase,
    text: Sourced[str],
    resources: Sequence[Resource],
    preferences: Preferences,
) -> Task:
    skill = _skill(guide.skill_gaps, text.value, resources)
    experience = _EXPERIENCE.search(text.value) and not resources
    return Task(
        id=_identifier(guide, f"phase {phase.number}", text.value),
        text=text.value,
        kind=TaskKind.EXPERIENCE if experience else TaskKind.STUDY,
        heading=f"Phase {phase.number}: {phase.name.value}",
        source=text.span,
        phase=phase.number,
        skill=skill.name.value if skill else None,
        priority=skill.priority.value if skill else None,
        taken_off=_taken_off(skill, resources, preferences),
    )


def _adjusted(task: Task, preferences: Preferences) -> Task:
    """The task as the person, or a coach, wants it; other tasks keep their share."""
    wanted = next((one for one in preferences.adjusted if one.task == task.id), None)
    if wanted is None:
        return task
    changes: dict[str, object] = {}
    if wanted.hours is not None:
        exact = Range(low=wanted.hours, high=wanted.hours)
        changes |= {"hours": wanted.hours, "range_hours": exact}
    if wanted.left_out and not task.taken_off:
        changes["taken_off"] = "Left out of this plan."
    return task.model_copy(update=changes)


def _skill(gaps: Sequence[SkillGap], text: str, resources: Sequence[Resource]) -> SkillGap | None:
    """The skill that a task teaches: by a resource of both, else by the words of both."""
    titles = {resource.title.casefold() for resource in resources}
    for gap in gaps:
        if titles & {resource.title.casefold() for resource in gap.resources}:
            return gap
    own = _content(text)
    vocabularies = [(_content(gap.name.value), _content(gap.how.value)) for gap in gaps]
    spread = Counter(word for name, how in vocabularies for word in name | how)
    shared = [
        sum((_OF_NAME if word in name else 1) / spread[word] for word in own & (name | how))
        for name, how in vocabularies
    ]
    best = max(shared, default=0.0)
    return gaps[shared.index(best)] if best >= _SHARED else None


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[str]:
    """The stems of a text's words, without those that only join others."""
    return frozenset(stem(word) for word in words(text) if word not in FUNCTION_WORDS)


def _taken_off(
    skill: SkillGap | None, resources: Sequence[Resource], preferences: Preferences
) -> str:
    finished = {title.casefold() for title in preferences.finished}
    done = [resource.title for resource in resources if resource.title.casefold() in finished]
    if done:
        return f"You have finished '{done[0]}'."
    if skill and HeldSkill(name=skill.name.value, level=Level.SOLID) in preferences.held:
        return f"You already have {skill.name.value}."
    return ""


def _wording(resource: Resource) -> str:
    by = resource.author or resource.provider
    title = f"{resource.kind.value.capitalize()}: '{resource.title}'"
    return f"{title} ({by})" if by else title


def _identifier(guide: Guide, place: str, text: str) -> str:
    """A name that stays the same as long as the task's words do."""
    return hashlib.sha256(f"{guide.slug}\n{place}\n{text}".encode()).hexdigest()[:12]


_RANK_UNKNOWN = _RANK[Priority.IMPORTANT]
