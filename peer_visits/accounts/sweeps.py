"""Removes what has ended: sessions, links, counted attempts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Attempt, MailedLink, SignInSession
from peer_visits.accounts.rules import ATTEMPTS_WINDOW

# A used or ended link is kept a month: "who confirmed this address" may be asked.
KEEP_LINKS = timedelta(days=30)


def remove_expired(session: Session, now: datetime) -> int:
    """Remove ended sessions, old links and old attempts; returns how many."""
    ended = (
        delete(SignInSession).where(SignInSession.expires_at <= now),
        delete(MailedLink).where(MailedLink.expires_at <= now - KEEP_LINKS),
        delete(Attempt).where(Attempt.at <= now - ATTEMPTS_WINDOW),
    )
    return sum(session.execute(statement).rowcount for statement in ended)  # type: ignore[attr-defined]
