"""One line per step."""

from __future__ import annotations

import errno
import re

import pytest

from peer_visits.launch.failure import NO_SPACE, StepFailedError
from peer_visits.launch.progress import Progress, took


def test_each_step_is_numbered_and_says_how_it_went() -> None:
    written: list[str] = []
    progress = Progress(2, written.append)
    progress.do("Libraries", lambda: "installed")
    progress.do("Style", lambda: "unchanged")
    assert re.fullmatch(
        r"1/2 Libraries \.\.\. installed in \d\.\d s\n2/2 Style \.\.\. unchanged in \d\.\d s\n",
        "".join(written),
    )


def test_a_refused_file_becomes_a_failure_with_advice() -> None:
    def step() -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    written: list[str] = []
    with pytest.raises(StepFailedError, match="Libraries: ") as failed:
        Progress(1, written.append).do("Libraries", step)
    assert failed.value.advice == NO_SPACE
    assert "".join(written) == "1/1 Libraries ... failed\n"


@pytest.mark.parametrize(("seconds", "words"), [(0.04, "in 0.0 s"), (3.21, "in 3.2 s"), (22.4, "in 22 s")])
def test_durations_read_plainly(seconds: float, words: str) -> None:
    assert took(seconds) == words
