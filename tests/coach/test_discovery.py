from __future__ import annotations

from pathlib import Path

import pytest

from coach.discovery import discover


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str, data: str = ".coach") -> list[tuple[str, str]]:
    found, _, _ = discover([Path(path) for path in paths], data=Path(data))
    return [(file.name, file.key) for file in found]


def test_files_are_named_as_given_and_keyed_below_the_folder_given(here: Path) -> None:
    write(here, "k/b.md", "k/deep/a.md", "k/a.txt", "one.md")

    assert names("k", "one.md") == [
        ("k/a.txt", "a.txt"),
        ("k/b.md", "b.md"),
        ("k/deep/a.md", "deep/a.md"),
        ("one.md", "one.md"),
    ]
    assert names(f"{here}/k/")[1] == (f"{here}/k/b.md", "b.md")
    assert names(".")[0] == ("k/a.txt", "k/a.txt")


def test_what_is_no_knowledge_is_skipped_and_said(here: Path) -> None:
    write(here, "k/README.md", "k/.git/config", "k/.hidden.md", "k/photo.png", "k/data/x.sqlite")
    write(here, "k/guide.md", "k/deep/readme.md")

    found, skipped, problems = discover([Path("k")], data=Path("k/data"))

    assert [file.name for file in found] == ["k/guide.md"]
    assert {skip.name: skip.reason for skip in skipped} == {
        "k/.git": "hidden",
        "k/.hidden.md": "hidden",
        "k/README.md": "a note for the authors of guides",
        "k/data": "the index itself",
        "k/deep/readme.md": "a note for the authors of guides",
        "k/photo.png": "holds no text",
    }
    assert problems == []


def test_a_file_that_is_given_is_read_whatever_its_name(here: Path) -> None:
    write(here, "README.md", ".hidden.md")

    assert names("README.md", ".hidden.md") == [
        (".hidden.md", ".hidden.md"),
        ("README.md", "README.md"),
    ]


def test_a_file_is_read_once_however_many_ways_lead_to_it(here: Path) -> None:
    write(here, "k/a.md")
    (here / "k" / "link.md").symlink_to("a.md")
    (here / "other").symlink_to("k")

    found, skipped, problems = discover([Path("k"), Path("k/a.md"), Path("other")], data=Path("d"))

    assert [file.name for file in found] == ["k/a.md"]
    assert ("k/link.md", "the same file as k/a.md") in [(s.name, s.reason) for s in skipped]
    assert problems == []


def test_links_that_lead_nowhere_or_round_are_problems(here: Path) -> None:
    write(here, "k/a.md", "k/deep/b.md")
    (here / "k" / "lost.md").symlink_to("nowhere.md")
    (here / "k" / "one.md").symlink_to("two.md")
    (here / "k" / "two.md").symlink_to("one.md")
    (here / "k" / "deep" / "up").symlink_to("..")

    found, _, problems = discover([Path("k"), Path("missing")], data=Path("d"))

    assert [file.name for file in found] == ["k/a.md", "k/deep/b.md"]
    assert {problem.where: problem.problem for problem in problems} == {
        "k/deep/up": "The link leads back to a folder that holds it.",
        "k/lost.md": "There is no such file.",
        "k/one.md": "The link leads back to itself.",
        "k/two.md": "The link leads back to itself.",
        "missing": "There is no such file.",
    }
    assert all(problem.remedy for problem in problems)


def test_no_two_files_have_one_key(here: Path) -> None:
    write(here, "x/a.md", "y/a.md", "p/x/b.md", "q/x/b.md", "y/c.md")

    assert names("x", "y", "p/x", "q/x") == [
        ("p/x/b.md", "p/x/b.md"),
        ("q/x/b.md", "q/x/b.md"),
        ("x/a.md", "x/a.md"),
        ("y/a.md", "y/a.md"),
        ("y/c.md", "c.md"),
    ]
