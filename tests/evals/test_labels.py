"""The labelled sentences are sound: their passages exist, and their labels fit what they say."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from coach.chunking import split
from coach.domain import Passage, Section
from coach.encoder import PACKAGED_NAME, load_encoder
from coach.reading import read
from evals.score_checks import SETS, Kind, Label, load_labels, passages_of

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
GUIDES = sorted({path.stem for path in KNOWLEDGE.glob("*.md")} - {"README"})
FIRST_GUIDE = "backend-developer-to-chief-ai-officer"
LEAST = {
    Kind.SUPPORTED: 150,
    Kind.GENERAL: 30,
    Kind.WRONG_NUMBER: 45,
    Kind.WRONG_NAME: 40,
    Kind.SWAPPED_SKILL: 30,
    Kind.WRONG_GUIDE: 40,
    Kind.NEGATED: 30,
    Kind.OVER_CLAIMED: 30,
    Kind.UNCITED: 15,
}
MARKER = re.compile(r"\[(\d+)\]")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
THOUSANDS = re.compile(r"\$(\d+)k\b")

BY_SET = {name: load_labels(file) for name, file in SETS.items()}
LABELS = [label for labels in BY_SET.values() for label in labels]


def identity(label: Label) -> str:
    return label.id


def markers(label: Label) -> list[int]:
    return [int(number) for number in MARKER.findall(label.sentence)]


@cache
def split_guide(slug: str) -> tuple[Passage, ...]:
    """A guide's passages, split as an ingest splits them."""
    path = KNOWLEDGE / f"{slug}.md"
    return split(read(path, name=path.name, key=path.name), load_encoder(PACKAGED_NAME, None))


def cited(label: Label) -> list[Passage]:
    given = passages_of(label, split_guide)
    return [given[number - 1] for number in markers(label) if number <= len(given)]


def figures(text: str) -> set[str]:
    """The numbers in a text, the years of a period such as 2024-34 in full."""
    text = re.sub(r"\b(\d\d)(\d\d)[-–](\d\d)\b", r"\1\2 \1\3 \3", text)
    return set(NUMBER.findall(text))


def test_passages_given_exist_in_the_guides():
    for label in LABELS:
        given = passages_of(label, split_guide)
        assert 3 <= len(given) <= 7, label.id
        assert len(set(given)) == len(given), label.id


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_sentences_enough_in_both_sets(kind: Kind):
    counts = {name: Counter(label.kind for label in labels) for name, labels in BY_SET.items()}
    assert counts["dev"][kind] >= LEAST[kind]
    assert counts["heldout"][kind] >= LEAST[kind] // 3


def test_no_sentence_stands_in_both_sets():
    assert len({label.id for label in LABELS}) == len(LABELS)
    dev, heldout = ({label.sentence for label in labels} for labels in BY_SET.values())
    assert not dev & heldout


def test_label_says_what_is_wrong_exactly_where_a_sentence_may_not_be_shown():
    for label in LABELS:
        assert label.shown == (label.kind in {Kind.SUPPORTED, Kind.GENERAL}), label.id
        assert bool(label.note) != label.shown, label.id


def test_markers_fit_the_kind():
    for label in LABELS:
        outside = [number for number in markers(label) if number > len(label.passages)]
        if label.kind is Kind.GENERAL:
            assert not markers(label), label.id
        elif label.kind is Kind.UNCITED:
            assert outside == markers(label), label.id
        else:
            assert markers(label), label.id
            assert not outside, label.id


@pytest.mark.parametrize(
    "label", [label for label in LABELS if label.kind is Kind.SUPPORTED], ids=identity
)
def test_figures_of_supported_sentences_stand_in_what_they_cite(label: Label):
    sources = " ".join(f"{passage.heading} {passage.text}" for passage in cited(label))
    held = figures(f"{sources} {label.question}")
    rounded = {f"{round(int(one.replace(',', '')) / 1000)}" for one in held if "," in one}
    sentence = MARKER.sub("", label.sentence)
    assert set(THOUSANDS.findall(sentence)) <= rounded
    assert figures(THOUSANDS.sub("", sentence)) <= held


def test_group_has_one_guide_and_one_question():
    asked: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for label in LABELS:
        asked[label.group].add((label.guide, label.question))
    assert [group for group, found in asked.items() if len(found) > 1] == []


def test_no_sentence_stands_twice():
    ids = Counter(label.id for label in LABELS)
    sentences = Counter((label.guide, label.sentence) for label in LABELS)
    assert ids.most_common(1)[0][1] == 1
    assert sentences.most_common(1)[0][1] == 1


def test_every_guide_is_used_and_the_first_most():
    used = Counter(label.guide for label in LABELS)
    assert sorted(used) == GUIDES
    assert used.most_common(1)[0][0] == FIRST_GUIDE
    sections = {place.section for label in LABELS for place in label.passages}
    assert sections == set(Section) - {Section.DOCUMENT}
