"""The phrasings that questions are recognised by hold no copy of a question we are judged by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import fuzz, process

from coach.cases import Split, read_cases

CASES = Path(__file__).parents[3] / "evals" / "cases"
PLACE = re.compile(r"\{\w+\}")
WORD = re.compile(r"[\w']+")
LEAST_WORDS = 4
NEAR = 85
# The fields of the guides are asked for in few ways, so two people hit on the same words; what no
# guide holds can be asked for in countless ways, so a question that is nearly there was copied.
NEAR_BEYOND_THE_GUIDES = 80
GENERIC = {
    "how long is phase {item}",
    "how much more would I earn",
    "who wrote the one on {item}",
}


def bank() -> Any:
    file = resources.files("coach.understanding") / "phrasings.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    return " ".join(WORD.findall(PLACE.sub(" ", text.lower()).replace("’", "'")))


def asked(split: Split) -> list[str]:
    return [plain(case.question) for case in read_cases(CASES) if case.split == split]


def near_copies(phrasings: Iterator[str], questions: list[str], near: float) -> set[str]:
    """Phrasings that are nearly a question; not the question, whose text stays unread."""
    return {
        phrasing
        for phrasing in phrasings
        if len(plain(phrasing).split()) >= LEAST_WORDS
        and process.extractOne(plain(phrasing), questions, scorer=fuzz.ratio, score_cutoff=near)
    }


def beyond_the_guides(known: Any) -> Iterator[str]:
    return chain(*known["topics"].values(), known["distress"], known["other"])


def test_no_phrasing_of_a_field_is_nearly_a_question_of_the_test_split() -> None:
    fields = chain(*bank()["fields"].values())

    assert near_copies(fields, asked("test"), NEAR) == GENERIC


def test_no_phrasing_of_what_no_guide_holds_is_nearly_a_question_of_the_test_split() -> None:
    phrasings = beyond_the_guides(bank())

    assert near_copies(phrasings, asked("test"), NEAR_BEYOND_THE_GUIDES) == set()


def test_no_phrasing_of_what_no_guide_holds_is_nearly_one_that_is_tuned_on() -> None:
    assert near_copies(beyond_the_guides(bank()), asked("dev"), NEAR) == set()
