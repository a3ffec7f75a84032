"""The organiser's outbox: look, approve exactly what was shown, edit, hold, send again, and each person's history."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.accounts.passwords import hash_password
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Programme
from peer_visits.kernel import clock
from peer_visits.outbox.gates import flag_address
from peer_visits.outbox.models import MailHold, Message
from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.outbox.unsubscribing import unsubscribe_url
from peer_visits.storage.transaction import db, reading, writing
from tests.outbox.mails import messages, put_message, put_reminder
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


@dataclass
class Desk:
    """An organiser with an outbox."""

    client: FlaskClient
    organiser: Person
    slug: str
    programme: Programme

    @property
    def url(self) -> str:
        return f"/organise/programmes/{self.slug}/mail"

    def put(self, count: int = 1, **values: object) -> list[Message]:
        with writing() as session:
            programme = session.get_one(Programme, self.programme.id)
            return [put_message(session, programme=programme, **values) for _ in range(count)]


@pytest.fixture
def desk(app: Flask, client_of: ClientOf) -> Desk:
    with writing() as session:
        programme = make_programme(session)
        organiser = make_organiser(session, programme)
        slug = programme.slug
    return Desk(client_of(organiser), organiser, slug, programme)


def state_of(message: Message) -> MessageState:
    reading().rollback()
    return reading().get_one(Message, message.id).state


def actions() -> list[str]:
    return list(reading().scalars(select(AuditLine.action).order_by(AuditLine.id)))


def test_what_failed_stands_first_then_what_is_held(desk: Desk) -> None:
    desk.put(state=MessageState.SENT, subject="The sent one")
    desk.put(state=MessageState.HELD, subject="The held one")
    desk.put(state=MessageState.FAILED, subject="The failed one", last_error="550 nobody")
    page = desk.client.get(desk.url).text
    assert page.index("The failed one") < page.index("The held one") < page.index("The sent one")
    assert "550 nobody" in page


def test_the_outbox_is_filtered_by_visit_kind_person_and_state(desk: Desk) -> None:
    with writing() as session:
        visit = make_visit(session, make_call(session, session.get_one(Programme, desk.programme.id)))
        visit_id, slug = visit.id, visit.slug
    desk.put(subject="About the visit", visit_id=visit_id)
    desk.put(subject="Of another kind", kind="test.message")
    desk.put(subject="To Zoe", to_name="Zoe Somebody", state=MessageState.SENT)
    for query, found in (
        (f"visit={slug}", "About the visit"),
        ("q=zoe", "To Zoe"),
        ("state=sent", "To Zoe"),
    ):
        page = desk.client.get(f"{desk.url}?{query}").text
        assert re.findall(r"About the visit|Of another kind|To Zoe", page)[0] == found
        assert len(set(re.findall(r"About the visit|Of another kind|To Zoe", page))) == 1, query
    assert "No mail fits." in desk.client.get(f"{desk.url}?kind=offer.made").text
    assert desk.client.get(f"{desk.url}?state=odd&written=never&visit=%00").status_code == 200


def test_exactly_what_was_shown_is_sent(desk: Desk) -> None:
    held = desk.put(3, state=MessageState.HELD)
    others = [
        *desk.put(state=MessageState.QUEUED),
        *desk.put(state=MessageState.HELD, held_for=HeldFor.ADDRESS),
    ]
    shown = desk.client.post(f"{desk.url}/approve", data={"what": "all"})
    assert "Send these 3" in shown.text
    assert {state_of(one) for one in held} == {MessageState.HELD}, "looking sends nothing"
    desk.put(state=MessageState.HELD)  # another one comes while the organiser looks
    late = desk.client.post(f"{desk.url}/approve", data={"sure": "1", "count": "3"})
    assert late.status_code == 422
    assert "There are 4 mails to send now, not the 3 you saw." in late.text
    assert {state_of(one) for one in held} == {MessageState.HELD}
    sent = desk.client.post(f"{desk.url}/approve", data={"sure": "1", "count": "4"}, follow_redirects=True)
    assert "4 mails are on their way." in sent.text
    assert {state_of(one) for one in held} == {MessageState.QUEUED}
    assert [state_of(one) for one in others] == [MessageState.QUEUED, MessageState.HELD]
    assert actions()[-1] == "mail.approved"


def test_some_are_ticked_and_the_others_wait(desk: Desk) -> None:
    one, two, three = desk.put(3, state=MessageState.HELD)
    ticked = [str(one.id), str(three.id)]
    shown = desk.client.post(f"{desk.url}/approve", data={"what": "ticked", "mail": ticked})
    assert "Send these 2" in shown.text
    desk.client.post(f"{desk.url}/approve", data={"sure": "1", "count": "2", "mail": ticked})
    assert [state_of(each) for each in (one, two, three)] == ["queued", "held", "queued"]


def test_ticking_nothing_is_not_everything(desk: Desk) -> None:
    [held] = desk.put(state=MessageState.HELD)
    shown = desk.client.post(f"{desk.url}/approve", data={"what": "ticked"}, follow_redirects=True)
    assert "Tick the mails" in shown.text
    assert state_of(held) is MessageState.HELD


@pytest.mark.parametrize("data", [{"sure": "1"}, {"sure": "1", "count": "x"}, {"sure": "1", "count": "0"}])
def test_a_count_that_is_none_sends_nothing(desk: Desk, data: dict[str, str]) -> None:
    [held] = desk.put(state=MessageState.HELD)
    assert desk.client.post(f"{desk.url}/approve", data=data).status_code == 422
    assert state_of(held) is MessageState.HELD


def test_one_switch_holds_everything_and_lets_it_go(desk: Desk) -> None:
    queued, look = desk.put(2), desk.put(state=MessageState.HELD)
    held = desk.client.post(f"{desk.url}/hold", follow_redirects=True).text
    assert "All mail of this programme is held" in held
    assert "Let it go: 2 mails" in held
    late = desk.put()
    assert [state_of(one) for one in (*queued, *late)] == [MessageState.HELD] * 3
    assert reading().scalars(select(MailHold.programme_id)).all() == [desk.programme.id]
    desk.client.post(f"{desk.url}/let-go")
    assert [state_of(one) for one in (*queued, *late, *look)] == ["queued"] * 3 + ["held"]
    assert actions()[-2:] == ["mail.all_held", "mail.all_released"]
    again = desk.client.post(f"{desk.url}/let-go", follow_redirects=True).text
    assert "changed by someone else" in again


def test_a_held_mail_gets_other_words_in_both_parts(desk: Desk) -> None:
    band = '<img class="band" src="http://localhost/share/x.png" alt="">'
    [held] = desk.put(state=MessageState.HELD, html=f"<p>{band}</p>")
    url = f"/organise/mail/{held.id}/edit"
    assert "Change the words" in desk.client.get(url).text
    text = "Dear Ada,\n\n<b>Come</b> & see\nhttp://localhost/places/1\nhttp://evil.example/\n\nBye"
    data = {"subject": "New <subject>", "text": text, "revision": "1"}
    assert desk.client.post(url, data=data).status_code == 302
    reading().rollback()
    row = reading().get_one(Message, held.id)
    assert (row.subject, row.text, row.state) == ("New <subject>", text + "\n", MessageState.HELD)
    assert "&lt;b&gt;Come&lt;/b&gt; &amp; see" in row.html
    assert 'href="http://localhost/places/1"' in row.html
    assert 'href="http://evil.example' not in row.html, "only our own addresses become links"
    assert "share/x.png" in row.html
    stale = desk.client.post(url, data={**data, "subject": "Mine"})
    assert stale.status_code == 422
    assert "changed by someone else" in stale.text
    assert 'value="Mine"' in stale.text, "nothing typed is lost"


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.SENT, MessageState.FAILED])
def test_only_a_held_mail_can_be_edited(desk: Desk, state: MessageState) -> None:
    [message] = desk.put(state=state)
    data = {"subject": "New", "text": "Words", "revision": "1"}
    answer = desk.client.post(f"/organise/mail/{message.id}/edit", data=data)
    assert answer.status_code == 422
    assert "Only a mail that is held can be changed." in answer.text


def test_one_mail_is_held_or_not_sent_at_all(desk: Desk) -> None:
    [message] = desk.put()
    desk.client.post(f"/organise/mail/{message.id}/hold")
    assert state_of(message) is MessageState.HELD
    desk.client.post(f"/organise/mail/{message.id}/withdraw")
    assert state_of(message) is MessageState.WITHDRAWN
    refused = desk.client.post(f"/organise/mail/{message.id}/hold")
    assert (refused.status_code, "has left already" in refused.text) == (422, True)
    assert actions()[-2:] == ["mail.held", "mail.withdrawn"]


def test_a_sent_mail_goes_out_once_more_as_its_own(desk: Desk) -> None:
    [message] = desk.put(state=MessageState.SENT)
    with writing() as session:
        session.get_one(Person, message.person_id).email = "new@example.org"
    desk.client.post(f"/organise/mail/{message.id}/resend")
    copy = next(row for row in messages() if row.copy_of)
    assert (copy.copy_of, copy.to_address, copy.kind) == (message.id, "new@example.org", "mail.again")
    assert (copy.text, copy.state) == (message.text, MessageState.QUEUED)
    assert copy.message_id != message.message_id


def test_what_is_no_longer_true_is_not_sent_once_more(desk: Desk) -> None:
    row = put_reminder(programme_id=desk.programme.id, state=MessageState.SENT, sent_at=clock.now())
    with writing() as session:
        session.get_one(Message, row.id).not_after = clock.now()
    answer = desk.client.post(f"/organise/mail/{row.id}/resend")
    assert answer.status_code == 422
    assert "no longer true" in answer.text


def test_a_test_goes_to_the_organiser_although_all_is_held(desk: Desk) -> None:
    [message] = desk.put(state=MessageState.HELD, calendar="BEGIN:VCALENDAR")
    desk.client.post(f"{desk.url}/hold")
    desk.client.post(f"/organise/mail/{message.id}/test")
    copy = next(row for row in messages() if row.copy_of)
    assert (copy.to_address, copy.state) == (desk.organiser.email, MessageState.QUEUED)
    assert copy.subject.startswith("[Test] ")
    assert copy.calendar is None


def test_everything_to_one_person_and_what_is_wrong_with_the_address(desk: Desk) -> None:
    with writing() as session:
        person = make_person(session, "Ada Example", email="ada@example.org")
        programme = session.get_one(Programme, desk.programme.id)
        for subject in ("First mail", "Second mail"):
            put_message(session, person=person, programme=programme, subject=subject)
        put_message(session, person=person, subject="Of another programme")
        flag_address(session, person.email, answer="550 gone", now=clock.now())
        person_id, stranger_id = person.id, make_person(session).id
    page = desk.client.get(f"{desk.url}/people/{person_id}").text
    assert "First mail" in page
    assert "Second mail" in page
    assert "Of another programme" not in page
    assert "550 gone" in page
    assert desk.client.get(f"{desk.url}/people/{stranger_id}").status_code == 404


def test_the_mails_of_one_act_are_found_together(desk: Desk) -> None:
    at = clock.now()
    desk.put(2, created_at=at, subject="Of the decision")
    desk.put(subject="Later")
    one = next(row for row in messages() if row.created_at == at)
    page = desk.client.get(f"/organise/mail/{one.id}").text
    assert "The 2 mails of the same act" in page
    url = re.search(r'href="([^"]*written=[^"]*)"', page)
    assert url is not None
    listed = desk.client.get(url[1].replace("&amp;", "&")).text
    assert (listed.count("Of the decision") >= 2, "Later" in listed) == (True, False)


def test_the_html_part_is_shown_in_a_sandbox(desk: Desk) -> None:
    [message] = desk.put()
    answer = desk.client.get(f"/organise/mail/{message.id}?part=html")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")


def test_another_organiser_sees_and_does_nothing(desk: Desk, client_of: ClientOf) -> None:
    [message] = desk.put(state=MessageState.HELD)
    with writing() as session:
        other = make_organiser(session, make_programme(session), "Olaf Elsewhere")
    client = client_of(other)
    for path in ("edit", "hold", "withdraw", "send-again", "resend", "test"):
        assert client.post(f"/organise/mail/{message.id}/{path}").status_code == 404
    assert client.post(f"{desk.url}/approve", data={"sure": "1", "count": "1"}).status_code == 404
    assert state_of(message) is MessageState.HELD


@pytest.mark.parametrize("path", ["", "?state=held"])
def test_the_number_of_statements_does_not_grow(desk: Desk, path: str) -> None:
    counts = []
    for _size in (1, 3):
        desk.put(2, state=MessageState.HELD)
        with counting(db.engine) as statements:
            desk.client.get(desk.url + path)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_stuck_mail_is_said_to_organisers_and_supervisors(desk: Desk, client: FlaskClient) -> None:
    assert client.get("/readyz").json["checks"]["queue"] is True  # type: ignore[index]
    with clock.frozen(clock.now()):
        desk.put(2, last_error="450 come back")
        with writing() as session:
            for row in session.scalars(select(Message)):
                row.not_before = row.created_at = clock.now() - timedelta(minutes=31)
        assert client.get("/readyz").status_code == 503
        for path in ("/organise", desk.url):
            page = desk.client.get(path).text
            assert "2 mails are stuck" in page
            assert "450 come back" in page
        metrics = desk.client.get("/metrics").text
    assert "peer_visits_mail_stuck 2" in metrics
    assert "peer_visits_mail_oldest_due_seconds 1860.0" in metrics
    assert 'peer_visits_mails{state="queued"} 2' in metrics


def test_metrics_are_for_organisers_and_for_the_token(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/metrics").status_code == 302
    bearer = {"Authorization": "Bearer a-token-of-the-tests"}
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 302
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], metrics_token="a-token-of-the-tests")
    )
    assert client.get("/metrics", headers=bearer).status_code == 200
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 302


def test_one_click_leaves_and_looking_does_not(app: Flask, client: FlaskClient) -> None:
    row = put_reminder()
    url = unsubscribe_url(app.extensions["session_info"]["mail"], row.kind, row.id).removeprefix(
        "http://localhost"
    )
    for _scanner in range(2):
        assert "No more of them" in client.get(url).text
    assert state_of(row) is MessageState.QUEUED
    answer = client.post(url, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, state_of(row)) == (200, MessageState.WITHDRAWN)
    assert "gets no more reminders of drafts" in answer.text
    assert "No more of them" in client.post(url, data={"again": "1"}).text
    assert client.get("/mail/unsubscribe/nothing").status_code == 410


def test_one_click_needs_no_token_of_a_form(tmp_path: object, app: Flask) -> None:
    row = put_reminder()
    url = unsubscribe_url(app.extensions["session_info"]["mail"], row.kind, row.id).removeprefix(
        "http://localhost"
    )
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert app.test_client().post(url, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_person_is_told_that_mail_came_back_and_can_prove_the_address(
    app: Flask, client_of: ClientOf
) -> None:
    with writing() as session:
        person = make_person(session)
        flag_address(session, person.email, answer="550 gone", now=clock.now())
        put_message(session, person=person)
    client = client_of(person)
    assert "Mail to your address came back" in client.get("/account").text
    assert client.post("/account/send-verification").status_code == 302
    link = next(row for row in messages() if row.kind == "account.verify")
    assert link.state is MessageState.QUEUED, "the link that proves the address goes there"
    path = re.search(r"/verify/[\w-]{43}", link.text)
    assert path is not None
    assert client.post(path[0]).status_code in {200, 302}
    assert {row.state for row in messages()} == {MessageState.QUEUED}
    assert "Mail to your address came back" not in client.get("/account").text


def test_a_person_is_told_at_every_sign_in_that_mail_comes_back(app: Flask, client: FlaskClient) -> None:
    with writing() as session:
        person = make_person(session, password_hash=hash_password("three quiet words"))
        flag_address(session, person.email, answer="550 gone", now=clock.now())
        email = person.email
    data = {"email": email, "password": "three quiet words"}
    assert "Mail to your address comes back" in client.post("/sign-in", data=data, follow_redirects=True).text


def test_an_organiser_sees_on_the_application_that_mail_comes_back(desk: Desk) -> None:
    with writing() as session:
        call = make_call(session, session.get_one(Programme, desk.programme.id))
        application = make_application(session, call, [make_visit(session, call)])
        person = session.get_one(Person, application.person_id)
        url = f"/organise/applications/{application.id}"
        email, person_id = person.email, person.id
        put_message(session, person=person, programme=session.get_one(Programme, desk.programme.id))
    assert "Mail to this person comes back" not in desk.client.get(url).text
    with writing() as session:
        flag_address(session, email, answer="550 gone", now=clock.now())
    page = desk.client.get(url).text
    assert "Mail to this person comes back" in page
    assert "550 gone" in page
    assert f"{desk.url}/people/{person_id}" in page


def test_a_history_sends_once_more_what_left_and_again_what_failed(desk: Desk) -> None:
    counts = []
    with writing() as session:
        person_id = make_person(session).id
    for state in (MessageState.SENT, MessageState.FAILED, MessageState.QUEUED):
        with writing() as session:
            values = {"person": session.get_one(Person, person_id), "subject": f"The {state} one"}
            programme = session.get_one(Programme, desk.programme.id)
            put_message(session, programme=programme, state=state, **values)
        with counting(db.engine) as statements:
            page = desk.client.get(f"{desk.url}/people/{person_id}").text
        counts.append(len(statements))
    assert "Send it once more: The sent one" in page
    assert "Send again: The failed one" in page
    assert "once more: The queued one" not in page
    assert len(set(counts)) == 1, "the same statements for one mail and for three"


def test_a_mail_that_was_written_anew_says_so(desk: Desk) -> None:
    [message] = desk.put(state=MessageState.HELD, revision=3)
    assert "2 times, since what it tells changed" in desk.client.get(f"/organise/mail/{message.id}").text
    assert "written anew, since what it tells changed" in desk.client.get(desk.url).text
