"""What time does to places: offers nobody answered lapse; who was together in a visit is noted when they meet again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select, union
from sqlalchemy.orm import Session

from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.places.models import Place
from peer_visits.places.services.answering import lapse_offer
from peer_visits.places.states import PlaceState
from peer_visits.shortlist.models import Conflict
from peer_visits.shortlist.services.conflicts import propose_conflict
from peer_visits.shortlist.states import Signal
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import HostMember, Visit


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
