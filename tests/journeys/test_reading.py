"""Reading and scoring with keys, while the page saves itself: nothing is lost, and no key gets in the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import delete, select

from peer_visits.accounts.models import SignInSession
from peer_visits.accounts.passwords import hash_password
from peer_visits.applications.services.withdrawing import withdraw_application
from peer_visits.kernel import clock
from peer_visits.shortlist.models import Review
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import HostMember
from tests.journeys.stage import PASSWORD, Player, Stage
from tests.support import apps
from tests.support.browser import accessibility_findings, serving
from tests.support.shortlist_factories import HostDesk, application_of, make_desk

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Desk:
    """A stage with three applications to read, and where they are."""

    stage: Stage
    made: HostDesk
    lead: str
    slug: str

    def path(self, name: str) -> str:
        return f"/host/{self.slug}/choices/{self.made.choices[name]}"

    def at(self, name: str) -> Player:
        """The lead in a window of their own, at this application."""
        player = self.stage.signed_in(self.lead)
        player.go(self.path(name))
        return player


@pytest.fixture
def desk(chromium: Browser, tmp_path: Path) -> Iterator[Desk]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'read.sqlite'}"), csrf=True)
    with app.app_context(), serving(app) as address:
        with writing() as session:
            made = make_desk(session, "Ada", "Bo", "Cy")
            made.lead.password_hash = hash_password(PASSWORD)
            lead, slug = made.lead.email, made.visit.slug
        stage = Stage(chromium, address, "keyboard")
        yield Desk(stage, made, lead, slug)
        stage.close()
        db.session.remove()
        db.engine.dispose()


def stored() -> Review | None:
    reading().rollback()
    return reading().scalars(select(Review)).one_or_none()


def wait_until(is_so: Callable[[Review], bool]) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = stored()
        if found is not None and is_so(found):
            return
        time.sleep(0.05)
    raise AssertionError(f"never arrived: {vars(found) if found else None}")


def tab_to(page: Page, label: str) -> None:
    target = page.locator("#scoring").get_by_label(label).first
    for _step in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{label} cannot be reached with Tab")


def in_group(page: Page, name: str) -> None:
    page.locator("#scoring").get_by_role("group", name=name).get_by_role("radio").first.focus()


def test_three_are_read_with_keys_alone(desk: Desk) -> None:
    page = desk.at("Ada").page
    page.get_by_text("3 left for you to read").wait_for()
    for left, after in ((2, "Bo"), (1, "Cy")):
        in_group(page, "Expertise")
        page.keyboard.press("4")
        page.keyboard.press("Tab")
        page.keyboard.press("3")
        page.keyboard.press("Tab")
        page.keyboard.press("1")
        page.get_by_text(f"{left} left for you to read").wait_for()
        page.get_by_text("Your score: 70 of 100.").wait_for()
        page.keyboard.press("n")
        page.wait_for_url(f"**{desk.path(after)}#scoring")
        assert page.evaluate("document.activeElement.id") == "scoring"
    reading().rollback()
    kept = reading().scalars(select(Review)).all()
    assert [(one.points, str(one.recommendation)) for one in kept] == [(70, "shortlist")] * 2
    assert desk.stage.found == []


def test_a_key_saves_what_was_typed_a_moment_ago(desk: Desk) -> None:
    page = desk.at("Ada").page
    page.get_by_label("Private note").fill("the very last words")
    in_group(page, "Expertise")
    page.keyboard.press("5")
    page.keyboard.press("s")
    page.wait_for_url(f"**{desk.path('Bo')}#scoring")
    wait_until(lambda one: one.private_note == "the very last words")
    page.keyboard.press("p")
    page.wait_for_url(f"**{desk.path('Ada')}#scoring")
    assert page.get_by_label("Private note").input_value() == "the very last words"
    assert page.locator("#score_0-5").is_checked()


def test_letters_do_nothing_outside_the_panel_and_are_letters_in_a_note(desk: Desk) -> None:
    page = desk.at("Bo").page
    for key in ("n", "p", "s", "3"):
        page.keyboard.press(key)
    page.get_by_label("Private note").focus()
    page.keyboard.type("nps 3")
    assert page.get_by_label("Private note").input_value() == "nps 3"
    wait_until(lambda one: one.private_note == "nps 3")
    assert page.url.endswith(desk.path("Bo"))
    assert page.locator("#scoring input[type=radio]:checked").count() == 0


def test_a_digit_off_the_scale_does_nothing_and_delete_takes_a_value_back(desk: Desk) -> None:
    page = desk.at("Ada").page
    in_group(page, "Expertise")
    page.keyboard.press("9")
    assert page.locator("#score_0 input:checked, [name=score_0]:checked").count() == 0
    page.keyboard.press("3")
    assert page.locator("#score_0-3").is_checked()
    page.keyboard.press("Delete")
    assert page.locator("[name=score_0]:checked").count() == 0


def test_the_keys_are_told_on_the_page_and_it_is_accessible(desk: Desk) -> None:
    page = desk.at("Ada").page
    page.get_by_text("Keys", exact=True).click()
    page.get_by_text("skip to the next you have not read").wait_for()
    assert accessibility_findings(page) == []


def test_without_scripts_there_is_a_button_and_no_word_of_keys(desk: Desk) -> None:
    signed_in = desk.at("Ada").page
    context = desk.stage.browser.new_context(java_script_enabled=False)
    context.add_cookies(signed_in.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(desk.stage.address + desk.path("Ada"))
    assert not page.get_by_text("Keys", exact=True).is_visible()
    page.locator("#score_0-4").check()
    page.get_by_label("Note for the host team").fill("by hand")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Your reading is saved.").wait_for()
    context.close()
    found = stored()
    assert found is not None
    assert found.note == "by hand"


def test_two_windows_notice_each_other_and_both_are_shown(desk: Desk) -> None:
    first, second = desk.at("Ada").page, desk.at("Ada").page
    first.get_by_label("Private note").fill("from the first window")
    wait_until(lambda one: one.private_note == "from the first window")
    second.get_by_label("Private note").fill("from the second window")
    second.get_by_text("was saved in another window").wait_for()
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("What is saved now").wait_for()
    assert second.get_by_text("from the first window").is_visible()
    assert second.get_by_label("Private note").input_value() == "from the second window"
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("Your reading is saved.").wait_for()
    wait_until(lambda one: one.private_note == "from the second window")


def test_a_network_that_drops_keeps_the_note_and_sends_it_later(desk: Desk) -> None:
    page = desk.at("Ada").page
    page.context.set_offline(True)
    page.get_by_label("Private note").fill("typed in a tunnel")
    page.get_by_text("No connection.").wait_for()
    assert stored() is None
    page.context.set_offline(False)
    wait_until(lambda one: one.private_note == "typed in a tunnel")


def test_a_session_that_ran_out_goes_on_where_it_was(desk: Desk) -> None:
    player = desk.at("Ada")
    player.page.get_by_label("Private note").fill("before the break")
    wait_until(lambda one: one.private_note == "before the break")
    with writing() as session:
        session.execute(delete(SignInSession))
    player.page.get_by_label("Private note").fill("before the break and after it")
    player.page.get_by_text("You are signed out.").wait_for()
    player.page.get_by_role("link", name="Sign in and go on where you were").click()
    player.write("E-mail address", desk.lead)
    player.write("Password", PASSWORD)
    player.press("Sign in")
    player.page.wait_for_url(f"**{desk.path('Ada')}")
    assert player.page.get_by_label("Private note").input_value() == "before the break and after it"
    wait_until(lambda one: one.private_note == "before the break and after it")


def test_what_is_withdrawn_meanwhile_says_so_and_gives_the_note_back(desk: Desk) -> None:
    page = desk.at("Ada").page
    with writing() as session:
        application = application_of(session, desk.made, "Ada")
        withdraw_application(
            session, actor=desk.made.lead, now=clock.now() + timedelta(seconds=1), application=application
        )
    page.get_by_label("Private note").fill("not to be lost")
    page.get_by_text("This application has been withdrawn meanwhile.").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="This application has been withdrawn").wait_for()
    assert page.locator("main").get_by_text("not to be lost").is_visible()


def test_a_reader_who_is_removed_is_told_and_keeps_the_words(desk: Desk) -> None:
    page = desk.at("Ada").page
    with writing() as session:
        session.execute(delete(HostMember).where(HostMember.person_id == desk.made.lead.id))
    page.get_by_label("Private note").fill("still here")
    page.get_by_text("You do not read this application any more").wait_for()
    assert page.get_by_label("Private note").input_value() == "still here"
    assert stored() is None
