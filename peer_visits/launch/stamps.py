"""A step whose inputs have not changed since it last succeeded is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def hash_files(paths: Iterable[Path], *more: str) -> str:
    """One hash over names and contents of files, folders taken whole, and further words."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        for file in _files(path):
            digest.update(f"{file.relative_to(path.parent)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    for word in more:
        digest.update(f"\0{word}".encode())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


class Stamps:
    """One small file per step, holding the hash of what the step was last done for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def matches(self, step: str, value: str) -> bool:
        """Whether the step was last done for exactly this."""
        file = self._folder / step
        return file.is_file() and file.read_text("utf-8") == value

    def set(self, step: str, value: str) -> None:
        """Remember that the step is done for this."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / step).write_text(value, "utf-8")

    def forget(self, step: str) -> None:
        """The step is about to be done anew: a failure must not look finished."""
        (self._folder / step).unlink(missing_ok=True)
