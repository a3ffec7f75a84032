"""What must always hold of places and waiting lists, beyond what the database refuses by itself."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.states import LIVE, PlaceKind, WaitingState
from peer_visits.visits.models import Visit


def find_broken(session: Session) -> list[str]:
    """One sentence for each place, visit or person that breaks a rule."""
    return [
        f"{what} {identity}: {problem}"
        for (what, problem), query in _PROBLEMS.items()
        for identity in session.scalars(query)
    ]


_LIVE = and_(Place.kind == PlaceKind.PARTICIPANT, Place.state.in_(LIVE))


def _more_than_capacity() -> Select[uuid.UUID]:
    return (
        select(Visit.id)
        .join(Place, and_(Place.visit_id == Visit.id, _LIVE))
        .group_by(Visit.id, Visit.capacity)
        .having(or_(func.count(Place.id) > Visit.capacity, func.max(Place.seat) > Visit.capacity))
    )


def _too_many_per_person() -> Select[uuid.UUID]:
    return (
        select(Place.person_id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(_LIVE)
        .group_by(Place.person_id, Call.id, Call.places_per_person)
        .having(func.count(Place.id) > Call.places_per_person)
    )


def _not_their_choice() -> Select[uuid.UUID]:
    return (
        select(Place.id)
        .join(Choice, Choice.id == Place.choice_id)
        .join(Application, Application.id == Choice.application_id)
        .where(or_(Choice.visit_id != Place.visit_id, Application.person_id != Place.person_id))
    )


def _of_withdrawn_application() -> Select[uuid.UUID]:
    return (
        select(Place.id)
        .join(Choice, Choice.id == Place.choice_id)
        .join(Application, Application.id == Choice.application_id)
        .where(_LIVE, Application.state == ApplicationState.WITHDRAWN)
    )


def _waiting_for_another_visit() -> Select[uuid.UUID]:
    return (
        select(WaitingEntry.choice_id)
        .join(Choice, Choice.id == WaitingEntry.choice_id)
        .where(Choice.visit_id != WaitingEntry.visit_id)
    )


def _promoted_without_place() -> Select[uuid.UUID]:
    has_place = select(Place.id).where(Place.choice_id == WaitingEntry.choice_id).exists()
    return select(WaitingEntry.choice_id).where(WaitingEntry.state == WaitingState.PROMOTED, ~has_place)


def _offer_mails_not_one() -> Select[uuid.UUID]:
    mails = (
        select(func.count(Message.id))
        .where(
            Message.about_kind == Place.__tablename__,
            Message.about_id == Place.id,
            Message.kind == "offer.made",
        )
        .scalar_subquery()
    )
    return (
        select(Place.id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(Place.kind == PlaceKind.PARTICIPANT, Place.offered_at >= Call.decided_at, mails != 1)
    )


_PROBLEMS = {
    ("visit", "more places are held than it has"): _more_than_capacity(),
    ("person", "holds more places in a call than one person may"): _too_many_per_person(),
    ("place", "its choice is of another visit or person"): _not_their_choice(),
    ("place", "held, though its application is withdrawn"): _of_withdrawn_application(),
    ("waiting entry", "its choice is for another visit"): _waiting_for_another_visit(),
    ("waiting entry", "promoted, and yet no place"): _promoted_without_place(),
    ("place", "its offer has no mail, or more than one"): _offer_mails_not_one(),
}
