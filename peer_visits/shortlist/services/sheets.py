"""The selection sheet leaves the house: the log says who took it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.visits.models import Visit


def note_sheet_taken(session: Session, *, actor: Person, now: datetime, visit: Visit, kind: str) -> None:
    """One line in the log."""
    record(
        session,
        actor=actor,
        now=now,
        action="selection_sheet.taken",
        subject=visit,
        programme_id=visit.call.programme_id,
        kind=kind,
    )
