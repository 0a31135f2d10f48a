from __future__ import annotations

from pathlib import Path

import pytest

from coach.check import problems
from coach.reading.front_matter import KEYS, json_schema

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"


def test_guides_without_a_fault_have_no_problems(tmp_path, guide_text):
    (tmp_path / "florist-to-landscape-gardener.md").write_text(guide_text)
    (tmp_path / "notes.txt").write_text("Notes are no guide, and need not be.")

    assert problems([tmp_path]) == ()


def test_our_own_guides_have_no_problems():
    assert list(KNOWLEDGE.glob("*-to-*.md"))
    assert problems([KNOWLEDGE]) == ()


def test_every_problem_of_every_file_is_listed_in_order(tmp_path, guide_text):
    broken = guide_text.replace("- Weeks: 4", "- Weeks: soon").replace(
        "difficulty: Medium", "difficulty: Brutal"
    )
    (tmp_path / "b.md").write_text(broken)
    (tmp_path / "a.md").write_bytes(b"\x00\x01")
    (tmp_path / "c.md").write_text(guide_text)

    found = problems([tmp_path])

    weeks = broken[: broken.index("- Weeks: soon")].count("\n") + 1
    assert [(Path(problem.file).name, problem.line) for problem in found] == [
        ("a.md", 1),
        ("b.md", 8),
        ("b.md", weeks),
    ]
    assert all(problem.remedy for problem in found)
    assert str(found[2]).startswith(f"{(tmp_path / 'b.md').as_posix()}:{weeks}: `Weeks: soon`")


def test_a_second_guide_for_one_move_names_the_first(tmp_path, guide_text):
    (tmp_path / "first.md").write_text(guide_text)
    (tmp_path / "second.md").write_text(guide_text.replace("_role: Florist", "_role: FLORIST"))

    (problem,) = problems([tmp_path])

    assert Path(problem.file).name == "second.md"
    assert problem.line == guide_text[: guide_text.index("\n# From")].count("\n") + 2
    assert (tmp_path / "first.md").as_posix() in problem.problem


def test_a_second_guide_of_one_name_names_the_first(tmp_path, guide_text):
    for folder, role in (("a", "Florist"), ("b", "Baker")):
        (tmp_path / folder).mkdir()
        text = guide_text.replace("from_role: Florist", f"from_role: {role}")
        (tmp_path / folder / "same.md").write_text(text)

    (problem,) = problems([tmp_path])

    assert Path(problem.file).parent.name == "b"
    assert "`same`" in problem.problem


def test_hidden_files_pictures_and_readme_are_not_checked(tmp_path):
    for name in (".hidden.md", "README.md", "photo.png"):
        (tmp_path / name).write_bytes(b"\x00")

    assert problems([tmp_path]) == ()


def test_a_path_that_is_not_there_is_a_problem(tmp_path):
    (problem,) = problems([tmp_path / "none.md"])

    assert "no such file" in problem.problem
    assert problem.line is None


@pytest.mark.parametrize("key", KEYS)
def test_schema_describes_every_field_of_the_front_matter(key):
    schema = json_schema()

    assert key in schema["properties"]
    assert (key in schema["required"]) == (key != "aliases")
    assert schema["additionalProperties"] is False
