"""Child processes that live and end together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


class Children:
    """Server and worker. A signal, or the end of one, ends all."""

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_stop = False

    def listen_to_signals(self) -> None:
        """Ctrl-C and SIGTERM ask to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        keeps: Sequence[int] = (),
    ) -> None:
        """Start a child in a session of its own: Ctrl-C reaches us alone, and we end it in order.

        It keeps open the files whose numbers are given.
        """
        self._processes[name] = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            pass_fds=keeps,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )

    def first_ended(self) -> tuple[str, int] | None:
        """A child that has ended by itself, with its exit code."""
        for name, process in self._processes.items():
            code = process.poll()
            if code is not None:
                return name, code
        return None

    def watch(self) -> tuple[str, int] | None:
        """Wait until asked to stop (None) or until a child ends."""
        while not self.asked_to_stop:
            ended = self.first_ended()
            if ended:
                return ended
            time.sleep(0.2)
        return None

    def stop(self) -> list[str]:
        """End all, let them finish for 30 s; the names of those that had to be killed."""
        for process in self._processes.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        return [name for name, process in self._processes.items() if not _ends_before(process, deadline)]

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked_to_stop:
            # Asked a second time: no more waiting.
            for process in self._processes.values():
                _signal(process, signal.SIGKILL)
        self.asked_to_stop = True


def _ends_before(process: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        os.kill(process.pid, number)


def end_with_parent() -> None:
    """Let this process end with the one that started it: a killed supervisor leaves no server that holds the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
