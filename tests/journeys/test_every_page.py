"""Every page of every role in a real browser: accessible, quiet, and no wider than its window.

Two views always, all four with `PEER_VISITS_HEAVY=1`. `PICTURES=folder` keeps a picture of each page;
`PEER_VISITS_PICTURES=1` renews the pictures of the README. Which pages there are is in `pages_of_roles`.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.accounts.services import find_person
from peer_visits.calls.models import Call
from peer_visits.demo.loading import load_demo_once
from peer_visits.followup.survey.models import SurveyTicket
from peer_visits.followup.survey.reminders import answer_links
from peer_visits.kernel import clock
from peer_visits.kernel.zones import to_wall
from peer_visits.places.models import Place
from peer_visits.places.services.answering import accept_offer
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.services.undoing import release_answers
from peer_visits.places.states import PlaceState
from peer_visits.shortlist.models import Shortlist, ShortlistEntry
from peer_visits.shortlist.states import ShortlistState
from peer_visits.storage.transaction import db, reading, writing
from tests.journeys.found_records import current_call, one, sample_visit
from tests.journeys.fuller_demo import fill_up
from tests.journeys.pages_of_roles import PAGES
from tests.support import apps
from tests.support.allocation_factories import work_out
from tests.support.browser import Watch, accessibility_findings, overflow, serving
from tests.support.looking import keep_picture, picture_name

pytestmark = pytest.mark.browser
HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
VIEWS = [(1280, "light"), (390, "dark"), *([(1280, "dark"), (390, "light")] if HEAVY else [])]
NARROWEST = 320
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
# Asked for and not there, or not theirs: right answers that have a page too.
ERRORS = {"/no-such-page": 404, "/roles": 403, "/certificates/no-such-code": 404}
# Addresses that lead to a form with something to mend, which is answered as such.
TO_MEND = "?check=1"


@dataclass
class Site:
    """The demo, served, with a browser for each role."""

    app: Flask
    address: str
    browser: Browser

    def context(self, email: str, width: int, scheme: str) -> BrowserContext:
        """Windows of somebody who is signed in, or of a visitor without an address."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        if email:
            client = self.app.test_client()
            person = find_person(reading(), email)
            assert person is not None
            cookie = apps.sign_in(client, person).get_cookie("session")
            assert cookie is not None
            context.add_cookies([{"name": "session", "value": cookie.value, "url": self.address}])
        return context


@pytest.fixture(scope="module")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("pages")
    app = apps.make_app(apps.test_settings(folder, f"sqlite:///{folder / 'pages.sqlite'}"), csrf=True)
    with app.app_context():
        load_demo_once()
        fill_up()
        with serving(app) as address:
            yield Site(app, address, chromium)
        db.session.remove()


def open_survey_page(site: Site) -> str:
    ticket_id = cast(uuid.UUID, one(select(SurveyTicket.id).where(SurveyTicket.is_answered.is_(False))))
    return f"/survey/{answer_links(site.app.extensions['session_info']['mail'].secret).make(ticket_id)}"


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("email", PAGES, ids=lambda email: email.split("@")[0] or "visitor")
def test_every_page_of_a_role(site: Site, email: str, width: int, scheme: str) -> None:
    context = site.context(email, width, scheme)
    page = context.new_page()
    watch = Watch(page, site.address)
    found = [finding for path in PAGES[email]() for finding in faults_of(page, site.address, path, width)]
    context.close()
    assert found + watch.found == []


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_survey_by_its_link_is_answered_with_the_keyboard(site: Site, width: int, scheme: str) -> None:
    path = open_survey_page(site)
    context = site.context("", width, scheme)
    page = context.new_page()
    watch = Watch(page, site.address)
    found = faults_of(page, site.address, path, width)
    page.get_by_role("button", name="Send my answer").press("Enter")
    found += accessibility_findings(page) + own_findings(page)
    assert page.title().startswith("Error:")
    for question in page.locator("fieldset.group").all():
        question.get_by_label("4", exact=True).focus()
        page.keyboard.press("Space")
    page.get_by_label("What was most useful?").fill("The walk.")
    page.get_by_role("button", name="Send my answer").press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    found += accessibility_findings(page) + own_findings(page)
    context.close()
    assert found + watch.found == []


