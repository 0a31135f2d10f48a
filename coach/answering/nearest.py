"""The sentences found that are nearest to a question in meaning, where no field or entry tells.

The thresholds were chosen on the tuning questions in evals/cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from coach.answering.draft import Draft
from coach.answering.extracting import answering_pieces, pieces
from coach.answering.material import Material
from coach.domain import Guide, Passage, Section
from coach.lexicon import is_word
from coach.terms import fold, words
from coach.understanding import Ask
from coach.understanding.tokens import same_word
from coach.understanding.values import ROLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What these sentences are about, their heading tells.
_HEADED = frozenset(
    {Section.FAQ, Section.REALITY, Section.SKILL_GAP, Section.TRANSFERABLE_SKILL, Section.ACTION}
)
# Roles stand in nearly every sentence of a guide, and say nothing about which one is asked for.
_NAMELESS = "it"
_NEAR = 0.4
_NEARER = 0.45
# Below this a question is about something that guides do not hold.
_LEAST_LEANING = 0.1
_MOST = 2
_LEAST_NAME = 5


class Near(NamedTuple):
    """A sentence of a passage, as it stands there, and the cosine of its meaning to a question."""

    passage: Passage
    piece: str
    nearness: float


def nearest_pieces(material: Material, guide: Guide, ask: Ask) -> list[Near]:
    """The sentences and list items of the guide's passages found, the nearest first."""
    said = [ask.text]
    if len(material.understanding.asks) == 1:
        said.append(material.understanding.text)  # what is told beside it may be what is meant
    asked = [_nameless(text.replace(ROLE, _NAMELESS), guide) for text in said]
    vectors = material.encoder.encode(list(dict.fromkeys(asked)))
    found = []
    for hit in material.hits:
        if hit.passage.guide == guide.slug:
            held = pieces(hit.passage)
            texts = tuple(_nameless(_headed(hit.passage, piece), guide) for piece in held)
            cosines = _vectors(material.encoder.encode, texts) @ vectors.T if texts else ()
            found += [
                Near(hit.passage, piece, float(max(row)))
                for piece, row in zip(held, cosines, strict=True)
            ]
    return sorted(found, key=lambda near: -near.nearness)


def quote_nearest(material: Material, draft: Draft, guide: Guide, ask: Ask, *, sure: bool) -> bool:
    """Quote the sentences nearest in meaning, and say whether any was near enough.

    Args:
        material: what the answer is made of.
        draft: takes the sentences.
        guide: whose sentences.
        ask: what is asked.
        sure: whether the question's words stand in the guide; else its meaning must fit, too.
    """
    if not sure and ask.leaning is not None and ask.leaning < _LEAST_LEANING:
        return False
    if names_unknown(material, guide, ask):
        return False
    least = _NEARER if sure else _NEAR
    near = [one for one in nearest_pieces(material, guide, ask) if one.nearness >= least]
    if not near:
        return False
    said = {one.piece: one.passage for one in reversed(near)}
    wanted = tuple(reversed(said))[:_MOST]
    if (entry := near[0].passage).section is Section.FAQ:
        # An entry begins with what its answer comes to; what follows cannot stand alone.
        wanted = answering_pieces(entry, ask, material.rarity)
    for piece in wanted:
        mark = "" if piece.endswith((".", "!", "?")) else "- "
        source = said.get(piece, entry)
        draft.add(f"{mark}{' '.join(piece.split())} {draft.cite_words(source, piece)}")
    return True


def names_unknown(material: Material, guide: Guide, ask: Ask) -> bool:
    """Whether names are asked about and no passage found has any: what is near is something else.

    A name is what is no ordinary word nor short; slips of the keyboard are forgiven.
    """
    folded = (fold(term) for term in ask.key_terms)
    names = [name for name in folded if len(name) >= _LEAST_NAME and not is_word(name)]
    if not names:
        return False
    found = (hit.passage for hit in material.hits if hit.passage.guide == guide.slug)
    held = {word for passage in found for word in words(f"{passage.heading} {passage.text}")}
    return not any(same_word(name, word) for name in names for word in held)


@lru_cache(maxsize=2_000)
def _vectors(
    encode: Callable[[Sequence[str]], NDArray],  # type: ignore[type-arg]
    texts: tuple[str, ...],
) -> NDArray:  # type: ignore[type-arg]
    return encode(texts)


def _headed(passage: Passage, piece: str) -> str:
    return f"{passage.headings[-1]}. {piece}" if passage.section in _HEADED else piece


def _nameless(text: str, guide: Guide) -> str:
    roles = "|".join(re.escape(role) for role in (guide.to_role, guide.from_role))
    return re.sub(rf"\b(?:an? )?(?:{roles})s?\b", _NAMELESS, text, flags=re.IGNORECASE)
