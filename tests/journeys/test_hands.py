"""Both hands wait for the page a press leads to, however slow its server."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.journeys.stage import HANDS
from tests.support.browser import serving

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("hand", sorted(HANDS))
def test_a_form_on_its_way_is_not_overtaken(chromium: Browser, hand: str) -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "<form method=post action=/saved><button>Save</button></form>")
    app.add_url_rule("/saved", "saved", slowly_saved, methods=["POST"])
    with serving(app) as address, chromium.new_context() as context:
        page = context.new_page()
        page.goto(address)
        HANDS[hand](page).press(page.get_by_role("button"))
        assert page.url == f"{address}/saved"


def slowly_saved() -> str:
    time.sleep(0.3)
    return "Saved"