def faults_of(page: Page, address: str, path: str, width: int) -> list[str]:
    """Everything wrong with one page."""
    answer = page.goto(address + path)
    assert answer is not None
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    keep_picture(page, f"{picture_name(path)}-{width}-{scheme}")
    found = accessibility_findings(page) + own_findings(page)
    if answer.status not in {200, ERRORS.get(path), 422 if path.endswith(TO_MEND) else 200}:
        found.append(f"{path} answered {answer.status}")
    for narrow in (width, NARROWEST):
        page.set_viewport_size({"width": narrow, "height": 900})
        if overflow(page) > 0:
            found.append(f"{path} is {overflow(page)} pixels wider than {narrow}")
    page.set_viewport_size({"width": width, "height": 900})
    return found


# What the checker does not look for: one heading of the page, a name for every field, fields of lists in sight,
# targets large enough to hit, and lines that end inside 18–20.
_OWN = r"""() => {
  const found = [];
  if (document.querySelectorAll('h1').length !== 1) found.push('not exactly one h1');
  for (const field of document.querySelectorAll('main input:not([type=hidden]), main select, main textarea'))
    if (!field.labels?.length && !field.getAttribute('aria-label')) found.push('no label: ' + field.name);
  for (const field of document.querySelectorAll('main td :is(input:not([type=hidden]), select, textarea)'))
    if (!field.checkVisibility() && !field.closest('[hidden], details')) found.push('not to be seen: ' + field.name);
  for (const target of document.querySelectorAll('main button, main select, main input[type=checkbox], nav a')) {
    const box = target.getBoundingClientRect();
    const label = target.labels?.[0]?.getBoundingClientRect();
    const height = Math.max(box.height, label ? label.bottom - box.top : 0, label?.height ?? 0);
    if (box.width && height < 24 && getComputedStyle(target).display !== 'inline')
      found.push('small target: ' + (target.textContent.trim() || target.name));
  }
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const top = (text, at) => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().top;
  };
  while (texts.nextNode())
    for (const { 0: range, index } of texts.currentNode.data.matchAll(/\d–\d/g))
      if (top(texts.currentNode, index + range.length - 1) > top(texts.currentNode, index) + 4)
        found.push('broken: ' + texts.currentNode.data.trim());
  return found;
}"""


def own_findings(page: Page) -> list[str]:
    return [f"{page.url}: {finding}" for finding in page.evaluate(_OWN)]


FORMS = [
    ("", "/register"),
    ("", "/sign-in"),
    ("", "/forgotten-password"),
    ("applicant1@example.org", "/account"),
    ("applicant1@example.org", "/account/password"),
    ("host1@example.org", "/agenda/{visit}/sessions/new"),
    ("", "/certificates"),
    ("organiser@example.org", "/roles"),
    ("organiser@example.org", "/organise/calls/{call}/settings"),
    ("organiser@example.org", "/organise/calls/{call}/questions/new"),
    ("organiser@example.org", "/organise/calls/{call}/import"),
]


@pytest.mark.parametrize(("email", "path"), FORMS)
def test_an_empty_form_says_what_to_mend(site: Site, email: str, path: str) -> None:
    context = site.context(email, 390, "light")
    page = context.new_page()
    watch = Watch(page, site.address)
    page.goto(site.address + path.format(visit=sample_visit(), call=current_call()))
    for field in page.locator("main form.form input:visible:not([type=checkbox]):not([type=file])").all():
        field.fill("")
    page.locator("main form.form button[type=submit]").first.click()
    page.locator("[data-summary]").wait_for()
    focused = page.evaluate("document.activeElement.matches('[data-summary]')")
    found = accessibility_findings(page) + own_findings(page)
    title = page.title()
    context.close()
    assert focused, "the summary of errors has the focus"
    assert title.startswith("Error:")
    assert found + watch.found == []


