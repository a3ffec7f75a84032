"""Opens an upload in a child process with limits, before anything about it is believed."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase

MOST_PAGES = 300
MOST_POINTS = 20_000  # the side of a page, in points: 7 metres
CHILD_MEMORY = 1024**3
CHILD_SECONDS = 20
PDF_HEAD = b"%PDF-"


@dataclass(frozen=True)
class Inspected:
    """What the parser found in a PDF."""

    pages: int


def inspect_pdf(path: Path) -> Inspected:
    """Open the file as a PDF in a limited child. Raises Refused with what is wrong with it."""
    with path.open("rb") as opened:
        if not opened.read(1024).lstrip().startswith(PDF_HEAD):
            raise Refused(
                phrase("This is not a PDF. Save or export the document as PDF and choose that file.")
            )
    found = _in_child(path)
    problem = _PROBLEMS.get(str(found.get("problem", "")))
    if problem:
        raise Refused(problem)
    return Inspected(int(str(found["pages"])))


_PROBLEMS = {
    "encrypted": phrase("This PDF is locked with a password. Upload it without one."),
    "broken": phrase("This PDF cannot be opened; it may be cut off or damaged. Export it again."),
    "pages": phrase("This PDF has more than %(n)s pages. Upload a shorter one.", n=MOST_PAGES),
    "empty": phrase("This PDF has no page."),
    "size": phrase("This PDF has a page larger than any paper. Export it again on A4."),
}


def _in_child(path: Path) -> dict[str, object]:
    """What the child says; a child that dies or takes too long says the file is broken."""
    try:
        done = subprocess.run(  # noqa: S603  (our own module, on our own file)
            [sys.executable, "-I", str(Path(__file__).with_name("pdf_child.py")), str(path)],
            capture_output=True,
            timeout=CHILD_SECONDS * 2,
            check=False,
            preexec_fn=_limit,
            env={},
        )
        return dict(json.loads(done.stdout)) if done.returncode == 0 else {"problem": "broken"}
    except (subprocess.TimeoutExpired, ValueError):
        return {"problem": "broken"}


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
