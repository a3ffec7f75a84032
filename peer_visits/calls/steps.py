"""A line in the log about a call, or about something of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import Subject, record
from peer_visits.calls.models import Call


def log_call(
    session: Session,
    actor: Person,
    now: datetime,
    call: Call,
    action: str,
    *,
    subject: Subject | None = None,
    **detail: object,
) -> None:
    """Write down what was done to a call, or to a subject that is part of it; `detail` as in `record`."""
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=subject or call,
        programme_id=call.programme_id,
        **detail,
    )
