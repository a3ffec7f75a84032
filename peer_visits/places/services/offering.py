"""Offering places: the locks, the seats, and the next person on a waiting list."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.services import record
from peer_visits.kernel.ids import derived_id
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.places import messages
from peer_visits.places.links import answer_token
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.rules import answer_deadline, first_day, free_seats, may_still_offer
from peer_visits.places.services.telling import known_from, tell
from peer_visits.places.states import LIVE, PlaceKind, PlaceState, WaitingState
from peer_visits.places.waiting_list import Standing, next_in_line, read_grounds
from peer_visits.places.weekends import clock_of
from peer_visits.storage.steps import update_if, update_one
from peer_visits.visits.models import Visit

_NEXT = phrase("A place became free, and you were next on the waiting list.")
_CHANGE = phrase("A place became free in a visit you put before the one you hold.")


def lock_visits(session: Session, call_id: uuid.UUID) -> list[Visit]:
    """Lock the visits of a call, always in the same order, before places are counted or changed.

    SQLite has one writer and needs no more than that.
    """
    query = select(Visit).where(Visit.call_id == call_id).order_by(Visit.id)
    locked = query.with_for_update(of=Visit, key_share=True).execution_options(populate_existing=True)
    return sorted(session.scalars(locked).unique(), key=lambda visit: visit.position)


def taken_seats(session: Session, visit_id: uuid.UUID) -> set[int]:
    """The seats held in a visit."""
    held = select(Place.seat).where(
        Place.visit_id == visit_id, Place.state.in_(LIVE), Place.seat.is_not(None)
    )
    return {seat for seat in session.scalars(held) if seat is not None}


def new_offer(
    session: Session,
    *,
    now: datetime,
    choice: Choice,
    person: Person,
    visit: Visit,
    seat: int,
    reason: Phrase,
    replaces: uuid.UUID | None = None,
) -> Place:
    """Add an offered place with its seat; the caller has locked the visit and tells the person."""
    call = visit.call
    place = Place(
        # Links and calendar parts hold it: the dry run shows the mails that will leave. Another decision, another id.
        id=derived_id(choice.id, f"offer {call.version}"),
        version=1,
        visit_id=visit.id,
        person_id=person.id,
        choice_id=choice.id,
        kind=PlaceKind.PARTICIPANT,
        state=PlaceState.OFFERED,
        seat=seat,
        offered_at=now,
        answer_by=answer_deadline(
            known_from(call, now),
            zone=call.zone,
            days=call.answer_days,
            starts_on=first_day(visit),
            reader=clock_of(person) if call.moves_deadlines else None,
        ),
        reason=str(reason)[:500],
        replaces_id=replaces,
    )
    place.person = person
    session.add(place)
    return place


def fill_free_seats(session: Session, *, now: datetime, visits: Collection[Visit]) -> list[Place]:
    """Offer every free seat of these locked visits to whoever is next, until nobody fits."""
    offered = []
    for visit in visits:
        while place := promote_next(session, now=now, visit=visit):
            offered.append(place)
    return offered


def promote_next(session: Session, *, now: datetime, visit: Visit) -> Place | None:
    """Offer the lowest free seat to whoever is next, if there is one and somebody may have it.

    Whoever holds all the places they may hold keeps waiting; the rules of the decision hold for everybody else.
    """
    seats = free_seats(taken_seats(session, visit.id), visit.capacity)
    if not seats or not is_given_on(visit, now):
        return None
    following = next_in_line(session, visit, read_grounds(session, visit.call))
    choice = _take_off_list(session, following) if following else None
    if following is None or choice is None:
        return None
    reason = _CHANGE if following.replaces else _NEXT
    place = new_offer(
        session,
        now=now,
        choice=choice,
        person=following.waiter.person,
        visit=visit,
        seat=seats[0],
        reason=reason,
        replaces=following.replaces,
    )
    _tell(session, now, place, visit, reason)
    return place


def is_given_on(visit: Visit, now: datetime) -> bool:
    """Whether a place that becomes free in the visit is still offered to somebody."""
    return may_still_offer(first_day(visit), now, visit.zone, stops_days=visit.call.promotion_stops_days)


def _take_off_list(session: Session, following: Standing) -> Choice | None:
    """Their choice, off the list; locking the application keeps its person from withdrawing it in the same moment."""
    choice = session.scalar(
        select(Choice)
        .join(Choice.application)
        .where(Choice.id == following.waiter.choice, Application.state == ApplicationState.SUBMITTED)
        .with_for_update(of=Application, key_share=True)
    )
    if choice:
        update_one(
            session,
            WaitingEntry,
            WaitingEntry.choice_id == choice.id,
            WaitingEntry.state == WaitingState.WAITING,
            state=WaitingState.PROMOTED,
        )
    return choice


def _tell(session: Session, now: datetime, place: Place, visit: Visit, reason: Phrase) -> None:
    session.flush()
    record(
        session,
        actor=None,
        now=now,
        action="place.offered",
        subject=place,
        programme_id=visit.call.programme_id,
        visit=visit.slug,
        seat=place.seat,
        from_waiting_list=True,
    )
    mail = messages.offer_made(
        place,
        call=visit.call,
        visit=visit,
        reason=reason,
        token=answer_token(session, place.id),
        from_waiting_list=True,
    )
    tell(session, mail, call=visit.call, now=now)


def stop_waiting(session: Session, application_id: uuid.UUID) -> int:
    """Take an application off the waiting lists; returns from how many."""
    choices = select(Choice.id).where(Choice.application_id == application_id)
    return update_if(
        session,
        WaitingEntry,
        WaitingEntry.choice_id.in_(choices),
        WaitingEntry.state == WaitingState.WAITING,
        state=WaitingState.LEFT,
    )
