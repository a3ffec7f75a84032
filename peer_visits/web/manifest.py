"""From an asset's plain name to the address of its built file, whose name carries a hash of its content."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from peer_visits.paths import STATIC

PREFIX = "/static/"


@cache
def load_manifest() -> dict[str, str]:
    """Built file by plain name; empty when nothing is built, as in a checkout used for development."""
    return read_manifest(STATIC / "manifest.json")


def read_manifest(path: Path) -> dict[str, str]:
    """The files a manifest names. Raises ValueError when the file is there but unreadable."""
    if not path.is_file():
        return {}
    try:
        return {str(name): str(file) for name, file in json.loads(path.read_text("utf-8"))["files"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{path} is damaged: build the assets again") from error


def asset_url(name: str) -> str:
    """Address of an asset such as "app.css". Raises KeyError when the built set does not have it."""
    manifest = load_manifest()
    if not manifest:
        return PREFIX + name
    if name not in manifest:
        raise KeyError(f"no built asset is called {name!r}; it has {', '.join(sorted(manifest))}")
    return PREFIX + manifest[name]
