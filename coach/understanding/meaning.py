"""The field of a question by its meaning: the nearest of many known phrasings decide.

Words decide first (``cues``); this is for questions whose words say nothing. The phrasings stand in
``phrasings.yaml``; their vectors are computed once for an encoder and kept in the cache folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain import Value
from coach.understanding.values import PAY, ROLE, Ask, Field, Understanding

if TYPE_CHECKING:
    from numpy.typing import NDArray

OTHER = "other"
# Roles and items are left nameless on both sides, or their names would decide.
_NAMELESS = "it"
_NEIGHBOURS = 15
# Cosines below this say nothing and do not vote.
_FLOOR = 0.3
_LEAST_NEARNESS = 0.45
_LEAST_SHARE = 0.45
_FIELDS_LEAD = 0.65
_TOPICS_LEAD = 0.4
_SURE_ITEM = 0.6
# What it takes to go against words that named a field.
_SURE_SHARE = 0.6
_NO_FIELD = 0.25
_VERY_SURE_SHARE = 0.9
_LEAST_KNOWN = 0.4


class Guess(Value):
    """What the nearest phrasings are about.

    Exactly one of ``field`` and ``topic`` is set, or neither for another subject. ``nearness`` is
    the cosine of the nearest phrasing that voted for it, ``share`` its part of the votes, and
    ``field_share`` the part of all fields together, each 0-1.
    """

    field: Field | None = None
    topic: str | None = None
    nearness: float
    share: float
    field_share: float


class Phrasings:
    """The known phrasings as vectors."""

    def __init__(self, labels: Sequence[str], vectors: NDArray) -> None:  # type: ignore[type-arg]
        self._labels = tuple(labels)
        self._vectors = vectors

    @classmethod
    def load(
        cls,
        encode: Callable[[Sequence[str]], NDArray],  # type: ignore[type-arg]
        encoder_id: str,
        folder: Path,
    ) -> Phrasings:
        """Read the vectors kept in a folder, or compute and keep them; a few seconds, once."""
        import numpy

        labels, texts = _bank()
        digest = hashlib.sha256("\n".join((encoder_id, *labels, *texts)).encode()).hexdigest()
        path = folder / f"phrasings-{digest[:24]}.npy"
        try:
            vectors = numpy.load(path)
        except (OSError, ValueError):
            vectors = encode(texts)
            _keep(path, vectors)
        return cls(labels, vectors)

    def guess(self, vector: NDArray) -> Guess:  # type: ignore[type-arg]
        """What a question is about, by the votes of its nearest phrasings."""
        import numpy

        # A product by BLAS would wake its threads, which wait for a busy core ten times as long.
        cosines = numpy.einsum("ij,j->i", self._vectors, vector)
        nearest = numpy.argpartition(-cosines, _NEIGHBOURS)[:_NEIGHBOURS]
        votes: dict[str, float] = {}
        best: dict[str, float] = {}
        for position in nearest:
            label, cosine = self._labels[position], float(cosines[position])
            votes[label] = votes.get(label, 0.0) + max(cosine - _FLOOR, 0.0) ** 2
            best[label] = max(best.get(label, 0.0), cosine)
        label = max(votes, key=lambda name: votes[name])
        total = sum(votes.values())
        fields = sum(vote for name, vote in votes.items() if name.startswith("field:"))
        kind, _, name = label.partition(":")
        return Guess(
            field=Field(name) if kind == "field" else None,
            topic=name if kind == "topic" else None,
            nearness=best[label],
            share=votes[label] / total if total else 0.0,
            field_share=fields / total if total else 0.0,
        )


def doubtful_texts(understood: Understanding) -> list[str]:
    """What to encode to tell what words did not tell for sure, one text for each such ask."""
    return [_spoken(ask.text) for ask in understood.asks if _is_doubtful(ask)]


def recognise(understood: Understanding, guesses: Sequence[Guess]) -> Understanding:
    """Fill in the fields and topics that meaning tells.

    Args:
        understood: a question as its words were read.
        guesses: one for each of its ``doubtful_texts``, in that order.
    """
    remaining = iter(guesses)
    asks = [
        _recognised(ask, next(remaining)) if _is_doubtful(ask) else ask for ask in understood.asks
    ]
    return understood.model_copy(update={"asks": tuple(asks)})


def _is_doubtful(ask: Ask) -> bool:
    """Whether words leave open what is asked.

    A well-named item or a topic does not, nor does a field, but for the kinds of pay, which share
    their words. Meaning is asked no more often than that, since it costs an encoding.
    """
    sure_item = bool(ask.items) and ask.items[0].strength >= _SURE_ITEM
    open_field = not ask.fields or (len(ask.fields) == 1 and ask.fields[0] in PAY)
    return not ask.topics and not sure_item and open_field


def _recognised(ask: Ask, guess: Guess) -> Ask:
    if ask.fields:
        return _corrected(ask, guess)
    known = guess.nearness >= _LEAST_KNOWN
    update: dict[str, object] = {"leaning": guess.field_share if known else 0.0}
    if guess.nearness >= _LEAST_NEARNESS and guess.share >= _LEAST_SHARE:
        if guess.field is not None and guess.field_share >= _FIELDS_LEAD:
            update["fields"] = (guess.field,)
        elif guess.topic is not None and guess.field_share <= _TOPICS_LEAD:
            update["topics"] = (guess.topic,)
    return ask.model_copy(update=update)


def _corrected(ask: Ask, guess: Guess) -> Ask:
    """An ask whose words named a field, put right where its meaning is clearly another."""
    if guess.nearness < _LEAST_NEARNESS or ask.text.count(ROLE) > 1:
        return ask
    if guess.topic is not None and guess.share >= _SURE_SHARE and guess.field_share <= _NO_FIELD:
        return ask.model_copy(update={"topics": (guess.topic,), "leaning": guess.field_share})
    if guess.field is None or guess.field in ask.fields:
        return ask
    same_family = {guess.field, ask.fields[0]} <= PAY
    if guess.field is Field.WAGE_BEFORE and ROLE in ask.text:
        return ask
    if guess.share >= (_LEAST_SHARE if same_family else _VERY_SURE_SHARE):
        return ask.model_copy(update={"fields": (guess.field,)})
    return ask


def _spoken(text: str) -> str:
    return text.replace(ROLE, _NAMELESS)


def _keep(path: Path, vectors: NDArray) -> None:  # type: ignore[type-arg]
    """Write the vectors in one step; a cache that cannot be written is done without."""
    import os
    import tempfile

    import numpy

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".npy")
        with os.fdopen(handle, "wb") as file:
            numpy.save(file, vectors)
        Path(name).replace(path)
    except OSError:
        return


def _bank() -> tuple[list[str], list[str]]:
    """The labels and texts of ``phrasings.yaml``, placeholders filled."""
    import yaml

    text = (resources.files("coach.understanding") / "phrasings.yaml").read_text(encoding="utf-8")
    bank = yaml.load(text, Loader=yaml.CSafeLoader)
    labels: list[str] = []
    texts: list[str] = []
    for kind, groups in (("field", bank["fields"]), ("topic", bank["topics"])):
        for name, phrasings in groups.items():
            labels += [f"{kind}:{name}"] * len(phrasings)
            texts += phrasings
    labels += [OTHER] * len(bank["other"])
    texts += bank["other"]
    return labels, [_filled(phrasing) for phrasing in texts]


def _filled(phrasing: str) -> str:
    for place in ("{role}", "{old}", "{item}"):
        phrasing = phrasing.replace(place, _NAMELESS)
    return phrasing
