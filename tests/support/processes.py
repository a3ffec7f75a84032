"""The product's own commands as processes, on an instance of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(instance: Path, **changes: str) -> dict[str, str]:
    """A clean environment for a process of the product."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PEER_VISITS_INSTANCE": str(instance), "PYTHONPATH": str(ROOT), **changes}


def flask_command(*arguments: str) -> list[str]:
    """`flask --app wsgi ...` with this Python."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def run_flask(env: dict[str, str], *arguments: str) -> str:
    """Run a command to its end and give what it printed; a failure raises with its errors."""
    done = subprocess.run(
        flask_command(*arguments), env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise RuntimeError(f"{arguments}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def start_flask(env: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command that goes on running."""
    return subprocess.Popen(
        flask_command(*arguments), env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
