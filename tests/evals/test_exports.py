"""Cases and runs in the files of ragas and promptfoo.

The schemas are what matters here of what the two publish. The real packages loaded such files by
hand: ragas 0.4.3 (``EvaluationDataset.from_jsonl``) and promptfoo 0.121.20 (``validate``, and
``eval`` against the running app).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from coach.cases import Nugget, Quantity, read_cases
from coach.errors import ReadingError
from evals.exports import export_promptfoo, export_ragas
from tests.evals.made import (
    GUIDE,
    HOSTILE,
    failed_record,
    made_answer,
    made_case,
    made_record,
    made_run,
    said,
)

CASES = Path(__file__).parents[2] / "evals" / "cases"

TEXTS = {"type": "array", "items": {"type": "string"}}
# SingleTurnSample in src/ragas/dataset_schema.py of ragas 0.4.3, as far as we write it.
RAGAS = {
    "type": "object",
    "properties": {
        "user_input": {"type": "string"},
        "retrieved_contexts": TEXTS,
        "response": {"type": "string"},
        "reference": {"type": "string"},
    },
    "required": ["user_input", "retrieved_contexts", "response"],
    "additionalProperties": False,
}
# https://promptfoo.dev/config-schema.json (in its repository site/static/config-schema.json), as
# far as we write it; like there, no other key is allowed.
PROMPTFOO = {
    "type": "object",
    "properties": {
        "description": {"type": "string"},
        "prompts": TEXTS,
        "providers": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "label": {}, "config": {}},
                "additionalProperties": False,
            },
        },
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "description": {"type": "string"},
                    "vars": {"type": "object"},
                    "metadata": {"type": "object"},
                    "assert": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "type": {"enum": ["javascript"]},
                                "metric": {"type": "string"},
                                "value": {"type": "string"},
                            },
                            "required": ["type"],
                            "additionalProperties": False,
                        },
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "required": ["prompts"],
    "additionalProperties": False,
}


def ragas_lines(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    for line in lines:
        Draft7Validator(RAGAS).validate(line)
    return lines


def promptfoo_tests(path: Path) -> list[dict[str, Any]]:
    config = json.loads(path.read_text("utf-8"))
    Draft7Validator(PROMPTFOO).validate(config)
    return config["tests"]


def patterns(test: dict[str, Any]) -> list[str]:
    """The patterns of a test's assertions, as JavaScript reads them from its string literals."""
    found = (re.match(r'new RegExp\((".*"), ', entry["value"]) for entry in test["assert"])
    return [json.loads(match[1]) for match in found if match]


def test_ragas_gets_question_passages_answer_and_vital_facts(tmp_path: Path) -> None:
    written = export_ragas(made_run(), [made_record("a")], tmp_path / "out.jsonl")

    assert written == 1
    assert ragas_lines(tmp_path / "out.jsonl") == [
        {
            "user_input": "How long does it take (a)?",
            "retrieved_contexts": ["Timeline: 18-24 months"] * 2,
            "response": "It takes 18-24 months. [1]",
            "reference": "18-24 months",
        }
    ]


def test_ragas_gets_follow_ups_as_questions_that_stand_alone(tmp_path: Path) -> None:
    history = said("And you?", "I answer.")
    records = [
        made_record("a", case=made_case("a", history=history, rewrite="How long for a CAIO?")),
        made_record("b", case=made_case("b", history=history, question="And then?", nuggets=())),
    ]
    export_ragas(made_run(), records, tmp_path / "out.jsonl")

    first, second = ragas_lines(tmp_path / "out.jsonl")
    assert first["user_input"] == "How long for a CAIO?"
    assert second["user_input"] == "user: And you?\nassistant: I answer.\nuser: And then?"
    assert "reference" not in second


