"""The shape of the code: who imports what, who reads the environment, what a start costs."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "coach").rglob("*.py"))
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
HEAVY = {
    "chromadb",
    "gradio",
    "langchain",
    "langchain_core",
    "langchain_text_splitters",
    "markitdown",
    "onnxruntime",
    "sentence_transformers",
    "torch",
    "transformers",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("domain/turns.py", "import coach.settings", "Imports go one way"),
        ("reading/text.py", "import coach.index", "Imports go one way"),
        ("newcomer.py", "", "Imports go one way"),
        ("settings.py", "import evals", "The product knows nothing of its evals"),
        ("chunking.py", "import chromadb", "Chroma belongs to the index"),
        ("encoder.py", "import torch", "Torch and sentence-transformers belong"),
        ("settings.py", "import onnxruntime", "The ONNX runtime belongs"),
        ("settings.py", "import gradio", "Gradio and FastAPI belong"),
        ("reading/text.py", "import langchain_core", "LangChain belongs"),
        ("reading/page.py", "import markitdown", "The converter of office files belongs"),
        ("domain/turns.py", "import rich", "The terminal belongs"),
    ],
)
def test_an_import_against_the_design_is_found(
    tmp_path: Path, module: str, statement: str, contract: str
) -> None:
    for name in ("coach", "evals"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "coach" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")

    linting = lint_imports(tmp_path)

    assert linting.returncode == 1, linting.stdout + linting.stderr
    broken = [line for line in linting.stdout.splitlines() if " BROKEN" in line]
    assert any(line.startswith(contract) for line in broken), linting.stdout


@pytest.mark.parametrize(
    "module", [path for path in MODULES if path.name != "settings.py"], ids=lambda path: path.stem
)
def test_only_the_settings_read_the_environment(module: Path) -> None:
    """Handing the whole environment to a process, or setting a variable, is not reading one."""
    reads = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if _reads_a_variable(node)
    ]

    assert reads == []


def _reads_a_variable(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=func):
            return ast.unparse(func) in ("os.getenv", "os.environ.get", "environ.get", "getenv")
        case ast.Subscript(value=value, ctx=ast.Load()):
            return ast.unparse(value) in ("os.environ", "environ")
    return False


def test_importing_the_coach_and_the_command_line_loads_nothing_heavy() -> None:
    code = "import coach.cli, coach.wiring, json, sys; print(json.dumps(sorted(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert HEAVY & set(json.loads(loaded.stdout)) == set()
