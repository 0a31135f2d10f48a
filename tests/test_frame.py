"""What the README, the Makefile and the lock file promise agrees with the code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from coach.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LOCKS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements-model.lock")
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BIN = Path(sys.executable).parent

EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [
    *((line, "requirements.lock") for line in (*PROJECT["dependencies"], *EXTRAS["dev"])),
    *((line, "requirements-model.lock") for line in EXTRAS["model"]),
]
PINS = {
    name: dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", text, flags=re.MULTILINE))
    for name, text in LOCKS.items()
}


def commands(text: str, start: str) -> list[list[str]]:
    """The words of each command in the code blocks of a text that begins with ``start``."""
    blocks = re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = (line.strip() for block in blocks for line in block.splitlines())
    return [line[line.index(start) :].split() for line in lines if start in line]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_settings_table_gives_each_setting_with_its_default(name: str) -> None:
    field = Settings.model_fields[name]
    default = "none" if field.default is None else f"`{field.default}`"

    assert f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |" in README


def test_settings_table_names_no_other_setting() -> None:
    named = set(re.findall(rf"^\| `{PREFIX}(\w+)` \|", README, flags=re.MULTILINE))

    assert named == {name.upper() for name in Settings.model_fields}


def test_pictures_and_files_that_the_readme_names_exist() -> None:
    named = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    named += re.findall(r"`((?:docs|knowledge)/[\w./-]*|[A-Z]+\.md)`", README)

    assert len(named) >= 5
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_make_targets_named_are_there(text: str) -> None:
    targets = {words[1] for words in commands(text, "make ")}
    targets |= set(re.findall(r"`make (\w+)", text))
    # Told not to look at stamps or run anything: only whether make knows the targets.
    known = subprocess.run(
        ["make", "--question", "--print-data-base", "--file", ROOT / "Makefile", "clean"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    assert targets
    assert {target for target in targets if f"\n{target}:" not in known} == set()


@pytest.mark.parametrize(
    "words", commands(README, ".venv/bin/coach "), ids=lambda words: " ".join(words[1:3])
)
def test_coach_commands_of_the_readme_exist_with_their_options(words: list[str]) -> None:
    command = 3 if words[1] in {"transcripts", "users"} else 2  # these have commands of their own
    assert_help_names_options([str(BIN / "coach"), *words[1:command]], words[command:])


@pytest.mark.parametrize(
    "words", commands(README, ".venv/bin/python "), ids=lambda words: " ".join(words[1:])
)
def test_programs_of_the_readme_exist_with_their_options(words: list[str]) -> None:
    assert_help_names_options([sys.executable, str(ROOT / words[1])], words[2:])


def assert_help_names_options(program: list[str], words: list[str]) -> None:
    told = subprocess.run([*program, "--help"], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
    options = {word for word in words if word.startswith("--")}
    assert {option for option in options if option not in told.stdout} == set()


@pytest.mark.parametrize(("line", "lock"), REQUIREMENTS)
def test_lock_holds_a_version_that_the_project_takes(line: str, lock: str) -> None:
    requirement = Requirement(line)

    assert requirement.specifier.contains(PINS[lock][canonicalize_name(requirement.name)])


def test_the_lock_of_the_model_holds_that_extra_alone_and_the_other_lock_none_of_it() -> None:
    wanted = {canonicalize_name(Requirement(line).name) for line in EXTRAS["model"]}

    assert set(PINS["requirements-model.lock"]) == wanted
    assert wanted & set(PINS["requirements.lock"]) == set()


@pytest.mark.parametrize("text", LOCKS.values(), ids=LOCKS)
def test_lock_suits_every_machine(text: str) -> None:
    """No CUDA, no build of one kind of machine, no address, path or hash."""
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    pins = [line for line in lines if line]

    assert [pin for pin in pins if re.match(r"nvidia|cuda|triton", pin)] == []
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+( ; .+)?", pin)] == []


def test_a_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("coach", "evals"):
        unwanted = shutil.ignore_patterns("__pycache__", "runs")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=unwanted)
    files = {
        str(path.relative_to(tmp_path))
        for name in ("coach", "evals")
        for path in (tmp_path / name).rglob("*")
        if path.is_file()
    }
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "."]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", *options, "."], cwd=tmp_path, check=True
    )
    (wheel,) = tmp_path.glob("*.whl")

    assert files - set(zipfile.ZipFile(wheel).namelist()) == set()


def script(name: str, path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script with nothing on the path but what a folder holds."""
    return subprocess.run(
        ["/bin/sh", ROOT / "scripts" / name],
        cwd=folder,
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_refused_with_what_to_install(tmp_path: Path) -> None:
    old = tmp_path / "bin" / "python3"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    made = script("make-environment", old.parent, tmp_path)

    assert made.returncode == 1
    assert "needs Python 3.11 or newer" in made.stderr
    assert not (tmp_path / ".venv").exists()


def test_an_environment_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)

    made = script("make-environment", tmp_path, tmp_path)

    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")


def test_without_chromium_the_tests_say_how_to_get_it(tmp_path: Path) -> None:
    identity = tmp_path / "id"
    identity.write_text("#!/bin/sh\necho 1000\n")
    identity.chmod(0o755)

    installed = script("install-test-programs", tmp_path, tmp_path)

    assert installed.returncode == 1
    assert "apt-get install chromium" in installed.stderr
