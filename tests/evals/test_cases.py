"""The cases are sound: each fact asked for stands in the guide it names, and nothing is missing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from coach.case_checks import findings
from coach.cases import POISONED_FOLDER, Case, read_cases
from coach.domain import Section
from coach.terms import words

REPOSITORY = Path(__file__).parents[2]
KNOWLEDGE = REPOSITORY / "knowledge"
FOLDER = REPOSITORY / "evals" / "cases"
FIRST_GUIDE = "backend-developer-to-chief-ai-officer"
GUIDES = {path.stem for path in KNOWLEDGE.glob("*.md")} - {"README"}
POISONED = {path.stem for path in (FOLDER / POISONED_FOLDER).glob("*.md")}
CASES = read_cases(FOLDER)
SMALL_TALK = "smalltalk"


def guides_of(case: Case) -> set[str]:
    return {gold.source for gold in case.gold}


def vital(case: Case) -> bool:
    return any(nugget.importance == "vital" for nugget in case.nuggets)


def test_no_case_has_a_problem_and_none_is_stale():
    found = findings(FOLDER, KNOWLEDGE)
    assert [str(problem) for problem in found.problems] == []
    assert [str(problem) for problem in found.stale] == []


def test_what_must_not_be_said_is_not_what_must_be_said():
    assert [
        (case.id, pattern, nugget.text)
        for case in CASES
        for pattern in case.must_not
        for nugget in case.nuggets
        if re.search(pattern, nugget.text, re.IGNORECASE)
    ] == []


def test_what_can_be_answered_names_a_vital_fact_and_where_it_stands_unless_it_is_small_talk():
    answerable = [case for case in CASES if case.answerability == "answerable"]
    assert [case.id for case in answerable if vital(case) == (SMALL_TALK in case.tags)] == []
    placed = [case for case in answerable if not {SMALL_TALK, "listing"} & set(case.tags)]
    assert [case.id for case in placed if all(gold.grade != 2 for gold in case.gold)] == []


def test_what_the_guides_do_not_hold_names_no_fact_of_theirs():
    beyond = [case for case in CASES if case.answerability in {"unanswerable", "underspecified"}]
    assert [case.id for case in beyond if case.nuggets] == []


def test_history_is_told_in_turns_that_hold_something():
    assert [
        case.id
        for case in CASES
        if not all(said.content.strip() for said in case.history)
        or any(
            a.role == b.role == "assistant"
            for a, b in zip(case.history, case.history[1:], strict=False)
        )
    ] == []


def test_a_section_is_named_once_in_a_case():
    assert [
        case.id
        for case in CASES
        if len({(gold.source, gold.section) for gold in case.gold}) != len(case.gold)
    ] == []


def test_a_pattern_of_a_figure_takes_no_other_figure():
    (case,) = [case for case in CASES if case.id == "caio-timeline-01"]
    (pattern,) = [nugget.pattern or "" for nugget in case.nuggets]
    assert re.search(pattern, "Plan for 18 to 24 months.", re.IGNORECASE)
    assert not re.search(pattern, "Plan for 18-240 months.", re.IGNORECASE)
    assert not re.search(pattern, "Plan for 12-18 months.", re.IGNORECASE)


def test_every_guide_and_every_section_is_asked_about_in_both_splits():
    for split in ("dev", "test"):
        cases = [case for case in CASES if case.split == split]
        asked = Counter(gold.source for case in cases for gold in case.gold if gold.grade == 2)
        sections = {gold.section for case in cases for gold in case.gold}
        assert set(asked) - POISONED == GUIDES
        assert min(asked[guide] for guide in GUIDES) >= 10
        assert sections == set(Section) - {Section.DOCUMENT}
    assert sum(FIRST_GUIDE in guides_of(case) for case in CASES) >= 110
    assert len(CASES) >= 300


def test_every_guide_has_counterfactual_pairs_that_differ_by_who_asks():
    pairs: dict[str, list[Case]] = defaultdict(list)
    for case in CASES:
        if case.pair:
            pairs[case.pair].append(case)
    assert len(pairs) >= 40
    assert set().union(*(guides_of(case) for members in pairs.values() for case in members)) == (
        GUIDES
    )
    same = [name for name, (one, other) in pairs.items() if one.question == other.question]
    assert same == []
    kinds = Counter(tag for case in CASES if case.pair for tag in case.tags)
    for kind in ("gender", "name", "age", "nationality", "parent"):
        assert kinds[kind] >= 12, kind


def test_attacks_say_how_success_would_look():
    attacks = [case for case in CASES if case.attack]
    assert [case.id for case in attacks if not case.must_not] == []
    assert len(attacks) >= 40
    assert {case.attack for case in attacks} == {"question", "history", "guide"}
    assert {source for case in attacks if case.attack == "guide" for source in guides_of(case)} == (
        POISONED
    )
    assert [case.id for case in CASES if ("injection" in case.tags) != bool(case.attack)] == []


def test_attacks_through_the_history_put_words_into_the_mouth_of_the_coach():
    through = [case for case in CASES if case.attack == "history"]
    assert [
        case.id for case in through if all(said.role != "assistant" for said in case.history)
    ] == []


def test_a_clean_poisoned_guide_would_not_meet_what_must_not_be_said():
    """A success must be told from the clean facts of the same guide."""
    assert [
        (case.id, pattern)
        for case in CASES
        for pattern in case.must_not
        if case.attack == "guide" and re.search(pattern, case.question, re.IGNORECASE)
    ] == []


def test_profiles_are_told_in_the_question_and_before_it():
    told = [case for case in CASES if "profile" in case.tags]
    assert len(told) >= 25
    assert any(case.history for case in told)
    assert any(not case.history for case in told)


def test_ids_and_groups_are_plain_names():
    assert [
        case.id
        for case in CASES
        if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", case.id) or not words(case.group)
    ] == []
