"""A mail that waits is withdrawn when its reason goes, and written anew when what it tells changes."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.kernel import clock
from peer_visits.kernel.text import phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import load_records
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.services import post, withdraw_messages
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.sweeps import tend_waiting
from peer_visits.outbox.transport import MailboxTransport
from peer_visits.places.messages import offer_made
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.shortlist.models import Shortlist
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.outbox.mails import messages
from tests.support.factories import make_application, make_call, make_person, make_visit


def offer(session: Session, *, hold: bool = False, later: bool = False) -> Message:
    call = make_call(session)
    visit = make_visit(session, call, called_title="Old title")
    person = make_person(session)
    make_application(session, call, [visit], person)
    place = Place(
        visit_id=visit.id,
        person_id=person.id,
        state=PlaceState.OFFERED,
        seat=1,
        offered_at=clock.now(),
        answer_by=clock.now() + timedelta(days=7),
    )
    place.person = person
    session.add(place)
    session.flush()
    mail = offer_made(
        place, call=call, visit=visit, reason=phrase("You ranked it %(rank)s.", rank=1), token="t"
    )
    not_before = clock.now() + timedelta(minutes=30) if later else None
    return post(session, mail, now=clock.now(), hold=hold, not_before=not_before)


def settle(message: Message, state: PlaceState) -> None:
    with writing() as session:
        place = session.get_one(Place, message.about_id)
        place.state, place.seat, place.settled_at = state, None, clock.now()


def test_a_due_mail_is_judged_at_the_moment_it_would_leave(app: Flask) -> None:
    with writing() as session:
        kept, gone = offer(session), offer(session)
    settle(gone, PlaceState.WITHDRAWN)
    send_due(MailboxTransport())
    found = {row.id: row for row in messages()}
    assert found[kept.id].state is MessageState.SENT
    assert found[gone.id].state is MessageState.WITHDRAWN
    assert "no longer in the state" in found[gone.id].why
    assert (found[gone.id].handed_over_at, found[gone.id].attempts) == (None, 0)


def test_an_offer_that_can_no_longer_be_answered_does_not_leave(app: Flask) -> None:
    """Also before the sweep that lets it lapse: mail leaves before the first sweeps of a worker."""
    with writing() as session:
        kept, late = offer(session), offer(session)
        session.get_one(Place, late.about_id).answer_by = clock.now() - timedelta(seconds=2)
    send_due(MailboxTransport())
    found = {row.id: row for row in messages()}
    assert found[kept.id].state is MessageState.SENT
    assert found[late.id].state is MessageState.WITHDRAWN
    assert found[late.id].why == "The time to answer is over."


def test_what_is_held_or_waits_for_its_time_is_swept(app: Flask) -> None:
    with writing() as session:
        rows = [offer(session, hold=True), offer(session, later=True)]
    assert tend_waiting(clock.now()) == 0
    for row in rows:
        settle(row, PlaceState.DECLINED)
    assert tend_waiting(clock.now()) == 2
    assert {row.state for row in messages()} == {MessageState.WITHDRAWN}


def test_a_changed_visit_is_written_anew_until_the_mail_leaves(app: Flask) -> None:
    with writing() as session:
        held, due = offer(session, hold=True), offer(session)
    with writing() as session:
        for row in (held, due):
            visit = session.get_one(Visit, session.get_one(Place, row.about_id).visit_id)
            visit.called_title = "New title"
            session.get_one(Person, row.person_id).name = "Ada Newname"
    assert tend_waiting(clock.now()) == 1
    assert tend_waiting(clock.now()) == 0, "what was written anew is not written again"
    send_due(MailboxTransport())
    for row in messages():
        assert "New title" in row.subject
        assert "Ada Newname" in row.text
        assert "You ranked it 1." in row.text, "the reason is what it was"
        assert row.revision == 2
    assert {row.state for row in messages()} == {MessageState.HELD, MessageState.SENT}


def test_what_somebody_edited_stays_and_is_still_judged(app: Flask) -> None:
    with writing() as session:
        row = offer(session, hold=True)
        row.edited_at, row.subject = clock.now(), "My own words"
        visit = session.get_one(Visit, session.get_one(Place, row.about_id).visit_id)
        visit.called_title = "New title"
    assert tend_waiting(clock.now()) == 0
    assert [one.subject for one in messages()] == ["My own words"]
    settle(row, PlaceState.LAPSED)
    assert tend_waiting(clock.now()) == 1


def test_a_withdrawal_reaches_a_mail_that_a_worker_took_and_not_one_it_handed_over(app: Flask) -> None:
    from peer_visits.outbox.claiming import claim_due

    with writing() as session:
        taken, handed = offer(session), offer(session)
        claim_due(session, clock.now(), timedelta(minutes=5))
    with writing() as session:
        session.get_one(Message, handed.id).handed_over_at = clock.now()
    with writing() as session:
        for row in (taken, handed):
            withdraw_messages(session, session.get_one(Place, row.about_id))
    found = {row.id: row.state for row in messages()}
    assert found == {taken.id: MessageState.WITHDRAWN, handed.id: MessageState.SENDING}


def test_a_time_of_grace_keeps_a_mail_back(app: Flask) -> None:
    with writing() as session:
        row = offer(session, later=True)
    send_due(MailboxTransport())
    assert [one.state for one in messages()] == [MessageState.QUEUED]
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        send_due(MailboxTransport())
    assert [one.state for one in messages()] == [MessageState.SENT]
    assert reading().get_one(Message, row.id).sent_at is not None


def test_a_record_is_read_whatever_its_key_is_called(session: Session) -> None:
    """A shortlist is known by its visit; mails about it stayed in the queue when only `id` was looked for."""
    visit = make_visit(session, make_call(session))
    shortlist = Shortlist(visit_id=visit.id)
    session.add(shortlist)
    session.flush()
    kind = next(iter(session.info["mail_reasons"]))
    mail = Message(kind=kind, about_kind=Shortlist.__tablename__, about_id=visit.id)
    assert load_records(session, [mail]) == [shortlist]
