"""The mail desk in a real browser: mails looked at, approved by count; and a reader who leaves reminders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.outbox.unsubscribing import unsubscribe_url
from peer_visits.storage.transaction import db, writing
from tests.journeys.test_shared_board import window
from tests.outbox.mails import messages, put_message, put_reminder
from tests.support import apps
from tests.support.browser import Watch, serving
from tests.support.factories import make_organiser, make_programme
from tests.support.looking import look_at

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'mail.sqlite'}"), csrf=True)
    with app.app_context():
        with serving(app) as address:
            yield app, address
        db.session.remove()


def test_held_mail_is_looked_at_and_let_go_by_count(site: tuple[Flask, str], chromium: Browser) -> None:
    app, address = site
    with writing() as session:
        programme = make_programme(session)
        organiser = make_organiser(session, programme)
        for number in range(3):
            put_message(
                session,
                programme=programme,
                state=MessageState.HELD,
                held_for=HeldFor.REVIEW,
                subject=f"A place for you, {number}",
            )
        slug = programme.slug
    context = window(app, chromium, address, organiser)
    page = context.new_page()
    watch = Watch(page, address)
    page.goto(f"{address}/organise/programmes/{slug}/mail")
    look_at(page, "outbox")
    press(page, "Send all 3")
    page.get_by_role("heading", name="Send mail").wait_for()
    look_at(page, "approve")
    assert {one.state for one in messages()} == {MessageState.HELD}  # looking lets nothing go
    press(page, "Send these 3")
    page.get_by_text("3 mails are on their way.").wait_for()
    assert {one.state for one in messages()} == {MessageState.QUEUED}
    context.close()
    assert watch.found == []


def test_a_reader_leaves_reminders_and_comes_back(site: tuple[Flask, str], chromium: Browser) -> None:
    app, address = site
    row = put_reminder()
    path = unsubscribe_url(app.extensions["session_info"]["mail"], row.kind, row.id).split("/mail/", 1)[1]
    page = chromium.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    watch = Watch(page, address)
    page.goto(f"{address}/mail/{path}")
    look_at(page, "unsubscribe")
    page.locator("main").get_by_role("button").first.click()
    page.get_by_text("gets no more reminders of drafts").wait_for()
    look_at(page, "unsubscribed")
    assert [one.state for one in messages()] == [MessageState.WITHDRAWN]
    page.locator("main").get_by_role("button").first.click()
    page.get_by_role("heading", name="No more of them").or_(
        page.get_by_text("No more of them")
    ).first.wait_for()
    page.context.close()
    assert watch.found == []


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).first.click()
