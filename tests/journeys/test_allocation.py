"""A run from the form to the result by keys alone, and every page of runs and figures looked at by the checker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from peer_visits.allocation.background import work_off_runs
from peer_visits.allocation.settings import Force, RuleName, RuleSetting
from peer_visits.applications.models import Application
from peer_visits.kernel import clock
from peer_visits.places.given_before import read_holdings
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, writing
from tests.support import apps
from tests.support.allocation_factories import cap, make_run, make_small_story, plain_settings
from tests.support.browser import Keyboard, Watch, accessibility_findings, overflow, serving
from tests.support.places_factories import Story, apply_in_order, make_closed_call, make_place

pytestmark = pytest.mark.browser


@pytest.fixture
def stage(chromium: Browser, tmp_path: Path) -> Iterator[tuple[Story, str, BrowserContext]]:
    """A closed call on a server of its own, and the organiser's browser."""
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'runs.sqlite'}"), csrf=True)
    with app.app_context():
        with writing() as session:
            story = make_small_story(session)
        with serving(app) as address:
            context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
            context.add_cookies([{"name": "session", "value": cookie_of(app, story), "url": address}])
            yield story, address, context
            context.close()
        db.session.remove()


def cookie_of(app: Flask, story: Story) -> str:
    client: FlaskClient = app.test_client()
    cookie = apps.sign_in(client, story.organiser).get_cookie("session")
    assert cookie is not None
    return cookie.value


def work_off() -> None:
    work_off_runs(clock.now(), read_holdings=read_holdings)


def faults(page: Page, watch: Watch) -> list[str]:
    """What the checker finds, at this width and at the narrowest."""
    found = accessibility_findings(page)
    usual = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 900})
    found += [f"{page.url} is {over} px too wide" for over in [overflow(page)] if over > 0]
    page.set_viewport_size(usual or {"width": 1280, "height": 900})
    return found + watch.found


def test_a_run_by_keys_alone(stage: tuple[Story, str, BrowserContext]) -> None:
    story, address, context = stage
    page = context.new_page()
    watch, keys = Watch(page, address), Keyboard(page)
    page.goto(f"{address}/organise/calls/{story.call.slug}/allocation")
    keys.press(page.get_by_role("link", name="New run"))
    keys.write(page.get_by_label("At most … people from one country"), "1")
    keys.choose(page.get_by_label("How binding: Newcomers"), "off")
    keys.press(page.get_by_role("button", name="Start the run"))
    page.get_by_text("Waiting for a worker").wait_for()
    work_off()
    page.get_by_text("Proven best").first.wait_for()
    assert page.get_by_text("2/3").first.is_visible(), "one from each country leaves a place empty"
    keys.press(page.get_by_role("link", name="Person by person").first)
    page.get_by_role("heading", name="Person by person").wait_for()
    keys.press(page.get_by_role("link", name=re.compile("Decide by hand.*Dan")))
    keys.tick(page.get_by_label("Give the place"))
    keys.write(page.get_by_label("Why"), "Speaks on the first day.")
    keys.press(page.get_by_role("button", name="Decide and run again"))
    page.get_by_text("Speaks on the first day.").wait_for()
    assert watch.found == []


def test_every_page_of_runs_and_figures(stage: tuple[Story, str, BrowserContext]) -> None:
    story, address, light = stage
    with writing() as session:
        session.add_all([story.call, story.organiser, *story.visits])
        impossible = RuleSetting(RuleName.NEWCOMERS, Force.HARD, 9)
        for settings in (
            plain_settings(cap(1)),
            plain_settings(cap(2, Force.SOFT)),
            plain_settings(impossible),
        ):
            make_run(session, story, settings)
        past = make_closed_call(session, 2)
        person = apply_in_order(session, past.call, zoe=past.visits)["zoe"]
        make_place(session, past.visits[0], person, PlaceState.ACCEPTED)
        past.call.programme_id = story.call.programme_id
        visit, slug, programme = story.visits[1].slug, story.call.slug, story.programme.slug
        figures = f"/organise/calls/{past.call.slug}/figures"
    work_off()
    base, person_id = f"/organise/calls/{slug}/allocation", story_person(story)
    tails = ("", "/new", "/new?like=1", "/1", "/3", "/1/people", f"/1/visits/{visit}", "/1/compare/2")
    by_hand = f"/1/by-hand/{person_id}"
    paths = [
        *(base + tail for tail in (*tails, by_hand)),
        figures,
        f"/organise/programmes/{programme}/figures",
    ]
    paths += [f"/calls/{slug}", f"/organise/calls/{slug}/decide", *undecided(story)]
    dark = dark_context(light)
    found = [one for context in (light, dark) for one in walk(context, address, paths)]
    dark.close()
    assert found == []


def walk(context: BrowserContext, address: str, paths: list[str]) -> list[str]:
    """What the checker finds on these pages."""
    page, found = context.new_page(), list[str]()
    watch = Watch(page, address)
    for path in paths:
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200, path
        found += faults(page, watch)
    return found


def dark_context(light: BrowserContext) -> BrowserContext:
    """The same person on a small dark screen."""
    assert light.browser is not None
    dark = light.browser.new_context(
        viewport={"width": 390, "height": 800}, color_scheme="dark", reduced_motion="reduce"
    )
    dark.add_cookies(light.cookies())  # type: ignore[arg-type]
    return dark


def story_person(story: Story) -> str:
    """Somebody of whom can be decided by hand."""
    with writing() as session:
        query = select(Application.person_id).where(Application.call_id == story.call.id)
        return str(session.scalars(query.order_by(Application.sort_name)).first())


def undecided(story: Story) -> list[str]:
    """The page that asks for a run, where there is none."""
    with writing() as session:
        other = make_closed_call(session, 1)
        other.call.programme_id = story.call.programme_id
        return [f"/organise/calls/{other.call.slug}/decide"]
