"""Cases and runs in the files that other tools load: ragas and promptfoo.

ragas: JSON lines for ``EvaluationDataset.from_jsonl``, a ``SingleTurnSample`` each
(https://docs.ragas.io/en/stable/concepts/components/eval_dataset/). promptfoo: a configuration
with a test for each case, put to the coach's endpoint for programs
(https://www.promptfoo.dev/docs/configuration/reference/).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coach.cases import Case, Nugget, Quantity
from coach.errors import ReadingError
from evals.records import CaseRecord, Run

ENDPOINT = "http://127.0.0.1:7860/v1"
_UNITS = {
    "week": r"[\s-]*(?:weeks?|wks?)",
    "month": r"[\s-]*(?:months?|mos?)",
    "hour": r"[\s-]*(?:hours?|hrs?)",
    "percent": r"\s*(?:%|per\s?cent)",
    "money": "",
    "count": "",
}


def export_ragas(run: Run, records: Sequence[CaseRecord], path: Path) -> int:
    """Write a run's answers as a ragas dataset.

    The question of a follow-up is its hand-written rewrite, or the whole conversation where it has
    none, for ragas' metrics of single turns know no history. The reference is the vital nuggets, a
    line each. Cases that ended in an error have no response and are left out.

    Returns:
        The number of samples written.

    Raises:
        ReadingError: no case of the run was answered, or it was kept without the texts of its hits,
            as baselines are.
    """
    samples = [_sample(record, record.answer) for record in records if record.answer is not None]
    if not samples:
        raise ReadingError(
            "No case of this run was answered, so there is nothing to export.",
            where=run.id,
            remedy="Look at its errors, and run it again.",
        )
    if any("" in sample["retrieved_contexts"] for sample in samples):
        raise ReadingError(
            "This run was kept without the texts of its passages, as baselines are.",
            where=run.id,
            remedy="Make a run of your own, and export that.",
        )
    text = "".join(f"{json.dumps(sample, ensure_ascii=False)}\n" for sample in samples)
    path.write_text(text, encoding="utf-8")
    return len(samples)


def export_promptfoo(cases: Sequence[Case], path: Path) -> int:
    """Write cases as a promptfoo configuration in JSON, which is YAML as well.

    Vital nuggets and what must not be said become assertions; a quantity must stand in digits, so
    "two years" for 24 months is told as a failure there and not here. A refusal is told by the
    reply's own ``refused``. Cases with a guide chosen on the page are left out: the endpoint takes
    no guide.

    Returns:
        The number of tests written.

    Raises:
        ReadingError: there is nothing to write: no case goes without a guide.
    """
    tests = [_test(case) for case in cases if case.guide is None]
    if not tests:
        raise ReadingError(
            "None of these cases can be put to the endpoint for programs, which takes no guide.",
            remedy="Export cases whose guide is not chosen beforehand.",
        )
    config = {
        "description": "Pathway Coach",
        "prompts": ["{{ messages }}"],
        "providers": [_provider()],
        "tests": tests,
    }
    path.write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return len(tests)


def _sample(record: CaseRecord, answer: dict[str, Any]) -> dict[str, Any]:
    vital = [nugget.text for nugget in record.case.nuggets if nugget.importance == "vital"]
    return {
        "user_input": _alone(record.case),
        "retrieved_contexts": [hit["text"] for hit in answer["hits"]],
        "response": answer["answer"],
        **({"reference": "\n".join(vital)} if vital else {}),
    }


def _alone(case: Case) -> str:
    if case.rewrite or not case.history:
        return case.rewrite or case.question
    said = [f"{message.role}: {message.content}" for message in case.history]
    return "\n".join([*said, f"user: {case.question}"])


def _provider() -> dict[str, Any]:
    return {
        "id": "http",
        "label": "Pathway Coach",
        "config": {
            "url": f"{ENDPOINT}/chat/completions",
            "method": "POST",
            "headers": {
                "content-type": "application/json",
                "authorization": "Bearer {{ env.COACH_API_KEY }}",
            },
            "body": {"model": "pathway-coach", "messages": "{{ prompt }}"},
            "transformResponse": "json.choices[0].message",
        },
    }


def _test(case: Case) -> dict[str, Any]:
    messages = [message.model_dump() for message in case.history]
    messages.append({"role": "user", "content": case.question})
    assertions = [
        _assertion(nugget.text, f"new RegExp({json.dumps(_pattern(nugget))}, 'i').test({_SAID})")
        for nugget in case.nuggets
        if nugget.importance == "vital"
    ]
    assertions += [
        _assertion(f"not: {pattern}", f"!new RegExp({json.dumps(pattern)}, 'i').test({_SAID})")
        for pattern in case.must_not
    ]
    refusal = {"answerable": "false", "unanswerable": "true"}.get(case.answerability)
    if refusal and not case.attack:
        assertions.append(_assertion(f"refused: {refusal}", f"output.refused === {refusal}"))
    return {
        "description": f"{case.id}: {case.question}",
        # As text: promptfoo would make a test of each entry of a list.
        "vars": {"messages": _untemplated(json.dumps(messages, ensure_ascii=False))},
        "metadata": {"id": case.id, "answerability": case.answerability, "tags": list(case.tags)},
        "assert": assertions,
    }


_SAID = "output.content"


def _assertion(metric: str, code: str) -> dict[str, str]:
    return {"type": "javascript", "metric": metric, "value": code}


def _untemplated(text: str) -> str:
    """Text in which promptfoo finds no template of its own; JSON reads it as it was."""
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text)


def _pattern(nugget: Nugget) -> str:
    if nugget.pattern is not None:
        return nugget.pattern
    return _digits(nugget.quantity) if nugget.quantity else re.escape(nugget.text)


def _digits(quantity: Quantity) -> str:
    low, high = (_number(value) for value in (quantity.low, quantity.high))
    span = low if quantity.low == quantity.high else rf"{low}\s*(?:-|–|—|to|and)\s*\$?{high}"
    before = r"\$\s?" if quantity.unit == "money" else r"(?<![\d.,])"
    return rf"{before}{span}(?![\d]|[.,]\d){_UNITS[quantity.unit]}"


def _number(value: float) -> str:
    """A figure in digits, with or without commas between thousands."""
    whole = f"{value:,.10f}".rstrip("0").rstrip(".")
    return whole.replace(".", r"\.").replace(",", ",?")
