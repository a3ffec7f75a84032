"""Workbooks for spreadsheets, in flat memory: what people wrote is text in them and never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from flask import Response, send_file

if TYPE_CHECKING:
    import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL = 32_767  # the most characters that a cell of a spreadsheet holds

Cell = str | int | float | None


@dataclass(frozen=True)
class WorkbookTable:
    """One sheet of a workbook: its name, its heads, its rows. Numbers stay numbers."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_workbook(tables: Iterable[WorkbookTable]) -> IO[bytes]:
    """A workbook in a temporary file, at its beginning. Rows are written as they come and forgotten."""
    import xlsxwriter  # slow to load, and needed by a download only

    target = TemporaryFile(prefix="peer-visits-")  # noqa: SIM115  (handed on open)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        for table in tables:
            sheet = book.add_worksheet(table.title)
            sheet.freeze_panes(1, 1)
            for at, head in enumerate(table.heads):
                sheet.write_string(0, at, head[:CELL], bold)
            for number, row in enumerate(table.rows, start=1):
                _write_row(sheet, number, row)
    target.seek(0)
    return target


def send_workbook(book: IO[bytes], name: str) -> Response:
    """Hand a workbook out under this name, never to be kept on the way."""
    response = send_file(book, mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, number: int, row: Sequence[Cell]) -> None:
    for at, cell in enumerate(row):
        if isinstance(cell, (int, float)):
            sheet.write_number(number, at, cell)
        elif cell is not None:
            sheet.write_string(number, at, cell[:CELL])
