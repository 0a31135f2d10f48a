"""Text that is put into the cells of a spreadsheet."""

from __future__ import annotations

# What a spreadsheet takes for the beginning of a formula, itself or behind a break.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet computes: an apostrophe makes a formula text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
