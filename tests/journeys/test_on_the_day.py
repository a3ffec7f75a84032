"""The day of a visit in a real browser: now and next renews itself, a phone moves sessions by touch, sheets print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, AgendaSpeaker
from peer_visits.agenda.services.people import name_key
from peer_visits.agenda.services.speakers import invite_speaker
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.agenda.showing.stage import Stage, make_stage
from tests.journeys.stage import link_in, mails_of
from tests.journeys.test_shared_board import window
from tests.support import apps
from tests.support.browser import Watch, serving
from tests.support.looking import look_at

pytestmark = pytest.mark.browser


@dataclass
class Day:
    """A visit with an agenda, served, and a browser for each of its people."""

    app: Flask
    chromium: Browser
    address: str
    stage: Stage
    contexts: list[BrowserContext]
    watches: list[Watch]

    def page(self, name: str) -> Page:
        """A window of one of them."""
        person = reading().get_one(Person, self.stage.people[name])
        return self._watched(window(self.app, self.chromium, self.address, person))

    def phone(self, name: str) -> Page:
        """The same on a phone that is touched."""
        person = reading().get_one(Person, self.stage.people[name])
        cookie = apps.sign_in(self.app.test_client(), person).get_cookie("session")
        assert cookie
        context = self.chromium.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, reduced_motion="reduce"
        )
        context.add_cookies([{"name": "session", "value": cookie.value, "url": self.address}])
        return self._watched(context)

    def visitor(self) -> Page:
        """Somebody who is not signed in."""
        return self._watched(self.chromium.new_context(viewport={"width": 1280, "height": 1000}))

    def _watched(self, context: BrowserContext) -> Page:
        self.contexts.append(context)
        page = context.new_page()
        self.watches.append(Watch(page, self.address))
        return page


@pytest.fixture
def day(chromium: Browser, tmp_path: Path) -> Iterator[Day]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'day.sqlite'}"), csrf=True)
    with app.app_context():
        stage = make_stage(lambda _person: app.test_client(), app.test_client())
        with serving(app) as address:
            made = Day(app, chromium, address, stage, [], [])
            yield made
            assert [found for watch in made.watches for found in watch.found] == []
            for context in made.contexts:
                context.close()
        db.session.remove()


def look_again(page: Page, words: str) -> None:
    """The reader comes back to the page now and then, until it says this by itself."""
    for _try in range(60):
        if page.locator("main").get_by_text(words).count():
            return
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_timeout(250)
    pytest.fail(f"the page never said: {words}")


def test_now_and_next_renews_itself_when_something_ends_or_is_published(day: Day) -> None:
    now = clock.now()
    day.stage.add("Welcome", begins=now - timedelta(minutes=30))
    walk = day.stage.add("Walk along the canal", begins=now + timedelta(minutes=75))
    day.stage.publish(clock.now())
    page = day.page("ann")
    page.goto(f"{day.address}/places/{day.stage.places['ann']}/now")
    page.get_by_role("heading", name="Welcome").wait_for()
    page.get_by_role("link", name="Check in with the code you are shown").wait_for()
    look_at(page, "now")
    day.stage.change(day.stage.sessions[0], ends_at=clock.now() + timedelta(seconds=10))
    day.stage.publish(clock.now())
    look_again(page, "release 2")
    look_again(page, "Nothing is on at this moment.")
    day.stage.change(walk, title="Boat along the canal")
    day.stage.publish(clock.now())
    look_again(page, "Boat along the canal")
    look_at(page, "next")


def test_a_session_is_moved_by_touch_on_a_phone(day: Day) -> None:
    with writing() as session:
        visit = session.get_one(Visit, day.stage.visit_id)
        start = clock.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
        visit.announced_starts_on = visit.announced_ends_on = start.date()
    moved = day.stage.add("Welcome", begins=start, minutes=45)
    page = day.phone("host")
    page.goto(f"{day.address}/agenda/{day.stage.slug}")
    card = page.locator('li[data-name="Welcome"]')
    grip = card.locator("[data-grip]")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box
    before = page.evaluate("window.scrollY")
    drag_by_touch(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, down=60)
    page.locator('[data-agenda]:not([data-version="0"])').wait_for()
    assert page.evaluate("window.scrollY") == before  # the finger held the session, not the page
    reading().rollback()
    found = reading().get_one(AgendaSession, moved)
    assert found.starts_at
    assert timedelta(minutes=15) <= found.starts_at - start <= timedelta(hours=3)
    assert found.minutes == 45
    look_at(page, "phone")


def drag_by_touch(page: Page, x: float, y: float, *, down: int) -> None:
    """A finger on this place, carried down by so many pixels, and lifted."""
    finger = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        *(("touchMove", [{"x": x, "y": y + step}]) for step in range(10, down + 1, 10)),
        ("touchEnd", []),
    ):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_speaker_without_an_account_answers_and_reads_the_running_sheet(day: Day) -> None:
    talk = day.stage.add(
        "How it began", begins=clock.now() + timedelta(days=2), kind=SessionKind.EXPERT_INPUT
    )
    day.stage.change(talk, notes="Sound check at half past eight. The key is with the porter.")
    with writing() as session:
        visit = session.get_one(Visit, day.stage.visit_id)
        speaker = AgendaSpeaker(
            visit_id=visit.id,
            name="Pia Porter",
            name_key=name_key("Pia Porter"),
            email="pia@example.org",
            zone="Europe/Helsinki",
        )
        session.add(speaker)
        session.flush()
        held = session.get_one(AgendaSession, talk)
        held.speakers.append(speaker)
        host = session.get_one(Person, day.stage.people["host"])
        invite_speaker(session, actor=host, now=clock.now(), visit=visit, speaker=speaker)
    day.stage.publish(clock.now())
    page = day.visitor()
    page.goto(day.address + link_in(invitation(), "/speaking/"))
    look_at(page, "speaking")
    page.get_by_role("link", name="Running sheet of the visit").click()
    page.get_by_text("Sound check at half past eight.").wait_for()
    look_at(page, "sheet")
    page.emulate_media(media="print")
    look_at(page, "sheet-printed")
    assert not page.locator("header.site-head").is_visible()


def invitation() -> Message:
    [found] = mails_of("speaker.invited")
    return found


def test_a_calendar_gets_its_address_once(day: Day) -> None:
    page = day.page("ann")
    page.goto(f"{day.address}/account/calendar")
    page.get_by_role("button", name="Make the address").click()
    page.get_by_text("Copy it now").wait_for()
    look_at(page, "address")
    page.reload()
    page.get_by_role("button", name="Make a new address").wait_for()
    look_at(page, "address-kept")
