"""Real Chromium, driven by mouse or by keys alone, and what every page is checked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from threading import Thread
from typing import Protocol

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Playwright
from werkzeug.serving import make_server

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_chromium() -> str | None:
    """The system's Chromium, or nothing."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def launch(playwright: Playwright, program: str) -> Browser:
    """A headless browser that talks to nobody but the pages it is sent to."""
    return playwright.chromium.launch(executable_path=program, args=list(FLAGS))


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on loopback, on a free port, as long as the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


class Hand(Protocol):
    """How a person works a page."""

    page: Page

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""

    def write(self, target: Locator, text: str) -> None:
        """Replace what a field holds."""

    def choose(self, target: Locator, label: str) -> None:
        """Choose an entry of a list."""

    def tick(self, target: Locator) -> None:
        """Set a check box."""

    def pick(self, group: Locator, number: int) -> None:
        """Choose the radio button of that number in a group that counts from 0."""

    def set_day(self, target: Locator, day: date) -> None:
        """Fill in a date."""

    def set_time(self, target: Locator, moment: time) -> None:
        """Fill in a time of day."""


class Mouse:
    """Points and clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def tick(self, target: Locator) -> None:
        target.check()

    def pick(self, group: Locator, number: int) -> None:
        group.get_by_label(str(number), exact=True).check()

    def set_day(self, target: Locator, day: date) -> None:
        target.fill(day.isoformat())

    def set_time(self, target: Locator, moment: time) -> None:
        target.fill(moment.isoformat("minutes"))


class Keyboard:
    """Reaches everything with Tab and works it with keys; never touches the pointer."""

    MOST_STEPS = 400

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        self._reach(target)
        # Through the element, which has the focus already: only so is the page waited for that the key leads to,
        # as after a click. Else a form still on its way is overtaken by whatever the story opens next.
        target.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, label: str) -> None:
        self._reach(target)
        options = target.locator("option").all_text_contents()
        wanted = [option.strip() for option in options].index(label)
        self.page.keyboard.press("Home")
        for _step in range(wanted):
            self.page.keyboard.press("ArrowDown")
        assert target.locator("option:checked").first.text_content() == options[wanted]

    def tick(self, target: Locator) -> None:
        self._reach(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        assert target.is_checked()

    def pick(self, group: Locator, number: int) -> None:
        # A group of radio buttons is one stop of the Tab key; the arrow keys choose in it.
        self.tick(group.get_by_role("radio").first)
        for _step in range(number):
            self.page.keyboard.press("ArrowRight")
        assert group.get_by_label(str(number), exact=True).is_checked()

    def set_day(self, target: Locator, day: date) -> None:
        self._reach(target)
        self.page.keyboard.type(day.strftime("%m%d%Y"))  # the browser of the tests speaks American English
        assert target.input_value() == day.isoformat()

    def set_time(self, target: Locator, moment: time) -> None:
        self._reach(target)
        self.page.keyboard.type(moment.strftime("%I%M%p"))
        assert target.input_value() == moment.isoformat("minutes")

    def _reach(self, target: Locator) -> None:
        target.wait_for()
        for _step in range(self.MOST_STEPS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached with Tab")


class Watch:
    """Listens to a page: console errors, policy reports, requests that leave this server."""

    def __init__(self, page: Page, address: str) -> None:
        self.found: list[str] = []
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.found.append(f"error: {error}"))
        page.on("request", lambda request: self._request(request.url, address))

    def _console(self, kind: str, text: str) -> None:
        # The browser reports an error page's own status as an error; that is its right answer.
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.found.append(f"console {kind}: {text}")

    def _request(self, url: str, address: str) -> None:
        if not url.startswith((address, "blob:", "data:")):
            self.found.append(f"request to {url}")


def accessibility_findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    # Of what is right only the number is told: describing every element that passed took half of the time.
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
    results = Axe().run(page, options=options).response
    return [
        f"{page.url}: {finding['id']} ({finding['impact']}) {node['target']}"
        for finding in results["violations"]
        for node in finding["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def save_picture(page: Page, path: Path) -> None:
    """A picture of the whole page, for a person to look at."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
