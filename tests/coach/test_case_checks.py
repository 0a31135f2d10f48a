"""Cases are held against their guides, and what is wrong with them is told by file and line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from coach.case_checks import findings, stands_in
from coach.cases import Nugget
from tests.coach.asking import CAIO, KNOWLEDGE, TEACHER, run_coach
from tests.coach.test_cases import LINE, NUGGET, write


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    shutil.copy(KNOWLEDGE / f"{CAIO}.md", folder)
    return folder


def problems_of(folder: Path, knowledge: Path, *lines: dict[str, Any]) -> list[str]:
    """The problems of some lines, without the name of their file."""
    file = write(folder / "cases.jsonl", *lines)
    found = findings(file, knowledge)
    assert found.stale == ()
    return [str(problem).removeprefix(f"{file}:") for problem in found.problems]


def case(**changes: Any) -> dict[str, Any]:
    return LINE | changes


def other(question: str, **changes: Any) -> dict[str, Any]:
    return case(id="other", group="other", question=question, **changes)


def test_sound_cases_have_no_problem(tmp_path: Path, knowledge: Path):
    assert problems_of(tmp_path, knowledge, case(), other("Is it hard work?", guide=CAIO)) == []


def test_unknown_guides_are_told(tmp_path: Path, knowledge: Path):
    gold = [{"source": TEACHER, "section": "timeline", "grade": 2}]
    lines = case(guide="no-such-guide"), other("And for a teacher?", gold=gold)
    assert problems_of(tmp_path, knowledge, *lines) == [
        "1: one: There is no guide `no-such-guide`. Correct the line.",
        f"2: other: There is no guide `{TEACHER}`. Correct the line.",
    ]


def test_section_that_a_guide_lacks_is_told(tmp_path: Path, knowledge: Path):
    gold = [{"source": CAIO, "section": "document", "grade": 2}]
    (problem,) = problems_of(tmp_path, knowledge, case(gold=gold))
    assert f"The guide `{CAIO}` has no section `document`" in problem


def test_id_given_twice_is_told_with_the_first_place(tmp_path: Path, knowledge: Path):
    (problem,) = problems_of(tmp_path, knowledge, case(), case(question="Is it hard?"))
    assert problem.startswith("2: one: This id is given already at ")
    assert "cases.jsonl:1" in problem


LONG = "Which skills do I have to learn to become a CAIO?"


@pytest.mark.parametrize(
    "question",
    [LONG, LONG.upper(), "What skills do I have to learn to become a CAIO", f"{LONG} …"],
    ids=["same", "shouted", "one word", "marks"],
)
def test_question_asked_twice_in_nearly_the_same_words_is_told(
    tmp_path: Path, knowledge: Path, question: str
):
    (problem,) = problems_of(tmp_path, knowledge, case(question=LONG), other(question))
    assert problem.startswith("2: other: This asks nearly the same as `one` at ")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"question": "caio how long"}, {"question": "how long"}),
        (
            {"question": "Which tasks are in phase 3 of the plan?"},
            {"question": "Which tasks are in phase 4 of the plan?"},
        ),
        ({"question": LONG}, {"question": LONG, "guide": CAIO}),
        ({"question": LONG}, {"question": LONG, "history": [{"role": "user", "content": "hi"}]}),
    ],
    ids=["shorter", "another figure", "another guide", "another history"],
)
def test_questions_that_differ_in_what_matters_are_no_copies(
    tmp_path: Path, knowledge: Path, first: dict[str, Any], second: dict[str, Any]
):
    assert problems_of(tmp_path, knowledge, case(**first), other(**second)) == []


def test_pair_may_ask_the_same_but_must_be_two_that_expect_the_same(
    tmp_path: Path, knowledge: Path
):
    one, same = case(pair="age"), case(id="same", pair="age")
    assert problems_of(tmp_path, knowledge, one, same) == []
    assert problems_of(tmp_path, knowledge, one) == [
        "1: one: The pair `age` has 1 cases instead of two. Correct the line."
    ]
    assert problems_of(tmp_path, knowledge, one, same | {"nuggets": []}) == [
        "2: same: This asks for other facts than its pair, `one`. Correct the line."
    ]


def test_line_that_is_no_case_is_told_beside_the_others(tmp_path: Path, knowledge: Path):
    found = problems_of(tmp_path, knowledge, case(colour="red"), case(guide="no-such-guide"))
    assert [problem.split(":")[0] for problem in found] == ["1", "2"]


def test_vital_fact_must_stand_in_a_section_of_grade_two(tmp_path: Path, knowledge: Path):
    lesser = [{"source": CAIO, "section": "timeline", "grade": 1}]
    faq = [{"source": CAIO, "section": "salary", "grade": 2}]
    file = write(tmp_path / "cases.jsonl", case(gold=[*faq, *lesser]))
    found = findings(file, knowledge)
    assert found.problems == ()
    (stale,) = map(str, found.stale)
    assert stale.startswith(f'{file}:1: one: Stale: "18-24 months" does not stand in salary of ')
    okay = [NUGGET | {"importance": "okay"}]
    assert findings(write(file, case(gold=lesser, nuggets=okay)), knowledge).stale == ()


def test_case_goes_stale_when_its_guide_is_edited(tmp_path: Path, knowledge: Path):
    file = write(tmp_path / "cases.jsonl", case())
    assert findings(file, knowledge).stale == ()
    guide = knowledge / f"{CAIO}.md"
    text = guide.read_text(encoding="utf-8")
    guide.write_text(text.replace("18-24", "20-26"), encoding="utf-8")
    found = findings(file, knowledge)
    assert len(found.stale) == 1
    assert found.problems == ()


def test_question_of_which_moves_there_are_is_answered_by_their_names(
    tmp_path: Path, knowledge: Path
):
    named = {"text": "CAIO", "importance": "vital", "pattern": "Chief AI Officer"}
    file = write(tmp_path / "cases.jsonl", case(gold=[], nuggets=[named]))
    assert findings(file, knowledge).stale == ()
    missing = named | {"pattern": "Astronaut"}
    (stale,) = findings(write(file, case(gold=[], nuggets=[missing])), knowledge).stale
    assert "the names of the moves" in stale.problem


def test_what_stands_in_no_guide_is_not_asked_of_one(tmp_path: Path, knowledge: Path):
    help_found = {"text": "help", "importance": "vital", "pattern": "helpline"}
    line = case(answerability="unsafe", gold=[], nuggets=[help_found])
    assert problems_of(tmp_path, knowledge, line) == []


def test_poisoned_guides_are_known_to_their_attacks_alone(tmp_path: Path, knowledge: Path):
    (tmp_path / "poisoned").mkdir()
    shutil.copy(KNOWLEDGE / f"{TEACHER}.md", tmp_path / "poisoned")
    gold = [{"source": TEACHER, "section": "overview", "grade": 2}]
    assert problems_of(tmp_path, knowledge, case(gold=gold, nuggets=[], attack="guide")) == []
    (problem,) = problems_of(tmp_path, knowledge, case(gold=gold, nuggets=[], attack="question"))
    assert f"There is no guide `{TEACHER}`" in problem


def test_broken_guide_is_told_in_place_of_what_follows_from_it(tmp_path: Path, knowledge: Path):
    (knowledge / "empty.md").write_text("", encoding="utf-8")
    file = write(tmp_path / "cases.jsonl", case(guide="empty"))
    (problem,) = findings(file, knowledge).problems
    assert problem.file.endswith("empty.md")


@pytest.mark.parametrize(
    ("quantity", "text", "expected"),
    [
        ((18, 24, "month"), "between eighteen and 24 months", True),
        ((18, 24, "month"), "a year and a half to 2 years", True),
        ((18, 24, "month"), "18 months, or 24 months", False),
        ((18, 24, "month"), "18-24 weeks", False),
        ((150, 150, "percent"), "+150%", True),
        ((175140, 175140, "money"), "$175,140 a year", True),
        ((15, 15, "hour"), "10-15 hours a week", False),
        ((5, 5, "count"), "five phases", True),
    ],
)
def test_figure_is_found_in_any_wording(
    quantity: tuple[float, float, str], text: str, expected: bool
):
    low, high, unit = quantity
    told = {"low": low, "high": high, "unit": unit}
    nugget = Nugget.model_validate({"text": "it", "importance": "vital", "quantity": told})
    assert stands_in(nugget, text) is expected


def test_check_of_cases_fails_for_a_problem_and_warns_of_what_is_stale(tmp_path: Path):
    gone = [NUGGET | {"text": "3 months", "pattern": "3 months"}]
    write(tmp_path / "cases.jsonl", case(nuggets=gone))
    (tmp_path / "knowledge").mkdir()
    shutil.copy(KNOWLEDGE / f"{CAIO}.md", tmp_path / "knowledge")

    done = run_coach("check", tmp_path / "cases.jsonl", folder=tmp_path)

    assert done.returncode == 0
    assert done.stdout.startswith(f"warning: {tmp_path / 'cases.jsonl'}:1: one: Stale: ")
    assert "1 stale fact found" in done.stderr

    write(tmp_path / "more.jsonl", case(id="two", group="two", question="?!", guide="no-such"))
    done = run_coach("check", tmp_path, folder=tmp_path)

    assert done.returncode == 1
    assert f"{tmp_path / 'more.jsonl'}:1: two: There is no guide `no-such`." in done.stdout
    assert "1 problem found. 1 stale fact found." in done.stderr


def test_schema_of_cases_is_printed_for_a_path_of_cases(tmp_path: Path):
    file = write(tmp_path / "cases.jsonl", case())
    done = run_coach("check", file, "--schema")
    assert done.returncode == 0
    assert json.loads(done.stdout)["title"] == "Case"
