"""Withdrawing an application together with whatever it holds: no place stays with somebody who has left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.services.withdrawing import withdraw_application as withdraw_alone
from peer_visits.places.services.taking_back import release_places
from peer_visits.shortlist.services.ordering import leave_shortlists


def withdraw_application(
    session: Session, *, actor: Person, now: datetime, application: Application, reason: str = ""
) -> None:
    """Take the application back; its places go to the next, and it waits nowhere any more."""
    release_places(session, actor=actor, now=now, call_id=application.call_id, application_id=application.id)
    leave_shortlists(session, application.id)
    withdraw_alone(session, actor=actor, now=now, application=application, reason=reason)
