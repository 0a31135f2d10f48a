"""The labelled gaps are sound, and questions of one subject are found together."""

from __future__ import annotations

from collections import Counter

import pytest

from coach.encoder import PACKAGED_NAME, load_encoder
from coach.review.likeness import APART
from coach.understanding.role_names import RoleNames
from coach.understanding.roles import find_mentions
from evals.score_gaps import Part, figures, load_labels, main, pair_figures, role_names

GUIDES = 12


@pytest.mark.parametrize("part", Part)
def test_each_part_asks_about_all_guides_and_names_roles_in_half(part: Part) -> None:
    labels, names = load_labels(part), role_names()
    named = [find_mentions(label.question, names, lambda _: True) for label in labels]

    assert len(labels) >= 60
    assert sum(map(bool, named)) >= len(labels) / 2
    asked = {slug for found in named for one in found for slug, _ in one.holders}
    assert len(asked) == GUIDES
    sizes = Counter(label.about for label in labels)
    assert sum(size > 1 for size in sizes.values()) >= 12


def test_parts_share_no_question_and_no_subject() -> None:
    tuning, held_out = load_labels(Part.TUNING), load_labels(Part.HELD_OUT)

    assert not {one.about for one in tuning} & {one.about for one in held_out}
    questions = [one.question for one in (*tuning, *held_out)]
    assert len(set(questions)) == len(questions)


def test_held_out_questions_of_one_subject_are_found_together() -> None:
    encoder = load_encoder(PACKAGED_NAME, None)
    labels = load_labels(Part.HELD_OUT)

    found = figures(labels, encoder, role_names(), APART)

    assert found.precision >= 0.9
    assert found.recall >= 0.7
    nameless = figures(labels, encoder, RoleNames.of({}), APART)
    assert nameless.precision < 0.7, "leaving roles out is what does it"


def test_pairs_are_counted() -> None:
    found = pair_figures([1, 1, 1, 2], ["a", "a", "b", "a"])

    assert found == (1 / 3, 1 / 3)
    assert pair_figures([1, 2], ["a", "a"]) == (1.0, 0.0)


def test_script_prints_both_parts(capsys: pytest.CaptureFixture[str]) -> None:
    main()

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "73 questions of the tuning part"
    assert lines[-2].startswith("81 questions of the held-out part")
    assert lines[-1].split()[0] == f"{APART:.3f}"
