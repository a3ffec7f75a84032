"""Documents as tagged PDFs (PDF/UA-1), set in a child process with limits.

What people wrote reaches the page as data: nothing in it is run, and the child opens no file of ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from peer_visits.web.characters import all_printable

MEMORY = 2 * 1024**3  # bytes of address space; fonts are mapped into it
SECONDS = 30


class NotSet(RuntimeError):
    """The child died, took too long, or could not make the document."""


def typeset(source: str, data: Mapping[str, object]) -> bytes:
    """The document of a Typst source that reads `data`; what no font shows is an empty square. Raises NotSet."""
    child = Path(__file__).with_name("typesetting_child.py")
    limits = json.dumps({"memory": MEMORY, "seconds": SECONDS})
    try:
        done = subprocess.run(  # noqa: S603  (our own module, on our own source)
            [sys.executable, "-I", str(child), limits],
            input=json.dumps({"source": source, "data": all_printable(dict(data))}).encode(),
            capture_output=True,
            timeout=2 * SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as late:
        raise NotSet("took too long") from late
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise NotSet(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout
