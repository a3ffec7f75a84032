"""Workers by fork: a process with the application ready, from which real workers split off in milliseconds.

What is killed is a process of its own that runs the product's `worker` command; only its imports were done before.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from flask import Flask

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """Starts workers, and gathers how they ended."""

    def __init__(self, env: dict[str, str], *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery", *arguments],
            env=env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._ask("ready")

    def start(self) -> int:
        """The process id of a new worker."""
        return self._ask("start")

    def wait(self, pid: int) -> int:
        """Wait for the end of a worker: its exit code, or the signal that killed it as a negative number."""
        return self._ask(f"wait {pid}")

    def _ask(self, line: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)


def _warm_up(app: Flask) -> None:
    """Load and compile what a worker's first turn needs, while there is no mail yet; keep no connection."""
    from peer_visits.jobs.bell import bell_of
    from peer_visits.jobs.worker import Worker
    from peer_visits.outbox.transport import MailboxTransport
    from peer_visits.storage.transaction import db

    with app.app_context():
        assert Worker(MailboxTransport(), bell_of(app)).work_once() == 0
        db.session.remove()
        db.engine.dispose()
    app.extensions["bell"] = type(app.extensions["bell"])(app.extensions["settings"])
    gc.freeze()


def main() -> None:
    """Serve what is asked on standard input, until it is closed."""
    from flask.cli import ScriptInfo

    from peer_visits import create_app
    from peer_visits.cli.worker import worker

    app = create_app()
    _warm_up(app)
    for line in sys.stdin:
        command, _blank, pid = line.strip().partition(" ")
        if command == "ready":
            answer = 0
        elif command == "wait":
            answer = os.waitstatus_to_exitcode(os.waitpid(int(pid), 0)[1])
        else:
            answer = os.fork()
            if not answer:
                sys.stdin.close()
                worker.main(args=sys.argv[1:], obj=ScriptInfo(create_app=lambda: app))
        print(answer, flush=True)


if __name__ == "__main__":
    main()