def test_deciding_and_its_outcome(site: Site) -> None:
    """The call is closed in the data; the preview and what follows from the decision are pages too."""
    slug, call_id = close_and_hand_over()
    context = site.context("organiser@example.org", 1280, "light")
    page = context.new_page()
    watch = Watch(page, site.address)
    decision, places = f"/organise/calls/{slug}/decide", f"/organise/calls/{slug}/places"
    found = faults_of(page, site.address, decision, 1280)
    with writing() as session:
        organiser = find_person(session, "organiser@example.org")
        assert organiser is not None
        work_out(session, session.get_one(Call, call_id), organiser, now=clock.now())
    found += faults_of(page, site.address, decision, 1280)
    with writing() as session:
        decide_call(session, actor=organiser, now=clock.now(), call_id=call_id, leave_empty=True)
    for path in (f"/organise/calls/{slug}", decision, places, f"{places}/waiting", f"{places}/add"):
        found += faults_of(page, site.address, path, 1280)
    with writing() as session:
        release_answers(session, actor=organiser, now=clock.now(), call_id=call_id)
        place = session.scalars(select(Place).where(Place.state == PlaceState.OFFERED)).first()
        assert place is not None
        email, place_id = session.get_one(Person, place.person_id).email, place.id
    found += faults_of(page, site.address, f"/organise/places/{place_id}/withdraw", 1280)
    context.close()
    found += faults_of_an_offer(site, email, place_id)
    assert found + watch.found == []


def close_and_hand_over() -> tuple[str, uuid.UUID]:
    """The current call is closed, and the shortlists that were begun are with the organiser."""
    with writing() as session:
        call = session.scalars(select(Call).where(Call.is_sample, Call.decided_at.is_(None))).one()
        call.closes_at = clock.now()
        call.closes_wall = to_wall(call.closes_at, call.zone).replace(microsecond=0).isoformat()
        begun = select(ShortlistEntry.visit_id)
        for shortlist in session.scalars(select(Shortlist).where(Shortlist.visit_id.in_(begun))):
            shortlist.state, shortlist.handed_over_at = ShortlistState.HANDED_OVER, clock.now()
        return call.slug, call.id


def faults_of_an_offer(site: Site, email: str, place_id: uuid.UUID) -> list[str]:
    """The offer by its mail's link, the person's own page, and both after accepting."""
    link = site.app.extensions["session_info"]["answer_links"].make(place_id)
    paths = (f"/offers/{link}", f"/places/{place_id}", "/applications")
    found = []
    for width, scheme in VIEWS:
        context = site.context(email, width, scheme)
        page = context.new_page()
        found += [finding for path in paths for finding in faults_of(page, site.address, path, width)]
        context.close()
    with writing() as session:
        person = find_person(session, email)
        assert person is not None
        accept_offer(session, actor=person, now=clock.now(), place_id=place_id)
    for width, scheme in VIEWS:
        context = site.context(email, width, scheme)
        page = context.new_page()
        found += [finding for path in paths for finding in faults_of(page, site.address, path, width)]
        context.close()
    return found


def test_pictures_of_the_readme(site: Site, tmp_path: Path) -> None:
    folder = PICTURES if os.environ.get("PEER_VISITS_PICTURES") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for name, email, path in (
        ("home", "", "/"),
        ("shortlist", "host1@example.org", f"/host/{sample_visit()}"),
    ):
        context = site.context(email, 1280, "light")
        page = context.new_page()
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png")
        context.close()
        assert (folder / f"{name}.png").stat().st_size > 10_000
