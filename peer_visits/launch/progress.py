"""One line per step: what is being done, then how it went and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable

from peer_visits.launch.failure import StepFailedError, advice_for_os

Step = Callable[[], str]


class Progress:
    """Numbers the steps of one command and prints a line for each."""

    def __init__(self, total: int, write: Callable[[str], None] | None = None) -> None:
        self._total = total
        self._number = 0
        self._write = write or _print

    def do(self, title: str, step: Step) -> None:
        """Run a step, which returns a word on what it did. Raises StepFailedError."""
        self._number += 1
        self._write(f"{self._number}/{self._total} {title} ... ")
        begun = time.monotonic()
        try:
            done = step()
        except OSError as error:
            self._write("failed\n")
            raise StepFailedError(f"{title}: {error}", advice_for_os(error)) from error
        except Exception:
            self._write("failed\n")
            raise
        self._write(f"{done} {took(time.monotonic() - begun)}\n")


def took(seconds: float) -> str:
    """A duration in words a person reads: "in 3 s"."""
    return f"in {seconds:.1f} s" if seconds < 10 else f"in {seconds:.0f} s"


def _print(text: str) -> None:
    print(text, end="", flush=True)
