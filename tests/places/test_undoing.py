"""A decision can be undone until its first mail leaves; nobody sees an answer before that."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.applications.models import Application
from peer_visits.audit.models import AuditLine
from peer_visits.kernel import clock
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.ids import new_id
from peer_visits.mailing.queries import MailFilter
from peer_visits.mailing.services import approve_mails, hold_all, hold_mail, let_all_go
from peer_visits.outbox.claiming import claim_due
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.invariants import find_broken
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.outcome import Outcome
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.services.undoing import count_decision_mails, release_answers, undo_decision
from peer_visits.places.services.withdrawing import withdraw_application
from peer_visits.storage.transaction import reading, writing
from tests.support.allocation_factories import work_out
from tests.support.factories import NOW, make_person
from tests.support.places_factories import (
    Story,
    apply_in_order,
    hand_over,
    make_closed_call,
    make_place,
)

ClientOf = Callable[[Person], FlaskClient]
GRACE = timedelta(minutes=15)


def make_story(session: Session, grace_minutes: int = 15) -> Story:
    """One place: Ann is proposed, Ben is in reserve, nobody proposed Cat."""
    story = make_closed_call(session, 1, grace_minutes=grace_minutes)
    [visit] = story.visits
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit], cat=[visit])
    hand_over(session, visit, [people["ann"]], [people["ben"]])
    work_out(session, story.call, story.organiser)
    return story


def decide(session: Session, story: Story, now: datetime) -> Outcome:
    return decide_call(session, actor=story.organiser, now=now, call_id=story.call.id)


def undo(session: Session, story: Story, now: datetime) -> int:
    return undo_decision(session, actor=story.organiser, now=now, call_id=story.call.id)


def count(session: Session, model: type[Place | WaitingEntry | AllocationRun]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def states(session: Session) -> set[MessageState]:
    return set(session.scalars(select(Message.state)))


def test_the_mails_wait_for_the_grace(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    assert set(session.scalars(select(Message.not_before))) == {now + GRACE}
    assert claim_due(session, now + GRACE - timedelta(seconds=1), timedelta(minutes=1)).message_ids == []
    assert (story.call.decided_at, story.call.answered_at) == (now, now + GRACE)
    place = session.scalars(select(Place)).one()
    assert place.answer_by is not None
    assert place.answer_by >= now + GRACE + timedelta(days=7)
    mails = count_decision_mails(session, story.call)
    assert (mails.waiting, mails.gone) == (3, 0)


def test_undone_nothing_is_left_but_the_log(session: Session, now: datetime) -> None:
    story = make_story(session)
    seen = decide(session, story, now).seen
    assert undo(session, story, now + timedelta(minutes=14)) == 1
    assert (count(session, Place), count(session, WaitingEntry)) == (0, 0)
    assert session.scalars(select(AllocationRun.applied_at)).all() == [None], (
        "the run stays, carried out no more"
    )
    assert states(session) == {MessageState.WITHDRAWN}
    assert (story.call.decided_at, story.call.answered_at) == (None, None)
    actions = set(session.scalars(select(AuditLine.action)))
    assert {"call.decided", "call.decision_undone"} <= actions
    assert find_broken(session) == []
    again = now + timedelta(hours=1)
    assert decide(session, story, again).seen == seen
    mails = count_decision_mails(session, story.call)
    assert (mails.waiting, mails.gone) == (3, 0)
    assert find_broken(session) == []


def test_after_undoing_another_run_can_be_carried_out(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    undo(session, story, now)
    story.visits[0].capacity = 2
    work_out(session, story.call, story.organiser)
    assert decide(session, story, now).offers == 2


@pytest.mark.parametrize("state", [MessageState.SENDING, MessageState.SENT, MessageState.FAILED])
def test_once_a_single_mail_has_left_it_stands(session: Session, now: datetime, state: MessageState) -> None:
    story = make_story(session)
    decide(session, story, now)
    first = session.scalars(select(Message)).first()
    assert first is not None
    first.state = state
    first.lease_until = now if state is MessageState.SENDING else None
    first.claim_id = new_id() if state is MessageState.SENDING else None
    first.sent_at = now if state is MessageState.SENT else None
    session.flush()
    with pytest.raises(Refused, match="the decision stands"), session.begin_nested():
        undo(session, story, now)
    assert count(session, Place) == 1
    assert MessageState.WITHDRAWN not in states(session)


def test_what_happened_within_the_grace_is_undone_too(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    place = session.scalars(select(Place)).one()
    ann = session.get_one(Person, place.person_id)
    application = session.scalars(select(Application).where(Application.person_id == ann.id)).one()
    withdraw_application(session, actor=ann, now=now + timedelta(minutes=5), application=application)
    promoted = session.scalars(select(Message).where(Message.kind == "offer.made")).all()
    assert {mail.not_before for mail in promoted} == {now + GRACE}
    assert undo(session, story, now + timedelta(minutes=6)) == 2
    assert count(session, Place) == 0
    told = session.scalars(select(Message).where(Message.state != MessageState.WITHDRAWN))
    assert [mail.kind for mail in told] == ["application.withdrawn"]


def test_places_given_before_the_decision_stay(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 2, grace_minutes=15)
    [visit] = story.visits
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit])
    early = make_place(session, visit, people["ann"], seat=2)
    early.offered_at = now - timedelta(days=1)
    hand_over(session, visit, [people["ben"]])
    work_out(session, story.call, story.organiser)
    decide(session, story, now)
    assert undo(session, story, now) == 1
    assert session.scalars(select(Place.id)).all() == [early.id]


def test_sending_at_once(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    later = now + timedelta(minutes=2)
    assert release_answers(session, actor=story.organiser, now=later, call_id=story.call.id) == 3
    assert set(session.scalars(select(Message.not_before))) == {later}
    assert story.call.answered_at == later
    with pytest.raises(Refused, match="on their way already"):
        release_answers(session, actor=story.organiser, now=later, call_id=story.call.id)


def let_go(session: Session, story: Story, message: Message, now: datetime) -> None:
    approve_mails(
        session,
        actor=story.organiser,
        now=now,
        programme=story.programme,
        wanted=MailFilter(),
        ids=[message.id],
        expected=1,
    )


def test_what_is_held_stays_held_and_waits_for_nothing_else_then(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    one = session.scalars(select(Message).where(Message.kind == "offer.made")).one()
    hold_mail(session, actor=story.organiser, now=now, message=one)
    later = now + timedelta(minutes=2)
    assert release_answers(session, actor=story.organiser, now=later, call_id=story.call.id) == 2
    assert states(session) == {MessageState.HELD, MessageState.QUEUED}
    assert one.id not in claim_due(session, later, timedelta(minutes=1)).message_ids
    let_go(session, story, one, later)
    assert claim_due(session, later, timedelta(minutes=1)).message_ids == [one.id]


def test_behind_the_switch_nothing_leaves_at_once(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    hold_all(session, actor=story.organiser, now=now, programme=story.programme)
    later = now + timedelta(minutes=2)
    assert release_answers(session, actor=story.organiser, now=later, call_id=story.call.id) == 0
    assert claim_due(session, later, timedelta(minutes=1)).message_ids == []
    let_all_go(session, actor=story.organiser, now=later, programme=story.programme)
    assert len(claim_due(session, later, timedelta(minutes=1)).message_ids) == 3


def test_an_undecided_call_has_nothing_to_undo(session: Session, now: datetime) -> None:
    story = make_story(session)
    for service in (undo_decision, release_answers):
        with pytest.raises(Refused, match="not decided"):
            service(session, actor=story.organiser, now=now, call_id=story.call.id)
        with pytest.raises(NotFound):
            service(session, actor=story.organiser, now=now, call_id=make_person(session).id)


# On the pages


@pytest.fixture
def decided(app: Flask, at_now: datetime) -> tuple[str, Person, Person, uuid.UUID]:
    with writing() as session:
        story = make_story(session)
        decide(session, story, NOW)
        place = session.scalars(select(Place)).one()
        return story.call.slug, story.organiser, session.get_one(Person, place.person_id), place.id


def test_nobody_sees_an_answer_before_it_is_known(
    decided: tuple[str, Person, Person, uuid.UUID], client_of: ClientOf
) -> None:
    slug, _organiser, ann, place_id = decided
    for moment, is_known in ((NOW, False), (NOW + GRACE - timedelta(seconds=1), False), (NOW + GRACE, True)):
        with clock.frozen(moment):
            client = client_of(ann)
            assert (client.get(f"/places/{place_id}").status_code == 200) is is_known
            mine = client.get("/applications").text
            assert ("Answer the offer" in mine) is is_known
            assert ("This call has been decided" in mine) is is_known
            assert ("Call answered" in client.get(f"/calls/{slug}").text) is is_known
    with clock.frozen(NOW):
        answer = client_of(ann).post(f"/places/{place_id}/answer", data={"answer": "accept", "version": "1"})
        assert answer.status_code == 404


def test_undoing_and_sending_from_the_page(
    decided: tuple[str, Person, Person, uuid.UUID], client_of: ClientOf
) -> None:
    slug, organiser, _ann, _place = decided
    client, address = client_of(organiser), f"/organise/calls/{slug}/decide"
    page = client.get(address).text
    assert "Its mails leave on 4 May 2026, 12:15" in page
    assert "Send 3 mails now" in page
    undone = client.post(f"{address}/undo", follow_redirects=True).text
    assert "The decision is undone" in undone
    assert "Make 1 offer and send 3 mails" in undone
    assert client.post(f"{address}/undo").status_code == 422
    reading().rollback()
    assert count(reading(), Place) == 0


def test_sending_from_the_page(decided: tuple[str, Person, Person, uuid.UUID], client_of: ClientOf) -> None:
    slug, organiser, ann, place_id = decided
    client, address = client_of(organiser), f"/organise/calls/{slug}/decide"
    assert "Their mails are on their way" in client.post(f"{address}/send", follow_redirects=True).text
    assert client_of(ann).get(f"/places/{place_id}").status_code == 200
    assert "Undo the decision" in client.get(address).text
    with writing() as session:
        mail = session.scalars(select(Message)).first()
        assert mail is not None
        mail.state, mail.sent_at = MessageState.SENT, NOW
    assert "Undo the decision" not in client.get(address).text
    refused = client.post(f"{address}/undo")
    assert refused.status_code == 422
    assert "the decision stands" in refused.text
