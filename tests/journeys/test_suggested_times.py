"""Suggested times and breakout groups in a real browser: asked for, looked at wide and narrow, by mouse and by keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from peer_visits.agenda.background import work_off_searches
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel import clock
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from tests.journeys.test_shared_board import window
from tests.support import apps
from tests.support.browser import (
    Keyboard,
    Mouse,
    Watch,
    serving,
)
from tests.support.factories import make_application, make_call, make_host, make_person, make_visit
from tests.support.looking import look_at
from tests.support.places_factories import make_place

pytestmark = pytest.mark.browser

SESSIONS = [
    (SessionKind.TRANSFER_PLANNING, "What we take home", None, 45),
    (SessionKind.WELCOME, "Welcome and who is here", None, 30),
    (SessionKind.EXPERT_INPUT, "How the cooperation model began", None, 30),
    (SessionKind.ROUND_TABLE, "Participants introduce their cases", None, 60),
    (SessionKind.VIDEO_VISIT, "A walk through the place, by video", datetime(2026, 9, 15, 10), 45),
]
BREAKOUTS = [
    (SessionKind.BREAKOUT, "Our cases, first round", datetime(2026, 9, 14, 10), 45),
    (SessionKind.BREAKOUT, "Our cases, second round", datetime(2026, 9, 15, 10), 45),
]


@contextmanager
def at_the_desk(
    chromium: Browser, tmp_path: Path, now: datetime, sessions: Sequence[Any], people: int
) -> Iterator[tuple[Page, str, uuid.UUID]]:
    """The host of a visit with these sessions, in front of a browser that is watched."""
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'agenda.sqlite'}"), csrf=True)
    with app.app_context():
        with writing() as session:
            call = make_call(session)
            visit = make_visit(session, call)
            host = make_host(session, visit)
            for seat in range(1, people + 1):
                person = make_person(session, f"Guest {seat}")
                person.time_zone, person.country = "America/Sao_Paulo", ("IT", "FI", "PT")[seat % 3]
                application = make_application(session, call, [visit], person)
                make_place(session, visit, application, PlaceState.ACCEPTED, seat)
            for kind, title, wall, minutes in sessions:
                content = SessionContent(kind=kind, title=title, wall=wall, minutes=minutes)
                add_session(session, actor=host, now=now, visit=visit, content=content)
            slug, visit_id = visit.slug, visit.id
        with serving(app) as address:
            context = window(app, chromium, address, host)
            page = context.new_page()
            watch = Watch(page, address)
            yield page, f"{address}/agenda/{slug}", visit_id
            assert watch.found == []
            context.close()
        db.session.remove()


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_times_are_suggested_and_taken(
    hand: type[Mouse] | type[Keyboard], chromium: Browser, tmp_path: Path, now: datetime
) -> None:
    with at_the_desk(chromium, tmp_path, now, SESSIONS, people=1) as (page, board, visit_id):
        page.goto(board)
        press(hand(page), page, "Suggest times")
        page.get_by_text("Which sessions?").wait_for()
        look_at(page, "asked")
        press(hand(page), page, "Suggest times")
        wait_while_a_worker_looks(page, "Times are being looked for")
        page.get_by_role("heading", name="Proven: nothing better is possible").wait_for()
        look_at(page, "suggested")
        press(hand(page), page, "Take these times")
        page.get_by_text("4 sessions have their times.").first.wait_for()
        reading().rollback()
        placed = list_sessions(reading(), visit_id)
        assert all(one.starts_at for one in placed)
        assert (placed[0].title, placed[-1].title) == (SESSIONS[1][1], SESSIONS[0][1])


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_groups_are_made(
    hand: type[Mouse] | type[Keyboard], chromium: Browser, tmp_path: Path, now: datetime
) -> None:
    with at_the_desk(chromium, tmp_path, now, BREAKOUTS, people=9) as (page, board, visit_id):
        page.goto(board)
        press(hand(page), page, "Groups")
        page.get_by_role("heading", name="Make groups").wait_for()
        hand(page).write(page.get_by_label("Number of groups"), "3")
        hand(page).choose(page.get_by_label("Group of Guest 1"), "Group 2")
        hand(page).tick(page.get_by_label("Guest 2 is away: Our cases, second round"))
        press(hand(page), page, "Make groups")
        wait_while_a_worker_looks(page, "Groups are being made")
        page.get_by_role("heading", name="Make the groups again").wait_for()
        look_at(page, "groups")
        reading().rollback()
        first, second = list_sessions(reading(), visit_id)
        assert sorted(map(len, first.groups)) == [3, 3, 3]
        assert sorted(map(len, second.groups)) == [2, 3, 3]


def wait_while_a_worker_looks(page: Page, heading: str) -> None:
    """The page says that it waits, and shows by itself what was found."""
    page.get_by_role("heading", name=heading).wait_for()
    look_at(page, "waiting")
    assert work_off_searches(clock.now()) == 1


def press(hand: Mouse | Keyboard, page: Page, name: str) -> None:
    main = page.locator("main")
    target = main.get_by_role("button", name=name, exact=True).or_(
        main.get_by_role("link", name=name, exact=True)
    )
    hand.press(target.first)
    page.wait_for_load_state()
