"""Signed-in browsers. The cookie holds a secret; the row in the database decides what it is worth."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person, SignInSession
from peer_visits.kernel.ids import digest, new_secret

LIFETIME = timedelta(hours=12)


def start_session(session: Session, person: Person, *, now: datetime) -> str:
    """Open a session for the person and return its secret for the cookie."""
    secret = new_secret()
    session.add(
        SignInSession(digest=digest(secret), person_id=person.id, created_at=now, expires_at=now + LIFETIME)
    )
    session.flush()
    return secret


def find_session_person(session: Session, secret: str, *, now: datetime) -> Person | None:
    """The person behind a cookie's secret, or nobody once the session has ended."""
    found = session.scalar(
        select(SignInSession).where(SignInSession.digest == digest(secret), SignInSession.expires_at > now)
    )
    return found.person if found else None


def end_session(session: Session, secret: str) -> None:
    """Make a cookie worthless."""
    session.execute(delete(SignInSession).where(SignInSession.digest == digest(secret)))


def end_all_sessions(session: Session, person_id: uuid.UUID) -> None:
    """Sign a person out everywhere: after a changed password or a changed right."""
    session.execute(delete(SignInSession).where(SignInSession.person_id == person_id))
