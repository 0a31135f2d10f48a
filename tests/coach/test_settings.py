"""The settings: defaults, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.errors import SettingsError
from coach.settings import Settings


def test_without_variables_the_defaults_hold() -> None:
    settings = Settings.from_environment()

    assert settings.data == Path(".coach")
    assert settings.host == "127.0.0.1"
    assert settings.chroma_url is None


def test_a_variable_replaces_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_DATA", "elsewhere")
    monkeypatch.setenv("COACH_PORT", "8080")

    settings = Settings.from_environment()

    assert (settings.data, settings.port) == (Path("elsewhere"), 8080)


def test_an_unknown_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_DATTA", "elsewhere")

    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()

    assert refused.value.where == "COACH_DATTA"
    assert "COACH_DATA" in refused.value.remedy


@pytest.mark.parametrize("value", ["eighty", "-1", "70000"])
def test_a_value_that_cannot_be_used_is_refused_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("COACH_PORT", value)

    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()

    assert refused.value.where == "COACH_PORT"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]
