"""Every library is pinned by hash, and no file names where it came from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from peer_visits.paths import ROOT

SETS = sorted((ROOT / "requirements").glob("*.txt"))


def pins(path: Path) -> set[str]:
    return set(re.findall(r"^[a-z0-9._-]+==[^ ;\\]+", path.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_every_pin_has_hashes(path: Path) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", path.read_text("utf-8").strip())
    assert blocks
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("path", [*SETS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_no_file_names_an_index(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "index-url" not in text
    assert "find-links" not in text
    assert '"resolved"' not in text


def test_the_tests_run_with_what_runs_in_service() -> None:
    assert pins(ROOT / "requirements/run.txt") <= pins(ROOT / "requirements/test.txt")


def test_the_package_asks_for_every_library_that_run_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[><=\[]", name)[0] for name in project["dependencies"]}
    lines = (ROOT / "requirements/run.in").read_text("utf-8").splitlines()
    named = {re.split(r"[><=\[]", line)[0] for line in lines if line and not line.startswith("#")}
    assert asked == named
