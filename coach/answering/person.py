"""What a guide says to the person who asks: of what they can already do, and of their own hours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.answering.draft import Draft, figures
from coach.answering.headlines import part_of, sentences
from coach.answering.material import Material
from coach.conversation.profile import hours_told
from coach.domain import Guide, Passage, Range, Section, Sourced
from coach.terms import fold, stem, words
from coach.understanding import Ask
from coach.understanding.vocabulary import COMMON_WORDS

_HELD = re.compile(
    r"\balready\b|\b(?:i|we) (?:know|did|do|have (?!to\b)|write|use|used|work with)\b|\bi'?ve\b"
    r"|\bi'?m an?\b|\bmy [\w+#]+ (?:is|are) (?:\w+ )?(?:solid|good|strong|fluent|fine)\b"
)
_SAVING = re.compile(
    r"\b(?:sav(?:e|es|ing)|skip|short(?:er|ens?)|faster|quicker|sooner|less time|leave out|drop"
    r"|head ?start|(?:does|will|would|do) (?:that|it|this|they) help)\b"
    r"|\bleft\b(?= (?:for me|to)\b)"
)
_OF_HEAD_STARTS = re.compile(r"\balready\b")
_LIKE = 0.35
_BARE = 2
_HALF = re.compile(r"\bhalf (?:of )?(?:the|that|those|your|these)? ?(?:study )?(?:hours|time)\b")
_AT_HOURS = re.compile(r"\bwith (?:about )?(\d+) hours a week\b")
_AT_HALF = re.compile(r"\bwith half of (?:that|this) time\b")


def head_start(material: Material, guide: Guide, ask: Ask) -> Passage | None:
    """The FAQ entry for those who can do something already, where the person says that they can.

    What they can do may have been told earlier in the conversation; then the question says
    little more than that it is about what this saves.
    """
    question = fold(material.said[-1])
    saving = bool(_SAVING.search(question))
    bare = not (ask.fields or ask.items or ask.key_terms)
    telling = bool(_OF_HEAD_STARTS.search(question)) and (bare or "?" not in question)
    if not (saving or telling) or len(material.understanding.asks) > 1:
        return None
    now = bool(_HELD.search(question))
    before = not now and _told_last(material.said[:-1])
    if not now and (not before or len(_own_words(question)) > _BARE):
        return None
    told = " ".join(material.said if before else material.said[-1:])
    nearness = {
        hit.passage.item: hit.dense or 0.0
        for hit in material.hits
        if hit.passage.section is Section.FAQ and hit.passage.guide == guide.slug
    }
    taught = _own_words(" ".join(f"{g.name.value} {g.how.value}" for g in guide.skill_gaps))
    for index, entry in enumerate(guide.faq):
        if entry.question is None or not _OF_HEAD_STARTS.search(fold(entry.question.value)):
            continue
        spoken = _own_words(_without_roles(told, guide, entry.question.value))
        named = spoken & _own_words(entry.question.value)
        near = now and saving and nearness.get(index, 0.0) >= _LIKE
        if named or (near and spoken & taught):
            passages = material.passages_of(guide.slug)
            return next((p for p in passages if p.section is Section.FAQ and p.item == index), None)
    return None


def _told_last(earlier: Sequence[str]) -> bool:
    """Whether what the person told of themselves last, if anything, is what they can do."""
    for text in reversed(earlier):
        if hours_told(text) is not None:
            return False
        if _HELD.search(fold(text)):
            return True
    return False


def _without_roles(text: str, guide: Guide, entry: str) -> str:
    """A folded text without the names of the guide's roles, but for those an entry asks about.

    "AI" alone may be a skill, where it is none in the name of a role.
    """
    names = (guide.from_role, guide.to_role, *guide.from_aliases, *guide.to_aliases)
    kept = [fold(name) for name in names if fold(name) not in fold(entry)]
    pattern = "|".join(re.escape(name) for name in sorted(kept, key=len, reverse=True))
    return re.sub(rf"\b(?:{pattern})\b", " ", fold(text))


def _own_words(text: str) -> set[str]:
    """The stems of a text that do not belong to any talk of careers."""
    return {stem(word) for word in words(text) if word not in COMMON_WORDS}


def tells_hours(material: Material) -> bool:
    """Whether this turn says how many hours a week the person has."""
    text = material.said[-1]
    return hours_told(text) is not None or bool(_HALF.search(fold(text)))


def add_pace(draft: Draft, guide: Guide, material: Material) -> None:
    """How the hours a week that the person has stand to the guide's, if they told any.

    Hours told earlier are spoken of again only where they are not the guide's.
    """
    told = [hours for text in material.said if (hours := hours_told(text)) is not None]
    half = bool(_HALF.search(fold(material.said[-1])))
    planned = guide.study_hours
    if planned is None or not (told or half):
        return
    plan = planned.value
    weekly = figures(plan, "hour")
    marker = draft.cite(guide.slug, [planned.span])
    if told and plan.low <= told[-1].low and told[-1].high <= plan.high:
        if tells_hours(material):
            draft.add(f"That fits the {weekly} a week that the guide plans. {marker}")
        return
    draft.add(f"The guide plans {weekly} a week. {marker}")
    own = Range(low=plan.low / 2, high=plan.high / 2) if half else told[-1]
    sentence = _pace(guide, own, plan)
    if sentence is not None:
        draft.add(f"{sentence.value} {draft.cite(guide.slug, [sentence.span])}")


def _pace(guide: Guide, own: Range, plan: Range) -> Sourced[str] | None:
    """The sentence of the FAQ that says how long it takes with so many hours a week."""
    for entry in guide.faq:
        for sentence in sentences(entry.answer.value):
            at = _AT_HOURS.search(fold(sentence))
            fits = at is not None and own.low <= float(at[1]) <= own.high
            halved = plan.low / 2 <= own.low and own.high <= plan.high / 2
            if fits or (halved and _AT_HALF.search(fold(sentence))):
                return part_of(entry.answer, sentence)
    return None
