"""Two browsers at one board, by mouse, keys and menus: the same order on both in the end, and no move lost."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect
from playwright.sync_api import Error as NotThere
from sqlalchemy import func, select

from peer_visits.accounts.models import Person
from peer_visits.shortlist.models import Shortlist, ShortlistMove
from peer_visits.shortlist.moves import Order, applied, from_data, is_same, no_order, pile_of
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.transaction import db, reading, writing
from tests.support import apps
from tests.support.browser import Watch, serving
from tests.support.shortlist_factories import HostDesk, make_desk, put

pytestmark = pytest.mark.browser

MOVES = 200 if os.environ.get("PEER_VISITS_HEAVY") == "1" else 25
NAMES = [f"{name} Example" for name in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo")]
S, R, N = Proposal.SHORTLISTED, Proposal.RESERVE, Proposal.NOT_PROPOSED


@dataclass
class Table:
    """A board with a window for the lead and one for a reviewer."""

    app: Flask
    desk: HostDesk
    lead: Page
    reviewer: Page
    found: list[str]

    def order(self) -> Order:
        """As the database has it."""
        db.session.rollback()
        return read_order(reading(), self.desk.visit)

    def names(self, pile: Proposal) -> list[str]:
        """Who lies on a pile, by name."""
        names = {one: name for name, one in self.desk.choices.items()}
        return [names[one] for one in self.order()[pile]]


@pytest.fixture
def table(chromium: Browser, tmp_path: Path) -> Iterator[Table]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'board.sqlite'}"), csrf=True)
    with app.app_context():
        with writing() as session:
            desk = make_desk(session, *NAMES, capacity=3)
            put(session, desk, S, *NAMES[:4])
            put(session, desk, R, *NAMES[4:6])
        found: list[str] = []
        with serving(app) as address:
            contexts = [window(app, chromium, address, one) for one in (desk.lead, desk.reviewer)]
            lead, reviewer = (context.new_page() for context in contexts)
            for page in (lead, reviewer):
                watch = Watch(page, address)
                watch.found = found
                page.goto(f"{address}/host/{desk.visit.slug}")
            yield Table(app, desk, lead, reviewer, found)
            for context in contexts:
                context.close()
        db.session.remove()


def window(app: Flask, browser: Browser, address: str, person: Person) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    cookie = apps.sign_in(app.test_client(), person).get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    return context


def line(page: Page, name: str) -> Locator:
    return page.locator(f'tr[data-name="{name}"]')


def shown(page: Page, pile: Proposal) -> list[str]:
    lines = page.locator(f'tbody[data-pile="{pile}"] tr[data-line]')
    return [str(one.get_attribute("data-name")) for one in lines.all()]


def status(page: Page) -> Locator:
    return page.locator("[data-board-status]")


def settled(page: Page, version: int) -> None:
    page.locator(f'[data-board][data-version="{version}"]').wait_for()


def version_of(table: Table) -> int:
    db.session.rollback()
    return reading().scalar(select(Shortlist.version).where(Shortlist.visit_id == table.desk.visit.id)) or 0


def by_keys(page: Page, name: str, *keys: str) -> None:
    """Pick a line up, press keys, and put it down."""
    line(page, name).locator("[data-grip]").focus()
    for key in ("Space", *keys, "Space"):
        page.keyboard.press(key)


def by_mouse(page: Page, name: str, target: Locator) -> None:
    """Draw a line onto the lower half of another row."""
    grip = line(page, name).locator("[data-grip]")
    grip.scroll_into_view_if_needed()
    start = grip.bounding_box()
    if start is None:
        return  # a board that has just come put this line elsewhere
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    end = target.bounding_box()
    if end is not None:
        page.mouse.move(start["x"] + 10, end["y"] + end["height"] * 0.8, steps=4)
    page.mouse.up()


def by_menu(page: Page, name: str, target: str) -> None:
    """Open a line's decision and choose."""
    one = line(page, name)
    one.locator("summary").click()
    one.locator(f'button[value$=":{target}"]').click()


