"""Reads about who has an agenda in their calendar, by the record of what was sent."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease, AgendaSpeaker
from peer_visits.agenda.queries.releases import COMING, TAKEN_BACK, is_about_release, is_taken_back
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit

_ENDED = (PlaceState.WITHDRAWN, PlaceState.CANCELLED)


@dataclass(frozen=True)
class Times:
    """How often agendas of a visit were taken back, by person and by address: whoever speaks may have no account."""

    by_person: Counter[uuid.UUID | None]
    by_address: Counter[str]

    def of(self, to: Place | AgendaSpeaker) -> int:
        """How often from this one."""
        return self.by_person[to.person_id] if isinstance(to, Place) else self.by_address[to.email or ""]


def count_taken_back(session: Session, visit_id: uuid.UUID) -> Times:
    """Counts every such mail, whatever became of it: a number once given is not given again."""
    query = select(Message.person_id, Message.to_address)
    rows = session.execute(query.where(Message.kind == TAKEN_BACK, Message.visit_id == visit_id)).all()
    return Times(Counter(row[0] for row in rows), Counter(row[1] for row in rows))


def count_taken_back_from(session: Session, person: Person) -> Counter[uuid.UUID | None]:
    """The same of one person, by visit."""
    query = select(Message.visit_id).where(Message.kind == TAKEN_BACK, Message.person_id == person.id)
    return Counter(session.scalars(query))


def list_leavers(session: Session) -> Sequence[uuid.UUID]:
    """Ended places whose people still have an agenda of the visit, and hold no place in it any more."""
    return session.scalars(_leavers(Place.id).order_by(Place.settled_at, Place.id)).all()


def find_leaver(session: Session, place_id: uuid.UUID) -> Place | None:
    """Such a place with its person and visit, if it still is one."""
    query = _leavers(Place).where(Place.id == place_id)
    return session.scalars(query.options(joinedload(Place.person), joinedload(Place.visit))).first()


def _leavers(*columns: Any) -> Select[Any]:
    other = aliased(Place)
    has_agenda = exists().where(
        _has_left(), Message.visit_id == Place.visit_id, Message.person_id == Place.person_id
    )
    comes = exists().where(
        other.visit_id == Place.visit_id,
        other.person_id == Place.person_id,
        other.state == PlaceState.ACCEPTED,
    )
    published = select(AgendaRelease.visit_id)
    return (
        select(*columns)
        .join_from(Place, Visit, Visit.id == Place.visit_id)
        .where(Place.visit_id.in_(published), Place.state.in_(_ENDED), has_agenda, ~comes)
    )


def find_last_sent(session: Session, place: Place) -> AgendaRelease | None:
    """The release that somebody has in their calendar."""
    query = (
        select(AgendaRelease)
        .join(Message, Message.about_id == AgendaRelease.id)
        .where(_has_left(), Message.visit_id == place.visit_id, Message.person_id == place.person_id)
        .order_by(AgendaRelease.number.desc())
        .limit(1)
    )
    return session.scalar(query)


def list_speaking(session: Session, place: Place) -> set[str]:
    """As which speakers somebody comes all the same, by the address of their account."""
    query = select(AgendaSpeaker.id).where(
        AgendaSpeaker.visit_id == place.visit_id,
        AgendaSpeaker.email == place.person.email,
        AgendaSpeaker.state.in_(COMING),
    )
    return {str(one) for one in session.scalars(query)}


def _has_left() -> ColumnElement[bool]:
    """A mail with an agenda that has left, or may have, and was not taken back since."""
    handed_over = and_(Message.handed_over_at.is_not(None), Message.state != MessageState.FAILED)
    left = or_(Message.state == MessageState.SENT, Message.may_be_twice, handed_over)
    return and_(is_about_release(), left, ~is_taken_back())
