"""From a guide to the work it asks for: tasks with hours, in order, before they have dates."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

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
from coach.understanding.tokens import content_stems

# What is worked through, and so is a task of its own where no task of its phase names it.
_WORKED_THROUGH = {ResourceKind.COURSE, ResourceKind.BOOK, ResourceKind.CERTIFICATION}
_RANK = {priority: rank for rank, priority in enumerate(Priority)}
# Work with other people, or work that has to run for a while, takes its time however many hours a
# week there are. A task tells by what it asks for: the verb that it, or one of its parts, begins
# with. Inside a sentence the verb needs an object, for "interview" and "network" are nouns as well.
_PART = r"(?:^|[,;]\s+(?:(?:and|or|then)\s+)?|\b(?:and|or|then)\s+)"
_OBJECT = (
    r"\s+(?:an?|the|your|its|their|it|them|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"twenty|\d+|at\s+least|people|colleagues|customers|users|someone|somebody|first)\b"
)
_WITH_OTHERS = (
    r"(?:shadow|mentor|lead|ask|interview|present|negotiate|supervise|teach|tutor|host|facilitate|"
    r"accompany|observe|hire|persuade|convince|coach)"
)
_EXPERIENCE = re.compile(
    rf"^{_WITH_OTHERS}\b|{_PART}{_WITH_OTHERS}{_OBJECT}|"
    rf"{_PART}(?:volunteer\b|take\s+(?:charge|over|part)\b|take\s+on\s+(?:a|the|an)\b|"
    r"stand\s+in\s+for\b|sit\s+in\s+on\b|hand\s+over\b|get\s+to\s+know\b|"
    r"(?:talk|speak)\s+(?:to|with)\b|network\s+with\b|serve\s+(?:as|on)\b|"
    r"ask\s+for\b|(?:join|attend|organi[sz]e)\s+(?:an?|the|your|one|two)\b|"
    r"meet\s+(?:with\b|an?\b|your\b|one\b|two\b|three\b|\d)|"
    r"apply\s+(?:to|for|first|inside|within|at|through|directly|internally)\b|"
    r"hold\s+(?:an?|one|two|regular|weekly|monthly)\s+(?:\w+\s+){0,2}"
    r"(?:conversations?|meetings?|clinics?|sessions?|workshops?|reviews?|one-to-ones?)\b|"
    r"run\s+(?:[\w'’-]+\s+){0,4}(?:meetings?|retrospectives?|reviews?|projects?|pilots?|workshops?|"
    r"sessions?|stand-?ups?|events?|campaigns?)\b|"
    r"(?:have|get)\b.*\b(?:accepted|merged)\b|"
    r"(?:replace|introduce|carry|take|deliver|roll\s+out)\b.*"
    r"\b(?:at\s+work|(?:at|in)\s+your\s+(?:present|current)\s+\w+)\b)",
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
    names = _Names(guide)
    return [
        Task(
            id=names.of("action", step.value),
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
    names = _Names(guide)
    phases: list[list[Task]] = []
    for phase in guide.phases:
        found = list(_found(phase, named)) or [(phase.name, [])]
        drafts = [
            _draft(guide, phase, text, resources, preferences, names) for text, resources in found
        ]
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


def takes_its_time(task: str) -> bool:
    """Whether a task is work with others or has to run for a while, by its words."""
    return _EXPERIENCE.search(task) is not None


def _found(phase: Phase, named: set[str]) -> Iterator[tuple[Sourced[str], Sequence[Resource]]]:
    """What a phase asks for in the guide's order, with resources; ``named`` grows by those."""
    texts = " ".join(task.value for task in phase.tasks).casefold()
    for task in phase.tasks:
        yield (
            task,
            [one for one in phase.resources if one.title.casefold() in task.value.casefold()],
        )
    named |= {one.title.casefold() for one in phase.resources if one.title.casefold() in texts}
    for resource in phase.resources:
        title = resource.title.casefold()
        if resource.kind in _WORKED_THROUGH and title not in named:
            named.add(title)
            yield Sourced[str](value=_wording(resource), span=resource.span), [resource]


def _draft(
    guide: Guide,
    phase: Phase,
    text: Sourced[str],
    resources: Sequence[Resource],
    preferences: Preferences,
    names: _Names,
) -> Task:
    skill = _skill(guide.skill_gaps, text.value, resources)
    experience = takes_its_time(text.value) and not resources
    return Task(
        id=names.of(f"phase {phase.number}", text.value),
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
        changes |= {"taken_off": "Left out of this plan.", "left_out": True}
    return task.model_copy(update=changes)


def _skill(gaps: Sequence[SkillGap], text: str, resources: Sequence[Resource]) -> SkillGap | None:
    """The skill that a task teaches: by a resource of both, else by the words of both."""
    titles = {resource.title.casefold() for resource in resources}
    for gap in gaps:
        if titles & {resource.title.casefold() for resource in gap.resources}:
            return gap
    own = content_stems(text)
    vocabularies = [(content_stems(gap.name.value), content_stems(gap.how.value)) for gap in gaps]
    spread = Counter(word for name, how in vocabularies for word in name | how)
    shared = [
        sum((_OF_NAME if word in name else 1) / spread[word] for word in own & (name | how))
        for name, how in vocabularies
    ]
    best = max(shared, default=0.0)
    return gaps[shared.index(best)] if best >= _SHARED else None


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


class _Names:
    """Gives tasks names that stay the same as long as their words do, each its own."""

    def __init__(self, guide: Guide) -> None:
        self._slug = guide.slug
        self._given: Counter[str] = Counter()

    def of(self, place: str, text: str) -> str:
        """The name of a task; one that says the same in the same place again has another."""
        key = f"{self._slug}\n{place}\n{text}"
        self._given[key] += 1
        if self._given[key] > 1:
            key += f"\n{self._given[key]}"
        return hashlib.sha256(key.encode()).hexdigest()[:12]


_RANK_UNKNOWN = _RANK[Priority.IMPORTANT]
