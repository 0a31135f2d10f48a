"""What a question asks for, as the rest of the coach speaks of it."""

from __future__ import annotations

from enum import StrEnum

from coach.domain import Priority, Range, ResourceKind, Section, Value

# What stands for a role in an ask's text, so that no cue is found inside a role's name.
ROLE = "therole"


class Manner(StrEnum):
    """What kind of thing a person said."""

    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    CAPABILITIES = "capabilities"
    DISTRESS = "distress"
    INJECTION = "injection"
    GIBBERISH = "gibberish"
    FOREIGN = "foreign"


class Field(StrEnum):
    """A fact, or a group of facts, that a guide has a place for."""

    OVERVIEW = "overview"
    DIFFICULTY = "difficulty"
    TIMELINE = "timeline"
    HOURS = "study hours"
    SALARY = "salary"
    WAGE_BEFORE = "wage before"
    WAGE_AFTER = "wage after"
    WAGE_RANGE = "wage range"
    DEMAND = "demand"
    GROWTH = "job growth"
    OPENINGS = "openings"
    EDUCATION = "education"
    EXPERIENCE = "experience"
    TRANSFERABLE_SKILLS = "transferable skills"
    SKILLS = "skills to learn"
    PRIORITY = "priority"
    RESOURCES = "resources"
    AUTHOR = "author"
    PHASES = "phases"
    LOVES = "what you'll love"
    MISSES = "what you might miss"
    CHALLENGES = "challenges"
    REALITY = "reality check"
    THIS_WEEK = "this week"
    THIS_MONTH = "this month"
    NEXT_90_DAYS = "next 90 days"
    ACTIONS = "action plan"
    SOURCES = "sources"


# The fields that are about money.
PAY = frozenset({Field.SALARY, Field.WAGE_BEFORE, Field.WAGE_AFTER, Field.WAGE_RANGE})


class Aggregate(StrEnum):
    """What to do with several values."""

    COUNT = "count"
    SUM = "sum"
    LONGEST = "longest"
    SHORTEST = "shortest"
    FIRST = "first"
    LAST = "last"
    NEXT = "next"


class Item(Value):
    """A named thing of one guide: a skill, a phase, a resource.

    ``index`` counts within the section, from 0. For a resource the section and index are those of
    the skill or phase that names it, and ``resource`` is its title.
    """

    guide: str
    section: Section
    index: int
    name: str
    strength: float
    resource: str | None = None


class Claim(Value):
    """A figure the person states: "it takes 6 months, right?"."""

    amount: Range
    unit: str
    text: str


class Ask(Value):
    """One thing asked: a question of two parts gives two.

    ``content`` holds the words that are more than grammar, roles left out; ``key_terms`` those of
    them that neither name a field or an item nor belong to any talk about careers.
    ``superlative`` is set for "the easiest", ``reversed_order`` when the harder, the longer or the
    lower is meant. ``leaning`` is set where words named no field: how much its meaning looks like
    something that guides hold, 0-1, and ``likely`` is then the field that is likeliest.
    """

    text: str
    fields: tuple[Field, ...] = ()
    items: tuple[Item, ...] = ()
    aggregate: Aggregate | None = None
    priority: Priority | None = None
    resource_kinds: tuple[ResourceKind, ...] = ()
    claims: tuple[Claim, ...] = ()
    yes_no: bool = False
    superlative: bool = False
    reversed_order: bool = False
    content: tuple[str, ...] = ()
    key_terms: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    leaning: float | None = None
    likely: Field | None = None


class Move(Value):
    """The move a question is about.

    ``guides`` are the slugs that fit what was said, best first; ``named`` tells whether the
    question itself said so. ``unknown_roles`` are roles that no guide has, in the person's words,
    ``nearest`` the guides closest to an unknown move.
    """

    guides: tuple[str, ...] = ()
    named: bool = False
    compared: bool = False
    from_only: bool = False
    unknown_roles: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()


class Understanding(Value):
    """A question as it was understood; ``text`` is the whole of it, each role replaced by ROLE."""

    manner: Manner
    text: str = ""
    move: Move = Move()
    asks: tuple[Ask, ...] = ()
