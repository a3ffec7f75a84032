"""The pages of group mail: a draft is kept, everybody is shown, and pressing twice sends once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.kernel import clock
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.states import Audience, GroupState
from peer_visits.outbox.gates import flag_address
from peer_visits.outbox.models import Enclosure
from peer_visits.outbox.states import MessageState
from peer_visits.storage.transaction import db, reading, writing
from tests.mailing.groups.desk import People, draft, mails_of, make_people, send
from tests.support.factories import NOW, make_organiser, make_programme
from tests.support.pdfs import HTML, make_pdf
from tests.support.statements import counting


@dataclass
class Desk:
    """An organiser's browser."""

    client: FlaskClient
    people: People
    url: str

    def write(self, url: str = "", **values: object) -> TestResponse:
        data = {
            "audience": "applicants",
            "applicants": "submitted",
            "subject": "News for {name}",
            "body": "**come**",
            "where": "",
            "what": "look",
            **values,
        }
        return self.client.post(url or f"{self.url}/new", data=data, content_type="multipart/form-data")


@pytest.fixture
def desk(app: Flask, client_of: Callable[[Person], FlaskClient]) -> Iterator[Desk]:
    with clock.frozen(NOW):
        people = make_people()
        url = f"/organise/programmes/{people.story.programme.slug}/mail/groups"
        yield Desk(client_of(people.story.organiser), people, url)


def only() -> GroupMail:
    reading().rollback()
    return reading().scalars(select(GroupMail)).one()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_writing_keeps_a_draft_and_shows_who_gets_it(desk: Desk) -> None:
    with writing() as session:
        flag_address(session, desk.people.person("ben").email, answer="550 gone", now=NOW)
    assert "Write to a group" in desk.client.get(desk.url).text
    answer = desk.write()
    assert answer.status_code == 302
    page = desk.client.get(answer.location).text
    assert "3 people get it" in page
    assert re.findall(r"<h2>2 people are left out</h2>", page)
    assert "Mail to this address came back" in page
    assert "The application was withdrawn." in page
    assert "Send 3 mails" in page
    part = desk.client.get(f"{answer.location}?part=html")
    assert "Dear Ada," in part.text
    assert "<strong>come</strong>" in part.text
    assert part.headers["Content-Security-Policy"].startswith("sandbox;")
    assert reading().scalars(select(AuditLine.action)).all() == ["group_mail.begun"]
    assert mails_of(only().id) == [], "a preview leaves nothing"


def test_a_draft_keeps_whatever_is_missing_and_says_so_only_before_it_goes_on(desk: Desk) -> None:
    kept = desk.write(subject="", body="", what="keep")
    assert kept.status_code == 302
    group = only()
    url = f"/organise/mail/groups/{group.id}/edit"
    assert kept.location == url
    look = desk.write(url, subject="", body="Hello {nmae}", version="1", applicants=[], copies_to_team="y")
    assert look.status_code == 422
    for words in (
        "Write a subject.",
        "{nmae}",
        "Tick at least one.",
        "Choose one visit, so that its host team can get a copy.",
    ):
        assert words in look.text
    assert only().body == "Hello {nmae}", "it is kept nevertheless"
    page = desk.client.get(f"/organise/mail/groups/{group.id}").text
    assert "Something is missing before this can be sent" in page
    assert "Send 4 mails" not in page
    refused = desk.client.post(f"/organise/mail/groups/{group.id}/send", data={"version": "2", "mark": "x"})
    assert refused.location == url
    assert only().state is GroupState.DRAFT


def test_two_organisers_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.write(what="keep")
    url = f"/organise/mail/groups/{only().id}/edit"
    desk.write(url, version="1", subject="First")
    stale = desk.write(url, version="1", subject="Second")
    assert stale.status_code == 422
    assert "changed by someone else" in stale.text
    assert 'value="Second"' in stale.text, "nothing typed is lost"
    assert only().subject == "First"


@pytest.mark.parametrize(
    "values",
    [{"where": str(uuid.UUID(int=1))}, {"where": "odd"}, {"audience": "everybody"}, {"reply_to": "nobody"}],
)
def test_what_no_form_offers_is_refused_with_a_message(desk: Desk, values: dict[str, str]) -> None:
    answer = desk.write(**values)
    assert answer.status_code == 422
    assert "has-error" in answer.text


