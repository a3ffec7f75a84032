"""Organisers read the mails of their programme without the links by which somebody answers a survey unseen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.followup.survey.models import SurveyTicket
from peer_visits.followup.survey.reminders import answer_links
from peer_visits.followup.survey.sweeps import mail_surveys, open_due_surveys
from peer_visits.followup.thanking.reminders import thank_after_visits
from peer_visits.outbox.models import Message
from peer_visits.outbox.private_links import with_private_links, without_private_links
from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.places.reminders import morning
from peer_visits.storage.transaction import reading, writing
from tests.followup.thanking.test_one_mail import HOUR
from tests.support.followup_factories import ENDS, Ended, make_ended_visit

ClientOf = Callable[[Person], FlaskClient]
SECRET = "ab" * 36


def test_a_secret_is_hidden_and_put_back() -> None:
    mail = f"Answer: https://visits.example.org/survey/{SECRET}\nOr not."
    seen = without_private_links(mail)
    assert SECRET not in seen
    assert "/survey/hidden\nOr not." in seen
    assert with_private_links(seen.replace("Or not.", "Please."), mail) == mail.replace("Or not.", "Please.")
    assert with_private_links("Gone.", mail) == "Gone."
    assert without_private_links("https://x.example/survey/results") == "https://x.example/survey/results"


@pytest.fixture
def ended(app: Flask) -> Ended:
    """A visit whose guests were thanked and asked, and its host asked; the mails are still held."""
    with writing() as session:
        ended = make_ended_visit(session, {"Ann": (1, 3), "Ben": (1, 3)})
    next_day = morning(ENDS.date(), ended.visit.zone) + 24 * HOUR
    open_due_surveys(next_day - 10 * HOUR)
    thank_after_visits(next_day)
    mail_surveys(next_day + HOUR)
    with writing() as session:
        for mail in session.scalars(select(Message)):
            mail.state, mail.held_for = MessageState.HELD, HeldFor.REVIEW
    return ended


def mails() -> list[Message]:
    reading().rollback()
    return list(reading().scalars(select(Message).order_by(Message.to_name)))


def secrets() -> list[str]:
    reading().rollback()
    links = answer_links(reading().info["mail"].secret)
    return [links.make(one) for one in reading().scalars(select(SurveyTicket.id))]


def test_no_page_of_the_organiser_shows_the_link_of_anybody(ended: Ended, client_of: ClientOf) -> None:
    organiser = client_of(reading().get_one(Person, ended.organiser.id))
    found = secrets()
    assert len(found) == 3
    assert sum(secret in one.text and secret in one.html for one in mails() for secret in found) == 3
    for mail in mails():
        for page in ("", "?part=html", "/edit"):
            shown = organiser.get(f"/organise/mail/{mail.id}{page}").get_data(as_text=True)
            assert "/survey/hidden" in shown, page
            assert not [secret for secret in found if secret in shown]


def test_a_test_to_oneself_has_none_and_edited_words_keep_theirs(ended: Ended, client_of: ClientOf) -> None:
    organiser = client_of(reading().get_one(Person, ended.organiser.id))
    mail = mails()[0]
    [secret] = [one for one in secrets() if one in mail.text]
    organiser.post(f"/organise/mail/{mail.id}/test")
    [test] = [one for one in mails() if one.kind == "mail.test"]
    assert secret not in test.text + test.html
    assert "/survey/hidden" in test.text
    page = organiser.get(f"/organise/mail/{mail.id}/edit").get_data(as_text=True)
    shown = re.search(r"https?://[^\s]+/survey/hidden", page)
    assert shown
    typed = f"Please answer.\n\n{shown[0]}"
    answer = organiser.post(
        f"/organise/mail/{mail.id}/edit",
        data={"subject": "Please", "text": typed, "revision": str(mail.revision)},
    )
    assert answer.status_code == 302
    kept = next(one for one in mails() if one.id == mail.id)
    assert f"/survey/{secret}" in kept.text
    assert f"/survey/{secret}" in kept.html


def test_a_preview_with_the_data_of_a_mail_shows_none(ended: Ended, client_of: ClientOf) -> None:
    organiser = client_of(reading().get_one(Person, ended.organiser.id))
    path = f"/organise/programmes/{ended.programme.slug}/mail/texts/visit.ended/en"
    page = organiser.get(path, query_string={"call": ended.call.slug, "reader": mails()[0].to_address})
    assert page.status_code == 200
    assert "/survey/" in page.get_data(as_text=True)
    assert not [secret for secret in secrets() if secret in page.get_data(as_text=True)]
