"""The stage of the story: a call with two visits, and the people who play."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page
from playwright.sync_api import TimeoutError as TookTooLong
from sqlalchemy import select

from peer_visits.accounts.passwords import hash_password
from peer_visits.kernel import clock
from peer_visits.library.duties import owe_document
from peer_visits.library.models import DocumentAuthor
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import reading, writing
from tests.support.browser import Hand, Keyboard, Mouse, Watch
from tests.support.factories import (
    make_application,
    make_call,
    make_host,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)

PASSWORD = "three quiet words"
HANDS: dict[str, type[Mouse] | type[Keyboard]] = {"mouse": Mouse, "keyboard": Keyboard}


@dataclass
class Stage:
    """A server, a browser, and one window for each person."""

    browser: Browser
    address: str
    hand: str
    found: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def window(self) -> Player:
        """A new person's window, watched for errors."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        self.contexts.append(context)
        page = context.new_page()
        watch = Watch(page, self.address)
        watch.found = self.found
        return Player(page, HANDS[self.hand](page), self.address)

    def signed_in(self, email: str) -> Player:
        """The window of somebody with an account, signed in through the form."""
        player = self.window()
        player.go("/sign-in")
        player.write("E-mail address", email)
        player.write("Password", PASSWORD)
        player.press("Sign in")
        player.page.wait_for_url(lambda url: "/sign-in" not in url)
        return player

    def close(self) -> None:
        """Close every window."""
        for context in self.contexts:
            context.close()


@dataclass
class Player:
    """Somebody at a page. Things are named as people see them: by label and by what a button says."""

    page: Page
    hand: Hand
    address: str

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(self.address + path)

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press the button, or follow the link, in the main part of the page."""
        main = self.page.locator("main")
        target = main.get_by_role("button", name=name, exact=exact).or_(
            main.get_by_role("link", name=name, exact=exact)
        )
        self.hand.press(target.first)
        self.page.wait_for_load_state()

    def press_locator(self, target: Locator) -> None:
        """Press what no name alone can find."""
        self.hand.press(target)
        self.page.wait_for_load_state()

    def write(self, label: str, text: str) -> None:
        """Fill in the field of that label."""
        self.hand.write(self.page.locator("main").get_by_label(label).first, text)

    def choose(self, label: str, option: str) -> None:
        """Choose in the list of that label."""
        self.hand.choose(self.page.locator("main").get_by_label(label).first, option)

    def tick(self, target: Locator) -> None:
        """Set a box or a button of a group."""
        self.hand.tick(target)

    def pick(self, group: Locator, number: int) -> None:
        """Choose the button of that number in a group that counts from 0."""
        self.hand.pick(group, number)

    def set_day(self, label: str, day: date) -> None:
        """Fill in a date."""
        self.hand.set_day(self.page.locator("main").get_by_label(label).first, day)

    def set_time(self, label: str, moment: time) -> None:
        """Fill in a time of day."""
        self.hand.set_time(self.page.locator("main").get_by_label(label).first, moment)

    def upload(self, target: Locator, file: Path) -> None:
        """Choose a file in the browser's own window."""
        with self.page.expect_file_chooser() as chooser:
            self.hand.press(target)
        chooser.value.set_files(file)

    def sees(self, text: str) -> None:
        """The main part of the page says this."""
        main = self.page.locator("main")
        try:
            main.get_by_text(text).first.wait_for()
        except TookTooLong:
            raise AssertionError(f"{self.page.url} does not say {text!r}, but: {main.inner_text()}") from None


def people_of_the_story() -> dict[str, str]:
    """Make the call with its two visits; gives the addresses of people and the slugs of things."""
    now, password_hash = clock.now().replace(microsecond=0), hash_password(PASSWORD)
    with writing() as session:
        programme = make_programme(session)
        call = make_call(
            session, programme, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=7)
        )
        start = (now + timedelta(days=60)).date()
        dates = {"announced_starts_on": start, "announced_ends_on": start + timedelta(days=2)}
        visit = make_visit(
            session, call, place="Rotterdam", called_title="The cooperation model", capacity=1, **dates
        )
        make_visit(session, call, place="Tampere", called_title="Adopt a monument", capacity=1, **dates)
        organiser, host = make_organiser(session, programme), make_host(session, visit)
        author, rival = make_person(session, "Anton Author"), make_person(session, "Rita Rival", country="NL")
        session.add(DocumentAuthor(visit_id=visit.id, person_id=author.id))
        owe_document(session, actor=organiser, now=now, visit=visit)
        make_application(session, call, [visit], rival, submitted_at=now)
        for person in (organiser, host, author, rival):
            person.password_hash = password_hash
        return {
            "organiser": organiser.email,
            "host": host.email,
            "author": author.email,
            "rival": rival.email,
            "call": call.slug,
            "visit": visit.slug,
            "day": start.isoformat(),
        }


def mails_of(kind: str) -> list[Message]:
    """The mails of one kind, oldest first."""
    reading().rollback()
    return list(reading().scalars(select(Message).where(Message.kind == kind).order_by(Message.created_at)))


def link_in(message: Message, path: str) -> str:
    """The path in a mail that begins so."""
    found = re.search(rf"http://[^/\s]+({re.escape(path)}[\w/-]*)", message.text)
    assert found, message.text
    return found.group(1)
