"""Before somebody is erased, what still runs is ended as if they had done so: nobody holds a seat as a ghost.

What is over is left as it is, so that no figure of the past changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.services.answering import decline_offer, give_up_place
from peer_visits.places.services.withdrawing import withdraw_application
from peer_visits.places.states import LIVE, PlaceState, WaitingState
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import is_to_come


def end_what_runs(session: Session, *, person: Person, now: datetime) -> None:
    """Withdraw applications that are not decided or still hold or await something; give other places back."""
    for application in list_running(session, person, now):
        withdraw_application(session, actor=person, now=now, application=application)
    for place in _places(session, person, now):
        end = decline_offer if place.state is PlaceState.OFFERED else give_up_place
        end(session, actor=person, now=now, place_id=place.id)


def list_running(session: Session, person: Person, now: datetime) -> Sequence[Application]:
    """Sent applications whose call is not decided, or which hold or await a place in a visit to come."""
    to_come = is_to_come(now.date())
    holds = (
        select(Place.id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Choice, Choice.id == Place.choice_id)
        .where(Choice.application_id == Application.id, Place.state.in_(LIVE), to_come)
    )
    waits = (
        select(WaitingEntry.choice_id)
        .join(Visit, Visit.id == WaitingEntry.visit_id)
        .join(Choice, Choice.id == WaitingEntry.choice_id)
        .where(Choice.application_id == Application.id, WaitingEntry.state == WaitingState.WAITING, to_come)
    )
    query = (
        select(Application)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.person_id == person.id,
            Application.state == ApplicationState.SUBMITTED,
            or_(Call.decided_at.is_(None), holds.exists(), waits.exists()),
        )
        .order_by(Application.id)
    )
    return session.scalars(query).all()


def _places(session: Session, person: Person, now: datetime) -> Sequence[Place]:
    """Live places that no application brought: of guests, fellow hosts and speakers."""
    query = (
        select(Place)
        .join(Visit, Visit.id == Place.visit_id)
        .where(Place.person_id == person.id, Place.state.in_(LIVE), is_to_come(now.date()))
        .order_by(Place.id)
    )
    return session.scalars(query).all()
