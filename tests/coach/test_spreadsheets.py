from __future__ import annotations

import pytest

from coach.spreadsheets import harmless


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_a_spreadsheet_would_compute_becomes_text(begin: str) -> None:
    assert harmless(f"{begin}1+1") == f"'{begin}1+1"


@pytest.mark.parametrize("cell", ["", "1+1", "SQL = tables"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell
