"""Questions of one meaning, whichever of the guides' roles they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach.terms import terms
from coach.understanding.role_names import Mention, RoleNames
from coach.understanding.roles import find_mentions, find_move
from coach.understanding.unknown_roles import unknown_roles

# Average linkage by cosine distance, chosen on the tuning half of `evals/labels/gaps.jsonl`: the
# smallest at which nine of ten pairs belong together and no more pairs are found up to .725.
APART = 0.7


class Subject(NamedTuple):
    """What a question is about.

    Attributes:
        text: the question without the roles of the guide it is about, which outweigh in its
            vector what is asked about them.
        move: the stems of both roles, from and to, of a move that no guide has; None where it
            names no such move.
    """

    text: str
    move: tuple[str, str] | None


def subject_of(question: str, names: RoleNames) -> Subject:
    """What a question is about.

    Args:
        question: as it was asked.
        names: of the guides' roles.
    """
    roles = find_move(question, names, _as_written)
    if roles.move.unknown_roles:
        return Subject(question, _missing_move(question, names))
    kept, end = [], 0
    for start, stop in roles.spans:
        kept.append(question[end:start])
        end = stop
    text = " ".join("".join((*kept, question[end:])).split())
    return Subject(text if any(map(str.isalnum, text)) else question, None)


def grouped(
    subjects: Sequence[Subject], vectors: NDArray[np.float32], apart: float = APART
) -> list[int]:
    """The number of the group of each question.

    Questions about one missing move are a group, whatever they ask of it; the others are told by
    their vectors.

    Args:
        subjects: of the questions.
        vectors: of the subjects' texts, (questions, dimensions), each of length 1.
        apart: the largest mean cosine distance, in [0, 2], of two groups that are joined.
    """
    others = [number for number, subject in enumerate(subjects) if subject.move is None]
    groups = dict(zip(others, _by_vector(vectors[others], apart), strict=True))
    moves: dict[tuple[str, str], int] = {}
    for number, subject in enumerate(subjects):
        if subject.move is not None:
            groups[number] = -1 - moves.setdefault(subject.move, len(moves))
    return [groups[number] for number in range(len(subjects))]


def _by_vector(vectors: NDArray[np.float32], apart: float) -> list[int]:
    if len(vectors) < 2:
        return [1] * len(vectors)
    from scipy.cluster.hierarchy import fcluster, linkage

    # Not its own cosine: that of two equal vectors comes out a little below zero.
    distances = np.clip(1 - vectors @ vectors.T, 0, 2).astype(np.float64)
    condensed = distances[np.triu_indices(len(vectors), 1)]
    groups: list[int] = fcluster(linkage(condensed, "average"), apart, "distance").tolist()
    return groups


def _missing_move(question: str, names: RoleNames) -> tuple[str, str] | None:
    mentions = find_mentions(question, names, _as_written)
    found = unknown_roles(question, mentions)
    for mention in mentions:
        side = mention.stated or ("to" if mention.guides("to") else "from")
        found.setdefault(side, _role_of(mention, names))
    if len(found) < 2:
        return None
    return " ".join(terms(found["from"])), " ".join(terms(found["to"]))


def _role_of(mention: Mention, names: RoleNames) -> str:
    """The guides' own name of a role: "nursing" is a registered nurse."""
    slug, side = min(mention.holders)
    guide = names.guides[slug]
    return guide.from_role if side == "from" else guide.to_role


def _as_written(_: str) -> bool:
    """Takes every word for no slip: that one may be a role is no reason to leave it out."""
    return True
