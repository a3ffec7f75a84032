"""Whom a group mail reaches, and that it is sent once, truly, with what is enclosed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import update

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.files.services import AcceptedFile, accept_pdf
from peer_visits.files.serving import current_store
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.services import (
    MOST_BYTES,
    MOST_FILES,
    GroupContent,
    enclose_file,
    save_group_mail,
    send_group_mail,
    send_group_test,
)
from peer_visits.mailing.groups.states import Audience, GroupState
from peer_visits.outbox.gates import flag_address
from peer_visits.outbox.models import MailHold, Message
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.outbox.sweeps import tend_waiting
from peer_visits.outbox.transport import MailboxTransport, SmtpTransport
from peer_visits.places.models import Place
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import HostMember
from tests.mailing.groups.desk import People, draft, mails_of, make_people, reach_of, send
from tests.support.factories import NOW, make_application
from tests.support.pdfs import make_pdf
from tests.support.smtp import smtp_sink
from tests.support.statements import counting


@pytest.fixture
def people(app: Flask) -> Iterator[People]:
    with clock.frozen(NOW):
        yield make_people()


def names(group: uuid.UUID) -> tuple[list[str], list[str]]:
    found = reach_of(group)
    return [one.name for one in found.recipients], [one.name for one in found.left_out]


def test_each_audience_by_state_and_visit(people: People) -> None:
    one, two = (visit.id for visit in people.story.visits)
    applicants, participants, waiting, hosts = (
        Audience.APPLICANTS,
        Audience.PARTICIPANTS,
        Audience.WAITING,
        Audience.HOSTS,
    )
    assert names(draft(people)) == (["Ada", "Ben", "Cleo", "Emil"], ["Dora"])
    assert names(draft(people, where=two)) == (["Ben"], ["Dora"])
    assert names(draft(people, where=people.story.call.id)) == (["Ada", "Ben", "Cleo", "Emil"], ["Dora"])
    assert names(draft(people, applicants, statuses=["draft"])) == (["Fay"], ["Dora"])
    assert names(draft(people, applicants, statuses=["withdrawn"])) == (["Dora"], [])
    assert names(draft(people, participants)) == (["Ada"], ["Emil"])
    assert names(draft(people, participants, statuses=["accepted", "offered"], where=one)) == (
        ["Ada", "Ben"],
        ["Emil"],
    )
    assert names(draft(people, participants, where=two)) == ([], [])
    assert names(draft(people, waiting)) == (["Cleo"], [])
    assert names(draft(people, hosts)) == (["Hanna", "Hugo"], [])
    assert names(draft(people, hosts, statuses=["expert"], where=one)) == (["Xenia Expert"], [])


def test_another_programme_is_never_reached(people: People) -> None:
    other = make_people()
    assert len(names(draft(people))[0]) == 4
    with pytest.raises(Refused, match="of this programme"):
        draft(people, where=other.story.call.id)
    with pytest.raises(Refused, match="of this programme"):
        draft(people, where=other.story.visits[0].id)


def test_who_does_not_know_of_a_place_yet_is_left_out(people: People) -> None:
    """A mail to participants must not tell of a decision that can still be undone."""
    with writing() as session:
        call = session.get_one(type(people.story.call), people.story.call.id)
        call.decided_at, call.answered_at = NOW, NOW + timedelta(minutes=10)
    assert names(draft(people, Audience.PARTICIPANTS)) == ([], ["Ada", "Emil"])
    assert names(draft(people, Audience.WAITING)) == ([], ["Cleo"])


def test_a_group_mail_makes_one_row_for_each_person(people: People) -> None:
    group = draft(people, copies_to_team=True, where=people.story.visits[0].id, reply_to="desk@example.org")
    assert send(people, group) == 6
    rows = mails_of(group)
    assert [(row.to_name, row.kind) for row in rows] == [
        ("Ada", "group.mail"),
        ("Ben", "group.mail"),
        ("Cleo", "group.mail"),
        ("Emil", "group.mail"),
        ("Hanna", "group.copy"),
        ("Xenia Expert", "group.copy"),
    ]
    ada, hanna = rows[0], rows[4]
    assert len({row.message_id for row in rows}) == 6
    assert (ada.subject, ada.reply_to, ada.state) == ("News for Ada", "desk@example.org", MessageState.QUEUED)
    assert "Dear Ada," in ada.text
    assert "<strong>news</strong>" in ada.html
    assert (ada.about_kind, ada.about_id) == ("application", people.by_name["ada"].id)
    assert ada.visit_id == people.story.visits[0].id
    assert "went to: 4" in hanna.text
    assert "Ada" not in hanna.text, "hosts learn nobody's name by a copy"
    fresh = reading().get_one(GroupMail, group)
    assert (fresh.state, fresh.sent_at, fresh.left_out) == (GroupState.SENT, NOW, 0)


def test_a_name_is_never_markup(people: People) -> None:
    with writing() as session:
        person = session.get_one(Person, people.by_name["ada"].person_id)
        person.name = "<b>Ada</b> *x*"
    group = draft(people, Audience.PARTICIPANTS)
    send(people, group)
    [row] = mails_of(group)
    assert "&lt;b&gt;Ada&lt;/b&gt; *x*" in row.html
    assert "<b>Ada" not in row.html


def test_it_is_sent_once_and_only_to_those_who_were_shown(people: People) -> None:
    group = draft(people)
    shown, actor = reach_of(group).mark, people.story.organiser.id

    def act(mark: str, version: int) -> None:
        with writing() as session:
            send_group_mail(
                session,
                actor=session.get_one(Person, actor),
                now=NOW,
                group=session.get_one(GroupMail, group),
                version=version,
                mark=mark,
                hold=False,
            )

    with writing() as session:
        row = session.get_one(Application, people.by_name["ada"].id)
        row.state, row.withdrawn_at = ApplicationState.WITHDRAWN, NOW
    with pytest.raises(Refused, match="By now 3 people"):
        act(shown, 1)
    fresh = reach_of(group).mark
    with pytest.raises(Stale):
        act(fresh, 7)  # the words were changed after they were shown
    assert mails_of(group) == []
    act(fresh, 1)
    with pytest.raises(Refused, match="sent already"):
        act(fresh, 2)
    assert len(mails_of(group)) == 3
    with pytest.raises(Refused, match="stay as they are"), writing() as session:
        save_group_mail(
            session,
            actor=session.get_one(Person, actor),
            now=NOW,
            group=session.get_one(GroupMail, group),
            version=2,
            content=GroupContent(Audience.HOSTS, ["lead"]),
        )


def test_it_waits_for_a_look_or_by_the_switch(people: People) -> None:
    held = draft(people)
    send(people, held, hold=True)
    assert {row.held_for for row in mails_of(held)} == {HeldFor.REVIEW}
    with writing() as session:
        session.add(MailHold(programme_id=people.story.programme.id, at=NOW))
    switched = draft(people)
    send(people, switched)
    assert {row.held_for for row in mails_of(switched)} == {HeldFor.SWITCH}


def withdraw(people: People, name: str) -> None:
    with writing() as session:
        row = session.get_one(Application, people.by_name[name].id)
        row.state, row.withdrawn_at = ApplicationState.WITHDRAWN, NOW


def test_what_is_held_is_withdrawn_when_its_reason_goes_and_written_anew_with_a_new_name(
    people: People,
) -> None:
    group = draft(people)
    send(people, group, hold=True)
    withdraw(people, "ada")
    with writing() as session:
        session.get_one(Person, people.by_name["ben"].person_id).name = "Benedikt"
    tend_waiting(NOW)
    ada, benedikt, *_others = mails_of(group)
    assert (ada.state, ada.why) == (MessageState.WITHDRAWN, "The application was withdrawn.")
    assert (benedikt.state, benedikt.subject) == (MessageState.HELD, "News for Benedikt")
    assert "Dear Benedikt," in benedikt.text
    assert "Dear Benedikt," in benedikt.html
    assert benedikt.revision == 2


def test_a_worker_looks_once_more_before_it_sends(people: People) -> None:
    group = draft(people, Audience.PARTICIPANTS, statuses=["accepted", "offered"])
    send(people, group)
    with writing() as session:
        session.execute(
            update(Place)
            .where(Place.person_id == people.by_name["ada"].person_id)
            .values(state="cancelled", seat=None)
        )
    send_due(MailboxTransport())
    assert [(row.to_name, row.state) for row in mails_of(group)] == [
        ("Ada", MessageState.WITHDRAWN),
        ("Ben", MessageState.SENT),
    ]


def test_a_copy_goes_only_to_who_is_still_in_the_team(people: People) -> None:
    group = draft(people, copies_to_team=True, where=people.story.visits[0].id)
    send(people, group, hold=True)
    hanna = next(row for row in mails_of(group) if row.to_name == "Hanna")
    with writing() as session:
        session.delete(session.get_one(HostMember, (people.story.visits[0].id, hanna.person_id)))
    tend_waiting(NOW)
    assert reading().get_one(Message, hanna.id).state is MessageState.WITHDRAWN


def test_an_address_that_bounces_is_left_out(people: People) -> None:
    with writing() as session:
        flag_address(session, people.person("ada").email, answer="550 gone", now=NOW)
    recipients, left_out = names(draft(people))
    assert ("Ada" in recipients, "Ada" in left_out) == (False, True)


def pdf(size: int = 0) -> AcceptedFile:
    content = make_pdf()
    accepted = accept_pdf(current_store(), BytesIO(content), "Programme.pdf", most_bytes=1024**2)
    return accepted if not size else AcceptedFile(accepted.key, "Large.pdf", size, accepted.sha256, 1)


def enclose(people: People, group: uuid.UUID, accepted: AcceptedFile) -> None:
    with writing() as session:
        actor = session.get_one(Person, people.story.organiser.id)
        fresh = session.get_one(GroupMail, group)
        enclose_file(session, actor=actor, now=NOW, group=fresh, accepted=accepted)


def test_files_are_few_and_small_enough_for_a_mail(people: People) -> None:
    group = draft(people)
    enclose(people, group, pdf(MOST_BYTES))
    with pytest.raises(Refused, match="larger than 7 MB"):
        enclose(people, group, pdf())
    small = draft(people)
    for _file in range(MOST_FILES):
        enclose(people, small, pdf())
    with pytest.raises(Refused, match="At most 5 files"):
        enclose(people, small, pdf())


def test_enclosed_files_travel_with_each_mail_over_one_connection(app: Flask, people: People) -> None:
    with smtp_sink() as (sink, url):
        group = draft(people, Audience.HOSTS)
        enclose(people, group, pdf())
        send(people, group)
        transport = SmtpTransport(app, url, app.extensions["session_info"]["mail"])
        send_due(transport)
        transport.close()
    assert len(sink.mails()) == 2
    assert sink.connections == 1
    for mail in sink.mails():
        [file] = [part for part in mail.walk() if part.get_content_disposition() == "attachment"]
        assert (file.get_filename(), file.get_content_type()) == ("Programme.pdf", "application/pdf")
        content = file.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert content.startswith(b"%PDF-")


def test_a_test_goes_to_its_writer_alone_although_all_is_held(people: People) -> None:
    group = draft(people)
    with writing() as session:
        session.add(MailHold(programme_id=people.story.programme.id, at=NOW))
    with writing() as session:
        actor = session.get_one(Person, people.story.organiser.id)
        for _time in range(2):
            send_group_test(session, actor=actor, now=NOW, group=session.get_one(GroupMail, group))
    rows = mails_of(group)
    assert {(row.kind, row.to_address, row.state) for row in rows} == {
        ("mail.test", people.story.organiser.email, MessageState.QUEUED)
    }
    assert {row.subject for row in rows} == {"[Test] News for Olga Organiser"}
    send_due(MailboxTransport())
    assert {row.state for row in mails_of(group)} == {MessageState.SENT}


def test_asking_whom_it_reaches_takes_the_same_statements_for_few_and_many(people: People) -> None:
    group = draft(people)
    few = _statements(group)
    for _more in range(3):
        with writing() as session:
            call = session.get_one(type(people.story.call), people.story.call.id)
            make_application(session, call, [])
    assert len(reach_of(group).recipients) == 7
    assert _statements(group) == few


def _statements(group: uuid.UUID) -> int:
    with counting(db.engine) as statements:
        reach_of(group)
    return len(statements)
