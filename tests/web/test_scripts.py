"""The small scripts, in a real browser, on the style guide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support import apps
from tests.support.browser import Watch, accessibility_findings, overflow, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application on loopback; the style guide needs no rows, so one kind of database will do."""
    folder = Path(tmp_path_factory.mktemp("style"))
    with serving(
        apps.make_app(apps.test_settings(folder, f"sqlite:///{folder / 'style.sqlite'}"))
    ) as address:
        yield address


@pytest.fixture
def guide(chromium: Browser, address: str) -> Iterator[Page]:
    """The style guide, watched: no console error, no policy report, no request that leaves."""
    # Without motion, or a colour on its way from light to dark would be measured.
    with chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce") as context:
        page = context.new_page()
        watch = Watch(page, address)
        page.goto(f"{address}/dev/style")
        yield page
        assert watch.found == []


def order(page: Page) -> list[str]:
    """Names in the order shown, each with the position that would be sent."""
    script = (
        "lines => lines.map(line => line.dataset.name + ' ' + line.querySelector('[data-position]').value)"
    )
    return list(page.locator(".ranking > li").evaluate_all(script))


def said(page: Page) -> str:
    """What the status line says."""
    return page.locator("[data-ranking-status]").text_content() or ""


def test_buttons_move_a_line(guide: Page) -> None:
    guide.get_by_label("Move down: Vantaa").click()
    assert order(guide) == ["Kortrijk 1", "Vantaa 2", "Šibenik 3"]
    assert said(guide) == "Vantaa, position 2 of 3."
    assert guide.get_by_label("Move up: Kortrijk").is_disabled()


def test_keys_move_a_line_and_put_it_down(guide: Page) -> None:
    guide.get_by_label("Pick up: Šibenik").focus()
    for key in ("Space", "ArrowUp", "ArrowUp", "Space"):
        guide.keyboard.press(key)
    assert order(guide) == ["Šibenik 1", "Vantaa 2", "Kortrijk 3"]
    assert said(guide) == "Šibenik put down at position 1 of 3."


def test_escape_puts_a_line_back_where_it_was(guide: Page) -> None:
    guide.get_by_label("Pick up: Šibenik").focus()
    for key in ("Space", "ArrowUp", "Escape"):
        guide.keyboard.press(key)
    assert order(guide) == ["Vantaa 1", "Kortrijk 2", "Šibenik 3"]
    assert guide.evaluate("document.activeElement.getAttribute('aria-label')") == "Pick up: Šibenik"


def test_arrows_do_nothing_while_no_line_is_held(guide: Page) -> None:
    guide.get_by_label("Pick up: Šibenik").focus()
    guide.keyboard.press("ArrowUp")
    assert order(guide) == ["Vantaa 1", "Kortrijk 2", "Šibenik 3"]


def test_a_line_follows_the_pointer(guide: Page) -> None:
    grip = guide.get_by_label("Pick up: Šibenik")
    grip.scroll_into_view_if_needed()
    start, top = grip.bounding_box(), guide.locator(".ranking > li").first.bounding_box()
    assert start is not None
    assert top is not None
    guide.mouse.move(start["x"] + 10, start["y"] + 10)
    guide.mouse.down()
    guide.mouse.move(start["x"] + 10, top["y"] - 5, steps=12)
    guide.mouse.up()
    assert order(guide) == ["Šibenik 1", "Vantaa 2", "Kortrijk 3"]
    assert guide.locator(".held").count() == 0


def test_characters_are_counted_as_the_server_counts_them(guide: Page) -> None:
    field = guide.locator("#motivation")
    field.fill("  a\nb😀e\u0301  ")
    assert guide.locator("#motivation-count").text_content() == "Characters left: 295"
    field.fill("x" * 301)
    assert guide.locator("#motivation-count").text_content() == "Characters too many: 1"


def test_a_password_is_shown_on_demand_and_hidden_again(guide: Page) -> None:
    field = guide.locator("#secret")
    guide.get_by_role("button", name="Show").first.click()
    assert field.get_attribute("type") == "text"
    guide.get_by_role("button", name="Hide").first.click()
    assert field.get_attribute("type") == "password"


def test_the_summary_takes_focus_and_leads_to_the_field(guide: Page) -> None:
    assert guide.evaluate("document.activeElement.matches('[data-summary]')")
    guide.get_by_role("link", name="How it is held").click()
    assert guide.evaluate("document.activeElement.id") == "bad-format-0"


def test_escape_closes_the_menu_and_gives_focus_back(guide: Page) -> None:
    guide.set_viewport_size({"width": 390, "height": 800})
    guide.locator(".nav-narrow summary").click()
    guide.keyboard.press("Escape")
    assert guide.locator(".nav-narrow[open]").count() == 0
    assert guide.evaluate("document.activeElement.matches('.nav-narrow summary')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_accessibility_findings(guide: Page, width: int, scheme: str) -> None:
    guide.set_viewport_size({"width": width, "height": 900})
    guide.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    assert accessibility_findings(guide) == []


def test_nothing_scrolls_sideways_at_320(guide: Page) -> None:
    guide.set_viewport_size({"width": 320, "height": 800})
    assert overflow(guide) <= 0
