"""The published calls and their proven answers."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
TINY = tuple(sorted(path.stem for path in (DATA / "instances").glob("t*.json")))
MEDIUM = tuple(sorted(path.stem for path in (DATA / "instances").glob("m*.json")))

# More than ten processor seconds each.
LONG = ("m1-240x10-standard", "m2-240x10-tight", "m8-3000x10-tight")


@cache
def call(name: str) -> Any:
    """A call as JSON."""
    return json.loads((DATA / "instances" / f"{name}.json").read_text("utf-8"))


@cache
def expected(name: str) -> Any:
    """Its proven answer."""
    return json.loads((DATA / "expected" / f"{name}.json").read_text("utf-8"))
