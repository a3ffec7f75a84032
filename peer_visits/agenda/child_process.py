"""Work of ours in a process apart: it gets JSON, tells JSON line by line, has limits, and ends when nobody listens.

The process is gone when this returns, however it returns: at its own end, late, cancelled, or by a fault here.
"""

from __future__ import annotations

import json
import os
import queue
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from peer_visits.kernel.work import Cancelled, WorkFailed

ROOT = Path(__file__).resolve().parents[2]
# Libraries of linear algebra reserve memory for every thread they might start.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
POLL = 0.1  # seconds between two looks at the clock and at whether to cancel
GRACE = 8.0  # seconds that it may be late after its own time limit: a busy machine is slow to start it
MEMORY = 1_000_000_000  # bytes of data that it may hold


def working_apart(
    module: str,
    data: Any,
    *,
    seconds: float,
    cancelled: Callable[[], bool] = lambda: False,
    memory: int = MEMORY,
) -> Iterator[dict[str, Any]]:
    """What `module` tells about `data`, as it comes; ends early when time is up. Raises WorkFailed, Cancelled."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", module, str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            cwd=ROOT,
            # Nothing of ours but where the package is: the work needs no secret.
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath} | ONE_THREAD,
        )
        try:
            heard = _hear(process, json.dumps(data | {"seconds": seconds}))
            yield from _lines(heard, time.monotonic() + seconds + GRACE, cancelled)
            if process.poll() not in {None, 0}:
                raise WorkFailed(_last_words(errors))
        finally:
            process.kill()
            process.wait()


def _hear(process: subprocess.Popen[str], task: str) -> queue.Queue[str | None]:
    """Hand the task over and read beside; None is the end."""
    heard: queue.Queue[str | None] = queue.Queue()

    def talk() -> None:
        try:
            if process.stdin is not None:
                process.stdin.write(task + "\n")
                process.stdin.close()
            for line in process.stdout or ():
                heard.put(line)
        except (BrokenPipeError, ValueError):
            pass
        process.wait()
        heard.put(None)

    threading.Thread(target=talk, daemon=True).start()
    return heard


def _lines(
    heard: queue.Queue[str | None], deadline: float, cancelled: Callable[[], bool]
) -> Iterator[dict[str, Any]]:
    while time.monotonic() < deadline:
        if cancelled():
            raise Cancelled
        try:
            line = heard.get(timeout=POLL)
        except queue.Empty:
            continue
        if line is None:
            return
        yield json.loads(line)


def _last_words(errors: Any) -> str:
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return str(lines[-1]) if lines else "ended without a word"


def run_here(work: Callable[[Any, Callable[[dict[str, Any]], None]], None]) -> None:
    """The other side: limit this process, read the task, tell what `work` finds."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a library writes to the standard output must not mix with the news.
    news = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    work(json.loads(sys.stdin.readline()), lambda told: print(json.dumps(told), file=news))
