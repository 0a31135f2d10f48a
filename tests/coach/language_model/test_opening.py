"""Opening a model: what can be known to be wrong before the first question."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from coach.errors import SettingsError
from tests.coach.language_model.opening import opened

ROOT = Path(__file__).parents[3]
URL = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_a_model_says_what_it_is() -> None:
    model = opened(URL, name="openai:small", context=4096, answer_tokens=300)

    assert (model.name, model.context, model.answer_tokens) == ("openai:small", 4096, 300)


@pytest.mark.parametrize(
    ("name", "url", "where", "remedy"),
    [
        pytest.param("gpt-5", None, "COACH_MODEL", "provider:name", id="no provider"),
        pytest.param("openai:", None, "COACH_MODEL", "provider:name", id="no model"),
        pytest.param("nobody:m", None, "COACH_MODEL", "Correct the provider", id="unknown"),
        pytest.param(
            "anthropic:claude", None, "COACH_MODEL", "pip install langchain-anthropic", id="package"
        ),
        pytest.param("openai:gpt-5", None, "OPENAI_API_KEY", "COACH_MODEL_URL", id="no key"),
        pytest.param("m", "localhost:11434", "COACH_MODEL_URL", "http://", id="no address"),
        pytest.param("m", "http://", "COACH_MODEL_URL", "http://", id="no host"),
    ],
)
def test_what_cannot_work_is_told_when_the_model_is_opened(
    name: str, url: str | None, where: str, remedy: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        opened(url, name=name)

    assert caught.value.where == where
    assert remedy in caught.value.remedy


def test_a_key_that_no_header_can_carry_is_told_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret\n")

    with pytest.raises(SettingsError, match="OPENAI_API_KEY") as caught:
        opened(URL)

    assert "sk-secret" not in str(caught.value)


def test_importing_the_language_model_loads_no_library_of_models() -> None:
    code = "import coach.language_model, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    )

    assert not {"langchain", "langchain_core", "langsmith", "openai"} & set(loaded.stdout.split())
