"""Documents as tagged PDFs (PDF/UA-1), set in a child process with limits.

What people wrote reaches the page as data: nothing in it is run, and the child opens no file of ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from werkzeug.exceptions import ServiceUnavailable

from peer_visits.web.characters import all_printable

MEMORY = 2 * 1024**3  # bytes of address space; fonts are mapped into it
SECONDS = 15  # of its processor. The longest report that can be written takes 3.
BY_THE_CLOCK = 60  # seconds, on a machine that is busy with other things
# Of the threads of a server's process, so many may wait for a document: the others answer everybody else meanwhile.
AT_ONCE = 2
PATIENCE = 5.0  # seconds that one more waits for its turn

_turns = BoundedSemaphore(AT_ONCE)


class NotSet(RuntimeError):
    """The child died, took too long, or could not make the document."""


def typeset(source: str, data: Mapping[str, object]) -> bytes:
    """The document of a Typst source that reads `data`; what no font shows is an empty square.

    Raises NotSet, and ServiceUnavailable where too many documents are being set.
    """
    with _in_turn():
        return _typeset(source, data)


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise ServiceUnavailable(retry_after=10)
    try:
        yield
    finally:
        _turns.release()


def _typeset(source: str, data: Mapping[str, object]) -> bytes:
    child = Path(__file__).with_name("typesetting_child.py")
    limits = json.dumps({"memory": MEMORY, "seconds": SECONDS})
    try:
        done = subprocess.run(  # noqa: S603  (our own module, on our own source)
            [sys.executable, "-I", str(child), limits],
            input=json.dumps({"source": source, "data": all_printable(dict(data))}).encode(),
            capture_output=True,
            timeout=BY_THE_CLOCK,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as late:
        raise NotSet("took too long") from late
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise NotSet(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout
