"""The conversations are sound: they hang together, and stand alone where they say so."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from coach.cases import Case, read_cases
from tests.evals.test_cases import FIRST_GUIDE, FOLDER, GUIDES, guides_of, vital

KINDS = {
    "pronoun",
    "ellipsis",
    "next",
    "why",
    "offer-accepted",
    "other-one",
    "ordinal",
    "subject-change",
    "guide-change",
    "compare",
    "correction",
    "profile",
    "ask-back",
    "standalone",
    "unanswerable",
    "small-talk",
}
CASES = read_cases(FOLDER / "conversations.jsonl")
GROUPS: dict[str, list[Case]] = defaultdict(list)
for case in CASES:
    GROUPS[case.group].append(case)


def kinds_of(case: Case) -> set[str]:
    return KINDS & set(case.tags)


def test_turn_is_of_one_kind():
    assert [case.id for case in CASES if len(kinds_of(case)) != 1] == []


def test_history_goes_back_and_forth():
    assert [
        case.id
        for case in CASES
        if not case.history
        or [said.role for said in case.history] != ["user", "assistant"] * (len(case.history) // 2)
    ] == []


def test_what_can_be_answered_has_gold_and_a_vital_fact_and_nothing_else_has():
    for case in CASES:
        best = any(gold.grade == 2 for gold in case.gold)
        due = not kinds_of(case) & {"unanswerable", "small-talk"}
        assert (vital(case), best) == (due, due), case.id
        assert (case.answerability == "unanswerable") == ("unanswerable" in kinds_of(case))


def test_standalone_turns_need_no_rewrite_and_turns_that_depend_on_history_do():
    assert all(case.rewrite.strip() for case in CASES)
    assert [
        case.id
        for case in CASES
        if (case.rewrite == case.question) != bool(kinds_of(case) & {"standalone", "small-talk"})
    ] == []


def test_history_holds_the_turns_before():
    for turns in GROUPS.values():
        for earlier, later in pairwise(turns):
            said = [message.content for message in later.history]
            before = [message.content for message in earlier.history]
            assert said[: len(before) + 1] == [*before, earlier.question], later.id


def test_there_are_enough_conversations_of_every_kind_about_every_guide():
    kinds = Counter(kind for case in CASES for kind in kinds_of(case))
    guides = [set().union(*map(guides_of, turns)) for turns in GROUPS.values()]
    assert len(GROUPS) >= 80
    assert len(CASES) >= 300
    assert set(kinds) == KINDS
    assert kinds["standalone"] >= 90
    assert sum(FIRST_GUIDE in found for found in guides) >= 25
    assert set().union(*guides) == GUIDES
