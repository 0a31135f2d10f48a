from __future__ import annotations

import pytest

from coach.lexicon import is_word


@pytest.mark.parametrize("word", ["month", "scalable", "reading", "calm", "dashboards", "walked"])
def test_ordinary_words_are_known(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("word", ["qradar", "trello", "zendesk", "codecademy", "kdnuggets", ""])
def test_names_are_not(word: str) -> None:
    assert not is_word(word)
