"""Records of the demo that pages are about."""

from __future__ import annotations

import uuid
from typing import cast

from sqlalchemy import select

from peer_visits.agenda.models import AgendaSession, Attendance
from peer_visits.calls.models import Call
from peer_visits.demo.earlier import SLUG as EARLIER
from peer_visits.followup.certificates.models import Certificate
from peer_visits.library.writing.models import DocumentSection
from peer_visits.places.models import Place
from peer_visits.storage.transaction import reading
from peer_visits.visits.models import Visit


def session_now() -> object:
    query = select(Attendance.session_id).join(AgendaSession, AgendaSession.id == Attendance.session_id)
    return one(query.join(Visit, Visit.id == AgendaSession.visit_id).where(Visit.slug == sample_visit()))


def ended_visit(number: int) -> str:
    query = select(Visit.slug).join(Call, Call.id == Visit.call_id)
    return str(one(query.where(Call.slug == EARLIER, Visit.position == number)))


def certificate() -> Certificate:
    """One of the first visit that is over."""
    of_visit = select(Certificate).join(Place, Place.id == Certificate.place_id).join(Place.visit)
    return cast(Certificate, one(of_visit.where(Visit.slug == ended_visit(1))))


def one(statement: object) -> object:
    """The first value of a query."""
    reading().rollback()
    return reading().scalars(statement).first()  # type: ignore[call-overload]


def current_call() -> str:
    return str(one(select(Call.slug).where(Call.is_sample, Call.decided_at.is_(None))))


def sample_visit(number: int = 1) -> str:
    call = current_call().removesuffix("-call")
    names = {1: "vantaa", 2: "kortrijk"}
    return f"{names[number]}-{call}"


def sample_section() -> tuple[uuid.UUID, uuid.UUID]:
    """A report that is being written, and its section with most texts."""
    query = select(DocumentSection.document_id, DocumentSection.id).order_by(DocumentSection.version.desc())
    found = reading().execute(query).first()
    assert found is not None
    return found[0], found[1]
