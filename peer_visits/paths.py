"""Where the product's own files are, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
_BUNDLED = PACKAGE / "_bundled"


def is_checkout() -> bool:
    """Whether the sources are here; an installed wheel has neither requirements nor asset sources."""
    return not _BUNDLED.is_dir()


def _at_top(name: str) -> Path:
    return ROOT / name if is_checkout() else _BUNDLED / name


TEMPLATES = _at_top("templates")
MIGRATIONS = _at_top("migrations")
ASSETS = PACKAGE / "web" / "assets"
STATIC = PACKAGE / "web" / "static"
DATA = PACKAGE / "demo" / "data"
