from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coach.reading.front_matter import json_schema
from tests.coach.asking import CAIO, KNOWLEDGE, NURSE, ROOT, TEACHER, run_coach, source_text

QUESTION = "How long would it take me to go from backend dev to CAIO?"
ANSWER_TYPES: dict[str, type | tuple[type, ...]] = {
    "id": (str, int, type(None)),
    "answer": str,
    "refused": bool,
    "coverage": dict,
    "citations": list,
    "hits": list,
    "follow_ups": list,
    "mode": str,
    "model": type(None),
    "prompt_version": type(None),
    "checks": list,
    "dropped": list,
    "timings_ms": dict,
    "error": type(None),
}
CITATION_TYPES: dict[str, type | tuple[type, ...]] = {
    "marker": int,
    "guide": str,
    "section": str,
    "heading": str,
    "quote": str,
    "source": str,
    "lines": list,
}
HIT_TYPES: dict[str, type | tuple[type, ...]] = {
    "passage_id": str,
    "source": str,
    "guide": str,
    "section": str,
    "heading": str,
    "text": str,
    "score": float,
    "dense": (float, type(None)),
    "lexical": (float, type(None)),
}
BAD_LINES = {
    "not-json": "{",
    "not-object": "[1, 2]",
    "no-question": json.dumps({"id": "no-question"}),
    "no-id": json.dumps({"question": "How long?"}),
    "unknown-key": json.dumps({"id": "unknown-key", "question": "How long?", "colour": "red"}),
    "empty": json.dumps({"id": "empty", "question": " "}),
    "too-long": json.dumps({"id": "too-long", "question": "a" * 2001}),
    "unknown-guide": json.dumps({"id": "unknown-guide", "question": "Why?", "guide": "x-to-y"}),
    "bad-history": json.dumps(
        {"id": "bad-history", "question": "Why?", "history": [{"role": "judge", "content": "a"}]}
    ),
}
GOOD_LINES = [
    {"id": "first", "question": QUESTION},
    {
        "id": "history",
        "question": "And how hard is it?",
        "history": [
            {"role": "user", "content": "How long to become a CAIO?"},
            {"role": "assistant", "content": "18-24 months."},
        ],
    },
    {
        "id": "user-turns-only",
        "question": "And how hard is it?",
        "history": [{"role": "user", "content": "from teacher to instructional designer"}],
    },
    {"id": "guide", "question": "How long does it take?", "guide": NURSE},
    {"id": 7, "question": "What is the capital of France?"},
    {"id": "nulls", "question": "Is it hard to become a CAIO?", "history": [], "guide": None},
    {"id": "ünïcode", "question": "Who wrote ‘Hands-On Machine Learning’ in the CAIO guide?"},
]


def has_types(value: dict[str, Any], types: dict[str, type | tuple[type, ...]]) -> bool:
    return list(value) == list(types) and all(
        isinstance(value[key], kind) for key, kind in types.items()
    )


