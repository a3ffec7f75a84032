"""The Python environment in `.venv`: made once, filled with exactly the tested versions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from peer_visits.launch.failure import NO_PIP, NO_SPACE, StepFailedError
from peer_visits.launch.programs import clean_environment, run_program
from peer_visits.launch.stamps import Stamps, hash_files

OLDEST_PYTHON = (3, 11)
NEEDED_MEGABYTES = 700


class Environment:
    """The `.venv` of a checkout, and the stamps that say what is in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.stamps = Stamps(self.folder / "stamps")

    @property
    def python(self) -> Path:
        """The environment's own Python."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def make(self) -> str:
        """Make the environment unless it stands and belongs to this Python."""
        if self.python.exists() and self.stamps.matches("python", _this_python()):
            return "ready"
        _refuse_full_disk(self.root)
        shutil.rmtree(self.folder, ignore_errors=True)
        run_program(
            [outer_python(), "-m", "venv", "--without-pip", str(self.folder)],
            cwd=self.root,
            what="The Python environment could not be made.",
        )
        self._see_the_sources()
        self.stamps.set("python", _this_python())
        return "made"

    def install(self, name: str) -> str:
        """Install the named set of requirements unless it is there: "run", or "test", which holds both."""
        wanted = self._hash_of(name)
        if self.stamps.matches(name, wanted):
            return "unchanged"
        self.stamps.forget(name)
        pip_install(self.python, self.root / "requirements" / f"{name}.txt", cwd=self.root)
        self.stamps.set(name, wanted)
        if name == "test":
            self.stamps.set("run", self._hash_of("run"))
        return "installed"

    def _hash_of(self, name: str) -> str:
        return hash_files([self.root / "requirements" / f"{name}.txt"], _this_python())

    def _see_the_sources(self) -> None:
        # One line in a .pth file is all an editable install would do here, without building anything.
        for packages in self.folder.glob("**/site-packages"):
            (packages / "peer-visits.pth").write_text(f"{self.root}\n", "utf-8")


def pip_install(python: Path, requirements: Path, *, cwd: Path) -> None:
    """Install hashed requirements into another environment with the outer pip. Raises StepFailedError."""
    options = "--quiet --no-input --no-deps --disable-pip-version-check --progress-bar=off --require-hashes"
    # Python compiles what it loads when it loads it; pip would compile five times as much, for half of its own time.
    command = [outer_pip(), "-m", "pip", "--python", str(python), "install", *options.split(), "--no-compile"]
    run_program([*command, "-r", str(requirements)], cwd=cwd, what="The libraries could not be installed.")


def outer_python() -> str:
    """The Python outside every environment: the one that may have pip."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


def outer_pip() -> str:
    """A Python that has pip. Raises StepFailedError when there is none."""
    for python in dict.fromkeys((sys.executable, outer_python())):
        if _has_pip(python):
            return python
    raise StepFailedError("Nothing can be installed.", NO_PIP)


def _has_pip(python: str) -> bool:
    look = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pip') is None)"
    return not subprocess.run([python, "-c", look], env=clean_environment(), check=False).returncode


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Refuse a Python that is too old. Raises StepFailedError."""
    if version < OLDEST_PYTHON:
        raise StepFailedError(
            f"Peer Visits needs Python 3.11 or newer; this is {version[0]}.{version[1]}.",
            "start it with a newer one, for example: python3.11 -m peer_visits run",
        )


def _this_python() -> str:
    return f"{sys.version} {outer_python()}"


def _refuse_full_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free // 2**20
    if free < NEEDED_MEGABYTES:
        raise StepFailedError(f"Only {free} MB are free, {NEEDED_MEGABYTES} are needed.", NO_SPACE)
