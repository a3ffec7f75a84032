"""A balanced group in a real browser: asked for, waited for, looked at wide and narrow, taken; by mouse and by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from peer_visits.allocation.suggesting.background import work_off_groups
from peer_visits.kernel import clock
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.transaction import db, reading, writing
from tests.journeys.test_shared_board import window
from tests.journeys.test_suggested_times import press
from tests.support import apps
from tests.support.browser import Keyboard, Mouse, Watch, serving
from tests.support.looking import look_at
from tests.support.shortlist_factories import apply_to_desk, make_desk, piles, put, score_all

pytestmark = pytest.mark.browser

PEOPLE = (("Ada", "IT", 5), ("Bo", "IT", 4), ("Cy", "FI", 3), ("Di", "PL", 2), ("Ed", "DE", None))


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_a_group_is_asked_for_and_taken(
    hand: type[Mouse] | type[Keyboard], chromium: Browser, tmp_path: Path
) -> None:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'group.sqlite'}"), csrf=True)
    with app.app_context():
        with writing() as session:
            desk = make_desk(session, capacity=2)
            desk.call.most_per_country = 1
            for name, country, points in PEOPLE:
                apply_to_desk(session, desk, name, person={"country": country})
                if points is not None:
                    score_all(session, desk, name, points)
            put(session, desk, Proposal.SHORTLISTED, "Bo")
            board = f"/host/{desk.visit.slug}"
        with serving(app) as address:
            context = window(app, chromium, address, desk.lead)
            page = context.new_page()
            watch = Watch(page, address)
            page.goto(address + board)
            press(hand(page), page, "Suggest a balanced group")
            page.get_by_role("heading", name="How a group is found").wait_for()
            look_at(page, "group-asked")
            press(hand(page), page, "Suggest a group")
            page.get_by_role("heading", name="A group is being looked for").wait_for()
            look_at(page, "group-waiting")
            assert work_off_groups(clock.now()) == 1
            page.get_by_role("heading", name="Passed over").wait_for()
            look_at(page, "group-found")
            with writing() as session:
                score_all(session, desk, "Ed", 4)
            page.reload()
            page.get_by_role("heading", name="Scores, piles or limits have changed since").wait_for()
            look_at(page, "group-old")
            press(hand(page), page, "Suggest a group again")
            page.get_by_role("heading", name="A group is being looked for").wait_for()
            assert work_off_groups(clock.now()) == 1
            page.get_by_text("Number 1 by score.").wait_for()
            press(hand(page), page, "Shortlist this group")
            page.get_by_text("applicants moved.").first.wait_for()
            reading().rollback()
            assert piles(reading(), desk)[Proposal.SHORTLISTED] == ["Ada", "Ed"]
            assert watch.found == []
            context.close()
        db.session.remove()
