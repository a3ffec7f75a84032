"""Takes a spreadsheet in: read by a limited process, its two rows of heads made one."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from peer_visits.files.rules import LONGEST_NAME
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import Phrase, fold, phrase

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much a spreadsheet may ask of its reader: rows, columns, bytes (packed and unpacked), memory, seconds."""

    rows: int = 5000
    columns: int = 200
    size: int = 10 * 1024**2
    unpacked: int = 100 * 1024**2
    memory: int = 1024**3
    seconds: int = 30


LIMITS = Limits()
# What survey tools write under the question where the answer is free.
_SECOND_HEADS = {"response", "open-ended response", "open ended response"}


@dataclass(frozen=True)
class Sheet:
    """Heads and cells as text; `is_guessed` when the encoding had to be."""

    name: str
    headers: list[str]
    rows: list[list[str]]
    is_guessed: bool


def read_sheet(stream: IO[bytes], name: str | None, limits: Limits = LIMITS) -> Sheet:
    """Read an upload as CSV or XLSX. Raises Refused with what is wrong with it."""
    with tempfile.NamedTemporaryFile(prefix="peer-visits-", suffix=".import") as spool:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limits.size:
                raise Refused(phrase("The file is larger than %(n)s MB.", n=limits.size // 1024**2))
            spool.write(chunk)
        if not size:
            raise Refused(phrase("The file is empty. Choose it again."))
        spool.flush()
        found = _in_child(Path(spool.name), limits)
    if "problem" in found:
        raise Refused(_sentence(str(found["problem"]), limits))
    headers, rows = one_head(found["rows"])  # type: ignore[arg-type]
    if not rows:
        raise Refused(_sentence("empty", limits))
    return Sheet((name or "")[-LONGEST_NAME:], headers, rows, found["note"] == "guessed")


def one_head(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Heads and rows. Survey tools write a question in one row and its options in the next: made one head."""
    first, second = rows[0], rows[1]
    if not any(fold(cell) in _SECOND_HEADS for cell in second):
        return first, rows[1:]
    heads, question = [], ""
    for above, below in zip(first, second, strict=True):
        question = above or question
        is_free = not below or fold(below) in _SECOND_HEADS
        heads.append(question if is_free else f"{question}: {below}")
    return heads, rows[2:]


def _in_child(path: Path, limits: Limits) -> dict[str, object]:
    child = Path(__file__).with_name("child.py")
    try:
        done = subprocess.run(  # noqa: S603  (our own module, on our own file)
            [sys.executable, "-I", str(child), str(path), json.dumps(asdict(limits))],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds * 2,
            check=False,
            env={},
        )
        return dict(json.loads(done.stdout)) if done.returncode == 0 else {"problem": "broken"}
    except (subprocess.TimeoutExpired, ValueError):
        return {"problem": "broken"}


def _sentence(problem: str, limits: Limits) -> Phrase:
    sentences = {
        "old": phrase("This is a workbook of an old kind (.xls). Save it as .xlsx or .csv."),
        "other": phrase("This is neither CSV nor XLSX. Export the table as one of them."),
        "empty": phrase("There is no row below the heads."),
        "rows": phrase("This table has more than %(n)s rows. Split it.", n=limits.rows),
        "columns": phrase("This table has more than %(n)s columns.", n=limits.columns),
        "cell": phrase("A cell holds more than 20,000 characters."),
        "bomb": phrase("This workbook is far larger unpacked than any table. It was not read."),
    }
    return sentences.get(problem, phrase("This file cannot be read; it may be damaged. Export it again."))
