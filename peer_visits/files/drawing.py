"""Draws the pages of a kept PDF as pictures, with the text of each, in the limited child that opens uploads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from peer_visits.files.inspection import PUBLIC_LIMITS, Limits, run_child
from peer_visits.files.rules import readable_text
from peer_visits.files.store import Store

# As many as one child draws before another begins afresh.
AT_ONCE = 20
# Pages are read on screen, so a page's text is far shorter than a document's.
DRAWING_LIMITS = replace(PUBLIC_LIMITS, letters=50_000)


@dataclass(frozen=True)
class DrawnPage:
    """A page: its number from 1, its text, and the key of its picture; none if it could not be drawn."""

    number: int
    text: str
    picture_key: str | None


def draw_pages(
    store: Store, key: str, first: int, pages: int, limits: Limits = DRAWING_LIMITS
) -> Sequence[DrawnPage]:
    """Draw pages from `first` on, some of them or all; at least one, so that every call gets on.

    A page that stops the child has neither picture nor text. Raises NotFound if the file is gone.
    """
    last = min(pages, first + AT_ONCE - 1)
    with TemporaryDirectory() as folder, store.open(key) as kept:
        path, drawn = Path(folder, "kept.pdf"), Path(folder, "pages")
        path.write_bytes(kept.read())
        drawn.mkdir()
        run_child("pages", path, limits, clean=str(drawn), more={"first": first, "last": last})
        found = [
            _keep(store, drawn, number) for number in range(first, last + 1) if _words(drawn, number).exists()
        ]
    return found or [DrawnPage(first, "", None)]


def _keep(store: Store, drawn: Path, number: int) -> DrawnPage:
    picture = drawn / f"{number}.jpg"
    text = readable_text(json.loads(_words(drawn, number).read_text("utf-8")))
    return DrawnPage(number, text, store.put(picture) if picture.exists() else None)


def _words(drawn: Path, number: int) -> Path:
    """Written last, so a page is whole when it is there."""
    return drawn / f"{number}.json"
