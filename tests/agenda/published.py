"""The published agendas and breakouts, and their proven answers."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
AGENDAS = tuple(sorted(path.stem for path in (DATA / "schedule" / "instances").glob("*.json")))
BREAKOUTS = tuple(
    sorted(path.stem for path in (DATA / "breakout").glob("*.json") if ".expected" not in path.name)
)


@cache
def agenda(name: str) -> Any:
    """An agenda as JSON."""
    return json.loads(agenda_file(name).read_text("utf-8"))


def agenda_file(name: str) -> Path:
    """Where it stands."""
    return DATA / "schedule" / "instances" / f"{name}.json"


@cache
def expected_agenda(name: str) -> Any:
    """Its proven answer."""
    return json.loads((DATA / "schedule" / "expected" / f"{name}.json").read_text("utf-8"))


@cache
def breakout(name: str) -> Any:
    """People to mix, as JSON."""
    return json.loads(breakout_file(name).read_text("utf-8"))


def breakout_file(name: str) -> Path:
    """Where they stand."""
    return DATA / "breakout" / f"{name}.json"


@cache
def expected_breakout(name: str) -> Any:
    """Their proven answer."""
    return json.loads((DATA / "breakout" / f"{name}.expected.json").read_text("utf-8"))