def json_lines(text: str) -> list[dict[str, Any]]:
    """Every line of an output as an object; a line that is none fails the test."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def batch(data: Path) -> list[dict[str, Any]]:
    """The objects of a batch from standard input, good and bad lines taking turns."""
    bad = list(BAD_LINES.values())
    lines = []
    for index in range(max(len(bad), len(GOOD_LINES))):
        lines += [json.dumps(line, ensure_ascii=False) for line in GOOD_LINES[index : index + 1]]
        lines += bad[index : index + 1]
    done = run_coach("ask", "--batch", "-", "--data", data, given="\n".join(lines) + "\n\n")

    assert done.returncode == 0, done.stderr
    replies = json_lines(done.stdout)
    assert len(replies) == len(lines)
    return replies


@pytest.fixture(scope="module")
def good(batch: list[dict[str, Any]]) -> dict[str | int, dict[str, Any]]:
    return {reply["id"]: reply for reply in batch if reply["error"] is None}


def test_a_batch_answers_every_line_in_order(batch: list[dict[str, Any]]) -> None:
    assert [reply["id"] for reply in batch if reply["error"] is None] == [
        line["id"] for line in GOOD_LINES
    ]


def test_each_answer_has_the_documented_keys_and_types(
    good: dict[str | int, dict[str, Any]],
) -> None:
    for reply in good.values():
        assert has_types(reply, ANSWER_TYPES), reply
        assert list(reply["coverage"]) == ["status", "missing"]
        assert reply["coverage"]["status"] in {"covered", "partly", "none"}
        assert all(isinstance(missing, str) for missing in reply["coverage"]["missing"])
        assert all(has_types(citation, CITATION_TYPES) for citation in reply["citations"])
        assert all(has_types(hit, HIT_TYPES) for hit in reply["hits"])
        assert all(isinstance(question, str) for question in reply["follow_ups"])
        assert all(isinstance(spent, float) for spent in reply["timings_ms"].values())
        assert reply["mode"] == "quoting"


def test_each_quote_stands_on_its_lines(good: dict[str | int, dict[str, Any]]) -> None:
    citations = [citation for reply in good.values() for citation in reply["citations"]]

    assert citations
    for citation in citations:
        first, last = citation["lines"]
        lines = source_text(citation["source"]).splitlines(keepends=True)[first - 1 : last]
        assert citation["quote"] in "".join(lines)


@pytest.mark.parametrize(
    ("name", "fact", "refused"),
    [
        ("first", "18-24 months", False),
        ("history", "Hard", False),
        ("user-turns-only", "Easy", False),
        ("guide", "15-21 months", False),
        (7, "", True),
        ("nulls", "Hard", False),
        ("ünïcode", "Aurélien Géron", False),
    ],
)
def test_a_line_is_answered_with_its_history_and_guide(
    good: dict[str | int, dict[str, Any]], name: str | int, fact: str, refused: bool
) -> None:
    assert fact in good[name]["answer"]
    assert good[name]["refused"] is refused


def test_a_bad_line_gives_an_error_object_with_the_same_keys(
    batch: list[dict[str, Any]],
) -> None:
    failed = [reply for reply in batch if reply["error"] is not None]

    assert len(failed) == len(BAD_LINES)
    for reply in failed:
        assert list(reply) == list(ANSWER_TYPES)
        assert reply["answer"] is None
        assert reply["citations"] == reply["hits"] == reply["follow_ups"] == []
        assert reply["checks"] == reply["dropped"] == []
        assert len(reply["error"]) > 10


@pytest.mark.parametrize(
    "name", [name for name in BAD_LINES if name not in {"not-json", "not-object", "no-id"}]
)
def test_an_error_keeps_the_id_where_the_line_has_one(
    batch: list[dict[str, Any]], name: str
) -> None:
    assert next(reply for reply in batch if reply["id"] == name)["error"]


def test_a_batch_from_a_file_equals_one_from_standard_input(
    data: Path, tmp_path: Path, good: dict[str | int, dict[str, Any]]
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(GOOD_LINES[0]) + "\n", encoding="utf-8")

    done = run_coach("ask", "--batch", file, "--data", data)

    (reply,) = json_lines(done.stdout)
    assert done.returncode == 0
    assert {**reply, "timings_ms": {}} == {**good["first"], "timings_ms": {}}


def test_a_single_question_as_json_gives_the_same_object(
    data: Path, good: dict[str | int, dict[str, Any]]
) -> None:
    done = run_coach("ask", QUESTION, "--json", "--data", data)

    (reply,) = json_lines(done.stdout)
    assert done.returncode == 0
    assert {**reply, "timings_ms": {}} == {**good["first"], "id": None, "timings_ms": {}}


def test_a_question_is_answered_in_words_with_its_sources(data: Path) -> None:
    done = run_coach("ask", "How long does it take?", "--guide", TEACHER, "--data", data)

    assert done.returncode == 0
    assert "6-10 months" in done.stdout
    assert f"{TEACHER}.md:" in done.stdout
    assert "**" not in done.stdout
    assert not done.stdout.startswith("{")


def test_a_search_gives_hits_best_first(data: Path) -> None:
    done = run_coach("search", QUESTION, "--json", "--top", "4", "--data", data)

    (found,) = json_lines(done.stdout)
    assert done.returncode == 0
    assert "id" in found
    assert len(found["hits"]) == 4
    assert all(has_types(hit, HIT_TYPES) for hit in found["hits"])
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert found["hits"][0]["guide"] == CAIO


def test_a_batch_of_searches_gives_a_line_each_and_goes_on_after_a_bad_one(data: Path) -> None:
    lines = [
        json.dumps({"id": 1, "question": "CAIO"}),
        "{",
        json.dumps({"id": 2, "question": "UX"}),
    ]

    done = run_coach(
        "search",
        "--batch",
        "-",
        "--guide",
        NURSE,
        "--top",
        "2",
        "--data",
        data,
        given="\n".join(lines),
    )

    first, bad, last = json_lines(done.stdout)
    assert done.returncode == 0
    assert list(first) == list(last) == ["id", "hits"]
    assert [first["id"], bad["id"], last["id"]] == [1, None, 2]
    assert {hit["guide"] for hit in first["hits"]} == {NURSE}
    assert len(last["hits"]) == 2
    assert bad["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", " "],
        ["ask", "a" * 2001],
        ["ask", "How long?", "--guide", "x-to-y", "--json"],
        ["ask", "--batch", "no-such-file.jsonl"],
        ["search", "nurse", "--guide", "x-to-y"],
    ],
    ids=["nothing", "empty", "too long", "unknown guide", "no file", "search in an unknown guide"],
)
def test_what_cannot_be_asked_ends_with_one_sentence_on_standard_error(
    data: Path, arguments: list[str]
) -> None:
    done = run_coach(*arguments, "--data", data)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("coach: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "bad", [b"\xff\xfe\x00", b"[" * 100_000], ids=["not text", "nested without end"]
)
def test_a_line_that_cannot_be_read_does_not_hold_up_the_others(
    data: Path, tmp_path: Path, bad: bytes
) -> None:
    file = tmp_path / "questions.jsonl"
    good = b'{"id": "good", "question": "caio how long"}'
    file.write_bytes(b"\xef\xbb\xbf" + good + b"\n" + bad + b"\n" + good + b"\n")

    done = run_coach("ask", "--batch", file, "--data", data)

    assert done.returncode == 0
    first, broken, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert broken["answer"] is None
    assert broken["error"].startswith("line 2: ")
    assert "18-24 months" in first["answer"]
    assert last["answer"] == first["answer"]


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_beside_a_batch_is_refused(data: Path, tmp_path: Path, command: str) -> None:
    done = run_coach(command, "Why?", "--batch", tmp_path / "questions.jsonl", "--data", data)

    assert done.returncode == 1
    assert "do not go together" in done.stderr


@pytest.mark.parametrize("command", [["ask", "Why?"], ["search", "Why?"], ["chat"]])
def test_without_an_index_the_command_that_builds_it_is_named(
    tmp_path: Path, command: list[str]
) -> None:
    done = run_coach(*command, "--data", tmp_path / "none")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "ingest.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_setting_ends_with_a_sentence(data: Path) -> None:
    done = run_coach("ask", QUESTION, "--json", "--data", data, COACH_COLOUR="red")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "COACH_COLOUR" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_data_folder_can_be_set_in_the_environment(data: Path, tmp_path: Path) -> None:
    done = run_coach("search", "nurse", "--json", folder=tmp_path, COACH_DATA=str(data))

    assert json_lines(done.stdout)[0]["hits"]


def test_a_chat_remembers_what_was_said(data: Path) -> None:
    said = f"{QUESTION}\nAnd how hard is it?\nWhat about teachers?\n\nnever read\n"

    done = run_coach("chat", "--data", data, given=said)

    assert done.returncode == 0
    answers = done.stdout.split("You could ask next:")
    assert "18-24 months" in answers[0]
    assert "Hard" in answers[1]
    assert "Instructional Designer" in answers[2]
    assert len(answers) == 4


def test_a_chat_goes_on_after_a_question_that_cannot_be_taken(data: Path) -> None:
    said = f"{'a' * 2001}\nHow long does it take?\n"

    done = run_coach("chat", "--guide", NURSE, "--data", data, given=said)

    assert done.returncode == 0
    assert "2001 characters" in done.stderr
    assert "15-21 months" in done.stdout


def test_a_good_guide_passes_the_check() -> None:
    done = run_coach("check", KNOWLEDGE / f"{CAIO}.md")

    assert done.returncode == 0
    assert done.stdout == ""
    assert "No problems" in done.stderr


def test_a_bad_guide_fails_the_check_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / f"{CAIO}.md"
    text = source_text(f"knowledge/{CAIO}.md").replace("- Weeks: 20", "- Weeks: many")
    file.write_text(text, encoding="utf-8")
    line = text[: text.index("- Weeks: many")].count("\n") + 1

    done = run_coach("check", file)

    assert done.returncode == 1
    assert f"{file}:{line}: " in done.stdout
    assert "1 problem found" in done.stderr


def test_without_a_path_the_folder_of_guides_is_checked(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    shutil.copy(KNOWLEDGE / f"{CAIO}.md", tmp_path / "knowledge")
    (tmp_path / "knowledge" / "empty.md").write_text("", encoding="utf-8")

    done = run_coach("check", folder=tmp_path)

    assert done.returncode == 1
    assert "empty.md" in done.stdout


def test_the_schema_of_the_front_matter_is_printed() -> None:
    done = run_coach("check", "--schema")

    assert done.returncode == 0
    assert json.loads(done.stdout) == json_schema()


def test_an_unknown_command_is_told_apart_from_a_failure() -> None:
    done = run_coach("juggle")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "juggle" in done.stderr


def test_answering_loads_neither_the_page_nor_torch(data: Path) -> None:
    program = (
        "import json, sys\n"
        "from coach.cli import main\n"
        f"sys.argv = ['coach', 'ask', {QUESTION!r}, '--json', '--data', {str(data)!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert "18-24 months" in json.loads(done.stdout)["answer"]
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "transformers", "sentence_transformers", "gradio", "fastapi"}
