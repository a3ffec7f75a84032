"""Cells of a table that goes to a spreadsheet."""

from __future__ import annotations

# What a spreadsheet would take for a formula, wherever the file goes from here.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs: what begins like a formula gets an apostrophe."""
    return f"'{text}" if text.startswith(_RISKY) else text
