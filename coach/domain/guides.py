"""What is read from guides: their values, the passages cut from them, and what a search finds.

A guide's leaves are ``Sourced``: the value and the span of the text it was read from, so that an
answer can quote the exact words behind any figure.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Value(BaseModel):
    """A frozen value; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Value):
    """A piece of a source text: characters ``[start, end)``, lines from 1, both included."""

    start: int
    end: int
    first_line: int
    last_line: int


class Sourced(Value, Generic[T]):
    """A value and the place in the source text it was read from."""

    value: T
    span: Span


class Range(Value):
    """A figure or a range of figures; ``low == high`` when the source gives one figure."""

    low: float
    high: float


class Priority(StrEnum):
    """How much a skill matters for a move, the most important first."""

    CRITICAL = "critical"
    IMPORTANT = "important"
    NICE_TO_HAVE = "nice to have"


class ResourceKind(StrEnum):
    """What a resource is."""

    COURSE = "course"
    BOOK = "book"
    PLATFORM = "platform"
    CONFERENCE = "conference"
    NETWORK = "network"
    CERTIFICATION = "certification"
    ARTICLE = "article"
    TOOL = "tool"


class Resource(Value):
    """Something to learn from. ``provider`` is the organisation, ``author`` one person or more."""

    kind: ResourceKind
    title: str
    author: str | None = None
    provider: str | None = None
    note: str | None = None
    span: Span


class TransferableSkill(Value):
    """A skill of the old role that counts in the new one, and how."""

    name: Sourced[str]
    use: Sourced[str]


class SkillGap(Value):
    """A skill to learn: its weight, its weeks of study and how to learn it."""

    name: Sourced[str]
    priority: Sourced[Priority]
    weeks: Sourced[Range]
    how: Sourced[str]
    resources: tuple[Resource, ...] = ()


class Phase(Value):
    """A step of the roadmap; phases are numbered from 1."""

    number: int
    name: Sourced[str]
    weeks: Sourced[Range]
    tasks: tuple[Sourced[str], ...]
    resources: tuple[Resource, ...] = ()


Part = SkillGap | Phase


class Question(Value):
    """An entry of the FAQ; ``question`` is None where the source lost it."""

    question: Sourced[str] | None
    answer: Sourced[str]


class StatisticKind(StrEnum):
    """The official figures a guide may give; the value is the label its author writes."""

    MEDIAN_WAGE_BEFORE = "Median wage before"
    MEDIAN_WAGE_AFTER = "Median wage after"
    WAGE_RANGE_AFTER = "Wage range after"
    MEDIAN_CHANGE = "Change between medians"
    GROWTH = "Job growth 2024-34"
    OPENINGS = "Openings a year"
    EDUCATION = "Usual entry education"
    EXPERIENCE = "Usual experience"


class Statistic(Value):
    """An official figure, worded as the guide words it, with the name of its source."""

    kind: StatisticKind
    value: Sourced[str]


class Source(Value):
    """Where a guide's figures come from."""

    name: str
    url: str | None = None


class Guide(Value):
    """One pathway: a move from one role to another.

    ``slug`` is the file's stem for our Markdown, else made from the two roles. Months are in
    ``timeline``, percent in ``salary_change``, hours a week in ``study_hours``.
    """

    slug: str
    title: Sourced[str]
    from_role: str
    to_role: str
    from_aliases: tuple[str, ...] = ()
    to_aliases: tuple[str, ...] = ()
    difficulty: Sourced[str] | None = None
    timeline: Sourced[Range] | None = None
    salary_change: Sourced[Range] | None = None
    demand: Sourced[str] | None = None
    study_hours: Sourced[Range] | None = None
    overview: tuple[Sourced[str], ...] = ()
    transferable_skills: tuple[TransferableSkill, ...] = ()
    skill_gaps: tuple[SkillGap, ...] = ()
    phases: tuple[Phase, ...] = ()
    loves: tuple[Sourced[str], ...] = ()
    misses: tuple[Sourced[str], ...] = ()
    challenges: tuple[Sourced[str], ...] = ()
    this_week: tuple[Sourced[str], ...] = ()
    this_month: tuple[Sourced[str], ...] = ()
    next_90_days: tuple[Sourced[str], ...] = ()
    faq: tuple[Question, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    reviewed: str | None = None
    basis: str | None = None
    sources: tuple[Source, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """What has weeks and resources: the skills to learn, then the phases."""
        return (*self.skill_gaps, *self.phases)


class Block(Value):
    """A paragraph, list or table of a document under its headings."""

    headings: tuple[Sourced[str], ...]
    text: str
    span: Span


class Document(Value):
    """A file without a guide's shape: a title and blocks of text under headings."""

    title: str
    blocks: tuple[Block, ...]


class SourceText(Value):
    """A file as its reader read it.

    ``name`` is what citations show: the file's path as it was given to the ingest. ``key`` is the
    path inside the folder that was given, which goes into passage ids, so that moving the folder
    changes none. ``text`` is what every span points into: for Markdown and plain text the file
    itself.
    """

    name: str
    key: str
    text: str


class Reading(Value):
    """What reading one file gives."""

    source: SourceText
    content: Guide | Document


class Section(StrEnum):
    """The kind of a passage."""

    OVERVIEW = "overview"
    DIFFICULTY = "difficulty"
    TIMELINE = "timeline"
    SALARY = "salary"
    DEMAND = "demand"
    TRANSFERABLE_SKILL = "transferable-skill"
    SKILL_GAP = "skill-gap"
    PHASE = "phase"
    REALITY = "reality"
    ACTION = "action"
    FAQ = "faq"
    DOCUMENT = "document"


class Passage(Value):
    """The unit that is retrieved and cited.

    ``text`` is ``source_text[span.start:span.end]`` exactly. ``headings`` is the heading path, the
    guide's move first. ``guide`` is None for a passage of a document. ``item`` is the position of
    a skill, phase, list or FAQ entry within its section, from 0.
    """

    id: str
    source: str
    guide: str | None
    section: Section
    headings: tuple[str, ...]
    text: str
    span: Span
    item: int | None = None
    priority: Priority | None = None

    @property
    def heading(self) -> str:
        """The heading path in one line."""
        return " > ".join(self.headings)


class Hit(Value):
    """A passage with its scores, each higher for better; a leg that did not find it gives None."""

    passage: Passage
    score: float
    dense: float | None = None
    lexical: float | None = None
