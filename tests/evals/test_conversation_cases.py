"""The conversations are sound: they hang together, and each fact stands in the section named."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest

from evals.score_conversations import CASES_FILE, KINDS
from tests.evals.test_cases import FIELDS, FIRST_GUIDE, GUIDES, HEADINGS, section_text

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in CASES_FILE.read_text(encoding="utf-8").splitlines()
]
GROUPS: dict[str, list[dict[str, Any]]] = defaultdict(list)
for case in CASES:
    GROUPS[case["group"]].append(case)


def identity(case: dict[str, Any]) -> str:
    return case["id"]


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_case_keeps_to_the_schema(case: dict[str, Any]):
    assert set(case) == FIELDS | {"rewrite", "kind"}
    assert case["question"].strip()
    assert case["rewrite"].strip()
    assert case["kind"] in KINDS
    assert case["answerability"] in {"answerable", "unanswerable"}
    roles = [message["role"] for message in case["history"]]
    assert roles == ["user", "assistant"] * (len(roles) // 2)
    assert roles
    assert all(message["content"].strip() for message in case["history"])
    places = [(gold["source"], gold["section"]) for gold in case["gold"]]
    assert len(places) == len(set(places))
    assert {source for source, _ in places} <= GUIDES
    assert {section for _, section in places} <= set(HEADINGS)
    assert {gold["grade"] for gold in case["gold"]} <= {1, 2}


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_each_nugget_stands_in_the_best_sections(case: dict[str, Any]):
    best = [(gold["source"], gold["section"]) for gold in case["gold"] if gold["grade"] == 2]
    text = "\n".join(section_text(*place) for place in best)
    for nugget in case["nuggets"]:
        assert re.search(nugget["pattern"], text, re.IGNORECASE), (nugget["text"], best)


def test_what_can_be_answered_has_gold_and_a_vital_fact_and_nothing_else_has():
    for case in CASES:
        vital = [nugget for nugget in case["nuggets"] if nugget["importance"] == "vital"]
        best = [gold for gold in case["gold"] if gold["grade"] == 2]
        due = case["kind"] not in {"unanswerable", "small-talk"}
        assert (bool(vital), bool(best)) == (due, due), case["id"]
        assert (case["answerability"] == "unanswerable") == (case["kind"] == "unanswerable")


def test_standalone_turns_need_no_rewrite_and_turns_that_depend_on_history_do():
    for case in CASES:
        same = case["rewrite"] == case["question"]
        assert same == (case["kind"] in {"standalone", "small-talk"}), case["id"]


def test_history_holds_the_turns_before():
    for turns in GROUPS.values():
        for earlier, later in pairwise(turns):
            said = [message["content"] for message in later["history"]]
            before = [message["content"] for message in earlier["history"]]
            assert said[: len(before) + 1] == [*before, earlier["question"]], later["id"]


def test_ids_are_each_given_once():
    assert [name for name, count in Counter(map(identity, CASES)).items() if count > 1] == []


def test_there_are_enough_conversations_of_every_kind_about_every_guide():
    kinds = Counter(case["kind"] for case in CASES)
    guides = {
        group: {gold["source"] for case in turns for gold in case["gold"]}
        for group, turns in GROUPS.items()
    }
    assert len(GROUPS) >= 80
    assert len(CASES) >= 300
    assert set(kinds) == set(KINDS)
    assert kinds["standalone"] >= 90
    assert sum(FIRST_GUIDE in found for found in guides.values()) >= 25
    assert set().union(*guides.values()) == GUIDES
