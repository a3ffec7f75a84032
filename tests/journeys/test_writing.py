"""An author, the host and the organiser at one report, by mouse and by keys: written, reviewed, published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import db, reading
from tests.journeys.stage import Player, Stage, mails_of, people_of_the_story
from tests.support import apps
from tests.support.browser import accessibility_findings, serving

pytestmark = pytest.mark.browser


@pytest.fixture(params=["mouse", "keyboard"])
def stage(chromium: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'desk.sqlite'}"), csrf=True)
    with app.app_context(), serving(app) as address:
        stage = Stage(chromium, address, request.param)
        yield stage
        stage.close()
        db.session.remove()


def document() -> AnalyticalDocument:
    reading().rollback()
    return reading().scalars(select(AnalyticalDocument)).one()


def open_section(player: Player, heading: str) -> None:
    player.go(f"/documents/{document().id}/text")
    player.press(f"Write: {heading}")


def test_a_report_is_written_together_reviewed_and_published(stage: Stage) -> None:
    people = people_of_the_story()
    anton, hanna = stage.signed_in(people["author"]), stage.signed_in(people["host"])
    begin(anton)
    write_at_once(anton, hanna)
    assert accessibility_findings(anton.page) == []
    look_back(hanna)
    olga = stage.signed_in(people["organiser"])
    review(anton, olga)
    olga.press("Publish in the library")
    olga.sees("The document is published and stands in the library.")
    found = document()
    assert found.state is DocumentState.PUBLISHED
    hanna.go("/library?q=neighbours")
    hanna.sees("What Rotterdam taught")
    assert stage.found == []


def begin(anton: Player) -> None:
    anton.go(f"/documents/{document().id}")
    anton.press("Write it here")
    anton.sees("The sections are laid out.")
    anton.go(f"/documents/{document().id}")
    anton.write("Title", "What Rotterdam taught")
    anton.press("Save what is said about it")
    anton.sees("The document is saved.")


def write_at_once(anton: Player, hanna: Player) -> None:
    """Both open the same section; the later save is shown both texts, and keeps both."""
    open_section(anton, "Lessons")
    open_section(hanna, "Lessons")
    anton.write("Text", "Ask the neighbours first.")
    anton.press("See how it reads")
    anton.sees("As it reads. Nothing is saved yet.")
    anton.press("Save this section")
    anton.sees("“Lessons” is saved.")
    hanna.write("Text", "Ask the shops first.")
    hanna.press("Save this section")
    hanna.sees("has saved this section while you were writing.")
    assert accessibility_findings(hanna.page) == []
    expect(hanna.page.get_by_label("The other text")).to_have_value("Ask the neighbours first.")
    expect(hanna.page.locator("textarea[name=text]")).to_have_value("Ask the shops first.")
    hanna.hand.write(hanna.page.locator("textarea[name=text]"), "Ask neighbours and shops first.")
    hanna.press("Save this section")
    hanna.sees("“Lessons” is saved.")


def look_back(hanna: Player) -> None:
    lessons = hanna.page.locator("section:has(h2:text-is('Lessons'))")
    hanna.press_locator(lessons.get_by_role("link", name="Versions"))
    hanna.sees("From version 2 to version 3")
    expect(hanna.page.locator("main ins").filter(has_text="shops").first).to_be_visible()
    assert accessibility_findings(hanna.page) == []
    hanna.press("Restore version 2")
    hanna.sees("Version 2 stands again, as a new version.")


def review(anton: Player, olga: Player) -> None:
    """Sent in, commented on, given back, answered, sent in again."""
    address = f"/documents/{document().id}"
    anton.go(address)
    anton.press("Send it to the organiser")
    anton.sees("The document is with the organiser.")
    olga.go(f"{address}/text")
    lessons = olga.page.locator("section:has(h2:text-is('Lessons'))")
    olga.press_locator(lessons.locator("summary").last)
    olga.hand.write(lessons.locator("textarea").last, "Which neighbours?")
    olga.press_locator(lessons.get_by_role("button").last)
    olga.sees("Your comment stands there now.")
    olga.go(address)
    olga.write("What should be changed", "See my comment.")
    olga.press("Give it back")
    olga.sees("The document is back with its authors.")
    assert len(mails_of("document.returned")) == 1
    anton.go(f"{address}/text")
    anton.press_locator(anton.page.locator(".said summary").first)
    anton.hand.write(anton.page.locator(".said textarea").first, "Those of the street.")
    anton.press("Answer and close")
    anton.sees("The comment is answered.")
    anton.go(address)
    anton.press("Send it to the organiser")
    anton.sees("The document is with the organiser.")
    olga.go(address)
