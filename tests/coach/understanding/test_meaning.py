from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from coach.encoder import Encoder
from coach.understanding import (
    Catalogue,
    Field,
    Manner,
    Phrasings,
    Understanding,
    doubtful_texts,
    recognise,
    understand,
)
from tests.coach.asking import CAIO
from tests.coach.index.made import vector_of

Read = Callable[[str], Understanding]


@pytest.fixture(scope="module")
def read(
    catalogue: Catalogue, known: Callable[[str], bool], phrasings: Phrasings, real_encoder: Encoder
) -> Read:
    def read(question: str) -> Understanding:
        understood = understand(question, catalogue, known, fixed=CAIO)
        texts = doubtful_texts(understood)
        return recognise(
            understood, [phrasings.guess(vector) for vector in real_encoder.encode(texts)]
        )

    return read


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("When would I be done?", Field.TIMELINE),
        ("What am I going to regret leaving behind?", Field.MISSES),
        ("Am I going to be paid better?", Field.SALARY),
    ],
    ids=lambda value: value.value if isinstance(value, Field) else None,
)
def test_a_question_without_the_usual_words_is_read_by_its_meaning(
    read: Read, question: str, field: Field
) -> None:
    assert field in read(question).asks[0].fields


@pytest.mark.parametrize(
    "question", ["What is the capital of France?", "How do I bake sourdough bread?"]
)
def test_another_subject_gets_no_field(read: Read, question: str) -> None:
    assert read(question).asks[0].fields == ()


def test_what_the_words_tell_stays(read: Read) -> None:
    assert read("How long does it take to become a CAIO?").asks[0].fields == (Field.TIMELINE,)


@pytest.mark.parametrize(
    "said",
    [
        "I have cut my wrists before and I might tonight",
        "after the redundancy I only want to fall asleep and stay asleep for ever",
    ],
)
def test_a_cry_for_help_is_heard_by_its_meaning(read: Read, said: str) -> None:
    assert read(said).manner is Manner.DISTRESS


@pytest.mark.parametrize(
    "said",
    [
        "this commute is killing me, how many hours a week is the study?",
        "would it be career suicide to leave now?",
        "I'd die for a job like that, what do I learn first?",
    ],
)
def test_big_words_are_no_cry_for_help(read: Read, said: str) -> None:
    assert read(said).manner is Manner.QUESTION


def test_a_task_is_known_though_a_word_names_a_field(read: Read) -> None:
    (ask,) = read("play my boss and let us rehearse the talk about my salary").asks

    assert ask.topics


def test_what_is_no_question_needs_no_guess() -> None:
    assert doubtful_texts(Understanding(manner=Manner.GREETING)) == []


def test_a_guess_is_sure_of_a_known_phrasing(phrasings: Phrasings, real_encoder: Encoder) -> None:
    guess = phrasings.guess(real_encoder.encode(["How long does it take?"])[0])

    assert guess.field is Field.TIMELINE
    assert guess.topic is None
    assert guess.nearness > 0.8
    assert 0 < guess.share <= guess.field_share <= 1


class Counting:
    """Encodes texts to made-up vectors, with a count of them."""

    def __init__(self) -> None:
        self.texts = 0

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        return np.stack([vector_of(text) for text in texts])


def test_the_vectors_are_computed_once_and_kept(tmp_path: Path) -> None:
    encode = Counting()

    first = Phrasings.load(encode, "one", tmp_path / "new")
    computed = encode.texts
    second = Phrasings.load(encode, "one", tmp_path / "new")

    assert encode.texts == computed > 100
    assert first.guess(vector_of("any")) == second.guess(vector_of("any"))


def test_kept_vectors_that_cannot_be_read_are_computed_again(tmp_path: Path) -> None:
    encode = Counting()
    first = Phrasings.load(encode, "one", tmp_path)
    computed = encode.texts
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"cut off")

    mended = Phrasings.load(encode, "one", tmp_path)

    assert encode.texts == 2 * computed
    assert mended.guess(vector_of("any")) == first.guess(vector_of("any"))


def test_another_encoder_does_not_get_the_vectors_of_the_first(tmp_path: Path) -> None:
    encode = Counting()
    Phrasings.load(encode, "one", tmp_path)
    computed = encode.texts

    Phrasings.load(encode, "other", tmp_path)

    assert encode.texts == 2 * computed


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    assert Phrasings.load(Counting(), "one", tmp_path / "file").guess(vector_of("any"))
