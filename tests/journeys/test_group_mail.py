"""Mail to a group by mouse and by keys alone: write, see who gets it, send, let it go, a history, send once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import func, select

from peer_visits.outbox.models import Message
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import MailboxTransport
from peer_visits.storage.transaction import db, reading
from tests.journeys.stage import HANDS
from tests.mailing.groups.desk import make_people
from tests.support import apps
from tests.support.browser import Watch, accessibility_findings, overflow, serving

pytestmark = pytest.mark.browser


@dataclass
class Room:
    """A server with people to write to, and the organiser's browser."""

    address: str
    slug: str
    context: BrowserContext


@pytest.fixture
def room(chromium: Browser, tmp_path: Path) -> Iterator[Room]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'groups.sqlite'}"), csrf=True)
    with app.app_context():
        people = make_people()
        slug = people.story.programme.slug
        cookie = apps.sign_in(app.test_client(), people.story.organiser).get_cookie("session")
        assert cookie is not None
        with serving(app) as address:
            context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
            context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
            yield Room(address, slug, context)
            context.close()
        db.session.remove()


def counts() -> dict[tuple[str, MessageState], int]:
    reading().rollback()
    query = select(Message.kind, Message.state, func.count()).group_by(Message.kind, Message.state)
    return {(row[0], row[1]): row[2] for row in reading().execute(query)}


def faults(page: Page) -> list[str]:
    """What the checker finds, at this width and at the narrowest."""
    found = accessibility_findings(page)
    page.set_viewport_size({"width": 320, "height": 900})
    found += [f"{page.url} is {over} px too wide" for over in [overflow(page)] if over > 0]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("hand", sorted(HANDS))
def test_from_the_first_word_to_one_more_sending(room: Room, hand: str) -> None:
    page = room.context.new_page()
    watch, person, found = Watch(page, room.address), HANDS[hand](page), []
    page.goto(f"{room.address}/organise/programmes/{room.slug}/mail")
    person.press(page.get_by_role("link", name="Group mail"))
    person.press(page.get_by_role("link", name="Write to a group"))
    page.get_by_role("heading", name="Who gets it").wait_for()
    found += faults(page)
    person.press(page.get_by_role("button", name="See who gets it"))
    page.get_by_role("heading", name="Please mend the following").wait_for()
    person.write(page.get_by_label("Subject"), "What to bring, {name}")
    person.write(page.get_by_label("Text", exact=True), "The visits begin in **four weeks**.")
    person.press(page.get_by_role("button", name="See who gets it"))
    page.get_by_role("heading", name="4 people get it").wait_for()
    page.get_by_role("heading", name="1 person is left out").wait_for()
    assert page.get_by_role("cell", name="The application was withdrawn.").is_visible()
    mail = page.frame_locator("iframe")
    mail.get_by_text("Dear Ada,").wait_for()
    found += faults(page)

    person.tick(page.get_by_label("Hold them in the outbox until I let them go"))
    person.press(page.get_by_role("button", name="Send 4 mails"))
    page.get_by_text("4 mails wait in the outbox for your look.").wait_for()
    assert counts() == {("group.mail", MessageState.HELD): 4}
    found += faults(page)

    person.press(page.get_by_role("link", name="Open them in the outbox"))
    person.press(page.get_by_role("button", name="Send all 4 …"))
    page.get_by_role("button", name="Send these 4").wait_for()
    found += faults(page)
    person.press(page.get_by_role("button", name="Send these 4"))
    page.get_by_text("4 mails are on their way.").wait_for()
    send_due(MailboxTransport())
    assert counts() == {("group.mail", MessageState.SENT): 4}

    page.goto(f"{room.address}/organise/programmes/{room.slug}/mail?state=sent&q=ada")
    person.press(page.get_by_role("link", name="What to bring, Ada"))
    page.get_by_role("heading", name="What became of it").wait_for()
    found += faults(page)
    person.press(page.get_by_role("link", name="All mail to this person"))
    page.get_by_role("heading", name="Mail to Ada").wait_for()
    found += faults(page)
    person.press(page.get_by_role("button", name="Send it once more: What to bring, Ada"))
    page.get_by_text("The mail goes out once more, as a mail of its own.").wait_for()
    assert counts()["mail.again", MessageState.QUEUED] == 1
    assert found + watch.found == []
