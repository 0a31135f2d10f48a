"""Whether a sentence says the contrary of its source, by words that are denied or exchanged.

Twelve signs are read off a sentence and the nearest sentences of its source, and weighed by a
logistic regression: what comes above 0 fails. The weights were fitted on the supported, negated and
over-claimed sentences in ``evals/labels/sentences.jsonl`` (1,287) that the other checks pass
(scikit-learn, C = .05 on signs of unit variance), the intercept so that .915 of the supported ones
stay. With each guide's sentences judged by weights fitted on the other eleven guides, all checks
together keep .916 of the supported ones, and find .826 of the negated and .790 of the over-claimed.
The signs were chosen with all these sentences in view, so expect less elsewhere. Roles exchanged
without a word that says so ("a developer corrects your drawing", "you correct a developer's") show
no sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from coach.answering.contrasts import exchanged
from coach.answering.extracting import pieces
from coach.answering.opposites import opposites_of
from coach.answering.polarity import Reading, read_polarity
from coach.domain import Passage, Section
from coach.terms import fold, stem, terms

_NEAREST = 3
_LEAST_NEAR = 0.45  # of the overlap of the nearest
_OPPOSITE_OVERLAP = 0.6
_LEAST_EXCHANGED = 0.3
_LEAST_LOST = 0.25
_FEW = frozenset(
    map(
        stem,
        """
        few hardly rarely seldom never none no little barely scarce nothing nobody neither
        """.split(),
    )
)
_ALL = frozenset(
    map(
        stem,
        """
        most mostly many usually always often plenty all every regularly frequently everything lot
        both entirely fully whole easily anything anyone anybody everyone
        """.split(),
    )
)
_BOTH = frozenset("both all equally".split())
_ONE_OF = re.compile(r"\bone of|\beither\b|\bone is enough| or ")
# What makes a statement of a thing that is named.
_TOLD = frozenset(
    """
    you ll will would is are can keep keeps stay stays remain remains still go goes leave leaves
    have has get gets
    """.split()
)
_LOSS = frozenset(
    map(
        stem,
        """
        miss lose give less leave behind different change no trade harder hard fewer swap replace
        used past instead without now gone vanish disappear fade goodbye
        """.split(),
    )
)


class Signs(NamedTuple):
    """What may tell a contradiction; those without a unit are 1 or 0.

    Attributes:
        flipped: the share of the sentence's words, by weight, that all near pieces of the source
            that have them deny where it affirms, or the reverse.
        opposed: a word of the sentence is the opposite of a word of the source.
        exchanged: "A before B" where the source has "B before A".
        same_order: "A before B" as in the source.
        shared_denial: some word is denied in both.
        new_denial: the sentence denies, and the source does not.
        dropped_denial: the source denies, and the sentence does not.
        new_few: a word such as "few" or "never" that the source lacks.
        new_all: a word such as "all" or "usually" that the source lacks.
        both_for_one: "both" where the source has "one of".
        kept_loss: what stands under "What you might miss" is told as if it stayed.
        unsupported: the share of the sentence's words, by weight, that its sources lack.
    """

    flipped: float
    opposed: float
    exchanged: float
    same_order: float
    shared_denial: float
    new_denial: float
    dropped_denial: float
    new_few: float
    new_all: float
    both_for_one: float
    kept_loss: float
    unsupported: float


_WEIGHTS = Signs(
    flipped=5.5,
    opposed=3.3,
    exchanged=3.1,
    same_order=-1.4,
    shared_denial=-1.3,
    new_denial=1.5,
    dropped_denial=1.3,
    new_few=0.7,
    new_all=1.1,
    both_for_one=1.7,
    kept_loss=4.0,
    unsupported=3.0,
)
_INTERCEPT = -2.3


class _Near(NamedTuple):
    text: str
    reading: Reading
    overlap: float
    is_lost: bool
    is_challenge: bool


def contradiction(
    text: str, cited: Sequence[Passage], *, rarity: Callable[[str], float], support: float
) -> str | None:
    """Why a sentence cannot stand beside its source, as a plain reason; None where it can.

    Args:
        text: the sentence, without markers.
        cited: the passages it rests on.
        rarity: the weight of a stem, higher for rarer ones.
        support: the share of its words that stand in them, 0-1.
    """
    signs = read_signs(text, cited, rarity=rarity, support=support)
    if signs is None:
        return None
    score = _INTERCEPT + sum(weight * sign for weight, sign in zip(_WEIGHTS, signs, strict=True))
    return "Its source says otherwise." if score > 0 else None


def read_signs(
    text: str, cited: Sequence[Passage], *, rarity: Callable[[str], float], support: float
) -> Signs | None:
    """The signs of a sentence; None where no word of it stands in its source.

    Args:
        text: the sentence, without markers.
        cited: the passages it rests on.
        rarity: the weight of a stem, higher for rarer ones.
        support: the share of its words that stand in them, 0-1.
    """
    said = read_polarity(text)
    weights = {part: rarity(part) for part in said.content}
    total = sum(weights.values())
    ranked = _ranked(cited, weights)
    if not ranked or not ranked[0].overlap:
        return None
    near = [one for one in ranked[:_NEAREST] if one.overlap >= _LEAST_NEAR * ranked[0].overlap]
    nearest = near[0]
    held = frozenset[str]().union(
        *(one.reading.stems for one in ranked),
        *(terms(heading) for passage in cited for heading in passage.headings[1:]),
    )
    source_denies = any(one.reading.denies for one in near)
    crossed, straight = exchanged(
        said.contrasts, [pair for one in near for pair in one.reading.contrasts], rarity
    )
    is_exchanged = crossed > max(_LEAST_EXCHANGED, straight)
    lost = {part for one in near for part in one.reading.lost}
    turned = {part for part in weights if _is_turned(part, said, near)}
    is_kept = (
        nearest.is_lost
        and sum(weights[part] for part in turned & lost) > _LEAST_LOST * total
        and not said.denies
        and bool(_TOLD & (said.words - nearest.reading.words))
        and not _LOSS & {*said.stems, *terms(text)}
    )
    return Signs(
        flipped=sum(weights[part] for part in turned - lost) / total,
        opposed=float(_is_opposed(said, near[:2])),
        exchanged=float(is_exchanged),
        same_order=float(straight > 0 and not is_exchanged),
        shared_denial=float(any(said.denied & one.reading.denied for one in near)),
        new_denial=float(
            said.denies and not source_denies and not nearest.is_lost and not nearest.is_challenge
        ),
        dropped_denial=float(nearest.reading.denies and not said.denies),
        new_few=float(bool((said.stems & _FEW) - held)),
        new_all=float(bool((said.stems & _ALL) - held)),
        both_for_one=float(bool(said.words & _BOTH and _ONE_OF.search(fold(nearest.text)))),
        kept_loss=float(is_kept),
        unsupported=1.0 - support,
    )


def _ranked(cited: Sequence[Passage], weights: dict[str, float]) -> list[_Near]:
    """The pieces of the passages, those first that have most of a sentence's words."""
    ranked = []
    for passage in cited:
        heading = fold(passage.headings[-1]) if passage.headings else ""
        is_lost = passage.section is Section.REALITY and "miss" in heading
        is_challenge = passage.section is Section.REALITY and "challenge" in heading
        for piece in pieces(passage):
            reading = read_polarity(piece, is_lost=is_lost)
            overlap = sum(_overlap(part, reading) * weight for part, weight in weights.items())
            ranked.append(_Near(piece, reading, overlap, is_lost, is_challenge))
    return sorted(ranked, key=lambda one: -one.overlap)


def _overlap(part: str, reading: Reading) -> float:
    if part in reading.stems:
        return 1.0
    return _OPPOSITE_OVERLAP if opposites_of(part) & reading.stems else 0.0


def _is_turned(part: str, said: Reading, near: Sequence[_Near]) -> bool:
    """Whether all pieces that have a word deny it where a sentence affirms it, or the reverse."""
    holding = [one.reading for one in near if part in one.reading.content]
    return bool(holding) and not any(
        (part in said.affirmed and part in reading.affirmed)
        or (part in said.denied and part in reading.denied)
        for reading in holding
    )


def _is_opposed(said: Reading, near: Sequence[_Near]) -> bool:
    """Whether a word of a sentence is the opposite of a word of its source, neither denied."""
    for part in said.content - near[0].reading.stems:
        if any(part in one.reading.content for one in near):
            continue
        for one in near:
            for other in (opposites_of(part) & one.reading.content) - said.content:
                both = part in said.affirmed and other in one.reading.affirmed
                if both or (part in said.denied and other in one.reading.denied):
                    return True
    return False