def test_pressing_twice_sends_once_and_the_sent_one_can_be_read(desk: Desk) -> None:
    page = desk.client.get(desk.write().location).text
    group_id = only().id
    data = {"version": hidden(page, "version"), "mark": hidden(page, "mark")}
    for said in ("4 mails are on their way.", "was sent already, once to each person"):
        answer = desk.client.post(f"/organise/mail/groups/{group_id}/send", data=data, follow_redirects=True)
        assert said in answer.text
    assert len(mails_of(group_id)) == 4
    sent = desk.client.get(f"/organise/mail/groups/{group_id}").text
    assert "<strong>come</strong>" in sent
    assert sent.count("News for") >= 4
    assert "Queued" in sent
    narrow = desk.client.get(f"/organise/mail/groups/{group_id}?state=sent").text
    assert "News for Ada" not in narrow
    assert desk.client.get(f"/organise/mail/groups/{group_id}/edit").status_code == 302
    listed = desk.client.get(desk.url).text
    assert "Queued 4" in listed
    outbox = desk.client.get(desk.url.removesuffix("/groups") + f"?group={group_id}").text
    assert outbox.count("News for Ada") >= 1


def test_others_than_those_who_were_shown_get_nothing(desk: Desk) -> None:
    page = desk.client.get(desk.write().location).text
    group_id = only().id
    with writing() as session:
        flag_address(session, desk.people.person("ben").email, answer="550 gone", now=NOW)
    data = {"version": hidden(page, "version"), "mark": hidden(page, "mark")}
    answer = desk.client.post(f"/organise/mail/groups/{group_id}/send", data=data)
    assert answer.status_code == 422
    assert "By now 3 people would get this mail" in answer.text
    assert mails_of(group_id) == []


def test_held_ones_are_let_go_by_their_group(desk: Desk) -> None:
    page = desk.client.get(desk.write().location).text
    group_id = only().id
    data = {"version": hidden(page, "version"), "mark": hidden(page, "mark"), "hold": "y"}
    desk.client.post(f"/organise/mail/groups/{group_id}/send", data=data)
    assert {row.state for row in mails_of(group_id)} == {MessageState.HELD}
    url = desk.url.removesuffix("/groups") + f"/approve?group={group_id}"
    shown = desk.client.post(url, data={"what": "all"}).text
    assert "Send these 4" in shown
    desk.client.post(url, data={"sure": "1", "count": "4"})
    assert {row.state for row in mails_of(group_id)} == {MessageState.QUEUED}


def test_a_file_goes_along_is_looked_at_and_taken_out(desk: Desk) -> None:
    bad = desk.write(file=(BytesIO(HTML), "page.pdf"))
    assert bad.status_code == 422
    assert "of a kind that is not taken" in bad.text
    group = only()
    assert group.subject == "News for {name}", "the rest is kept"
    url = f"/organise/mail/groups/{group.id}/edit"
    desk.write(url, version="1", file=(BytesIO(make_pdf()), "Programme.pdf"))
    reading().rollback()
    [enclosure] = reading().scalars(select(Enclosure)).all()
    file_id = enclosure.file_id
    file = desk.client.get(f"/organise/mail/groups/{group.id}/files/{file_id}")
    assert file.data.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "Programme.pdf" in desk.client.get(f"/organise/mail/groups/{group.id}").text
    assert desk.client.get(f"/organise/mail/groups/{group.id}/files/{uuid.uuid4()}").status_code == 404
    desk.write(url, version="2", take_out=str(file_id))
    reading().rollback()
    assert reading().scalars(select(Enclosure)).all() == []


def test_a_draft_is_thrown_away_with_its_tests_left_alone(desk: Desk) -> None:
    desk.write()
    group_id = only().id
    desk.client.post(f"/organise/mail/groups/{group_id}/test")
    [test] = mails_of(group_id)
    assert test.kind == "mail.test"
    desk.client.post(f"/organise/mail/groups/{group_id}/discard")
    reading().rollback()
    assert reading().scalars(select(GroupMail)).all() == []
    assert desk.client.get(f"/organise/mail/groups/{group_id}").status_code == 404


def test_an_organiser_of_another_programme_sees_and_does_nothing(
    desk: Desk, client_of: Callable[[Person], FlaskClient]
) -> None:
    group_id = draft(desk.people)
    with writing() as session:
        other = make_organiser(session, make_programme(session), "Olaf Elsewhere")
    client = client_of(other)
    for path in ("", "/edit"):
        assert client.get(f"/organise/mail/groups/{group_id}{path}").status_code == 404
    for path in ("/edit", "/send", "/test", "/discard"):
        assert client.post(f"/organise/mail/groups/{group_id}{path}").status_code == 404
    assert client.get(desk.url).status_code == 404
    assert only().state is GroupState.DRAFT


@pytest.mark.parametrize("page", ["index", "draft", "sent"])
def test_the_number_of_statements_does_not_grow(desk: Desk, page: str) -> None:
    counts = []
    for audience in (Audience.PARTICIPANTS, Audience.APPLICANTS):  # one person, then four
        group_id = draft(desk.people, audience)
        if page == "sent":
            send(desk.people, group_id)
        url = desk.url if page == "index" else f"/organise/mail/groups/{group_id}"
        with counting(db.engine) as statements:
            assert desk.client.get(url).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
