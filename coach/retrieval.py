"""From a question to ranked passages: fields looked up, then two legs fused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from coach.domain import Hit, Passage
from coach.lookup import passage_at, spans
from coach.terms import terms, words
from coach.understanding import Catalogue, Understanding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coach.index import Snapshot

DEFAULT_LIMIT = 10
# How many passages each leg gives to the fusion.
CANDIDATES = 100
# A term in more than this share of the passages costs time and hardly moves a ranking.
_TOO_FREQUENT = 0.33
_LEAST_PASSAGES_TO_DROP = 1000
# Weight of the dense leg for a bare title and for a full sentence; see docs/decisions.md.
_DENSE_WEIGHT_TITLE = 0.9
_DENSE_WEIGHT_SENTENCE = 0.5
_FUNCTION_SHARE_OF_SENTENCE = 0.3


def dense_weight(question: str) -> float:
    """The weight of the dense leg, from the share of function words in a question.

    A bare job title wants the meaning; a sentence names things that the words find. In between,
    the weight falls in a straight line.
    """
    said = words(question)
    if not said:
        return _DENSE_WEIGHT_TITLE
    share = sum(word in FUNCTION_WORDS_OF_FUSION for word in said) / len(said)
    steepness = min(share / _FUNCTION_SHARE_OF_SENTENCE, 1.0)
    return _DENSE_WEIGHT_TITLE + (_DENSE_WEIGHT_SENTENCE - _DENSE_WEIGHT_TITLE) * steepness


FUNCTION_WORDS_OF_FUSION = frozenset(
    """
    a an and are as at be been but by can could did do does for from had has have how i if
    in into is it its me my no not of on or our so than that the their them then there these
    they this those to was we were what when where which who why will with would you your am
    s t don about any also just should
    """.split()
)


def fuse(
    dense: Sequence[tuple[str, float]], lexical: Sequence[tuple[str, float]], weight: float
) -> list[tuple[str, float]]:
    """Convex combination of two rankings' scores, best first, scores in 0-1.

    Dense scores are scaled from their lowest to their highest candidate, lexical ones by their
    highest; a passage a leg did not find counts 0 there. Bruch, Gai and Ingber, "An Analysis of
    Fusion Functions for Hybrid Retrieval", 2023.
    """
    low = min((score for _, score in dense), default=0.0)
    high = max((score for _, score in dense), default=0.0)
    top = max((score for _, score in lexical), default=0.0)
    fused: dict[str, float] = {}
    for passage_id, score in dense:
        fused[passage_id] = weight * ((score - low) / (high - low) if high > low else 1.0)
    for passage_id, score in lexical:
        share = (1.0 - weight) * (score / top if top > 0 else 0.0)
        fused[passage_id] = fused.get(passage_id, 0.0) + share
    return sorted(fused.items(), key=lambda entry: (-entry[1], entry[0]))


def lexical_terms(question: str, snapshot: Snapshot) -> tuple[str, ...]:
    """The distinct stems of a question worth searching for in this index."""
    found = tuple(dict.fromkeys(terms(question)))
    if snapshot.size < _LEAST_PASSAGES_TO_DROP:
        return found
    frequencies = snapshot.document_frequencies(found)
    rare = tuple(
        term for term in found if 0 < frequencies.get(term, 0) <= _TOO_FREQUENT * snapshot.size
    )
    return rare or found


def retrieve(
    question: str,
    vector: NDArray,  # type: ignore[type-arg]
    snapshot: Snapshot,
    understanding: Understanding,
    catalogue: Catalogue,
    limit: int = DEFAULT_LIMIT,
) -> tuple[Hit, ...]:
    """The passages for a question, best first.

    Places that hold a field the question asks for lead, all of them and in the guide's order
    (priorities first), even past ``limit``; the fused legs fill up to ``limit``. When the question
    is about certain guides, only their passages are searched.
    """
    guides = _searched(understanding, snapshot)
    dense = snapshot.dense(vector, CANDIDATES, guides=guides)
    lexical = snapshot.lexical(lexical_terms(question, snapshot), CANDIDATES, guides=guides)
    fused = fuse(dense, lexical, dense_weight(question))
    dense_scores, lexical_scores = dict(dense), dict(lexical)
    scores = dict(fused)
    leading = _looked_up(snapshot, understanding, catalogue)
    ranked = [passage_id for passage_id, _ in fused[: limit + len(leading)]]
    found = {passage.id: passage for passage in leading}
    found |= snapshot.passages([entry for entry in ranked if entry not in found])
    order = [passage.id for passage in leading]
    order += [entry for entry in ranked if entry not in {p.id for p in leading}]
    hits = []
    for rank, passage_id in enumerate(order[: max(limit, len(leading))]):
        # Looked-up passages score above 1, so that the order of hits is that of their scores.
        above = 1.0 + (len(leading) - rank) / len(leading) if rank < len(leading) else 0.0
        hits.append(
            Hit(
                passage=found[passage_id],
                score=round(above or scores[passage_id], 6),
                dense=dense_scores.get(passage_id),
                lexical=lexical_scores.get(passage_id),
            )
        )
    return tuple(hits)


def _searched(understanding: Understanding, snapshot: Snapshot) -> Collection[str] | None:
    """The guides to search; None for everything.

    A guide that the question does not name does not shut out documents.
    """
    move = understanding.move
    if not move.guides or (snapshot.documents and not move.named):
        return None
    return move.guides


def _looked_up(
    snapshot: Snapshot, understanding: Understanding, catalogue: Catalogue
) -> tuple[Passage, ...]:
    """The passages that hold the fields and items asked for, in the order of the asks."""
    guides = understanding.move.guides
    if not guides or (len(guides) > 1 and not understanding.move.compared):
        return ()
    found: dict[str, Passage] = {}
    for ask in understanding.asks:
        for slug in guides:
            passages = snapshot.guide_passages(slug)
            for span in spans(catalogue.guides[slug], ask):
                passage = passage_at(passages, span)
                if passage is not None:
                    found.setdefault(passage.id, passage)
    return tuple(found.values())
