"""What somebody types survives a closed browser, a lost network, a session that ran out, and a second window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import delete, select

from peer_visits.accounts.models import SignInSession
from peer_visits.accounts.passwords import hash_password
from peer_visits.applications.drafts import read_draft
from peer_visits.applications.models import Application
from peer_visits.kernel import clock
from peer_visits.storage.transaction import db, reading, writing
from tests.journeys.stage import PASSWORD, Player, Stage
from tests.support import apps
from tests.support.browser import serving
from tests.support.factories import make_call, make_person, make_visit

pytestmark = pytest.mark.browser

FIELD = "What you bring"
MOST_LOST = 2.0  # seconds of typing


@pytest.fixture
def stage(chromium: Browser, tmp_path: Path) -> Iterator[Stage]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'kept.sqlite'}"), csrf=True)
    with app.app_context(), serving(app) as address:
        stage = Stage(chromium, address, "mouse")
        yield stage
        stage.close()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def path(stage: Stage) -> str:
    """The form of an open call, and somebody with an account: nora@example.org."""
    with writing() as session:
        call = make_call(session, closes_at=clock.now() + timedelta(hours=5))
        make_visit(session, call)
        nora = make_person(session, "Nora Newcomer", email="nora@example.org")
        nora.password_hash = hash_password(PASSWORD)
        return f"/calls/{call.slug}/apply"


def at_the_form(stage: Stage, path: str) -> Player:
    nora = stage.signed_in("nora@example.org")
    nora.go(path)
    return nora


def stored() -> str:
    reading().rollback()
    application = reading().scalars(select(Application)).one_or_none()
    answers = read_draft(application.draft).answers if application else {}
    return str(next(iter(answers.values()), ""))


def wait_until_stored(words: str) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if stored() == words:
            return
        time.sleep(0.05)
    raise AssertionError(f"{words!r} never arrived, but {stored()!r}")


def value(page: Page) -> str:
    return page.get_by_label(FIELD).input_value()


def test_a_browser_closed_while_typing_costs_less_than_two_seconds(stage: Stage, path: str) -> None:
    nora = at_the_form(stage, path)
    box = nora.page.get_by_label(FIELD)
    box.focus()
    typed: list[tuple[float, int]] = []
    end = time.monotonic() + 6
    while time.monotonic() < end:
        nora.page.keyboard.type("word ")
        typed.append((time.monotonic(), 5 * (len(typed) + 1)))
        time.sleep(0.1)
    closed = time.monotonic()
    nora.page.context.close()
    stage.contexts.remove(nora.page.context)
    safe = max((length for moment, length in typed if moment < closed - MOST_LOST), default=0)
    time.sleep(0.5)  # what was on its way arrives
    assert len(stored()) + 1 >= safe > 20, "more than two seconds of typing are gone"


def test_a_page_closed_at_once_finds_its_last_words_again_on_this_device(stage: Stage, path: str) -> None:
    nora = at_the_form(stage, path)
    nora.page.get_by_label(FIELD).fill("the very last words")
    other = nora.page.context.new_page()
    nora.page.close(run_before_unload=False)
    other.goto(stage.address + path)
    other.wait_for_timeout(300)
    assert value(other) == "the very last words"
    wait_until_stored("the very last words")


def test_a_network_that_drops_keeps_the_text_and_sends_it_later(stage: Stage, path: str) -> None:
    nora = at_the_form(stage, path)
    stage_found = list(stage.found)
    nora.page.context.set_offline(True)
    nora.page.get_by_label(FIELD).fill("typed in a tunnel")
    nora.page.get_by_text("No connection.").wait_for()
    assert stored() == ""
    nora.page.context.set_offline(False)
    wait_until_stored("typed in a tunnel")
    assert stage.found == stage_found


def test_a_session_that_ran_out_goes_on_where_it_was(stage: Stage, path: str) -> None:
    nora = at_the_form(stage, path)
    nora.page.get_by_label(FIELD).fill("before the break")
    wait_until_stored("before the break")
    with writing() as session:
        session.execute(delete(SignInSession))
    nora.page.get_by_label(FIELD).fill("before the break and after it")
    nora.page.get_by_text("You are signed out.").wait_for()
    nora.page.get_by_role("link", name="Sign in and go on where you were").click()
    nora.write("E-mail address", "nora@example.org")
    nora.write("Password", PASSWORD)
    nora.press("Sign in")
    nora.page.wait_for_url(f"**{path}")
    assert value(nora.page) == "before the break and after it"
    wait_until_stored("before the break and after it")


def test_two_windows_notice_each_other_and_both_texts_are_offered(stage: Stage, path: str) -> None:
    first = at_the_form(stage, path)
    second = at_the_form(stage, path)
    first.page.get_by_label(FIELD).fill("from the first window")
    wait_until_stored("from the first window")
    second.page.get_by_label(FIELD).fill("from the second window")
    second.page.get_by_text("was saved in another window").wait_for()
    assert stored() == "from the first window", "nothing is overwritten"
    second.press("Save draft")
    second.sees("What is saved from the other window")
    second.sees("from the first window")
    assert value(second.page) == "from the second window"
    second.press("Save draft")
    second.sees("Your draft is saved.")
    wait_until_stored("from the second window")


def test_the_counter_says_what_the_server_counts(stage: Stage, path: str) -> None:
    nora = at_the_form(stage, path)
    for words, length in (("e\u0301" * 10, 10), ("😀" * 7, 7), ("a\r\nb", 3), ("  ends  ", 4)):
        nora.page.get_by_label(FIELD).fill(words)
        left = nora.page.locator("p.count").nth(1).inner_text()
        assert left.replace(",", "").endswith(str(4000 - length)), (words, left)
        nora.press("Save draft")
        nora.sees("Your draft is saved.")
        assert len(stored()) == length
