"""Tables that go to a spreadsheet: cells that it cannot run, and lines of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# What a spreadsheet would take for a formula, wherever the file goes from here.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs: what begins like a formula gets an apostrophe."""
    return f"'{text}" if text.startswith(_RISKY) else text


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """CSV line by line, with the mark that lets spreadsheets see UTF-8."""
    yield "\ufeff" + _csv_line(heads)
    for row in rows:
        yield _csv_line(row)


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([safe_cell(cell) for cell in cells])
    return line.getvalue()
