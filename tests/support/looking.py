"""Pages for a person to look at: with `PICTURES=folder` the browser tests keep a picture of each as they pass."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Page

from tests.support.browser import accessibility_findings, overflow, save_picture

FOLDER = os.environ.get("PICTURES")
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{40,}")
_LONGEST_NAME = 120


def keep_picture(page: Page, name: str) -> None:
    """The page as it stands, if pictures are wanted."""
    if FOLDER:
        save_picture(page, Path(FOLDER) / f"{name}.png")


def picture_name(path: str) -> str:
    """The name of a page's picture, from its address without what changes from run to run."""
    return re.sub(r"\W+", "-", _IDS.sub("id", path)).strip("-")[:_LONGEST_NAME] or "home"


def look_at(page: Page, name: str) -> None:
    """Nothing to find fault with, wide and narrow; pictures of the four views if they are wanted."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 1000})
        assert accessibility_findings(page) == []
        assert overflow(page) <= 0
        for scheme in ("light", "dark") if FOLDER else ():
            page.emulate_media(color_scheme=scheme)
            keep_picture(page, f"{name}-{width}-{scheme}")
        page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 1280, "height": 1000})