def test_keys_move_a_line_and_its_place_is_spoken(table: Table) -> None:
    page = table.lead
    grip = line(page, "Bo Example").locator("[data-grip]")
    grip.focus()
    page.keyboard.press("Space")
    expect(grip).to_have_attribute("aria-pressed", "true")
    expect(status(page)).to_have_text("Bo Example picked up. Shortlisted, position 2 of 4.")
    page.keyboard.press("ArrowDown")
    expect(status(page)).to_have_text("Bo Example: Shortlisted, position 3 of 4.")
    for _step in range(2):
        page.keyboard.press("ArrowDown")
    expect(status(page)).to_have_text("Bo Example: Reserve, position 1 of 3.")
    page.keyboard.press("Space")
    settled(page, 3)
    assert table.names(S) == ["Ada Example", "Cy Example", "Di Example"]
    assert table.names(R) == ["Bo Example", "Ed Example", "Flo Example"]
    focused = page.evaluate("document.activeElement.closest('tr').dataset.name")
    assert focused == "Bo Example"
    assert table.found == []


def test_escape_puts_a_line_back(table: Table) -> None:
    page = table.lead
    line(page, "Ada Example").locator("[data-grip]").focus()
    for key in ("Space", "PageDown", "ArrowDown", "Escape"):
        page.keyboard.press(key)
    expect(status(page)).to_have_text("Ada Example is back. Shortlisted, position 1 of 4.")
    assert shown(page, S) == NAMES[:4]
    assert version_of(table) == 2


def test_a_line_is_drawn_into_an_empty_pile_and_the_group_follows(table: Table) -> None:
    page = table.lead
    assert "4" in page.locator(".group-panel .stat").inner_text()
    by_mouse(page, "Ada Example", page.locator('tbody[data-pile="not_proposed"] .pile-head'))
    settled(page, 3)
    assert table.names(N) == ["Ada Example"]
    expect(page.locator(".group-panel .stat")).to_contain_text("3 of 3 places")
    assert table.found == []


def test_others_moves_appear_with_who_made_them_and_do_not_disturb_what_is_held(table: Table) -> None:
    lead, reviewer = table.lead, table.reviewer
    line(lead, "Ada Example").locator("[data-grip]").focus()
    lead.keyboard.press("Space")
    lead.keyboard.press("ArrowDown")
    by_menu(reviewer, "Cy Example", "reserve")
    settled(reviewer, 3)
    expect(status(lead)).to_have_text("Rita Reviewer moved 1 applicant to “Reserve”.")
    assert shown(lead, S)[:2] == ["Bo Example", "Ada Example"], "the held line stays where it is held"
    lead.keyboard.press("Space")
    settled(lead, 4)
    settled(reviewer, 4)
    assert shown(lead, S) == shown(reviewer, S) == ["Bo Example", "Ada Example", "Di Example"]
    assert shown(lead, R) == shown(reviewer, R) == ["Ed Example", "Flo Example", "Cy Example"]
    assert table.found == []


def test_ticked_lines_are_moved_and_taken_back_in_the_page(table: Table) -> None:
    page = table.lead
    for name in ("Ada Example", "Ed Example"):
        line(page, name).locator("[name=choice]").check()
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    page.locator("#to").select_option("not_proposed")
    page.get_by_role("button", name="Move them").click()
    settled(page, 3)
    expect(status(page)).to_have_text("2 applicants moved.")
    expect(page.locator("[data-chosen]")).to_be_hidden()
    page.get_by_role("button", name="Undo: You moved 2 applicants to “Not proposed”.").click()
    settled(page, 4)
    assert (shown(page, S), shown(page, R)) == (NAMES[:4], NAMES[4:6])
    assert table.found == []


def test_moves_are_tried_in_the_page_and_kept_with_one_press(table: Table) -> None:
    page = table.lead
    page.get_by_role("button", name="Try moves without saving").click()
    by_keys(page, "Ada Example", "PageDown")
    expect(page.get_by_role("heading", name="You are trying 1 move")).to_be_visible()
    by_menu(page, "Gus Example", "shortlisted")
    expect(page.get_by_role("heading", name="You are trying 2 moves")).to_be_visible()
    assert table.names(S) == NAMES[:4]
    page.get_by_role("button", name="Keep these moves").click()
    settled(page, 3)
    assert table.names(S) == [*NAMES[1:4], "Gus Example"]
    assert table.names(R)[0] == "Ada Example"
    assert table.found == []


