"""The host desk by keys alone: from the invitation in the mail to the shortlist that is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from peer_visits.kernel import clock
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.team import invite
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole
from tests.journeys.stage import PASSWORD, Player, Stage, link_in, mails_of
from tests.support import apps
from tests.support.browser import serving
from tests.support.factories import (
    make_application,
    make_call,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)

pytestmark = pytest.mark.browser

NAMES = ("Ada First", "Bo Second", "Cy Third")


@pytest.fixture
def stage(chromium: Browser, tmp_path: Path) -> Iterator[Stage]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'desk.sqlite'}"), csrf=True)
    with app.app_context(), serving(app) as address:
        stage = Stage(chromium, address, "keyboard")
        yield stage
        stage.close()
        db.session.remove()


def invite_a_lead() -> str:
    """A closed call with three applications to one visit, and a lead invited by mail. Gives the visit's slug."""
    now = clock.now().replace(microsecond=0)
    with writing() as session:
        programme = make_programme(session)
        window = {"opens_at": now - timedelta(days=9), "closes_at": now - timedelta(days=1)}
        call = make_call(session, programme, **window)
        visit = make_visit(session, call, place="Rotterdam", called_title="The cooperation model", capacity=2)
        for number, name in enumerate(NAMES):
            sent = now - timedelta(days=3, minutes=-number)
            make_application(session, call, [visit], make_person(session, name), submitted_at=sent)
        organiser = make_organiser(session, programme)
        invite(session, actor=organiser, now=now, visit=visit, email="hanna@example.org", role=HostRole.LEAD)
        return visit.slug


def join(stage: Stage) -> Player:
    hanna = stage.window()
    hanna.go(link_in(mails_of("team.invited")[0], "/invitations/"))
    hanna.sees("You are invited to read the applications")
    hanna.write("Your name", "Hanna Host")
    hanna.write("Password", PASSWORD)
    hanna.press("Make my account and join")
    hanna.page.wait_for_url("**/sign-in**")
    hanna.write("E-mail address", "hanna@example.org")
    hanna.write("Password", PASSWORD)
    hanna.press("Sign in")
    hanna.page.wait_for_url(lambda url: "/sign-in" not in url)
    return hanna


def read_all(hanna: Player, slug: str) -> None:
    hanna.go(f"/host/{slug}")
    hanna.press("Read the next one")
    for number in range(len(NAMES)):
        expect(hanna.page.get_by_role("heading", level=1)).to_have_text(NAMES[number])
        for criterion in ("Expertise", "Learning needs"):
            hanna.pick(hanna.page.get_by_role("group", name=criterion), 3 + number % 2)
        hanna.press("Save and read the next")
        hanna.page.wait_for_load_state()


def carry(hanna: Player, name: str, *keys: str, to: str) -> None:
    """Pick a line up by its handle, carry it with arrows, put it down."""
    grip = hanna.page.locator(f'tr[data-name="{name}"] [data-grip]')
    hanna.press_locator(grip)
    expect(grip).to_have_attribute("aria-pressed", "true")
    for key in keys:
        hanna.page.keyboard.press(key)
    hanna.page.keyboard.press("Space")
    hanna.page.locator(f'tbody[data-pile="{to}"] tr[data-name="{name}"]').wait_for()
    expect(hanna.page.locator(f'tr[data-name="{name}"] .pill')).to_have_text(
        {"shortlisted": "Shortlisted", "reserve": "Reserve"}[to]
    )


def test_by_keys_alone_from_the_invitation_to_the_shortlist_sent(stage: Stage) -> None:
    slug = invite_a_lead()
    hanna = join(stage)
    read_all(hanna, slug)
    hanna.go(f"/host/{slug}")
    carry(hanna, "Bo Second", "PageUp", "PageUp", to="shortlisted")
    carry(hanna, "Ada First", "PageUp", "PageUp", to="shortlisted")
    carry(hanna, "Cy Third", "PageUp", to="reserve")
    hanna.press("Send shortlist to organiser")
    hanna.sees("Everybody is decided.")
    hanna.write("Note to the organiser", "Two who complete each other.")
    hanna.press("Send shortlist to organiser")
    hanna.sees("The shortlist is with the organiser")
    reading().rollback()
    visit = reading().scalars(select(Visit).where(Visit.slug == slug)).unique().one()
    shortlist = find_shortlist(reading(), visit)
    assert (shortlist.state, shortlist.note) == (ShortlistState.HANDED_OVER, "Two who complete each other.")
    order = read_order(reading(), visit)
    assert (len(order[Proposal.SHORTLISTED]), len(order[Proposal.RESERVE])) == (2, 1)
    assert stage.found == []
