"""Every text of mail in every language in a real browser, narrow and wide, in light and dark, and with pictures off.

`PICTURES=folder` keeps a picture of each for a person to look at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from peer_visits.outbox.kinds import topic_of
from peer_visits.outbox.wording.speech import LANGUAGES
from peer_visits.web.pattern_picture import png
from tests.outbox.wording.samples import WORDINGS, rendered
from tests.support.browser import overflow, save_picture

pytestmark = pytest.mark.browser
# Widths of pictures: a phone, and a reading pane in which the sheet shows its edges.
PHONE, PANE = 390, 640
NARROWEST = 320
# Longer than any word or address of a sample, as people type them.
LONG = "Donaudampfschifffahrtsgesellschaft" * 3
# What concerns the words and the sheet; a mail is no page of its own.
RULES = [
    "color-contrast",
    "link-name",
    "image-alt",
    "list",
    "html-has-lang",
    "html-lang-valid",
    "link-in-text-block",
]


@cache
def html_of(name: str, language: str) -> str:
    """The HTML part, with a way to leave where people may do without."""
    leave_url = "https://visits.example.org/mail/unsubscribe/x" if topic_of(name) else ""
    return rendered(name, language, leave_url=leave_url).html


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that gets its patterns from here, and nothing else from anywhere."""
    page = chromium.new_page(viewport={"width": PHONE, "height": 800})
    page.route("**/*", _answer)
    yield page
    page.close()


def _answer(route: Route) -> None:
    parts = urlsplit(route.request.url)
    if parts.path.startswith("/share/") and parse_qs(parts.query) == {"shape": ["band"]}:
        slug = parts.path.removeprefix("/share/").removesuffix(".png")
        route.fulfill(body=png(slug, 600, 120), content_type="image/png")
    else:
        route.abort()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_is_wider_than_the_narrowest_window(page: Page, language: str) -> None:
    wide = {}
    for name in WORDINGS:
        page.set_viewport_size({"width": NARROWEST, "height": 800})
        page.set_content(html_of(name, language))
        if is_too_wide(page):
            wide[name] = overflow(page)
        if "PICTURES" in os.environ:
            take_pictures(page, name, language)
    assert wide == {}


def is_too_wide(page: Page) -> bool:
    """Whether the window scrolls sideways, or the sheet cuts off what is in it."""
    cut = page.locator(".sheet").evaluate("one => one.scrollWidth > one.clientWidth")
    return bool(cut) or overflow(page) > 0


def take_pictures(page: Page, name: str, language: str) -> None:
    """The mail on a phone and in a reading pane, in dark, and as it is where no pictures are shown."""
    for width, scheme in ((PHONE, "light"), (PANE, "light"), (PHONE, "dark")):
        page.set_viewport_size({"width": width, "height": 400})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        keep_picture(page, name, f"{language}-{width}-{scheme}")
    page.emulate_media(color_scheme="light")
    page.set_content(html_of(name, language).replace("/share/", "/off/"))
    keep_picture(page, name, f"{language}-{PHONE}-off")


def keep_picture(page: Page, name: str, folder: str) -> None:
    save_picture(page, Path(os.environ["PICTURES"]) / folder / f"{name}.png")


def test_a_word_without_end_breaks(page: Page) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    item = {**WORDINGS["agenda.published"].sample["items"][0], "title": LONG}
    page.set_content(rendered("agenda.published", title=LONG, days=[(item["starts_at"].date(), [item])]).html)
    assert page.locator("text=Donaudampf").count() > 1
    assert not is_too_wide(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_light_and_dark(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = []
    for name in WORDINGS:
        page.set_content(html_of(name, "en"))
        results = Axe().run(page, options={"runOnly": {"type": "rule", "values": RULES}}).response
        found += [(name, one["id"], node["target"]) for one in results["violations"] for node in one["nodes"]]
    assert found == []
