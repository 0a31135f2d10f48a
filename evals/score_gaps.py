"""Group the labelled questions as the coaches' gaps are grouped, and say how often that is right.

    python -m evals.score_gaps

``evals/labels/README.md`` tells what the labels are and what they do not show.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from coach.domain import Guide, Value
from coach.encoder import Encoder, load_encoder
from coach.reading import read
from coach.review.likeness import APART, grouped, subject_of
from coach.settings import DEFAULT_ENCODER
from coach.understanding.role_names import RoleNames

FILE = Path(__file__).parent / "labels" / "gaps.jsonl"
KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
_DISTANCES = tuple(thousandths / 1000 for thousandths in range(500, 825, 25))


class Part(StrEnum):
    """What a labelled question is for."""

    TUNING = "tuning"
    HELD_OUT = "held-out"


class Labelled(Value):
    """A question that no guide answers, and the subject it is about."""

    question: str
    about: str
    part: Part


class PairFigures(NamedTuple):
    """Of the pairs of questions: how many joined ones belong together, and the other way round.

    Attributes:
        precision: the share, in [0, 1], of the pairs in one group that are about one subject.
        recall: the share of the pairs about one subject that are in one group.
    """

    precision: float
    recall: float


def load_labels(part: Part) -> tuple[Labelled, ...]:
    """The labelled questions of a part.

    Raises:
        pydantic.ValidationError: a line is no label.
    """
    lines = FILE.read_text(encoding="utf-8").splitlines()
    labels = map(Labelled.model_validate_json, lines)
    return tuple(label for label in labels if label.part is part)


def role_names() -> RoleNames:
    """The names of the roles of the repository's guides."""
    found = (
        read(file, name=file.name, key=file.name).content
        for file in sorted(KNOWLEDGE.glob("*-to-*.md"))
    )
    return RoleNames.of({guide.slug: guide for guide in found if isinstance(guide, Guide)})


def figures(
    labels: Sequence[Labelled], encoder: Encoder, names: RoleNames, apart: float
) -> PairFigures:
    """How well questions are grouped.

    Args:
        labels: the questions; two of them at least are about one subject.
        encoder: gives their vectors.
        names: of the roles that are left out of them.
        apart: the distance at which groups are no longer joined.
    """
    subjects = [subject_of(label.question, names) for label in labels]
    vectors = encoder.encode([subject.text for subject in subjects])
    return pair_figures(grouped(subjects, vectors, apart), [label.about for label in labels])


def pair_figures(groups: Sequence[int], subjects: Sequence[str]) -> PairFigures:
    """The figures of a grouping; the precision of one that joins nothing is 1.

    Args:
        groups: the number of the group of each question.
        subjects: the subject of each question, two of them at least the same.
    """
    pairs = list(combinations(zip(groups, subjects, strict=True), 2))
    alike = [one[1] == other[1] for one, other in pairs if one[0] == other[0]]
    joined = [one[0] == other[0] for one, other in pairs if one[1] == other[1]]
    precision = sum(alike) / len(alike) if alike else 1.0
    return PairFigures(precision, sum(joined) / len(joined))


def main() -> None:
    """Print the figures of each distance on the tuning part, of the one in use on the other."""
    encoder, names = load_encoder(DEFAULT_ENCODER, None), role_names()
    tuning, held_out = load_labels(Part.TUNING), load_labels(Part.HELD_OUT)
    lines = [f"{len(tuning)} questions of the tuning part", "distance  precision  recall"]
    lines += [_line(apart, figures(tuning, encoder, names, apart)) for apart in _DISTANCES]
    lines += ["", f"{len(held_out)} questions of the held-out part, at the distance in use"]
    lines.append(_line(APART, figures(held_out, encoder, names, APART)))
    sys.stdout.write("\n".join(lines) + "\n")


def _line(apart: float, found: PairFigures) -> str:
    return f"{apart:8.3f}  {found.precision:9.2f}  {found.recall:6.2f}"


if __name__ == "__main__":
    main()
