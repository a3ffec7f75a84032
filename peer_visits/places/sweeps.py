"""What time does to places: offers are reminded of and lapse, free places are given on, broken promises are told.

Each looks at what is true now, so nothing is lost when a process dies between two of them. And who was together in a
visit is noted when they meet again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, select, union
from sqlalchemy.orm import Session, contains_eager, joinedload

from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.calls.rules import read_promise
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.outbox.models import Message
from peer_visits.outbox.reminding import remind
from peer_visits.outbox.services import post
from peer_visits.places import messages
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.reminders import OFFERS, VISIT_STARTS
from peer_visits.places.services.answering import lapse_offer
from peer_visits.places.services.offering import fill_free_seats, is_given_on, lock_visits
from peer_visits.places.states import LIVE, PlaceKind, PlaceState, WaitingState
from peer_visits.shortlist.models import Conflict
from peer_visits.shortlist.services.conflicts import propose_conflict
from peer_visits.shortlist.states import Signal
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import HostMember, Visit

# So many people are told in one transaction.
BATCH = 100


def lapse_due_offers(now: datetime) -> int:
    """Lapse every offer whose time is over, each in a transaction of its own. Returns how many lapsed."""
    return sum(_lapse(place_id, now) for place_id in find_due_offers(reading(), now))


def find_due_offers(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    """Offers past their last second, the longest overdue first."""
    query = (
        select(Place.id)
        .where(Place.state == PlaceState.OFFERED, Place.answer_by <= now - timedelta(seconds=1))
        .order_by(Place.answer_by, Place.id)
    )
    return session.scalars(query).all()


def _lapse(place_id: uuid.UUID, now: datetime) -> bool:
    try:
        with writing() as session:
            lapse_offer(session, now=now, place_id=place_id)
    except Refused:
        return False  # answered, or taken back, after it was found
    return True


def note_earlier_visits(_now: datetime) -> int:
    """Propose a conflict of interest to readers who were in an earlier visit with an applicant.

    Returns how many are new.
    """
    return sum(_note(choice_id, reader_id) for choice_id, reader_id in find_earlier_visits(reading()))


def find_earlier_visits(session: Session) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Choice and reader of undecided calls who took part in, or hosted, the same other visit; not noted yet."""
    accepted = select(Place.visit_id, Place.person_id).where(Place.state == PlaceState.ACCEPTED)
    there = union(accepted, select(HostMember.visit_id, HostMember.person_id)).cte("there")
    readers, applicants = there.alias("readers"), there.alias("applicants")
    known = exists().where(Conflict.choice_id == Choice.id, Conflict.person_id == HostMember.person_id)
    query = (
        select(Choice.id, HostMember.person_id)
        .join(Application, Application.id == Choice.application_id)
        .join(HostMember, HostMember.visit_id == Choice.visit_id)
        .join(Visit, Visit.id == Choice.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .join(readers, readers.c.person_id == HostMember.person_id)
        .join(applicants, applicants.c.person_id == Application.person_id)
        .where(
            Choice.is_sent,
            Call.decided_at.is_(None),
            readers.c.visit_id == applicants.c.visit_id,
            readers.c.visit_id != Choice.visit_id,
            HostMember.person_id != Application.person_id,
            ~known,
        )
        .distinct()
    )
    return [(choice_id, reader_id) for choice_id, reader_id in session.execute(query)]


def _note(choice_id: uuid.UUID, reader_id: uuid.UUID) -> bool:
    with writing() as session:
        signals = (Signal.EARLIER_VISIT,)
        return propose_conflict(session, choice_id=choice_id, person_id=reader_id, signals=signals)


def give_free_places_on(now: datetime) -> int:
    """Offer every free place of decided calls to whoever is next; returns how many were offered."""
    return sum(_fill(call_id, now) for call_id in find_calls_to_fill(reading(), now))


def find_calls_to_fill(session: Session, now: datetime) -> list[uuid.UUID]:
    """Decided calls with a visit that has a free place and somebody who waits for it."""
    held = (
        select(func.count(Place.id))
        .where(Place.visit_id == Visit.id, Place.kind == PlaceKind.PARTICIPANT, Place.state.in_(LIVE))
        .scalar_subquery()
    )
    waits = exists().where(WaitingEntry.visit_id == Visit.id, WaitingEntry.state == WaitingState.WAITING)
    query = (
        select(Visit)
        .join(Visit.call)
        .where(Call.decided_at.is_not(None), Call.state == CallState.PUBLISHED, waits, held < Visit.capacity)
        .order_by(Visit.call_id, Visit.position)
        .options(contains_eager(Visit.call))
    )
    visits = session.scalars(query).unique()
    return list(dict.fromkeys(visit.call_id for visit in visits if is_given_on(visit, now)))


def _fill(call_id: uuid.UUID, now: datetime) -> int:
    try:
        with writing() as session:
            return len(fill_free_seats(session, now=now, visits=lock_visits(session, call_id)))
    except Refused:
        return 0  # somebody was first


def remind_of_offers(now: datetime) -> int:
    """Remind everyone whose offer ends soon; returns how many were."""
    return remind(OFFERS, now)


def remind_before_visits(now: datetime) -> int:
    """Remind everyone whose visit begins soon; returns how many were."""
    return remind(VISIT_STARTS, now)


def tell_late_answers(now: datetime) -> int:
    """Tell everybody who waits, once, that the promised day has passed; returns how many were told."""
    return sum(_tell_late(call_id, now) for call_id in find_late_calls(reading(), now))


def find_late_calls(session: Session, now: datetime) -> list[uuid.UUID]:
    """Calls without a decision whose promised day is over where they were made."""
    query = select(Call).where(
        Call.state == CallState.PUBLISHED,
        Call.decided_at.is_(None),
        Call.closes_at <= now,
        Call.answers_by <= now.date() + timedelta(days=1),
    )
    calls = session.scalars(query).unique()
    return [one.id for one in calls if (promise := read_promise(one, now)) and promise.is_broken]


def _tell_late(call_id: uuid.UUID, now: datetime) -> int:
    told = 0
    while batch := _tell_some(call_id, now):
        told += batch
    return told


def _tell_some(call_id: uuid.UUID, now: datetime) -> int:
    was_told = exists().where(
        and_(
            Message.about_kind == Application.__tablename__,
            Message.about_id == Application.id,
            Message.kind == "call.answers_late",
        )
    )
    try:
        with writing() as session:
            call = session.get_one(Call, call_id, populate_existing=True, with_for_update=True)
            if call.decided_at is not None:
                return 0
            query = (
                select(Application)
                .where(
                    Application.call_id == call_id,
                    Application.state == ApplicationState.SUBMITTED,
                    ~was_told,
                )
                .order_by(Application.id)
                .limit(BATCH)
                .options(joinedload(Application.person))
            )
            waiting = session.scalars(query).all()
            for application in waiting:
                post(session, messages.answers_late(application, call=call), now=now)
            return len(waiting)
    except Stale:
        return 0  # another worker was first
