"""The folder of files: whole files only, under names nobody chose."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from peer_visits.files.store import FolderStore
from peer_visits.kernel.errors import NotFound, Refused

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"the document")
    return path


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "uploads")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_in_can_be_read_again(store: FolderStore, source: Path) -> None:
    key = store.put(source)
    with store.open(key) as opened:
        assert opened.read() == b"the document"
    assert store.has(key)


def test_the_same_file_twice_is_two_files(store: FolderStore, source: Path) -> None:
    assert store.put(source) != store.put(source)


def test_a_removed_file_is_gone_and_may_be_removed_again(store: FolderStore, source: Path) -> None:
    key = store.put(source)
    store.remove(key)
    store.remove(key)
    assert not store.has(key)
    with pytest.raises(NotFound):
        store.open(key)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "0" * 64])
def test_only_keys_of_the_store_lead_to_a_file(store: FolderStore, key: str) -> None:
    with pytest.raises(NotFound):
        store.open(key)


def test_a_full_disk_refuses_the_file(
    store: FolderStore, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 1000))
    with pytest.raises(Refused):
        store.put(source)
    assert files_in(tmp_path / "uploads") == []
