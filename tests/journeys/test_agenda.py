"""A three-day agenda in a real browser, by mouse and by keys alone: laid out, released, changed, cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from sqlalchemy import select

from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.kernel.zones import to_wall
from peer_visits.outbox.models import Message
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.agenda.calendars import kept_by, published
from tests.journeys.test_shared_board import window
from tests.support import apps
from tests.support.browser import Hand, Keyboard, Mouse, Watch, accessibility_findings, overflow, serving
from tests.support.factories import make_application, make_call, make_host, make_person, make_visit
from tests.support.places_factories import make_place

pytestmark = pytest.mark.browser

HANDS: dict[str, type[Mouse] | type[Keyboard]] = {"mouse": Mouse, "keyboard": Keyboard}
ROWS = """list => {
  const rows = getComputedStyle(list.closest(".agenda")).gridTemplateRows.split(" ").map(parseFloat);
  return rows.slice(1, 1 + Number(list.closest("[data-agenda]").dataset.length));
}"""

SHOWN = """() => [
  ...[...document.querySelectorAll("li[data-session]")].map((card) => [
    card.parentElement.dataset.day, [...card.classList].sort().join(" "), card.innerText, card.dataset.start ?? "",
    card.dataset.seen, card.querySelectorAll("button").length,
  ]),
  ...[...document.querySelectorAll(".agenda-day")].map((day) =>
    [day.className.replace(" shown", ""), day.querySelector(".day-notes")?.innerText]),
  document.querySelector("[data-piece=beside]").innerText,
]"""


@dataclass
class Board:
    """A host at the board of a visit with two participants, and a colleague at the same board."""

    page: Page
    other: Page
    hand: Hand
    address: str
    slug: str
    found: list[str]

    def go(self, rest: str = "") -> None:
        self.page.goto(f"{self.address}/agenda/{self.slug}{rest}")

    def press(self, name: str) -> None:
        main = self.page.locator("main")
        target = main.get_by_role("button", name=name, exact=True).or_(
            main.get_by_role("link", name=name, exact=True)
        )
        self.hand.press(target.first)
        self.page.wait_for_load_state()

    def card(self, title: str, page: Page | None = None) -> Locator:
        return (page or self.page).locator(f'li[data-name="{title}"]')

    def sees(self, words: str) -> None:
        self.page.locator("main").get_by_text(words).first.wait_for()

    def version(self) -> int:
        return int(str(self.page.locator("[data-agenda]").get_attribute("data-version")))

    def settled_after(self, version: int) -> None:
        self.page.locator(f'[data-agenda]:not([data-version="{version}"])').wait_for()

    def shows_what_a_new_page_shows(self) -> None:
        """What the script made of the answers to moves is the board that the server shows."""
        kept = self.page.evaluate(SHOWN)
        self.page.reload()
        assert self.page.evaluate(SHOWN) == kept

    def move(self, title: str, *, days: int = 0, quarters: int = 0, longer: int = 0) -> None:
        """Take a session, carry it, and put it down."""
        version = self.version()
        if isinstance(self.hand, Keyboard):
            self._by_keys(title, days, quarters, longer)
        else:
            self._by_mouse(title, days, quarters, longer)
        self.settled_after(version)

    def _by_keys(self, title: str, days: int, quarters: int, longer: int) -> None:
        self.hand.press(self.card(title).locator("[data-grip]"))  # Enter picks it up
        keys = ["ArrowRight" if days > 0 else "ArrowLeft"] * abs(days)
        keys += ["ArrowDown" if quarters > 0 else "ArrowUp"] * abs(quarters)
        keys += ["Shift+ArrowDown" if longer > 0 else "Shift+ArrowUp"] * abs(longer)
        for key in (*keys, "Space"):
            self.page.keyboard.press(key)

    def _by_mouse(self, title: str, days: int, quarters: int, longer: int) -> None:
        card = self.card(title)
        list_ = card.locator("xpath=..")
        lists = self.page.locator("ol[data-day]")
        at = [one.get_attribute("data-day") for one in lists.all()].index(list_.get_attribute("data-day"))
        target = lists.nth(at + days)
        handle = card.locator("[data-stretch]" if longer else "[data-grip]")
        handle.scroll_into_view_if_needed()
        start = handle.bounding_box()
        assert start
        self.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        box = target.bounding_box()
        assert box
        if target.get_attribute("data-day") == "":
            x, y = box["x"] + 20, box["y"] + 10
        else:
            rows = target.evaluate(ROWS)
            first = int(str(card.get_attribute("class")).split("at-")[1].split()[0])
            length = int(str(card.get_attribute("class")).split("for-")[1].split()[0])
            row = first + length - 1 + longer if longer else first + quarters
            x, y = box["x"] + box["width"] / 2, box["y"] + sum(rows[:row]) + rows[row] / 2
        self.page.mouse.move(x, y, steps=5)
        self.page.mouse.up()


@pytest.fixture(params=["mouse", "keyboard"])
def board(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Board]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'agenda.sqlite'}"), csrf=True)
    with app.app_context():
        with writing() as session:
            call = make_call(session)
            visit = make_visit(session, call, called_title="The cooperation model")
            host, colleague = make_host(session, visit), make_host(session, visit, "Olga Other")
            for seat, name in enumerate(("Ann", "Ben"), start=1):
                application = make_application(session, call, [visit], make_person(session, name))
                make_place(session, visit, application, PlaceState.ACCEPTED, seat)
            slug = visit.slug
        found: list[str] = []
        with serving(app) as address:
            contexts: list[BrowserContext] = [
                window(app, chromium, address, one) for one in (host, colleague)
            ]
            pages = [context.new_page() for context in contexts]
            for page in pages:
                watch = Watch(page, address)
                watch.found = found
            yield Board(pages[0], pages[1], HANDS[request.param](pages[0]), address, slug, found)
            for context in contexts:
                context.close()
        db.session.remove()


def test_an_agenda_is_laid_out_released_changed_and_cancelled(board: Board) -> None:
    lay_out(board)
    publish(board)
    calendars_say_what_is_published(board)
    change(board)
    publish(board)
    calendars_say_what_is_published(board)
    cancel(board)
    publish(board)
    calendars_say_what_is_published(board)
    earlier_releases_stay(board)
    assert board.found == [], "the console, the content policy or a foreign request had something to say"


def lay_out(board: Board) -> None:
    board.go()
    board.press("Begin from an outline or another visit")
    board.press("Begin with: Online, 3 days of 2 hours")
    board.sees("7 sessions are on the board.")
    board.other.goto(f"{board.address}/agenda/{board.slug}")
    board.move("Peer review of participants' challenges", quarters=-1)
    assert at(board, "Peer review of participants' challenges") == ("2026-09-16", "09:45", 60)
    board.move("Welcome and who is here", longer=1)
    assert at(board, "Welcome and who is here")[2] == 30
    board.shows_what_a_new_page_shows()
    moved = board.card("Peer review of participants' challenges", board.other)
    moved.locator('xpath=self::*[@data-start="09:45"]').wait_for()
    board.press("Undo")
    board.sees("You took a move back.")
    assert at(board, "Welcome and who is here")[2] == 20
    board.press("Redo")
    board.page.locator("[data-board-status]").get_by_text("You took a move back.").wait_for()
    assert accessibility_findings(board.page) == []
    assert overflow(board.page) <= 0


def at(board: Board, title: str) -> tuple[str, str, int]:
    """Day, time and length of a session, as stored."""
    reading().rollback()
    visit = reading().scalars(select(Visit).where(Visit.slug == board.slug)).one()
    [item] = [one for one in list_sessions(reading(), visit.id) if one.title == title]
    if item.starts_at is None:
        return "", "", item.minutes
    wall = to_wall(item.starts_at, visit.zone)
    return wall.date().isoformat(), f"{wall:%H:%M}", item.minutes


def change(board: Board) -> None:
    board.go()
    board.move("A walk through the place, by video", days=1, quarters=8)
    assert at(board, "A walk through the place, by video")[0] == "2026-09-16"
    board.shows_what_a_new_page_shows()
    board.hand.choose(board.page.locator("#move-session"), "Participants introduce their cases")
    board.hand.choose(board.page.locator("#move-day"), "Tue 15 Sept")
    version = board.version()
    board.press("Move it")
    board.settled_after(version)
    assert at(board, "Participants introduce their cases")[0] == "2026-09-15"


def cancel(board: Board) -> None:
    board.go()
    board.move("How we came to it: the host's story", days=-1)
    assert at(board, "How we came to it: the host's story")[0] == ""
    board.shows_what_a_new_page_shows()
    board.hand.press(board.card("Participants introduce their cases").get_by_role("link"))
    board.page.wait_for_load_state()
    board.press("Remove the session")
    board.sees("The session is removed.")


def publish(board: Board) -> None:
    number = releases(board) + 1
    board.go()
    board.press(f"Publish release {number}")
    board.sees("2 people with an accepted place get a mail")
    board.press(f"Publish release {number}")
    board.sees("The agenda is published")
    assert accessibility_findings(board.page) == []


def releases(board: Board) -> int:
    latest = latest_release(board)
    return latest.number if latest else 0


def latest_release(board: Board) -> AgendaRelease | None:
    reading().rollback()
    visit = reading().scalars(select(Visit).where(Visit.slug == board.slug)).one()
    return find_latest_release(reading(), visit.id)


def calendars_say_what_is_published(board: Board) -> None:
    release = latest_release(board)
    assert release is not None
    for name in ("Ann", "Ben"):
        mails = reading().scalars(
            select(Message)
            .where(Message.to_name == name, Message.kind.startswith("agenda."))
            .order_by(Message.created_at)
        )
        parts = [mail.calendar for mail in mails if mail.calendar]
        for reader in ("icalendar", "vobject"):
            assert kept_by(reader, parts) == published(release), (name, reader)
            assert kept_by(reader, reversed(parts)) == published(release), "in whatever order they came"


def earlier_releases_stay(board: Board) -> None:
    board.page.goto(f"{board.address}/visits/{board.slug}/agenda/1")
    board.sees("This is an earlier release")
    board.sees("Participants introduce their cases")
    board.page.goto(f"{board.address}/visits/{board.slug}/agenda")
    assert board.page.locator("main").get_by_text("Participants introduce their cases").count() == 0