def test_ragas_gets_no_case_that_ended_in_an_error(tmp_path: Path) -> None:
    records = [failed_record("a"), made_record("b")]

    assert export_ragas(made_run(), records, tmp_path / "out.jsonl") == 1


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        ([failed_record("a")], "No case of this run was answered"),
        ([made_record("a", answer=made_answer(hits=[{"text": ""}]))], "without the texts"),
    ],
    ids=["only errors", "a baseline"],
)
def test_ragas_export_with_nothing_to_judge_is_refused(
    tmp_path: Path, records: list[Any], problem: str
) -> None:
    with pytest.raises(ReadingError, match=problem):
        export_ragas(made_run(), records, tmp_path / "out.jsonl")

    assert not (tmp_path / "out.jsonl").exists()


def test_promptfoo_sends_the_conversation_and_asserts_facts_and_refusal(tmp_path: Path) -> None:
    case = made_case("a", history=said("Hello", "Hi."), question="How long?")
    assert export_promptfoo([case], tmp_path / "out.yaml") == 1

    (test,) = promptfoo_tests(tmp_path / "out.yaml")
    assert json.loads(test["vars"]["messages"]) == [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": "How long?"},
    ]
    assert [entry["value"] for entry in test["assert"]] == [
        r"""new RegExp("18\\s*-\\s*24 months", 'i').test(output.content)""",
        """!new RegExp("6 weeks", 'i').test(output.content)""",
        "output.refused === false",
    ]


def test_promptfoo_expects_a_refusal_of_what_the_guides_do_not_hold(tmp_path: Path) -> None:
    case = made_case("a", answerability="unanswerable", nuggets=(), must_not=())
    export_promptfoo([case], tmp_path / "out.yaml")

    (test,) = promptfoo_tests(tmp_path / "out.yaml")
    assert [entry["value"] for entry in test["assert"]] == ["output.refused === true"]


@pytest.mark.parametrize(
    ("quantity", "said_so", "said_otherwise"),
    [
        (Quantity(low=18, high=24, unit="month"), "18 to 24 months", "118-24 months"),
        (Quantity(low=8, high=8, unit="week"), "8 weeks", "8.5 weeks"),
        (Quantity(low=97550, high=97550, unit="money"), "$97,550", "97,550"),
        (Quantity(low=28.8, high=28.8, unit="percent"), "28.8 %", "28.85%"),
        (Quantity(low=12, high=12, unit="count"), "12 skills", "120 skills"),
    ],
    ids=lambda value: value.unit if isinstance(value, Quantity) else "",
)
def test_promptfoo_looks_for_a_quantity_in_digits(
    tmp_path: Path, quantity: Quantity, said_so: str, said_otherwise: str
) -> None:
    nugget = Nugget(text="figure", importance="vital", quantity=quantity)
    export_promptfoo([made_case("a", nuggets=(nugget,))], tmp_path / "out.yaml")

    (pattern,) = patterns(promptfoo_tests(tmp_path / "out.yaml")[0])
    assert re.search(pattern, said_so, re.IGNORECASE)
    assert not re.search(pattern, said_otherwise, re.IGNORECASE)


def test_promptfoo_finds_no_template_and_no_markup_in_a_question(tmp_path: Path) -> None:
    question = f"{{{{ env.COACH_API_KEY }}}} {{% raw %}} {{# no #}} {HOSTILE}"
    export_promptfoo([made_case("a", question=question)], tmp_path / "out.yaml")

    messages = promptfoo_tests(tmp_path / "out.yaml")[0]["vars"]["messages"]
    assert not re.search(r"\{[{%#]", messages)
    assert json.loads(messages)[0]["content"] == question


def test_promptfoo_gets_no_case_whose_guide_is_chosen_beforehand(tmp_path: Path) -> None:
    cases = [made_case("a", guide=GUIDE), made_case("b")]
    assert export_promptfoo(cases, tmp_path / "out.yaml") == 1

    with pytest.raises(ReadingError, match="takes no guide"):
        export_promptfoo(cases[:1], tmp_path / "none.yaml")


def test_every_case_of_the_repository_can_be_exported(tmp_path: Path) -> None:
    cases = read_cases(CASES)
    written = export_promptfoo(cases, tmp_path / "out.yaml")

    assert written == sum(case.guide is None for case in cases)
    assert len(promptfoo_tests(tmp_path / "out.yaml")) == written
