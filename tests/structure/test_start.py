"""What a start loads: a library that only some requests need is imported by them, so that a start stays short."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.processes import environment

# Each takes a tenth of a second or more to load.
LATE = (
    "huey",
    "redis",
    "psycopg",
    "xlsxwriter",
    "openpyxl",
    "PIL",
    "numpy",
    "highspy",
    "ortools",
    "icalendar",
)
SHOW = "import sys, wsgi; print('\\n'.join(sys.modules))"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("start")
    result = subprocess.run(
        [sys.executable, "-c", SHOW], env=environment(folder), capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


def test_the_program_is_loaded(loaded: set[str]) -> None:
    assert {"flask", "peer_visits.places.views"} <= loaded


@pytest.mark.parametrize("library", LATE)
def test_is_loaded_when_first_needed(library: str, loaded: set[str]) -> None:
    assert library not in loaded
