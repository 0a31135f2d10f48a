"""Lines of cases are read strictly, and each is told by file and line where it is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coach.cases import Case, holds_cases, json_schema, read_cases, read_lines
from coach.errors import ReadingError

NUGGET = {"text": "18-24 months", "importance": "vital", "pattern": "18-24"}
LINE: dict[str, Any] = {
    "id": "one",
    "group": "talk",
    "question": "How long?",
    "answerability": "answerable",
    "gold": [
        {"source": "backend-developer-to-chief-ai-officer", "section": "timeline", "grade": 2}
    ],
    "nuggets": [NUGGET],
    "author": "team",
    "created": "2026-11-22",
}


def write(file: Path, *lines: dict[str, Any]) -> Path:
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def test_files_of_a_folder_are_read_in_order_of_their_names(tmp_path: Path):
    write(tmp_path / "b.jsonl", LINE | {"id": "third"})
    write(tmp_path / "a.jsonl", LINE, LINE | {"id": "second"})
    (tmp_path / "README.md").write_text("No cases.", encoding="utf-8")
    assert [case.id for case in read_cases(tmp_path)] == ["one", "second", "third"]


def test_blank_lines_are_left_out_and_counted(tmp_path: Path):
    file = tmp_path / "cases.jsonl"
    file.write_text(f"\n{json.dumps(LINE)}\n\n", encoding="utf-8")
    assert [line.number for line in read_lines(file)] == [2]


def test_mark_that_parts_lines_elsewhere_may_stand_in_a_question(tmp_path: Path):
    file = tmp_path / "cases.jsonl"
    line = json.dumps(LINE | {"question": "How\u2028long?"}, ensure_ascii=False)
    file.write_text(line, encoding="utf-8")
    assert read_cases(file)[0].question == "How\u2028long?"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"question": ""}, "question: String should have at least 1 character"),
        ({"answerability": "maybe"}, "answerability: Input should be 'answerable'"),
        ({"gold": [{"source": "x", "section": "hats", "grade": 2}]}, "gold.0.section: Input"),
        ({"gold": [{"source": "x", "section": "faq", "grade": 3}]}, "gold.0.grade: Input"),
        ({"created": "yesterday"}, "created: Input should be a valid date"),
        ({"must_not": ["(3 months"]}, "must_not.0: the pattern does not compile"),
        ({"nuggets": [NUGGET | {"pattern": "["}]}, "nuggets.0.pattern: the pattern does not comp"),
        (
            {"nuggets": [{"text": "x", "importance": "vital"}]},
            "nuggets.0: a nugget has either a pattern or a quantity",
        ),
        (
            {"nuggets": [NUGGET | {"quantity": {"low": 18, "high": 24, "unit": "month"}}]},
            "nuggets.0: a nugget has either a pattern or a quantity",
        ),
        (
            {
                "nuggets": [
                    {
                        "text": "x",
                        "importance": "vital",
                        "quantity": {"low": 24, "high": 18, "unit": "month"},
                    }
                ]
            },
            "nuggets.0.quantity: low is more than high",
        ),
    ],
)
def test_line_that_is_no_case_is_told_with_its_place(
    tmp_path: Path, changed: dict[str, Any], message: str
):
    file = write(tmp_path / "cases.jsonl", LINE, LINE | changed)
    with pytest.raises(ReadingError) as caught:
        read_cases(file)
    assert caught.value.where == f"{file}:2"
    assert message in caught.value.problem


def test_every_bad_line_is_told_and_the_good_ones_are_read(tmp_path: Path):
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{{\n{json.dumps(LINE)}\n[]\n", encoding="utf-8")
    kinds = [type(line.case) for line in read_lines(file)]
    assert kinds == [ReadingError, Case, ReadingError]


def test_two_faults_of_a_line_are_both_told(tmp_path: Path):
    file = write(tmp_path / "cases.jsonl", LINE | {"colour": "red", "question": ""})
    with pytest.raises(ReadingError, match=r"question: .*; colour: "):
        read_cases(file)


@pytest.mark.parametrize("name", ["missing.jsonl", "."], ids=["no file", "empty folder"])
def test_cases_that_are_not_there_are_an_error(tmp_path: Path, name: str):
    with pytest.raises(ReadingError, match="cannot be read"):
        read_cases(tmp_path / name)


def test_folder_of_cases_is_told_from_one_of_guides(tmp_path: Path):
    assert not holds_cases(tmp_path)
    file = write(tmp_path / "cases.jsonl", LINE)
    assert holds_cases(tmp_path)
    assert holds_cases(file)
    assert not holds_cases(tmp_path / "guide.md")


def test_conversation_stays_in_one_split_and_both_are_filled():
    cases = [
        Case.model_validate(LINE | {"id": f"{talk}-{turn}", "group": f"talk-{talk}"})
        for talk in range(200)
        for turn in range(2)
    ]
    splits = [case.split for case in cases]
    assert splits[::2] == splits[1::2]
    assert 200 < splits.count("dev") < 280


def test_split_of_a_group_never_changes():
    named = {name: Case.model_validate(LINE | {"group": name}).split for name in ("a", "c")}
    assert named == {"a": "test", "c": "dev"}


def test_schema_tells_the_fields_and_which_are_needed():
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(LINE) - {"gold", "nuggets"}
    assert schema["$defs"]["Nugget"]["required"] == ["text", "importance"]
