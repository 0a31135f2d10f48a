"""The values everything else speaks in: frozen, comparable, and free of any storage identity.

A guide's leaves are ``Sourced``: the value and the span of the text it was read from, so that an
answer can quote the exact words behind any figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")

EVERY_DAY = tuple(range(7))


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


class Message(Value):
    """One entry of a conversation's history."""

    role: Literal["user", "assistant"]
    content: str


class Prompt(Value):
    """What a language model is given: its instructions, then the messages, the person's last."""

    system: str
    messages: tuple[Message, ...]


class Level(StrEnum):
    """How well a person has a skill; only a solid one is taken off the plan."""

    SOME = "some"
    SOLID = "solid"


class HeldSkill(Value):
    """A skill of the guide, by the guide's name for it, that the person has already."""

    name: str
    level: Level = Level.SOLID


class DaysOff(Value):
    """Days without study, both included."""

    first: date
    last: date


class Tick(Value):
    """A task that the person has done, and when."""

    task: str
    on: date


class Adjustment(Value):
    """A task that is left out, or takes other hours than the guide's figures give it."""

    task: str
    hours: float | None = None
    left_out: bool = False


class Preferences(Value):
    """What shapes the dates of a plan.

    ``weekdays`` are the days of study, Monday is 0. ``time_zone`` is an IANA name. ``finished``
    holds titles of courses and books. ``replanned`` is the day from which what is still open was
    last planned anew.
    """

    hours_a_week: float
    start: date
    deadline: date | None = None
    weekdays: tuple[int, ...] = EVERY_DAY
    days_off: tuple[DaysOff, ...] = ()
    time_zone: str = "UTC"
    held: tuple[HeldSkill, ...] = ()
    finished: tuple[str, ...] = ()
    ticks: tuple[Tick, ...] = ()
    replanned: date | None = None
    adjusted: tuple[Adjustment, ...] = ()


class Turn(Value):
    """A question with what was said before it, oldest first; ``guide`` fixes the guide by slug.

    ``plans`` are the preferences of the plans that the person keeps, by guide.
    """

    question: str
    history: tuple[Message, ...] = ()
    guide: str | None = None
    plans: Mapping[str, Preferences] = {}


class Citation(Value):
    """The exact words behind a sentence. ``quote`` is a substring of the source's text."""

    marker: int
    passage: Passage
    quote: str
    first_line: int
    last_line: int


class CoverageStatus(StrEnum):
    """How much of what was asked the knowledge holds."""

    COVERED = "covered"
    PARTLY = "partly"
    NONE = "none"


class Coverage(Value):
    """How much of what was asked the knowledge holds, and what it lacks, in the person's words."""

    status: CoverageStatus
    missing: tuple[str, ...] = ()


class Profile(Value):
    """What a person told about themselves, in their own words where it is text.

    ``start`` is when they begin, ``finished`` are courses and books they are done with,
    ``weekdays`` the days they study on, Monday is 0.
    """

    role: str | None = None
    hours_a_week: Range | None = None
    skills: tuple[str, ...] = ()
    deadline: str | None = None
    start: str | None = None
    finished: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()


class CheckStatus(StrEnum):
    """What checking a sentence found."""

    SUPPORTED = "supported"
    GENERAL = "general"
    FAILED = "failed"


class Check(Value):
    """What was found about one sentence; a failed one is not shown. ``reason`` is plain words."""

    sentence: str
    status: CheckStatus
    reason: str


class Answer(Value):
    """A snapshot of an answer; while it streams, each snapshot's text extends the one before.

    ``mode`` is "generating" when a language model wrote any of the text, and ``model`` and
    ``prompt_version`` then say which one and with what prompt. ``notice`` is a plain line on why
    an answer was quoted although a model is configured. ``resolved_question`` is the question made
    to stand alone, ``index_generation`` names the state of the index it was answered from, and
    ``tokens`` is an estimate of what a language model read and wrote for it.
    """

    text: str
    refused: bool
    coverage: Coverage
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    follow_ups: tuple[str, ...] = ()
    guide: str | None = None
    mode: Literal["quoting", "generating"] = "quoting"
    model: str | None = None
    prompt_version: str | None = None
    checks: tuple[Check, ...] = ()
    notice: str = ""
    resolved_question: str = ""
    index_generation: str | None = None
    tokens: int = 0
    timings_ms: dict[str, float] = {}

    @property
    def dropped(self) -> tuple[Check, ...]:
        """The checks that failed, whose sentences are not shown."""
        return tuple(check for check in self.checks if check.status is CheckStatus.FAILED)
