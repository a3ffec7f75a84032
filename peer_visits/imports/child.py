"""Runs alone in a limited process: reads one spreadsheet and prints its cells as JSON, all of them text."""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

LONGEST_CELL = 20_000


def limit(*, memory: int, seconds: int) -> None:
    """Give up memory, time and the right to write files, before the first byte is read."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: str, limits: dict[str, int]) -> dict[str, object]:
    """The rows, the first one the heads; or the name of the problem."""
    with Path(path).open("rb") as opened:
        start = opened.read(4)
    if start == b"PK\x03\x04":
        return read_workbook(path, limits)
    if start == b"\xd0\xcf\x11\xe0":
        return {"problem": "old"}
    return read_csv(path, limits)


def read_workbook(path: str, limits: dict[str, int]) -> dict[str, object]:
    """The first sheet of a workbook; formulas as they are written, never run."""
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > limits["unpacked"]:
                return {"problem": "bomb"}
        # As a stream: by its path it would be judged by its name.
        content = io.BytesIO(Path(path).read_bytes())
        book = openpyxl.load_workbook(content, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
    except Exception:  # noqa: BLE001  (whatever a hostile file makes the reader fail with)
        return {"problem": "broken"}
    rows = []
    for row in sheet.iter_rows(max_col=limits["columns"] + 1, values_only=True):
        rows.append([as_text(cell) for cell in row])
        if len(rows) > limits["rows"] + 2:
            return {"problem": "rows"}
    return checked(rows, limits, "")


def as_text(cell: Any) -> str:
    """A cell as somebody would type it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[: LONGEST_CELL + 1]


def read_csv(path: str, limits: dict[str, int]) -> dict[str, object]:
    """Comma, semicolon or tab; the encoding is found by trying."""
    with Path(path).open("rb") as opened:
        content = opened.read()
    if b"<html" in content[:1000].lower() or content[:5] == b"%PDF-":
        return {"problem": "other"}
    text, note = decoded(content)
    if "\x00" in text:
        return {"problem": "other"}
    first = text.split("\n", maxsplit=1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(1_000_000)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([cell[: LONGEST_CELL + 1] for cell in row[: limits["columns"] + 1]])
            if len(rows) > limits["rows"] + 2:
                return {"problem": "rows"}
    except csv.Error:
        return {"problem": "broken"}
    return checked(rows, limits, note)


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and a note when the encoding was a guess."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "guessed"


def checked(rows: list[list[str]], limits: dict[str, int], note: str) -> dict[str, object]:
    """Rows that hold something, all as wide as the heads."""
    filled = [
        without_tail([cell.strip() for cell in row]) for row in rows if any(cell.strip() for cell in row)
    ]
    if len(filled) < 2:
        return {"problem": "empty"}
    width = max(len(row) for row in filled)
    if width > limits["columns"]:
        return {"problem": "columns"}
    if any(len(cell) > LONGEST_CELL for row in filled for cell in row):
        return {"problem": "cell"}
    return {"rows": [row + [""] * (width - len(row)) for row in filled], "note": note}


def without_tail(row: list[str]) -> list[str]:
    """The row up to its last cell that holds something."""
    last = max(at for at, cell in enumerate(row) if cell)
    return row[: last + 1]


if __name__ == "__main__":
    _program, file, allowed = sys.argv
    chosen = json.loads(allowed)
    limit(memory=chosen["memory"], seconds=chosen["seconds"])
    sys.stdout.write(json.dumps(read(file, chosen)))
