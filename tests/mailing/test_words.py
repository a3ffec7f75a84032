"""Own words of programmes and calls: checked, previewed, used, given up; what waits gets them too."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications.messages import draft_reminder
from peer_visits.calls.models import Call, Programme
from peer_visits.kernel import clock
from peer_visits.outbox.models import MailWords, Message
from peer_visits.outbox.services import post
from peer_visits.outbox.states import MessageState
from peer_visits.storage.transaction import db, reading, writing
from tests.outbox.wording.samples import WORDINGS
from tests.support.factories import (
    make_application,
    make_call,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]
BODY = "Hello {name},\n\nthe call *{call}* closes on {closes_at}.\n\n[Write on]({form_link})"


@dataclass
class Desk:
    """An organiser of a programme with one call, and somebody with a draft."""

    client: FlaskClient
    slug: str
    call: str

    def url(self, language: str = "en", name: str = "application.reminder") -> str:
        return f"/organise/programmes/{self.slug}/mail/texts/{name}/{language}"

    def save(self, body: str = BODY, subject: str = "Hurry: {call}", url: str = "", **more: object) -> str:
        data = {"subject": subject, "body": body, "version": 0, "reader": "", **more}
        answer = self.client.post(url or self.url(), data=data, follow_redirects=True)
        return answer.text


@pytest.fixture
def desk(app: Flask, client_of: ClientOf) -> Desk:
    with writing() as session:
        programme = make_programme(session)
        organiser = make_organiser(session, programme)
        call = make_call(session, programme, closes_at=clock.now() + timedelta(hours=20))
        visit = make_visit(session, call)
        dora = make_person(session, "Dora Draft")
        dora.email, dora.language = "dora@example.org", "en"
        make_application(session, call, [visit], dora, submitted=False)
        slug, call_slug = programme.slug, call.slug
    return Desk(client_of(organiser), slug, call_slug)


def remind(language: str = "en") -> Message:
    """Post the reminder of the draft to its holder, who reads this language."""
    with writing() as session:
        call = session.scalars(select(Call)).unique().one()
        dora = session.scalars(select(Person).where(Person.name == "Dora Draft")).one()
        dora.language = language
        application = make_application(session, call, [], make_person(session), submitted=False)
        message = post(session, draft_reminder(application, dora, call), now=clock.now())
        session.flush()
        identity = message.id
    return reading().get_one(Message, identity)


def test_own_words_are_used_for_readers_of_their_language(desk: Desk) -> None:
    assert "The words are saved." in desk.save()
    english, finnish = remind(), remind("fi")
    assert english.subject.startswith("Hurry: Call")
    assert "the call Call" in english.text
    assert "<em>Call" in english.html
    assert finnish.subject.startswith("Hakemus on vielä lähettämättä")
    assert finnish.language == "fi"


def test_the_words_of_a_call_go_before_those_of_its_programme(desk: Desk) -> None:
    desk.save(subject="Of the programme")
    assert remind().subject == "Of the programme"
    desk.save(subject="Of the call", url=f"{desk.url()}?call={desk.call}")
    assert remind().subject == "Of the call"
    answer = desk.client.post(f"{desk.url()}/reset?call={desk.call}", follow_redirects=True)
    assert "the programme’s words" in answer.text
    assert remind().subject == "Of the programme"
    desk.client.post(f"{desk.url()}/reset")
    assert remind().subject.startswith("Not sent yet")
    assert reading().scalars(select(MailWords)).all() == []


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("Hi {nobody}", BODY, "This mail has no placeholder {nobody}."),
        ("Hi", BODY + " {closed_at}", "This mail has no placeholder {closed_at}."),
        ("Hi", "Hello", "Without {form_link} this mail is worth nothing"),
        ("Hi", BODY + " [x](ftp://example.org)", "not to ftp://example.org"),
        ("", BODY, "Fill this in."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    desk: Desk, subject: str, body: str, said: str
) -> None:
    answer = desk.client.post(desk.url(), data={"subject": subject, "body": body, "version": 0})
    assert answer.status_code == 422
    errors = " ".join(re.findall(r'class="error" id="\w+-error">.*?</p>', answer.text, re.DOTALL))
    assert said in errors
    assert "Write on" in answer.text or body == "Hello"
    assert reading().scalars(select(MailWords)).all() == []


def test_two_people_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.save(subject="First")
    page = desk.save(subject="Second")
    assert "Somebody else" in page or "changed" in page
    assert reading().scalars(select(MailWords.subject)).one() == "First"
    assert "The words are saved." in desk.save(subject="Third", version=1)


def test_a_preview_changes_nothing_and_shows_what_a_person_would_read(desk: Desk) -> None:
    page = desk.save(do="preview", reader="Dora@example.org")
    assert "Hello Dora Draft," in page
    assert f"/calls/{desk.call}/apply" in page
    assert "what is not known is a sample" in page
    assert reading().scalars(select(MailWords)).all() == []
    remind()
    assert "With what stood in the mail to Dora Draft" in desk.save(do="preview", reader="dora@example.org")


def test_a_preview_for_a_stranger_is_refused(desk: Desk) -> None:
    with writing() as session:
        make_person(session, "Stranger").email = "stranger@example.org"
    page = desk.save(do="preview", reader="stranger@example.org")
    assert "Nobody of this programme has this address." in page
    assert "Hello Stranger" not in page


def test_what_waits_is_rendered_with_the_new_words_and_what_people_edited_stays(desk: Desk) -> None:
    waiting, edited, left = remind(), remind(), remind()
    with writing() as session:
        session.get_one(Message, edited.id).edited_at = clock.now()
        sent = session.get_one(Message, left.id)
        sent.state, sent.sent_at = MessageState.SENT, clock.now()
    assert "1 mail that waits has them now." in desk.save()
    reading().rollback()
    subjects = [reading().get_one(Message, one.id).subject.split(":")[0] for one in (waiting, edited, left)]
    assert subjects == [
        "Hurry",
        "Not sent yet, and the call closes soon",
        "Not sent yet, and the call closes soon",
    ]


def test_the_list_says_whose_words_count(desk: Desk) -> None:
    desk.save()
    programme = desk.client.get(f"/organise/programmes/{desk.slug}/mail/texts").text
    call = desk.client.get(f"/organise/programmes/{desk.slug}/mail/texts?call={desk.call}").text
    finnish = desk.client.get(f"/organise/programmes/{desk.slug}/mail/texts?language=fi").text
    assert programme.count("your own</span>") == 1
    assert call.count("the programme’s</span>") == 1
    assert "your own</span>" not in finnish
    assert "Sinulle tarjotaan paikkaa" in finnish


def test_every_text_that_may_have_own_words_is_in_the_list(desk: Desk) -> None:
    page = desk.client.get(f"/organise/programmes/{desk.slug}/mail/texts").text
    wanted = {one.name for one in WORDINGS.values() if one.is_editable}
    assert set(re.findall(r"/mail/texts/([a-z_.]+)/en", page)) == wanted


def test_the_list_asks_the_same_number_of_times_whatever_there_is(desk: Desk) -> None:
    url = f"/organise/programmes/{desk.slug}/mail/texts?call={desk.call}"
    with counting(db.engine) as few:
        desk.client.get(url)
    for name in ("application.reminder", "application.withdrawn", "call.extended"):
        desk.save(url=desk.url(name=name), body=BODY + "{application_link}")
    with counting(db.engine) as many:
        desk.client.get(url)
    assert len(few) == len(many)


@pytest.mark.parametrize(
    "path", ["account.verify/en", "offer.made/xx", "no.such/en", "offer.made/en?call=no-such-call"]
)
def test_what_nobody_may_word_is_not_there(desk: Desk, path: str) -> None:
    assert desk.client.get(f"/organise/programmes/{desk.slug}/mail/texts/{path}").status_code == 404


def test_a_call_of_another_programme_is_not_there(desk: Desk) -> None:
    with writing() as session:
        other = make_call(session, make_programme(session)).slug
    assert desk.client.get(f"{desk.url()}?call={other}").status_code == 404


def test_a_programme_of_somebody_else_is_not_there(desk: Desk) -> None:
    with writing() as session:
        other = make_programme(session).slug
    assert desk.client.get(desk.url().replace(desk.slug, other)).status_code == 404
    reading().rollback()
    assert reading().scalars(select(Programme.slug).where(Programme.slug == desk.slug)).one()
