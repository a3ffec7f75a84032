"""Opens an upload in a child process with limits, before anything about it is believed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import Phrase, phrase

HEAD, TAIL = b"%PDF-", b"%%EOF"
MARGIN = 1024  # the standard lets readers look for head and tail this far from either end


@dataclass(frozen=True)
class Limits:
    """How much a document may ask of its reader: pages, points of a side, bytes of memory, seconds."""

    pages: int = 300
    points: int = 20_000  # 7 metres
    memory: int = 1024**3
    seconds: int = 20


LIMITS = Limits()


@dataclass(frozen=True)
class Inspected:
    """What the parser found in a PDF."""

    pages: int


def inspect_pdf(path: Path, limits: Limits = LIMITS) -> Inspected:
    """Open the file as a PDF in a limited child. Raises Refused with what is wrong with it."""
    problem = _look_at_ends(path)
    found = {"problem": problem} if problem else _in_child(path, limits)
    if "problem" in found:
        raise Refused(_sentence(str(found["problem"]), limits))
    return Inspected(int(str(found["pages"])))


def _look_at_ends(path: Path) -> str | None:
    """A parser repairs what it can; here a file that begins or ends as something else is refused."""
    with path.open("rb") as opened:
        if not opened.read(MARGIN).lstrip().startswith(HEAD):
            return "other"
        opened.seek(max(0, path.stat().st_size - MARGIN), os.SEEK_SET)
        return None if TAIL in opened.read() else "broken"


def _sentence(problem: str, limits: Limits) -> Phrase:
    sentences = {
        "other": phrase("This is not a PDF. Save or export the document as PDF and choose that file."),
        "encrypted": phrase("This PDF is locked with a password. Upload it without one."),
        "pages": phrase("This PDF has more than %(n)s pages. Upload a shorter one.", n=limits.pages),
        "empty": phrase("This PDF has no page."),
        "size": phrase("This PDF has a page larger than any paper. Export it again on A4."),
    }
    broken = phrase("This PDF cannot be opened; it may be cut off or damaged. Export it again.")
    return sentences.get(problem, broken)


def _in_child(path: Path, limits: Limits) -> dict[str, object]:
    """What the child says; a child that dies or takes too long says the file is broken."""
    child = Path(__file__).with_name("pdf_child.py")
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
