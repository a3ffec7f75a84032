"""Where the bytes of files lie: one interface, and the local folder behind it."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import phrase

KEEP_FREE = 500 * 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")


class Store(Protocol):
    """Files by key: written once, never changed."""

    def put(self, source: Path) -> str:
        """Keep a copy under a new key, safely on disk before this returns."""

    def open(self, key: str) -> IO[bytes]:
        """Read a file. Raises NotFound."""

    def has(self, key: str) -> bool:
        """Whether the file is there."""

    def remove(self, key: str) -> None:
        """Remove a file; one that is gone already is fine."""


class FolderStore:
    """A folder of files named by random keys, spread over 256 subfolders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: Path) -> str:
        """Copy, flush to disk, rename: a name in the folder is always a whole file."""
        key = secrets.token_hex(32)
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(target.parent).free < KEEP_FREE:
            raise Refused(
                phrase(
                    "There is no room for files at the moment. The organiser's technicians know; try later."
                )
            )
        unfinished = target.with_suffix(".part")
        try:
            _copy(source, unfinished)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
        _flush_folder(target.parent)
        return key

    def open(self, key: str) -> IO[bytes]:
        """The file's bytes. Raises NotFound."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise NotFound from error

    def has(self, key: str) -> bool:
        """Whether the file is there, whole."""
        return self._path(key).is_file()

    def remove(self, key: str) -> None:
        """Remove the file, or what was left of writing it."""
        path = self._path(key.removesuffix(".part"))
        (path.with_suffix(".part") if key.endswith(".part") else path).unlink(missing_ok=True)

    def keys_before(self, moment: float) -> Iterator[str]:
        """The keys of files last written before a moment in seconds since 1970; also what was left unfinished."""
        for path in self._folder.glob("??/*"):
            if path.is_file() and path.stat().st_mtime < moment:
                yield path.name

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotFound
        return self._folder / key[:2] / key


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reading, target.open("xb") as writing:
        shutil.copyfileobj(reading, writing)
        writing.flush()
        os.fsync(writing.fileno())


def _flush_folder(folder: Path) -> None:
    """A new name is safe only once its folder is on disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
