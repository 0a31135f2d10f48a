"""Skills that people name in words of their own, matched with a guide's by meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from coach.domain import Guide, SkillGap, Value
from coach.understanding.tokens import content_stems

# What people write for short, spelt out as guides have it.
_ALIASES = {
    "k8s": "Kubernetes",
    "ml": "machine learning",
    "dl": "deep learning",
    "nlp": "natural language processing",
    "llm": "large language models",
    "llms": "large language models",
    "js": "JavaScript",
    "ts": "TypeScript",
    "py": "Python",
    "ci/cd": "continuous integration and delivery",
    "pm": "project management",
    "ux": "user experience",
    "ui": "user interface design",
    "bi": "business intelligence",
    "ehr": "electronic health records",
    "hr": "people management",
    "tf": "TensorFlow",
    "gcp": "Google Cloud",
    "aws": "Amazon cloud",
    "qa": "software testing",
}
# Cosines of all-MiniLM-L6-v2 between what is said and a skill's name, and the name with how to
# learn it; read off pairs of the guides' skills and everyday words for them.
_SURE = 0.75
_DOUBTFUL = 0.40
_SHARED = 0.58


class Encoding(Protocol):
    """What matching asks of an encoder; see ``coach.encoder.TextEncoder``."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, one row a text."""


class Certainty(StrEnum):
    """Whether what was said is a skill of the guide: yes, perhaps in part, or no."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    NONE = "none"


class Match(Value):
    """What somebody said and the skill of the guide that is nearest to it, if any is."""

    said: str
    skill: str | None
    certainty: Certainty


def match(said: Sequence[str], guide: Guide, encoder: Encoding) -> list[Match]:
    """Match skills in a person's words with those of a guide.

    A match is sure when the names mean the same. It is doubtful when what was said is only near, or
    only a part, such as a tool that one learns on the way: then it is to be asked.
    """
    gaps = guide.skill_gaps
    if not gaps or not said:
        return [Match(said=one, skill=None, certainty=Certainty.NONE) for one in said]
    spelt = [_spelt_out(one) for one in said]
    names, wholes = _vectors(gaps, encoder)
    vectors = np.asarray(encoder.encode(spelt))
    by_name, by_whole = vectors @ names.T, vectors @ wholes.T
    matches = []
    for row, one in enumerate(said):
        own = content_stems(spelt[row])
        named = [bool(own) and own <= content_stems(gap.name.value) for gap in gaps]
        part = [bool(own) and own <= content_stems(gap.how.value) for gap in gaps]
        scores = np.maximum(by_name[row], by_whole[row]) + np.array(named) + 0.5 * np.array(part)
        best = int(scores.argmax())
        if own == content_stems(gaps[best].name.value) or by_name[row][best] >= _SURE:
            certainty = Certainty.SURE
        elif scores[best] >= _DOUBTFUL:
            certainty = Certainty.DOUBTFUL
        else:
            certainty = Certainty.NONE
        skill = None if certainty is Certainty.NONE else gaps[best].name.value
        matches.append(Match(said=one, skill=skill, certainty=certainty))
    return matches


def shared(first: Guide, second: Guide, encoder: Encoding) -> Mapping[str, str]:
    """The skills that two guides both ask for: the first's name to the second's."""
    if not first.skill_gaps or not second.skill_gaps:
        return {}
    names, wholes = _vectors(first.skill_gaps, encoder)
    other_names, other_wholes = _vectors(second.skill_gaps, encoder)
    alike = (names @ other_names.T + wholes @ other_wholes.T) / 2
    found: dict[str, str] = {}
    for row, gap in enumerate(first.skill_gaps):
        column = int(alike[row].argmax())
        other = second.skill_gaps[column].name.value
        stems, others = content_stems(gap.name.value), content_stems(other)
        if alike[row][column] >= _SHARED or stems <= others or others <= stems:
            found[gap.name.value] = other
    return found


def _vectors(gaps: Sequence[SkillGap], encoder: Encoding) -> tuple[np.ndarray, np.ndarray]:
    names = [gap.name.value for gap in gaps]
    wholes = [f"{gap.name.value}. {gap.how.value}" for gap in gaps]
    return np.asarray(encoder.encode(names)), np.asarray(encoder.encode(wholes))


def _spelt_out(said: str) -> str:
    return " ".join(_ALIASES.get(word.casefold(), word) for word in said.split())
