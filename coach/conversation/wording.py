"""Questions put again: for another guide, for another item, or asking for the reason."""

from __future__ import annotations

import re

from coach.conversation.reading import Reader
from coach.domain import Guide, ResourceKind, Section
from coach.lookup import by_priority
from coach.terms import fold, words
from coach.understanding import Ask, Field, Item
from coach.understanding.roles import find_mentions

_QUESTIONS: dict[Field, str] = {
    Field.OVERVIEW: "What is {move} about?",
    Field.DIFFICULTY: "How hard is {move}?",
    Field.TIMELINE: "How long does {move} take?",
    Field.HOURS: "How many hours a week does {move} take?",
    Field.SALARY: "What happens to my salary with {move}?",
    Field.WAGE_BEFORE: "What is the median wage before {move}?",
    Field.WAGE_AFTER: "What is the median wage after {move}?",
    Field.WAGE_RANGE: "What is the wage range after {move}?",
    Field.DEMAND: "Is there demand after {move}?",
    Field.GROWTH: "What job growth is projected for {move}?",
    Field.OPENINGS: "How many job openings are there after {move}?",
    Field.EDUCATION: "Which degree is needed for {move}?",
    Field.EXPERIENCE: "How much experience is needed for {move}?",
    Field.TRANSFERABLE_SKILLS: "Which of my skills carry over in {move}?",
    Field.SKILLS: "Which skills do I need to learn for {move}?",
    Field.PRIORITY: "Which skills are the most important for {move}?",
    Field.RESOURCES: "Which resources help with {move}?",
    Field.AUTHOR: "Who wrote the books for {move}?",
    Field.PHASES: "What are the phases of {move}?",
    Field.LOVES: "What will I love about {move}?",
    Field.MISSES: "What might I miss after {move}?",
    Field.CHALLENGES: "What are the biggest challenges of {move}?",
    Field.REALITY: "What are the pros and cons of {move}?",
    Field.THIS_WEEK: "What should I do this week for {move}?",
    Field.THIS_MONTH: "What should I do this month for {move}?",
    Field.NEXT_90_DAYS: "What should I do in the next 90 days for {move}?",
    Field.ACTIONS: "How do I get started with {move}?",
    Field.SOURCES: "What are the sources of the figures for {move}?",
}
_OF_ITEM: dict[Field, str] = {
    Field.TIMELINE: "How many weeks does {item} take?",
    Field.PRIORITY: "How important is {item}?",
    Field.RESOURCES: "Which {kinds} are there to learn {item}?",
    Field.AUTHOR: "Who wrote {item}?",
    Field.PHASES: "What are the tasks of {item}?",
    Field.TRANSFERABLE_SKILLS: "How does {item} help?",
}
_WHY: dict[Field, str] = {
    Field.TIMELINE: "Why does {move} take that long?",
    Field.HOURS: "Why does {move} take so many hours a week?",
    Field.DIFFICULTY: "Why is {move} {difficulty}?",
    Field.SALARY: "Why does pay change like that with {move}?",
    Field.DEMAND: "Why is there demand after {move}?",
    Field.GROWTH: "Why is job growth like that after {move}?",
}
_WHICH: dict[Field, str] = {
    Field.TIMELINE: "Which is faster",
    Field.DIFFICULTY: "Which is easier",
    Field.HOURS: "Which takes fewer hours a week",
    Field.SALARY: "Which pays more",
    Field.WAGE_AFTER: "Which has the higher median wage",
    Field.DEMAND: "Which is in more demand",
    Field.GROWTH: "Which has the higher job growth",
    Field.OPENINGS: "Which has more job openings",
}
_KINDS: dict[ResourceKind, str] = {
    ResourceKind.BOOK: "books",
    ResourceKind.COURSE: "courses",
    ResourceKind.CERTIFICATION: "certifications",
    ResourceKind.PLATFORM: "platforms",
    ResourceKind.CONFERENCE: "conferences",
    ResourceKind.NETWORK: "communities",
    ResourceKind.ARTICLE: "articles",
    ResourceKind.TOOL: "tools",
}
_LENGTH = re.compile(r"\bhow (?:long|many (?:weeks|months)|much time)\b|\bweeks\b")
_LATER = {Field.THIS_WEEK: Field.THIS_MONTH, Field.THIS_MONTH: Field.NEXT_90_DAYS}


def the_move(guide: Guide) -> str:
    """A guide's move as it stands in a question."""
    return f"the move from {guide.from_role} to {guide.to_role}"


