"""Whether the knowledge holds what is asked: decided from the guides, not by similarity alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

from coach.domain import Hit, Passage, Section
from coach.terms import fold, stem, terms
from coach.understanding import Ask, Field
from coach.understanding.vocabulary import ENTRY_TOPICS, TOPICS

# A passage answers when it holds this share of the question's weight, rarer words weighing more.
_LEAST_SHARE = 0.6
_LEAST_SHARE_WITH_UNHEARD = 0.75
_LEAST_DENSE = 0.3
# A few words say too little to come near any passage; an entry that asks all of them is meant.
_LEAST_DENSE_OF_ENTRY = 0.2
_SURE_DENSE = 0.62
_LEAST_SHARE_WHEN_SURE = 0.25

_PLACED = frozenset(
    {
        Field.SALARY,
        Field.WAGE_AFTER,
        Field.WAGE_BEFORE,
        Field.WAGE_RANGE,
        Field.DEMAND,
        Field.GROWTH,
        Field.OPENINGS,
        Field.EDUCATION,
        Field.EXPERIENCE,
    }
)
_AMOUNTS = frozenset({Field.WAGE_AFTER, Field.WAGE_BEFORE, Field.WAGE_RANGE})


def missing_topics(ask: Ask, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The topics asked about that none of the passages found speaks of."""
    if not ask.topics:
        return ()
    held = " ".join(fold(passage.text) for passage in passages)
    cues = dict(TOPICS)
    subject = {stem(fold(term)) for term in ask.key_terms}
    if len(passages) == 1 and subject and subject <= set(terms(held)):
        return ()
    return tuple(name for name in ask.topics if name not in cues or not cues[name].search(held))


def missing_qualifiers(ask: Ask, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The places and currencies the question is limited to that the guide does not mention."""
    if not ask.qualifiers:
        return ()
    held = {part for passage in passages for part in terms(f"{passage.heading} {passage.text}")}
    return tuple(
        place for place in ask.qualifiers if not all(part in held for part in terms(place))
    )


def limited_by_place(ask: Ask) -> bool:
    """Whether a place or a currency changes what the fields asked for would be."""
    return bool(set(ask.fields) & _PLACED) or not ask.fields


def asks_for_amount(ask: Ask) -> bool:
    """Whether an amount of money is asked for, not a change."""
    return bool(set(ask.fields) & _AMOUNTS)


def best_passage(
    ask: Ask,
    hits: Sequence[Hit],
    rarity: Callable[[str], float],
) -> tuple[Passage | None, tuple[str, ...]]:
    """The passage that answers an ask best, or None with the terms that are missing.

    Args:
        ask: what is asked.
        hits: the passages found, best first.
        rarity: the weight of a stem, higher for rarer ones.
    """
    if (entry := _entry_on_topic(ask, hits)) is not None:
        return entry, ()
    wanted = [(term, stem(fold(term))) for term in ask.content]
    total = sum(rarity(part) for _, part in wanted)
    # A subject that no text holds must not be made up for by its surroundings.
    unheard = any(rarity(stem(fold(term))) >= rarity("") for term in ask.key_terms)
    least = _LEAST_SHARE_WITH_UNHEARD if unheard else _LEAST_SHARE
    subject = {stem(fold(term)) for term in ask.key_terms}
    best: tuple[float, Passage] | None = None
    for rank, hit in enumerate(hits[:10]):
        held = set(terms(f"{hit.passage.heading} {hit.passage.text}"))
        covered = sum(rarity(part) for _, part in wanted if part in held)
        share = covered / total if total else 0.0
        dense = hit.dense or 0.0
        asks_all = hit.passage.section is Section.FAQ and subject <= set(
            terms(hit.passage.headings[-1])
        )
        near = _LEAST_DENSE_OF_ENTRY if asks_all and subject else _LEAST_DENSE
        enough = (share >= least and dense >= near) or (
            dense >= _SURE_DENSE and share >= _LEAST_SHARE_WHEN_SURE
        )
        if not enough:
            continue
        score = share + dense - 0.02 * rank + (0.1 if hit.passage.section is Section.FAQ else 0.0)
        if best is None or score > best[0]:
            best = (score, hit.passage)
    if best is not None:
        return best[1], ()
    top = {part for hit in hits[:5] for part in terms(f"{hit.passage.heading} {hit.passage.text}")}
    named = [(term, stem(fold(term))) for term in ask.key_terms] or wanted
    lacking = [term for term, part in named if part not in top] or [term for term, _ in named]
    return None, tuple(lacking)


def _entry_on_topic(ask: Ask, hits: Sequence[Hit]) -> Passage | None:
    """The FAQ entry whose question is on the topic asked about, in whatever words."""
    cues = [ENTRY_TOPICS[topic] for topic in ask.topics if topic in ENTRY_TOPICS]
    entries = (hit.passage for hit in hits[:10] if hit.passage.section is Section.FAQ)
    return next(
        (entry for entry in entries if any(cue.search(fold(entry.headings[-1])) for cue in cues)),
        None,
    )


def rarity_in(frequency: Callable[[str], int], size: int) -> Callable[[str], float]:
    """Inverse document frequency as BM25 has it; a stem the knowledge lacks weighs most."""

    @cache  # of one turn
    def weight(part: str) -> float:
        count = frequency(part)
        return math.log(1 + (size - count + 0.5) / (count + 0.5))

    return weight