def random_move(page: Page, chance: random.Random) -> None:
    """One move by whatever means; none where the other has just taken the line off this page."""
    try:
        try_a_move(page, chance)
    except NotThere:
        page.mouse.up()
        page.keyboard.press("Escape")


def try_a_move(page: Page, chance: random.Random) -> None:
    lines = page.locator("tr[data-line]")
    count = lines.count()
    name = str(lines.nth(chance.randrange(count)).get_attribute("data-name"))
    kind = chance.choice(["keys", "keys", "mouse", "menu"])
    if kind == "keys":
        keys = chance.choices(["ArrowUp", "ArrowDown", "PageUp", "PageDown"], k=chance.randint(1, 4))
        by_keys(page, name, *keys)
    elif kind == "mouse":
        by_mouse(page, name, page.locator("tbody[data-pile] > tr:visible").nth(chance.randrange(count)))
    else:
        targets = page.locator(f'tr[data-name="{name}"] .mover-sheet button')
        value = str(targets.nth(chance.randrange(targets.count())).get_attribute("value"))
        by_menu(page, name, value.partition(":")[2])
    page.keyboard.press("Escape")  # drawn nowhere is picked up by a click: put it back


class Sent:
    """The moves that pages have sent, and how many of them were answered."""

    def __init__(self, *pages: Page) -> None:
        self.begun = self.answered = 0
        for page in pages:
            page.on("request", self._begin)
            page.on("requestfinished", self._end)

    def _begin(self, request: Request) -> None:
        self.begun += request.url.endswith("/order")

    def _end(self, request: Request) -> None:
        self.answered += request.url.endswith("/order")

    def wait(self, page: Page) -> None:
        """Until every move has its answer, 20 seconds at most."""
        for _look in range(400):
            if self.answered == self.begun:
                return
            page.wait_for_timeout(50)


def make_random_moves(pages: tuple[Page, Page], chance: random.Random, sent: Sent) -> None:
    """Both move in turns until enough was sent; at the end nobody holds anything."""
    for page in pages:
        page.set_default_timeout(3000)
    for _round in range(MOVES * 2):
        for page in pages:
            random_move(page, chance)
        if sent.begun >= MOVES:
            break
    for page in pages:
        page.get_by_role("heading", level=1).click()  # lets go of whatever is held or open
        sent.wait(page)


def test_two_browsers_end_with_the_same_order_and_no_move_is_lost(table: Table) -> None:
    first = version_of(table)
    sent = Sent(table.lead, table.reviewer)
    make_random_moves((table.lead, table.reviewer), random.Random(11), sent)
    last = version_of(table)
    for page in (table.lead, table.reviewer):
        settled(page, last)
    assert same_order_everywhere(table)
    made = reading().scalar(
        select(func.count()).where(
            ShortlistMove.visit_id == table.desk.visit.id, ShortlistMove.number > first
        )
    )
    refused = last - first - (made or 0)
    assert refused == 0
    assert sent.begun >= MOVES
    assert nothing_is_lost(table)
    assert table.found == []


def same_order_everywhere(table: Table) -> bool:
    orders = [[shown(page, pile) for pile in (S, R)] for page in (table.lead, table.reviewer)]
    return orders[0] == orders[1] == [table.names(S), table.names(R)]


def nothing_is_lost(table: Table) -> bool:
    """What the log tells, move by move, is what the board shows; and each line lies where its last mover put it."""
    steps = reading().scalars(
        select(ShortlistMove.steps)
        .where(ShortlistMove.visit_id == table.desk.visit.id)
        .order_by(ShortlistMove.number)
    )
    moves = [one for step in steps for one in from_data(step)]
    last: dict[uuid.UUID, Proposal | None] = {one: move.to for move in moves for one in move.choices}
    order = table.order()
    assert {one: pile_of(order, one) for one in last} == last
    return is_same(applied(no_order(), moves), order)
