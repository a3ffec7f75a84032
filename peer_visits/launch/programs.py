"""Running another program and keeping what it says for the case that it fails."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from peer_visits.launch.failure import StepFailedError, advice_for

# Set by an outer environment, these would make the inner Python look for its libraries elsewhere.
_NOT_HANDED_ON = frozenset({"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"})


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment for a program of its own, with additions."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON} | more


def run_program(
    command: Sequence[str], *, cwd: Path, what: str, environment: Mapping[str, str] | None = None
) -> str:
    """Run to the end and return what was printed. Raises StepFailedError with advice."""
    result = subprocess.run(
        command,
        cwd=cwd,
        env=dict(environment or clean_environment()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode:
        raise StepFailedError(what, advice_for(result.stdout), result.stdout)
    return result.stdout
