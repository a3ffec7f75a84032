"""The test command: style, types, order of the rooms, templates, then behaviour."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from peer_visits.launch.failure import StepFailedError
from peer_visits.launch.programs import clean_environment, run_program
from peer_visits.launch.progress import Progress

# What a person has set for running must not reach the tests.
_SETTINGS = (
    "DATABASE_URL", "SMTP_URL", "PORT", "HOST", "PUBLIC_URL", "SECRET_KEY", "MAIL_SENDER", "TRUSTED_HOSTS",
    "PROXY_COUNT", "DEFAULT_ZONE", "UPLOAD_MEGABYTES", "PEER_VISITS_INSTANCE", "PEER_VISITS_DEMO",
)  # fmt: skip
_CHECKS = (
    ("Style of the code", ("ruff", "check", "--quiet", ".")),
    ("Layout of the code", ("ruff", "format", "--quiet", "--diff", ".")),
    ("Types", ("mypy",)),
    ("Order of the rooms", ("lint-imports",)),
    ("Templates", ("djlint", "templates", "--lint", "--quiet")),
)


def run_checks(python: Path, root: Path, progress: Progress, more: Sequence[str], *, heavy: bool) -> int:
    """Run every check, then the tests; 0 when all passed, and then pytest has the last word."""
    failed = [title for title, command in _CHECKS if not _passes(python, root, progress, title, command)]
    code = _run_tests(python, root, more, heavy=heavy)
    if failed:
        print(f"Failed besides the tests: {', '.join(failed)} (see above)")
    return code or int(bool(failed))


def _passes(python: Path, root: Path, progress: Progress, title: str, command: Sequence[str]) -> bool:
    program, *arguments = command
    try:
        progress.do(title, lambda: _check([str(python.parent / program), *arguments], root))
    except StepFailedError as failure:
        print(failure.output)
        return False
    return True


def _check(command: Sequence[str], root: Path) -> str:
    run_program(command, cwd=root, what="A check failed.")
    return "passed"


def _run_tests(python: Path, root: Path, more: Sequence[str], *, heavy: bool) -> int:
    # Whoever is done first takes over half of what the other still has: no processor waits for one long file.
    command = [str(python), "-m", "pytest", "-n", "2", "--dist", "worksteal", *more]
    print(f"Tests: {' '.join(command[1:])}", flush=True)
    return subprocess.run(
        command, cwd=root, env=own_environment(heavy=heavy), stdin=subprocess.DEVNULL, check=False
    ).returncode


def own_environment(*, heavy: bool) -> dict[str, str]:
    """This process's environment without the settings of a running product."""
    environment = {name: value for name, value in clean_environment().items() if name not in _SETTINGS}
    if heavy:
        environment["PEER_VISITS_HEAVY"] = "1"
    return environment | {"PATH": os.environ.get("PATH", os.defpath)}
