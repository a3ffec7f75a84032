"""What is unchanged is not done again; what changed is."""

from __future__ import annotations

from pathlib import Path

import pytest

from peer_visits.launch.stamps import Stamps, hash_files


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.css").write_text("a {}")
    (folder / "deep" / "b.js").write_text("b()")
    return folder


def test_same_files_same_hash(sources: Path) -> None:
    assert hash_files([sources]) == hash_files([sources])


@pytest.mark.parametrize("name", ["a.css", "deep/b.js", "deep/new.js"])
def test_any_change_below_changes_the_hash(sources: Path, name: str) -> None:
    before = hash_files([sources])
    (sources / name).write_text("changed")
    assert hash_files([sources]) != before


def test_a_renamed_file_changes_the_hash(sources: Path) -> None:
    before = hash_files([sources])
    (sources / "a.css").rename(sources / "c.css")
    assert hash_files([sources]) != before


def test_compiled_python_does_not_count(sources: Path) -> None:
    before = hash_files([sources])
    (sources / "__pycache__").mkdir()
    (sources / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert hash_files([sources]) == before


def test_further_words_count(sources: Path) -> None:
    assert hash_files([sources], "3.11") != hash_files([sources], "3.12")


def test_a_stamp_matches_only_what_it_was_set_for(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert not stamps.matches("run", "one")
    stamps.set("run", "one")
    assert stamps.matches("run", "one")
    assert not stamps.matches("run", "two")
    assert not stamps.matches("test", "one")


def test_a_forgotten_stamp_no_longer_matches(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    stamps.set("run", "one")
    stamps.forget("run")
    stamps.forget("run")
    assert not stamps.matches("run", "one")