def for_guide(question: str, guide: Guide, reader: Reader) -> str:
    """A question with its roles replaced by a guide's, or the guide's move added."""
    mentions = find_mentions(question, reader.catalogue.roles, reader.known)
    text = question
    for mention in reversed(mentions):
        side = mention.stated or ("to" if mention.guides("to") else "from")
        role = guide.to_role if side == "to" else guide.from_role
        text = f"{_with_article(text[: mention.start], role)}{role}{text[mention.end :]}"
    if mentions and reader.understand(text, ()).move.guides == (guide.slug,):
        return text
    bare = text.rstrip(" ?.!")
    if not mentions:
        return f"{bare} for {the_move(guide)}?"
    if {mention.stated or "from" for mention in mentions} == {"to"}:
        return f"{bare} from {guide.from_role}?"
    return f"{bare} to become {_with_article(' a ', guide.to_role).strip()} {guide.to_role}?"


def _with_article(before: str, role: str) -> str:
    """The text before a role, its article made to fit the role."""
    spelt = role.split()[0].isupper()
    article = "an" if role[0] in ("AEFHILMNORSX" if spelt else "AEIO") else "a"
    for written in (" a ", " an "):
        if before.lower().endswith(written):
            return f"{before[: -len(written)]} {article} "
    return before


def of_field(field: Field, guide: Guide) -> str:
    """The plain question for a field of a guide."""
    return _QUESTIONS[field].format(move=the_move(guide))


def which(field: Field, text: str, *, named: bool) -> str:
    """The comparison that a text asks for, without the moves it compares."""
    wording = _WHICH.get(field)
    return wording if wording and (named or field is not Field.TIMELINE) else text


def role_words(guide: Guide) -> set[str]:
    """The words of all names of a guide's two roles."""
    names = (guide.from_role, guide.to_role, *guide.from_aliases, *guide.to_aliases)
    return {word for name in names for word in words(name)}


def of_item(item: Item, ask: Ask | None) -> str:
    """What was asked, asked of an item."""
    field = next((field for field in ask.fields if field in _OF_ITEM), None) if ask else None
    if ask and asks_length(ask):
        field = Field.TIMELINE
    if field is Field.AUTHOR and item.resource is None:
        field = Field.RESOURCES
    if field is None:
        return f"Tell me about {name_of(item)}."
    kinds = kinds_of(ask.resource_kinds) if ask else ""
    return _OF_ITEM[field].format(item=name_of(item), kinds=kinds)


def name_of(item: Item) -> str:
    """An item as it stands in a question; a phase's number keeps it from passing for a skill."""
    if item.section is Section.PHASE and item.resource is None:
        return f"phase {item.index + 1}, {item.name}"
    return item.name


def asks_length(ask: Ask) -> bool:
    """Whether a question is for a length, of the phases too: "how long is phase 2?"."""
    timed = Field.TIMELINE in ask.fields or Field.PHASES in ask.fields
    return timed and bool(_LENGTH.search(fold(ask.text)))


def kinds_of(kinds: tuple[ResourceKind, ...]) -> str:
    """Kinds of resources in words."""
    return " and ".join(_KINDS[kind] for kind in kinds) or "resources"


def why_item(item: Item, guide: Guide, ask: Ask | None) -> str:
    """The question for the reason of what was said about an item."""
    fields = ask.fields if ask else ()
    if Field.TIMELINE in fields:
        return f"Why does {name_of(item)} take that long?"
    if item.section is Section.SKILL_GAP and item.resource is None:
        rating = guide.skill_gaps[item.index].priority.value.value
        return f"Why is {item.name} {rating}?"
    return f"Why is {name_of(item)} important?"


def why_guide(guide: Guide, field: Field) -> str | None:
    """The question for the reason of a guide's field; None where there is no wording for it."""
    wording = _WHY.get(field)
    if wording is None:
        return None
    difficulty = guide.difficulty.value.lower() if guide.difficulty else "hard"
    return wording.format(move=the_move(guide), difficulty=difficulty)


def holder(item: Item, guide: Guide) -> Item:
    """The skill or phase that names a resource; any other item itself."""
    if item.resource is None:
        return item
    holders = guide.skill_gaps if item.section is Section.SKILL_GAP else guide.phases
    name = holders[item.index].name.value
    return item.model_copy(update={"name": name, "resource": None})


def following(item: Item, guide: Guide) -> Item | None:
    """The phase after a phase, or the skill after a skill, critical ones first."""
    if item.section is Section.PHASE:
        later = guide.phases[item.index + 1 : item.index + 2]
        names = [(phase.name.value, item.index + 1) for phase in later]
    elif item.section is Section.SKILL_GAP:
        order = list(by_priority(guide.skill_gaps))
        place = order.index(guide.skill_gaps[item.index])
        later_gaps = order[place + 1 : place + 2]
        names = [(gap.name.value, guide.skill_gaps.index(gap)) for gap in later_gaps]
    else:
        known = guide.transferable_skills[item.index + 1 : item.index + 2]
        names = [(skill.name.value, item.index + 1) for skill in known]
    if not names:
        return None
    name, index = names[0]
    return Item(guide=guide.slug, section=item.section, index=index, name=name, strength=1.0)


def later_field(fields: tuple[Field, ...]) -> Field | None:
    """What comes after a part of the action plan."""
    return next((_LATER[field] for field in fields if field in _LATER), None)
