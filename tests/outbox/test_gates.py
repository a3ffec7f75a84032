"""What keeps mail back, and what lets it go again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from peer_visits.accounts.links import MailedSecret
from peer_visits.accounts.messages import address_changes, verify_address
from peer_visits.kernel import clock
from peer_visits.outbox import recipients
from peer_visits.outbox.claiming import claim_due
from peer_visits.outbox.gates import WHY, find_flag, flag_address, hold_closed, release_where, trust_address
from peer_visits.outbox.models import MailHold, Message
from peer_visits.outbox.services import Mail, post
from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.outbox.unsubscribing import come_back, find_topic, leave, read_ticket, unsubscribe_url
from peer_visits.storage.transaction import reading, writing
from tests.outbox.mails import SETTINGS, messages, put_message, put_reminder
from tests.support.factories import make_person, make_programme

NOW = clock.now()
LEASE = timedelta(minutes=5)


def switch(session: Session, programme_id: uuid.UUID) -> None:
    session.add(MailHold(programme_id=programme_id, at=NOW))
    session.flush()
    session.info["mail_gates"] = None


def states() -> list[tuple[str, str | None]]:
    return [(row.state.value, row.held_for.value if row.held_for else None) for row in messages()]


def test_a_switched_programme_holds_what_is_posted_and_nothing_else(app: Flask) -> None:
    with writing() as session:
        programme, other = make_programme(session), make_programme(session)
        switch(session, programme.id)
        assert put_message(session, programme=programme).held_for is HeldFor.SWITCH
        assert put_message(session, programme=other).state is MessageState.QUEUED


def test_a_mail_posted_while_the_switch_was_turned_never_leaves(app: Flask) -> None:
    """The other transaction did not see the switch: the claim does, and the sweep holds it."""
    with writing() as session:
        programme = make_programme(session)
        put_message(session, programme=programme)
        session.add(MailHold(programme_id=programme.id, at=NOW))
    with writing() as session:
        assert claim_due(session, clock.now(), LEASE).message_ids == []
        assert hold_closed(session) == 1
    assert states() == [("held", "switch")]


def test_what_was_claimed_and_not_handed_over_is_held_too(app: Flask) -> None:
    with writing() as session:
        person = make_person(session)
        put_message(session, person=person)
        put_message(session, person=person)
        claimed = claim_due(session, clock.now(), LEASE).message_ids
    with writing() as session:
        session.get_one(Message, claimed[0]).handed_over_at = clock.now()
    with writing() as session:
        flag_address(session, session.get_one(Message, claimed[0]).to_address, answer="550", now=NOW)
    assert sorted(states(), key=str) == [("held", "address"), ("sending", None)]


@pytest.mark.parametrize("first", [HeldFor.ADDRESS, HeldFor.SWITCH])
def test_opening_one_gate_leaves_the_other_closed(app: Flask, first: HeldFor) -> None:
    with writing() as session:
        person, programme = make_person(session), make_programme(session)
        put_message(session, person=person, programme=programme)
        flag_address(session, person.email, answer="550", now=NOW)
        switch(session, programme.id)
        assert states_in(session) == [HeldFor.ADDRESS]
        if first is HeldFor.ADDRESS:
            trust_address(session, person.email)
            assert states_in(session) == [HeldFor.SWITCH]
        else:
            session.delete(session.get_one(MailHold, programme.id))
            assert release_where(session, HeldFor.SWITCH) == 0
            assert states_in(session) == [HeldFor.ADDRESS]


def states_in(session: Session) -> list[HeldFor | None]:
    session.expire_all()
    return [row.held_for for row in session.query(Message)]


def test_approving_does_not_open_other_gates(app: Flask) -> None:
    with writing() as session:
        person = make_person(session)
        put_message(session, person=person, state=MessageState.HELD)
        flag_address(session, person.email, answer="550", now=NOW)
        release_where(session, HeldFor.REVIEW)
    assert states() == [("held", "address")]
    assert messages()[0].why == WHY[HeldFor.ADDRESS]


def test_a_flagged_address_still_gets_the_link_that_proves_it(app: Flask) -> None:
    with writing() as session:
        person = make_person(session)
        flag_address(session, person.email, answer="550", now=NOW)
        link = MailedSecret("secret", NOW + timedelta(days=1))
        assert post(session, verify_address(person, link), now=NOW).state is MessageState.QUEUED
        assert (
            post(session, address_changes(person, NOW, "x@example.org"), now=NOW).held_for is HeldFor.ADDRESS
        )
    with writing() as session:
        assert len(claim_due(session, clock.now(), LEASE).message_ids) == 1


def test_a_new_address_gets_what_waited_for_the_old_one(app: Flask) -> None:
    with writing() as session:
        person = make_person(session, email="old@example.org")
        flag_address(session, person.email, answer="550", now=NOW)
        put_message(session, person=person)
        assert trust_address(session, "old@example.org", instead="new@example.org", person_id=person.id) == 1
    [row] = messages()
    assert (row.state, row.to_address) == (MessageState.QUEUED, "new@example.org")
    assert find_flag(reading(), "old@example.org") is not None, "the old address is as it was"
    assert find_flag(reading(), "new@example.org") is None


def test_leaving_reminders_withdraws_what_waits_and_what_comes(app: Flask) -> None:
    row = put_reminder()
    with writing() as session:
        found = find_topic(session, row.id)
        assert found is not None
        for _twice in range(2):
            leave(session, *found, now=NOW)
    assert [one.state for one in messages()] == [MessageState.WITHDRAWN]
    with writing() as session:
        person = session.get_one(Message, row.id)
        mail = Mail(
            kind="application.reminder",
            to=someone(person.to_address),
            about=session.get_one(Message, row.id),
            data={
                "application_id": 1,
                "call": "C",
                "call_slug": "c",
                "closes_at": NOW,
                "zone": "UTC",
                "hours": 1,
            },
        )
        late = post(session, mail, now=NOW)
        assert late.state is MessageState.WITHDRAWN
        assert "no more mails of this sort" in late.why
        come_back(session, *found)
        again = post(session, mail.at_version(2), now=NOW)
        assert again.state is MessageState.QUEUED


def someone(address: str) -> recipients.TestRecipient:
    return recipients.TestRecipient(address)


def test_the_ticket_to_leave_is_good_for_its_mail_alone(app: Flask) -> None:
    row, essential = put_reminder(), uuid.uuid4()
    url = unsubscribe_url(SETTINGS, row.kind, row.id)
    ticket = url.rsplit("/", 1)[1]
    assert read_ticket(SETTINGS.secret, ticket) == row.id
    assert read_ticket("another secret", ticket) is None
    assert read_ticket(SETTINGS.secret, ticket.replace(row.id.hex, essential.hex)) is None
    for wrong in ("", ".", "x.y", row.id.hex, f"{row.id.hex}.ü"):
        assert read_ticket(SETTINGS.secret, wrong) is None
    assert unsubscribe_url(SETTINGS, "offer.made", row.id) == ""
