"""The whole story in a real browser: from registering to a published report, by mouse and by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from flask import current_app
from playwright.sync_api import Browser
from sqlalchemy import select

from peer_visits.calls.models import Programme
from peer_visits.cli.check import find_broken
from peer_visits.library.samples import sample_pdf
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import SmtpTransport
from peer_visits.storage.transaction import db, reading
from tests.journeys.snapshots import compare_mails
from tests.journeys.stage import PASSWORD, Player, Stage, link_in, mails_of, people_of_the_story
from tests.support import apps
from tests.support.allocation_factories import work_off
from tests.support.browser import serving
from tests.support.smtp import smtp_sink

pytestmark = pytest.mark.browser


@pytest.fixture(params=[("mouse", "sqlite"), ("keyboard", "sqlite"), ("mouse", "postgresql")], ids="-".join)
def stage(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Stage]:
    hand, engine = request.param
    url = f"sqlite:///{tmp_path / 'story.sqlite'}"
    if engine == "postgresql":
        url = request.getfixturevalue("own_postgresql")
    app = apps.make_app(apps.test_settings(tmp_path, url), csrf=True)
    with app.app_context(), serving(app) as address:
        stage = Stage(chromium, address, hand)
        yield stage
        stage.close()
        db.session.remove()
        db.engine.dispose()


def test_from_registration_to_a_published_report(stage: Stage, tmp_path: Path) -> None:
    story = people_of_the_story()
    apply_as_a_newcomer(stage, story)
    close_the_call(stage, story)
    read_and_shortlist(stage, story)
    decide(stage, story)
    decline_and_accept(stage, story)
    publish_an_agenda(stage, story)
    publish_the_report(stage, story, tmp_path)
    everything_is_logged_and_told(stage, story)
    assert stage.found == [], "the console, the content policy or a foreign request had something to say"


def apply_as_a_newcomer(stage: Stage, story: dict[str, str]) -> None:
    nora = stage.window()
    nora.go("/register")
    nora.write("Your name", "Nora Newcomer")
    nora.write("E-mail address", "nora@example.org")
    nora.write("Password", PASSWORD)
    nora.press("Make my account")
    nora.sees("Look into your mail")
    nora.go(link_in(mails_of("account.verify")[0], "/verify/"))
    nora.press("Confirm my address")
    nora.page.wait_for_url("**/sign-in**")
    nora.write("E-mail address", "nora@example.org")
    nora.write("Password", PASSWORD)
    nora.press("Sign in")
    nora.write("Organisation", "City of Example")
    nora.choose("Kind of organisation", "Local authority")
    nora.choose("Country", "Finland")
    nora.press("Save my profile")
    nora.sees("Your profile is saved.")
    write_the_application(nora, story)


def write_the_application(nora: Player, story: dict[str, str]) -> None:
    nora.go(f"/calls/{story['call']}")
    nora.press("Apply to the call")
    nora.write("What you bring", "Six years of practice.")
    nora.press("Save draft")
    nora.sees("Your draft is saved.")
    nora.press("Check and send")
    nora.sees("Not sent yet: please mend the following")
    nora.sees("Choose at least one visit.")
    assert nora.page.title().startswith("Error:")
    nora.choose("Visit", "Rotterdam (NL): The cooperation model")
    nora.write("Why this visit", "Because of the archive.")
    nora.write("What you want to learn", "How volunteers stay.")
    nora.press("Check and send")
    nora.page.wait_for_url("**/apply/check")
    nora.press("Send application")
    nora.sees("Your application is sent.")


def close_the_call(stage: Stage, story: dict[str, str]) -> None:
    olga = stage.signed_in(story["organiser"])
    olga.go(f"/organise/calls/{story['call']}")
    olga.press("Close the call early")
    olga.press("Close the call now")
    olga.sees("The call is closed.")


def read_and_shortlist(stage: Stage, story: dict[str, str]) -> None:
    hanna = stage.signed_in(story["host"])
    hanna.go(f"/host/{story['visit']}")
    for name, value in (("Rita Rival", 4), ("Nora Newcomer", 5)):
        hanna.press(name)
        for criterion in ("Expertise", "Learning needs"):
            hanna.pick(hanna.page.get_by_role("group", name=criterion), value)
        hanna.press("Save")
        hanna.sees("Your reading is saved.")
        hanna.go(f"/host/{story['visit']}")
    for name, pile in (("Rita Rival", "Shortlisted"), ("Nora Newcomer", "Reserve")):
        hanna.tick(hanna.page.get_by_label(f"Choose {name}"))
        hanna.choose("Move the chosen to", pile)
        # The page shows a move before the server has it, and what is sent next must see it.
        with hanna.page.expect_response(lambda answer: "/order" in answer.url):
            hanna.press("Move them")
        hanna.sees("1 applicant moved.")
        hanna.page.locator(f'tbody[data-label="{pile}"] tr[data-name="{name}"]').wait_for()
    hanna.press("Send shortlist to organiser")
    hanna.write("Note to the organiser", "Two good people for one place.")
    hanna.press("Send shortlist to organiser")
    hanna.sees("The shortlist is with the organiser.")


def decide(stage: Stage, story: dict[str, str]) -> None:
    olga = stage.signed_in(story["organiser"])
    olga.go(f"/organise/calls/{story['call']}")
    olga.press("Decide")
    olga.sees("Nobody has worked out who gets which visit yet")
    olga.press("New run")
    olga.press("Start the run")
    olga.sees("At work")
    work_off()
    olga.press("Use this run for the decision")
    olga.press("See what a decision would do")
    olga.sees("Everything below is what would happen.")
    assert mails_of("offer.made") == [], "a preview leaves nothing behind"
    olga.tick(olga.page.get_by_label("Leave these visits empty"))
    olga.press("Make 1 offer", exact=False)
    olga.sees("Undo the decision")
    assert [mail.to_name for mail in mails_of("offer.made")] == ["Rita Rival"]
    assert [mail.to_name for mail in mails_of("application.waiting")] == ["Nora Newcomer"]


def decline_and_accept(stage: Stage, story: dict[str, str]) -> None:
    rita = stage.window()
    rita.go(link_in(mails_of("offer.made")[0], "/offers/"))
    rita.press("Decline")
    rita.sees("You have declined the place.")
    offers = mails_of("offer.made")
    assert [mail.to_name for mail in offers] == ["Rita Rival", "Nora Newcomer"]
    nora = stage.signed_in("nora@example.org")
    nora.sees("My applications")
    nora.go(link_in(offers[1], "/offers/"))
    nora.press("Accept the place")
    nora.sees("The place is yours")


def publish_an_agenda(stage: Stage, story: dict[str, str]) -> None:
    hanna = stage.signed_in(story["host"])
    hanna.go(f"/agenda/{story['visit']}")
    hanna.press("Add the first session")
    hanna.write("Title", "Welcome to Rotterdam")
    hanna.choose("Kind of session", "Welcome")
    hanna.set_day("Day", date.fromisoformat(story["day"]))
    hanna.set_time("Begins at", time(10, 0))
    hanna.write("Speaker", "S. Bakker")
    hanna.press("Save the session")
    hanna.sees("The session is on the board.")
    hanna.press("Publish release 1")
    hanna.sees("1 person with an accepted place gets a mail")
    hanna.press("Publish release 1")
    hanna.sees("The agenda is published")
    [mail] = mails_of("agenda.published")
    assert mail.to_name == "Nora Newcomer"
    assert mail.calendar is not None
    assert "METHOD:REQUEST" in mail.calendar
    hanna.go(f"/agenda/{story['visit']}/audience")
    hanna.press("Let everybody read it")
    hanna.sees("Everybody may read it now.")
    visitor = stage.window()
    answer = visitor.page.request.get(f"{stage.address}/visits/{story['visit']}/agenda.ics")
    assert "SUMMARY:Welcome to Rotterdam" in answer.text()


def publish_the_report(stage: Stage, story: dict[str, str], folder: Path) -> None:
    document = folder / "report.pdf"
    document.write_bytes(sample_pdf("The cooperation model", "A test", "Rotterdam"))
    anton = stage.signed_in(story["author"])
    anton.go("/documents")
    anton.press("The cooperation model")
    anton.write("Authors", "Anton Author")
    anton.upload(anton.page.locator("input[type=file]"), document)
    anton.press("Save the document")
    anton.sees("The document is saved.")
    anton.press("Send it to the organiser")
    anton.sees("The document is with the organiser.")
    olga = stage.signed_in(story["organiser"])
    olga.go("/documents")
    olga.press("The cooperation model")
    olga.press("Publish in the library")
    olga.sees("The document is published")
    reader = stage.window()
    reader.go("/library")
    reader.press("The cooperation model")
    reader.sees("Anton Author")
    answer = reader.page.request.get(f"{stage.address}/library/{story['visit']}/download")
    assert answer.body() == document.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")


def everything_is_logged_and_told(stage: Stage, story: dict[str, str]) -> None:
    olga = stage.signed_in(story["organiser"])
    olga.go("/organise")
    slug = reading().scalars(select(Programme.slug)).one()
    olga.go(f"/organise/programmes/{slug}/log")
    for line in ("Call decided", "Place accepted", "Agenda published"):
        olga.page.locator("main tbody").get_by_text(line).first.wait_for()
    reading().rollback()
    assert find_broken(reading()) == []
    send_everything_and_compare()


def send_everything_and_compare() -> None:
    with smtp_sink() as (sink, url):
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        settings = MailSettings("http://localhost", "Peer Visits <visits@example.org>")
        transport = SmtpTransport(app, url, settings)
        while send_due(transport).taken:
            pass
        transport.close()
        reading().rollback()
        messages = list(
            reading().scalars(select(Message).order_by(Message.created_at, Message.kind, Message.to_name))
        )
        # Nothing left while the story went on, so what was no longer true at its end is withdrawn.
        assert {message.state for message in messages} == {MessageState.SENT, MessageState.WITHDRAWN}
        left = {one.message_id: 1 for one in messages if one.state is MessageState.SENT}
        assert sink.count_by_message_id() == left
    compare_mails(messages)
