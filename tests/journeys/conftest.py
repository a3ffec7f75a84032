"""A real browser in front of a real server, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import missing
from tests.support.browser import find_chromium, launch


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys."""
    program = find_chromium()
    if program is None:
        missing("Chromium")
        return
    with sync_playwright() as playwright:
        browser = launch(playwright, program)
        yield browser
        browser.close()
